import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Scalar,
  visit,
} from "yaml";
import { deepest, isTooDeep } from "../../core/text/nesting.ts";

/** Characters of the largest YAML that is read: more takes longer to parse than a command should. */
const most = 1_000_000;

export interface YamlOptions {
  /** `kept`: a number is the text that it was written as: 3.10 is another id than 3.1. */
  digits?: "read" | "kept";
}

export type ReadYaml =
  | { ok: true; document: Document; lines: LineCounter; value: unknown }
  | { ok: false; line: number; column: number; message: string };

/** YAML to its value, or to what is wrong with it and where. Whatever the text does to the parser, it never throws. */
export function readYaml(text: string, { digits = "read" }: YamlOptions = {}): ReadYaml {
  const lines = new LineCounter();
  const fail = (message: string, offset = 0): ReadYaml => {
    const { line, col } = lines.linePos(offset);
    return { ok: false, line: Math.max(line, 1), column: Math.max(col, 1), message };
  };
  if (text.length > most) return fail(`longer than ${most} characters`);
  try {
    // The parser's own search for duplicate keys compares each with each: 100,000 keys take it minutes.
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: "error",
      uniqueKeys: false,
    });
    const broken = document.errors[0];
    if (broken?.code === "RESOURCE_EXHAUSTION") return fail(tooDeep, broken.pos[0]);
    if (broken !== undefined) return fail(`not valid YAML: ${broken.message}`, broken.pos[0]);
    const twice = duplicateKey(document.contents);
    if (twice !== undefined) return fail("not valid YAML: duplicate key", twice);
    if (digits === "kept") visit(document, { Scalar: (_, node) => keepDigits(node) });
    const value: unknown = document.toJS();
    if (isTooDeep(value)) return fail(tooDeep);
    return { ok: true, document, lines, value };
  } catch (error) {
    if (error instanceof RangeError) return fail(tooDeep);
    // An alias of nothing, or aliases that multiply.
    return fail(`not valid YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const tooDeep = `nested deeper than ${deepest} levels, or in itself`;

/** One of many digits is another id than its neighbour, which is the same number. */
function keepDigits(node: Scalar): void {
  if (typeof node.value === "number" && node.source !== undefined) node.value = node.source;
}

/** Offset of the first key that stands twice in its mapping. */
function duplicateKey(node: unknown): number | undefined {
  if (isPair(node)) return duplicateKey(node.value);
  if (!isCollection(node)) return undefined;
  const keys = new Set<unknown>();
  for (const item of node.items) {
    if (isMap(node) && isPair(item) && isScalar(item.key)) {
      if (keys.has(item.key.value)) return item.key.range?.[0];
      keys.add(item.key.value);
    }
    const inner = duplicateKey(item);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
