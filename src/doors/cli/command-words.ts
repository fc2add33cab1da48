import { type OperationName, operations } from "../../operations/table.ts";
import { usageError } from "./usage-error.ts";

/** Options that may stand before the command: the folder to work in; `--json` is passed on to the command. */
export function frontOptions(argv: readonly string[]): {
  cwd: string | undefined;
  words: string[];
} {
  const words = [...argv];
  const passedOn: string[] = [];
  let cwd: string | undefined;
  for (;;) {
    const word = words[0] ?? "";
    if (word === "--json") passedOn.push(words.shift()!);
    else if (word === "-C" || word === "--cwd") {
      words.shift();
      cwd = words.shift();
      if (cwd === undefined) throw usageError(`${word} needs a folder`, "");
    } else if (word.startsWith("--cwd=")) cwd = words.shift()!.slice("--cwd=".length);
    else break;
  }
  if (words.length === 0) return { cwd, words };
  const at = words.indexOf("--");
  const end = at === -1 ? words.length : at;
  return { cwd, words: [...words.slice(0, end), ...passedOn, ...words.slice(end)] };
}

/** The operation whose name is the longest beginning of the words. */
export function findOperation(
  words: readonly string[],
): { name: OperationName; args: string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(" ");
    if (words.length >= length && Object.hasOwn(operations, name)) {
      return { name: name as OperationName, args: words.slice(length) };
    }
  }
  return undefined;
}
