import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../package-root.ts";
import { type OperationName, operations } from "../operations/table.ts";
import { streamStyle } from "./context.ts";
import { rootHelp } from "./root-help.ts";
import { usageError } from "./usage-error.ts";

/** Dispatches a command line; only what the command needs is loaded. Returns the exit code; throws UserErrors. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const { cwd, words } = frontOptions(argv);
  const [first = "--help", ...rest] = words;
  if (["--help", "-h", "help"].includes(first)) return printHelp(rest);
  if (["--version", "-V"].includes(first)) return print(version());
  if (first === "completion") return (await import("./completion.ts")).printCompletion(rest);
  if (first === "complete") return (await import("./completion.ts")).complete(rest);
  if (first === "mcp") return (await import("./mcp.ts")).mcp(rest, { cwd });
  if (first === "supervise") return (await import("./supervise.ts")).runSupervisor(rest);
  const found = findOperation(words);
  if (found === undefined) return refuse(first);
  return (await import("./run-operation.ts")).runOperation(found.name, found.args, { cwd });
}

/** Options that may stand before the command: the folder to work in; `--json` is handed on to the command. */
export function frontOptions(argv: readonly string[]): {
  cwd: string | undefined;
  words: string[];
} {
  const words = [...argv];
  const handedOn: string[] = [];
  let cwd: string | undefined;
  for (;;) {
    const word = words[0] ?? "";
    if (word === "--json") handedOn.push(words.shift()!);
    else if (word === "-C" || word === "--cwd") {
      words.shift();
      cwd = words.shift();
      if (cwd === undefined) throw usageError(`${word} wants a folder`, "");
    } else if (word.startsWith("--cwd=")) cwd = words.shift()!.slice("--cwd=".length);
    else break;
  }
  if (words.length === 0) return { cwd, words };
  const at = words.indexOf("--");
  const end = at === -1 ? words.length : at;
  return { cwd, words: [...words.slice(0, end), ...handedOn, ...words.slice(end)] };
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

async function refuse(word: string): Promise<never> {
  throw (await import("./unknown-command.ts")).unknownCommand("", word);
}

async function printHelp(words: readonly string[]): Promise<number> {
  const [first = "--help"] = words;
  if (first.startsWith("-")) return print(rootHelp(streamStyle(process.stdout), version()));
  if (first === "mcp") return (await import("./mcp.ts")).mcp(["--help"], { cwd: undefined });
  const found = findOperation(words);
  if (found === undefined) return refuse(first);
  const { runOperation } = await import("./run-operation.ts");
  return runOperation(found.name, ["--help"], { cwd: undefined });
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function version(): string {
  const text = readFileSync(path.join(packageRoot(), "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
