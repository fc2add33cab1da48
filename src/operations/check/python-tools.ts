import { existsSync } from "node:fs";
import path from "node:path";
import { x } from "tinyexec";
import type { Context } from "../../core/context.ts";
import type { Finding } from "../../core/rules/rule.ts";
import { prepareInterpreter } from "../../python/environment.ts";
import type { ReadFindings } from "../../python/tool-findings.ts";
import { experimentFolder, openWorkspace } from "../../storage/workspace/workspace.ts";
import type { ToolOutput } from "./tool-schemas.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

/** What to run, and how to ask for the findings again as JSON where it has some. */
export interface PythonTool {
  commands: string[][];
  json: string[];
  read: ReadFindings;
}

/**
 * Runs `python -m <tool> ...` in the workspace, one command after another, over the given experiments or the whole
 * workspace. Output and exit codes are the tool's; the findings come from one more call.
 */
export async function runPythonTool(
  context: Context,
  experiments: string[],
  { commands, json, read }: PythonTool,
): Promise<ToolOutput> {
  const ws = await openWorkspace(context.cwd);
  const folders = await Promise.all(experiments.map((name) => experimentFolder(ws, name)));
  const targets =
    folders.length === 0 ? ["."] : folders.map((folder) => path.relative(ws.root, folder));
  const python = await prepareInterpreter(context, ws.root);
  const nodeOptions = { cwd: ws.root, env: { ...context.env, ...activated(python.file) } };
  const results: ToolOutput["results"] = [];
  for (const command of commands) {
    const args = ["-m", ...command, ...targets];
    const { stdout, stderr, exitCode } = await x(python.file, args, { nodeOptions });
    const output = `${stdout}${stderr}`.trim();
    results.push({ command: args.slice(1).join(" "), exitCode: exitCode ?? 1, output });
    // A tool that fails at once cannot read its own settings: it would say the same again.
    if (exitCode !== 0 && results.length === 1) break;
  }
  if (!results.some(foundSomething)) return { results, findings: [] };
  const { stdout } = await x(python.file, ["-m", ...json, ...targets], { nodeOptions });
  return { results, findings: await findingsIn(stdout, ws.root, read) };
}

/** What activating the interpreter's environment would set; ty looks there for packages, whatever else is active. */
function activated(interpreter: string): { VIRTUAL_ENV: string | undefined } {
  const folder = path.dirname(path.dirname(interpreter));
  return { VIRTUAL_ENV: existsSync(path.join(folder, "pyvenv.cfg")) ? folder : undefined };
}

/** A tool may print warnings and still succeed. */
function foundSomething({ exitCode, output }: ToolOutput["results"][number]): boolean {
  return exitCode !== 0 || /Found \d+ diagnostic/.test(output);
}

/** None where the tool itself failed and printed something else: its output says why. */
async function findingsIn(json: string, root: string, read: ReadFindings): Promise<Finding[]> {
  let found: ReturnType<ReadFindings>;
  try {
    found = read(json, root);
  } catch {
    return [];
  }
  const lines = new Map<string, string[]>();
  for (const file of new Set(found.map((one) => one.file))) {
    const text = (await readTextIfAny(path.join(root, file))) ?? "";
    lines.set(file, text.split(/\r\n|\r|\n/));
  }
  return found.map((one) =>
    Object.assign(one, {
      source: lines.get(one.file)?.[one.line - 1] ?? null,
      experiment: /^models\/([^/]+)\//.exec(one.file)?.[1] ?? null,
    }),
  );
}
