/** A secret's value as it is, and as JSON, URLs and Python's `repr` spell it: programs print it so without meaning to. */
function spellingsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value);
  const strictUrl = url.replaceAll(/[!'()*]/g, percent);
  return [
    value,
    json,
    json.replaceAll(/[^ -~]/g, unicodeEscape),
    ...[url, strictUrl].flatMap((one) => [
      one,
      // Python leaves slashes in a path, and writes a form's spaces as plus signs.
      one.replaceAll("%2F", "/"),
      one.replaceAll("%20", "+"),
    ]),
    pythonText(value),
    pythonText(Buffer.from(value).toString("latin1")),
  ];
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** `json.dumps` and `JSON.stringify` for ASCII. */
function unicodeEscape(unit: string): string {
  return String.raw`\u${hex(unit.charCodeAt(0), 4)}`;
}

/** `ascii(text)`, and of bytes their `repr`, without the quotes. */
function pythonText(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`)
    .replaceAll("\t", String.raw`\t`)
    .replaceAll(/[^ -~]/gu, (char) => {
      const code = char.codePointAt(0)!;
      if (code < 0x1_00) return String.raw`\x${hex(code, 2)}`;
      return code < 0x1_00_00 ? unicodeEscape(char) : String.raw`\U${hex(code, 8)}`;
    });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

export function longestFirst(values: Iterable<string>): string[] {
  return [...new Set(values)].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

const known = new WeakMap<readonly string[], string[]>();

/** Every spelling of these values, the longest first, lest a part of one be taken for another. */
export function allSpellings(values: readonly string[]): string[] {
  let found = known.get(values);
  if (found === undefined) {
    found = longestFirst(values.flatMap(spellingsOf)).filter((text) => text !== "");
    known.set(values, found);
  }
  return found;
}
