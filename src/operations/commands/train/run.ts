import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { targetNames } from "../../../compute/targets.ts";
import type { Context } from "../../../core/context.ts";
import { experimentNamePattern } from "../../../core/experiment/experiment.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { readRun } from "../../../storage/run/run-record.ts";
import { openWorkspace, type Workspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { runSummarySchema, summariseRun } from "../../run/run-summary.ts";
import { scriptArguments } from "../../run/script-arguments.ts";
import { startRun } from "../../run/start-run.ts";
import { endedRunSchema, exitCodeOf } from "../../run/ended-run.ts";
import { watchRun } from "../../run/watch-run.ts";

const input = z.object({
  script: z.string().describe("Python script in the workspace"),
  on: z.enum(targetNames).default("local").describe("Where to run it"),
  detach: z.boolean().default(false).describe("Return at once; the run goes on"),
  extraArgs: z
    .string()
    .optional()
    .describe("Arguments for the script in one string, split at spaces outside quotes"),
  args: z.array(z.string()).default([]).describe("Arguments for the script, passed on untouched"),
});

const output = z.discriminatedUnion("outcome", [
  endedRunSchema.extend({ outcome: z.literal("ended") }),
  z.object({ outcome: z.literal("detached"), run: runSummarySchema }),
]);

export const run = defineOperation({
  description:
    "Runs any Python script of the workspace as `train` runs train.py: the same Python, MLflow tags, log, stop and record of what was run. Nothing it does counts as a score.",
  whenToUse: "Use it for inference.py and other scripts of the workspace; nothing is recorded.",
  input,
  output,
  effect: "write",
  terminalOnly: ["extraArgs"],
  positionals: ["script"],
  passthrough: "args",
  completions: { script: "file" },
  examples: [
    { command: "run models/exp001/inference.py", summary: "write the submission" },
    { command: "run scripts/features.py -- --all", summary: "with an argument of its own" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    const script = await scriptInside(context, ws, request.script);
    const { args, debug } = scriptArguments(request);
    const experiment = experimentOf(script);
    const backend = request.on;
    const asked = { kind: "script" as const, experiment, script, args, debug, backend };
    const started = await startRun(context, ws, asked);
    const { id } = started.handle;
    context.progress.step(`run ${id}`);
    if (!request.detach)
      return { outcome: "ended" as const, ...(await watchRun(context, ws, started)) };
    const detached = await summariseRun(ws, await readRun(ws, id), context.now());
    return { outcome: "detached" as const, run: detached };
  },
  exitCode: (result) => (result.outcome === "ended" ? exitCodeOf(result) : 0),
});

/** The script relative to the workspace. Throws a UserError for one that is not there, no file, or outside. */
async function scriptInside(context: Context, ws: Workspace, given: string): Promise<string> {
  const file = path.resolve(context.cwd, given);
  const script = path.relative(ws.root, file);
  const inside = script !== "" && !path.isAbsolute(script) && script.split(path.sep)[0] !== "..";
  if (inside && (await stat(file).catch(() => undefined))?.isFile()) return script;
  throw new UserError({
    code: inside ? "no-script" : "script-outside",
    message: inside ? "there is no such script" : "it lies outside the workspace",
    at: { file: given },
    expected: `a Python file below ${ws.root}, such as models/exp001/inference.py`,
    next: inside
      ? "name a script that is there, from the folder you are in"
      : "copy it into the workspace, then run it from there",
    exitCode: 2,
  });
}

function experimentOf(script: string): string | null {
  const [models, name, file] = script.split(path.sep);
  if (models !== "models" || name === undefined || file === undefined) return null;
  return experimentNamePattern.test(name) ? name : null;
}
