import { x } from "tinyexec";
import type { Context } from "../../core/context.ts";
import { prepareInterpreter } from "../../python/environment.ts";
import { experimentFolder, openWorkspace } from "../../storage/workspace.ts";
import path from "node:path";

export interface ToolResult {
  /** As one would type it, the interpreter left out. */
  command: string;
  exitCode: number;
  /** What the tool printed, both streams. */
  output: string;
}

/**
 * Runs `python -m <tool> ...` in the workspace, one command after another while they succeed, over the given
 * experiments or the whole workspace.
 */
export async function runPythonTools(
  context: Context,
  experiments: string[],
  commands: string[][],
): Promise<ToolResult[]> {
  const ws = await openWorkspace(context.cwd);
  const folders = await Promise.all(experiments.map((name) => experimentFolder(ws, name)));
  const targets =
    folders.length === 0 ? ["."] : folders.map((folder) => path.relative(ws.root, folder));
  const python = await prepareInterpreter(ws.root, context);
  const results: ToolResult[] = [];
  for (const command of commands) {
    const args = ["-m", ...command, ...targets];
    const nodeOptions = { cwd: ws.root, env: { ...context.env } };
    const { stdout, stderr, exitCode } = await x(python.file, args, { nodeOptions });
    results.push({
      command: args.slice(1).join(" "),
      exitCode: exitCode ?? 1,
      output: `${stdout}${stderr}`.trim(),
    });
    if (exitCode !== 0) break;
  }
  return results;
}
