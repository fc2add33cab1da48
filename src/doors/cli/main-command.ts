import { findOperation, frontOptions } from "./command-words.ts";
import { groupHelp, groups } from "./groups.ts";
import { terminalStyle } from "./context.ts";
import { stdout } from "../shared/terminal.ts";
import { version } from "../shared/version.ts";
import { rootHelp } from "./root-help.ts";

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
  if (first === "mask-output") return (await import("./mask-output.ts")).maskOutput();
  const found = findOperation(words);
  if (found === undefined) {
    return rest.some((word) => ["--help", "-h"].includes(word))
      ? printHelp([first])
      : refuse(words);
  }
  return (await import("./run-operation.ts")).runOperation(found.name, found.args, { cwd });
}

async function refuse(words: readonly string[]): Promise<never> {
  throw (await import("./unknown-command.ts")).unknownWords(words);
}

async function printHelp(words: readonly string[]): Promise<number> {
  const [first = "--help"] = words;
  if (first.startsWith("-")) return print(rootHelp(terminalStyle(stdout), version()));
  if (first === "mcp") return (await import("./mcp.ts")).mcp(["--help"], { cwd: undefined });
  const found = findOperation(words);
  if (found === undefined) {
    return groups().includes(first) ? print(groupHelp(first)) : refuse(words);
  }
  const { runOperation } = await import("./run-operation.ts");
  return runOperation(found.name, ["--help"], { cwd: undefined });
}

function print(text: string): number {
  stdout.write(`${text}\n`);
  return 0;
}
