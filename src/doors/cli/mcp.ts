import { stdout } from "../shared/terminal.ts";
import { workingFolder } from "./context.ts";
import { frontOptions } from "./command-words.ts";
import { usageError } from "./usage-error.ts";

const help = `Usage: crossfold mcp [-C <folder>]

Serves every command as an MCP tool on stdin and stdout, with the competition's documents, tasks and run logs as
resources. A client starts it; nothing is to be typed here.

Options:
  -C, --cwd <folder>  Work as if started in this folder
  -h, --help          Show this help

Examples:
  crossfold mcp                               in the workspace's folder
  crossfold mcp -C ~/competitions/titanic     from anywhere
  claude mcp add crossfold -- crossfold mcp   as a client's setting
`;

/** `crossfold mcp`: only the options are looked at here; the server loads with the first use. */
export async function mcp(
  args: readonly string[],
  front: { cwd: string | undefined },
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    stdout.write(help);
    return 0;
  }
  const { cwd = front.cwd, words } = frontOptions(args);
  if (words.length > 0) throw usageError(`mcp takes no argument '${words[0]}'`, "mcp");
  return (await import("../mcp/serve.ts")).serveMcp(workingFolder(cwd));
}
