import { z } from "zod";
import { runStates } from "../../../core/run/run.ts";
import { experimentFolder, openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { currentRuns } from "../../run/current-runs.ts";
import { runSummarySchema, summariseRun } from "../../run/run-summary.ts";

const input = z.object({
  experiment: z.string().optional().describe("Only runs of this experiment"),
  state: z.enum(runStates).optional().describe("Only runs in this state"),
  limit: z.int().positive().default(20).describe("At most this many, newest first"),
});

const output = z.object({
  runs: z.array(runSummarySchema),
  /** How many fit, shown or not. */
  total: z.number(),
  /** Records that cannot be read. */
  problems: z.array(z.object({ id: z.string(), message: z.string() })),
});

export const runs = defineOperation({
  description:
    "Lists runs, newest first, each with its true state now: what was killed, with its supervisor or by a reboot, is shown as what became of it.",
  whenToUse: "Use it to see what is running and what failed.",
  input,
  output,
  effect: "read",
  positionals: ["experiment"],
  completions: { experiment: "experiment" },
  examples: [
    { command: "runs", summary: "the newest runs" },
    { command: "runs exp002 --state failed", summary: "what went wrong with an experiment" },
  ],
  async run(context, { experiment, state, limit }) {
    const ws = await openWorkspace(context.cwd);
    const { runs: all, problems } = await currentRuns(context, ws);
    const fitting = all.filter(
      (one) =>
        (experiment === undefined || one.spec.experiment === experiment) &&
        (state === undefined || one.state === state),
    );
    if (experiment !== undefined && fitting.length === 0) await experimentFolder(ws, experiment);
    const ledgers = { lines: new Map(), metric: undefined };
    const shown = fitting
      .slice(0, limit)
      .map((one) => summariseRun(ws, one, context.now(), ledgers));
    return { runs: await Promise.all(shown), total: fitting.length, problems };
  },
});
