/**
 * Python's syntax tree as rules read it: the shape of CPython's own `ast` module. Lines count from 1, columns from 0
 * in bytes of UTF-8. Only the kinds of node that some rule looks into are spelt out.
 */
export interface Span {
  lineno: number;
  col_offset: number;
  end_lineno?: number;
  end_col_offset?: number;
}

interface Of<Kind extends string> extends Span {
  nodeType: Kind;
}

interface Name extends Of<"Name"> {
  id: string;
}
interface Constant extends Of<"Constant"> {
  value: unknown;
}
interface Attribute extends Of<"Attribute"> {
  value: PyNode;
  attr: string;
}
interface Keyword extends Of<"Keyword"> {
  /** Absent for `**values`. */
  arg?: string;
  value: PyNode;
}
export interface Call extends Of<"Call"> {
  func: PyNode;
  args: PyNode[];
  keywords: Keyword[];
}
interface Argument extends Of<"Arg"> {
  arg: string;
  annotation?: PyNode;
}
export interface Arguments {
  posonlyargs: Argument[];
  args: Argument[];
  vararg?: Argument;
  kwonlyargs: Argument[];
  kw_defaults: (PyNode | null)[];
  kwarg?: Argument;
  defaults: PyNode[];
}
export interface FunctionDef extends Of<"FunctionDef"> {
  name: string;
  args: Arguments;
  body: PyNode[];
  decorator_list: PyNode[];
}
export interface ClassDef extends Of<"ClassDef"> {
  name: string;
  bases: PyNode[];
  body: PyNode[];
}
interface Alias extends Span {
  name: string;
  asname?: string;
}
interface Loop extends Of<"For"> {
  target: PyNode;
  iter: PyNode;
  body: PyNode[];
  orelse: PyNode[];
}
export interface Comprehension {
  target: PyNode;
  iter: PyNode;
  ifs: PyNode[];
}
interface If extends Of<"If"> {
  test: PyNode;
  body: PyNode[];
  orelse: PyNode[];
}
interface IfExp extends Of<"IfExp"> {
  test: PyNode;
  body: PyNode;
  orelse: PyNode;
}

export type PyNode =
  | Name
  | Constant
  | Attribute
  | Keyword
  | Call
  | FunctionDef
  | ClassDef
  | Loop
  | If
  | IfExp
  | (Of<"Import"> & { names: Alias[] })
  | (Of<"ImportFrom"> & { module?: string; level?: number; names: Alias[] })
  | (Of<"Assign"> & { targets: PyNode[]; value: PyNode })
  | (Of<"AnnAssign"> & { target: PyNode; annotation: PyNode; value?: PyNode })
  | (Of<"AugAssign"> & { target: PyNode; op: { nodeType: string }; value: PyNode })
  | (Of<"Expr"> & { value: PyNode })
  | (Of<"Return"> & { value?: PyNode })
  | (Of<"Subscript"> & { value: PyNode; slice: PyNode })
  | (Of<"BinOp"> & { left: PyNode; op: { nodeType: string }; right: PyNode })
  | (Of<"Compare"> & { left: PyNode; ops: { nodeType: string }[]; comparators: PyNode[] })
  | (Of<"BoolOp"> & { op: { nodeType: string }; values: PyNode[] })
  | (Of<"NamedExpr"> & { target: PyNode; value: PyNode })
  | (Of<"FormattedValue"> & { value: PyNode })
  | (Of<"Lambda"> & { args: Arguments; body: PyNode })
  | (Of<"With"> & { items: { context_expr: PyNode; optional_vars?: PyNode }[]; body: PyNode[] })
  | (Of<"Try"> & {
      body: PyNode[];
      handlers: { name?: string; body: PyNode[] }[];
      orelse: PyNode[];
      finalbody: PyNode[];
    })
  | (Of<"While"> & { test: PyNode; body: PyNode[]; orelse: PyNode[] })
  | (Of<"Match"> & { subject: PyNode; cases: { guard?: PyNode; body: PyNode[] }[] })
  | (Of<"Yield"> & { value?: PyNode })
  | (Of<"YieldFrom" | "Await"> & { value: PyNode })
  | (Of<"Delete"> & { targets: PyNode[] })
  | (Of<"Global" | "Nonlocal"> & { names: string[] })
  | Of<"Raise" | "Break" | "Continue" | "Pass">
  | (Of<"JoinedStr"> & { values: PyNode[] })
  | (Of<"Dict"> & { keys: (PyNode | null)[]; values: PyNode[] })
  | (Of<"List" | "Tuple" | "Set"> & { elts: PyNode[] })
  | (Of<"UnaryOp"> & { op: { nodeType: string }; operand: PyNode })
  | (Of<"Starred"> & { value: PyNode })
  | (Of<"Slice"> & { lower?: PyNode; upper?: PyNode; step?: PyNode })
  | (Of<"ListComp" | "GeneratorExp" | "SetComp"> & { elt: PyNode; generators: Comprehension[] })
  | (Of<"DictComp"> & { key: PyNode; value: PyNode; generators: Comprehension[] });

export interface Module {
  nodeType: "Module";
  body: PyNode[];
}

const walked = new WeakMap<object, readonly PyNode[]>();

/** The node and everything below it, in the order of the source. Trees are never changed, so each walk is kept. */
export function walk(node: PyNode | Module): readonly PyNode[] {
  const known = walked.get(node);
  if (known !== undefined) return known;
  const nodes: PyNode[] = [];
  // Without recursion: a chain of some thousand calls is as deep as it is long.
  const pending: object[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const one = next as PyNode | Module;
    if (one.nodeType !== "Module" && "lineno" in one) nodes.push(one);
    pending.push(...childrenOf(next).toReversed());
  }
  walked.set(node, nodes);
  return nodes;
}

/** Nodes straight below one; what is no node (operators, contexts) is left out. */
export function childrenOf(node: object): object[] {
  const found: object[] = [];
  for (const key in node) {
    if (key === "comments" || key === "inlineComment" || key === "ctx" || key === "op") continue;
    const value = (node as Record<string, unknown>)[key];
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      for (const one of value) if (isNode(one)) found.push(one);
    } else if (isNode(value)) found.push(value);
  }
  return found;
}

function isNode(value: unknown): value is object {
  return typeof value === "object" && value !== null && "nodeType" in value;
}

/** Every node of one kind at or below `node`. */
export function* walkKind<Kind extends PyNode["nodeType"]>(
  node: PyNode | Module,
  kind: Kind,
): Generator<Extract<PyNode, { nodeType: Kind }>> {
  for (const one of walk(node)) {
    if (one.nodeType === kind) yield one as Extract<PyNode, { nodeType: Kind }>;
  }
}

/** `a.b.c` of names and attributes; undefined for anything else. */
export function dotted(node: PyNode): string | undefined {
  if (node.nodeType === "Name") return node.id;
  if (node.nodeType !== "Attribute") return undefined;
  const base = dotted(node.value);
  return base === undefined ? undefined : `${base}.${node.attr}`;
}

/** The last name of what is called: `fit` of `model.fit(x)`; "" where it has none. */
export function calledName(call: Call): string {
  const { func } = call;
  if (func.nodeType === "Name") return func.id;
  return func.nodeType === "Attribute" ? func.attr : "";
}

export function keyword(call: Call, name: string): PyNode | undefined {
  return call.keywords.find((one) => one.arg === name)?.value;
}

/** Everything a call is given, by position and then by name. */
export function argumentsOf({ args, keywords }: Call): PyNode[] {
  return [...args, ...keywords.map(({ value }) => value)];
}

/** Whether a call takes `*rest` or `**values`, so that what it is given cannot be known. */
export function takesUnknown(call: Call): boolean {
  return (
    call.keywords.some(({ arg }) => arg === undefined || arg === null) ||
    call.args.some(({ nodeType }) => nodeType === "Starred")
  );
}

export function stringValue(node: PyNode | undefined): string | undefined {
  return node?.nodeType === "Constant" && typeof node.value === "string" ? node.value : undefined;
}

export function isConstant(node: PyNode | undefined, value: unknown): boolean {
  return node?.nodeType === "Constant" && node.value === value;
}

/** Names and attribute names at or below a node. */
export function identifiers(node: PyNode | Module): Set<string> {
  const found = new Set<string>();
  for (const one of walk(node)) {
    if (one.nodeType === "Name") found.add(one.id);
    if (one.nodeType === "Attribute") found.add(one.attr);
  }
  return found;
}

/** Text of every string at or below a node; an f-string gives its fixed parts, `{}` between them. */
export function* strings(node: PyNode | Module): Generator<{ text: string; node: PyNode }> {
  const inside = new Set<PyNode>();
  for (const one of walk(node)) {
    if (one.nodeType === "JoinedStr") {
      for (const part of one.values) inside.add(part);
      yield { text: one.values.map((part) => stringValue(part) ?? "{}").join(""), node: one };
    } else if (!inside.has(one)) {
      const text = stringValue(one);
      if (text !== undefined) yield { text, node: one };
    }
  }
}

export function parameters({ args }: FunctionDef): string[] {
  return [...args.posonlyargs, ...args.args, ...args.kwonlyargs].map(({ arg }) => arg);
}
