type Scalar = string | number | boolean | null;

const keyed = /^([A-Za-z][A-Za-z0-9_]*):(?: (\S.*)| *)$/;
const listed = /^( {2})?- (.+)$/;

/** What is longer is looked at with more care. */
const mostLines = 1000;
const longestLine = 1000;

/**
 * The values of YAML as most files of a workspace have it: keys, each with a value on its line or with a list of values
 * below; `digits` as readYaml has it. Undefined for everything else, which a whole parser is to read: this one is a hundred
 * times faster, and gives nothing that a whole one would not (YAML 1.2, core schema).
 */
export function parseSimpleYaml(
  lines: readonly string[],
  { digits = "read" }: { digits?: "read" | "kept" } = {},
): Record<string, unknown> | undefined {
  if (lines.length > mostLines) return undefined;
  const scalarOf = digits === "kept" ? wordOf : valueOf;
  const values: Record<string, unknown> = {};
  let list: { key: string; indent: string | undefined; items: Scalar[] } | undefined;
  for (const line of lines) {
    const item = list === undefined ? null : listed.exec(line);
    if (list !== undefined && item !== null) {
      const value = scalarOf(item[2]!);
      if (list.items.length === 0) list.indent = item[1];
      if (value === undefined || list.indent !== item[1]) return undefined;
      list.items.push(value);
      values[list.key] = list.items;
      continue;
    }
    const match = keyed.exec(line);
    if (match === null || line.length > longestLine) return undefined;
    const [, key, text] = match;
    if (Object.hasOwn(values, key!) || constants.has(key!)) return undefined;
    const value = text === undefined ? null : text === "[]" ? [] : scalarOf(text);
    if (value === undefined) return undefined;
    values[key!] = value;
    list = text === undefined ? { key: key!, indent: undefined, items: [] } : undefined;
  }
  return values;
}

/** What a plain or a quoted value may have in it here: neither escapes nor control characters. */
const quoted = /^(?:"([^"\\\p{C}\u2028\u2029]*)"|'([^'\p{C}\u2028\u2029]*)')$/u;
const word = /^[\p{L}][^\p{C}\u2028\u2029]*$/u;
/** Where a plain value would end, or be none. */
const notPlain = /: |:$| #|\s$|[\t\u00A0\u0085]/;
const time = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?$/;
const integer = /^(?:0|-?[1-9]\d{0,14})$/;
const constants = new Map<string, boolean | null>([
  ["null", null],
  ["Null", null],
  ["NULL", null],
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
]);

/** As `valueOf`, of a number its digits. */
function wordOf(text: string): Scalar | undefined {
  return integer.test(text) ? text : valueOf(text);
}

function valueOf(text: string): Scalar | undefined {
  const quotes = quoted.exec(text);
  if (quotes !== null) return quotes[1] ?? quotes[2]!;
  if (time.test(text)) return text;
  if (integer.test(text)) return Number(text);
  if (!word.test(text) || notPlain.test(text)) return undefined;
  return constants.has(text) ? constants.get(text)! : text;
}
