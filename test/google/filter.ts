import { invalid } from "./google-problem.ts";

/** Values of a field, by its path as the filter has it (`resource.labels.job_id`); undefined where there is none. */
type Lookup = (path: string) => string | undefined;
export type Filter = (lookup: Lookup) => boolean;

/** Reads a list filter of Google's: comparisons with AND, OR, NOT and parentheses. Throws INVALID_ARGUMENT. */
export function parseFilter(text: string): Filter {
  const words = tokenize(text);
  if (words.length === 0) return () => true;
  let at = 0;
  const peek = (): string | undefined => words[at];
  const next = (): string => words[at++] ?? fail(text);

  const readOr = (): Filter => {
    const parts = [readAnd()];
    while (peek() === "OR") {
      next();
      parts.push(readAnd());
    }
    return (lookup) => parts.some((part) => part(lookup));
  };
  const readAnd = (): Filter => {
    const parts = [readOne()];
    for (let word = peek(); word !== undefined && word !== "OR" && word !== ")"; word = peek()) {
      if (word === "AND") next();
      parts.push(readOne());
    }
    return (lookup) => parts.every((part) => part(lookup));
  };
  const readOne = (): Filter => {
    const word = next();
    if (word === "NOT" || word === "-") {
      const inner = readOne();
      return (lookup) => !inner(lookup);
    }
    if (word === "(") {
      const inner = readOr();
      if (next() !== ")") fail(text);
      return inner;
    }
    if (!/^[\w.]/.test(word)) fail(text);
    return compare(word, next(), readValue(), text);
  };
  const readValue = (): string => {
    const word = next();
    if (word.startsWith('"')) return JSON.parse(word) as string;
    if (/^[()=<>!:]/.test(word)) fail(text);
    return word;
  };

  const whole = readOr();
  if (at < words.length) fail(text);
  return whole;
}

function tokenize(text: string): string[] {
  const words: string[] = [];
  const pattern = /\s*("(?:[^"\\]|\\.)*"|>=|<=|!=|=~|[()=<>:]|-(?=[\w.(])|[^\s()=<>!:"]+)/y;
  let end = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    words.push(found[1] ?? "");
    end = pattern.lastIndex;
  }
  if (text.slice(end).trim() !== "") fail(text);
  return words;
}

function compare(path: string, sign: string, wanted: string, text: string): Filter {
  switch (sign) {
    case "=":
      return (lookup) => matches(lookup(path), wanted);
    case "!=":
      return (lookup) => !matches(lookup(path), wanted);
    case ":":
      return (lookup) =>
        wanted === "*" ? lookup(path) !== undefined : (lookup(path) ?? "").includes(wanted);
    case ">=":
    case "<=":
    case ">":
    case "<":
      return (lookup) => ordered(lookup(path), sign, wanted);
    default:
      return fail(text);
  }
}

function matches(value: string | undefined, wanted: string): boolean {
  if (!wanted.includes("*")) return value === wanted;
  const source = wanted.split("*").map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`));
  return value !== undefined && new RegExp(`^${source.join(".*")}$`, "s").test(value);
}

function ordered(value: string | undefined, sign: string, wanted: string): boolean {
  if (value === undefined) return false;
  const [left, right] = [sortable(value), sortable(wanted)];
  if (left === right) return sign.includes("=");
  return left > right === sign.startsWith(">");
}

/** A time with its fraction made nine digits long, so that texts sort as times do. */
function sortable(text: string): string {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(text);
  return found === null ? text : `${found[1]}.${(found[2] ?? "").padEnd(9, "0")}`;
}

function fail(text: string): never {
  throw invalid(`Unparseable filter: syntax error in '${text}'`);
}
