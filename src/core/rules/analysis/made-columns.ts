import type { Found } from "../rule.ts";
import type { ExperimentSource } from "./experiment-source.ts";
import {
  type Call,
  calledName,
  type FunctionDef,
  type PyNode,
  stringValue,
  walk,
  walkKind,
} from "./python-tree.ts";
import type { IndexedFile } from "./source-index.ts";

interface Column {
  name: string;
  at: PyNode;
  /** Whether its own raw values go into it: it is written over. */
  over: boolean;
}

export function madeColumns(
  source: ExperimentSource,
  summary: (column: Column) => string | undefined,
): Found[] {
  const found: Found[] = [];
  for (const file of source.files.values()) {
    for (const one of file.functions.values()) {
      if (!/^_?engineer_\w*features?$/.test(one.name)) continue;
      for (const column of columnsIn(file, one)) {
        const message = summary(column);
        if (message !== undefined) found.push({ file, at: column.at, message });
      }
    }
  }
  return found;
}

function* columnsIn(file: IndexedFile, inside: FunctionDef): Generator<Column> {
  for (const node of walk(inside)) {
    if (node.nodeType === "Assign") yield* assigned(file, node);
    if (node.nodeType !== "Call") continue;
    if (/^(with_columns|assign|with_columns_seq)$/.test(calledName(node))) yield* added(node);
  }
}

/** `df["x"] = ...` in pandas. A name of a dict or list is none: the value must be a frame's. */
function* assigned(
  file: IndexedFile,
  node: Extract<PyNode, { nodeType: "Assign" }>,
): Generator<Column> {
  for (const target of node.targets) {
    if (target.nodeType !== "Subscript" || target.value.nodeType !== "Name") continue;
    const name = stringValue(target.slice);
    if (
      name === undefined ||
      !/^(df|data|frame|x|out|features|train|test|result)$/i.test(target.value.id)
    )
      continue;
    const frame = target.value.id;
    yield { name, at: target, over: reads(node.value, name, frame) };
  }
}

function reads(value: PyNode, name: string, frame: string): boolean {
  return [...walk(value)].some(
    (one) =>
      one.nodeType === "Subscript" &&
      one.value.nodeType === "Name" &&
      one.value.id === frame &&
      stringValue(one.slice) === name,
  );
}

/** Columns that with_columns makes: by keyword, by alias, or under the name of the column an expression begins with. */
function* added(call: Call): Generator<Column> {
  for (const { arg, value } of call.keywords) {
    if (arg) yield { name: arg, at: value, over: mentionsColumn(value, arg) };
  }
  const given = call.args.flatMap((one) =>
    one.nodeType === "List" || one.nodeType === "Tuple" ? one.elts : [one],
  );
  for (const one of given) {
    const named = outputName(one);
    if (named !== undefined)
      yield { ...named, over: named.over || mentionsColumn(one, named.name) };
  }
}

function mentionsColumn(value: PyNode, name: string): boolean {
  return [...walkKind(value, "Call")].some(
    (call) => calledName(call) === "col" && call.args.some((one) => stringValue(one) === name),
  );
}

/** The column an expression's chain of calls ends in; undefined where it is not plain to see. */
function outputName(node: PyNode): Column | undefined {
  if (node.nodeType !== "Call" || node.func.nodeType !== "Attribute") return undefined;
  const { func } = node;
  const first = stringValue(node.args[0]);
  if (func.attr === "alias")
    return first === undefined ? undefined : { name: first, at: node.args[0]!, over: false };
  if (func.attr === "col" && node.args.length === 1) {
    return first === undefined || /[*^]/.test(first)
      ? undefined
      : { name: first, at: node.args[0]!, over: true };
  }
  if (/^(suffix|prefix|keep|map|then|when|otherwise|struct|lit)$/.test(func.attr)) return undefined;
  const inner = func.value.nodeType === "Attribute" ? func.value.value : func.value;
  return outputName(inner);
}
