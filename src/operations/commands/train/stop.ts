import { z } from "zod";
import { hasEnded } from "../../../core/run/run.ts";
import { readRun } from "../../../storage/run/run-record.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { findRun } from "../../run/find-run.ts";
import { runSummarySchema, summariseRun } from "../../run/run-summary.ts";
import { completeRecord } from "../../run/finalize-run.ts";

const input = z.object({
  run: z
    .string()
    .describe("Run id, its beginning or end, or an experiment (its newest training run)"),
  grace: z
    .number()
    .min(0)
    .default(10)
    .describe("Seconds the script has to exit by itself before it is terminated"),
});

const output = z.object({
  run: runSummarySchema,
  /** False where it had ended before. */
  stopped: z.boolean(),
});

export const stop = defineOperation({
  description:
    "Stops a run with every process it started: an interrupt as by Ctrl-C, after the grace a request to terminate, then a kill. Returns when it has ended. A run that was stopped is never recorded as a score; one that had succeeded before the stop reached it is.",
  whenToUse: "Use it only when the user asks, or when the run is certainly useless.",
  input,
  output,
  effect: "destroy",
  idempotent: true,
  positionals: ["run"],
  completions: { run: "run" },
  examples: [
    { command: "stop exp002", summary: "its newest training run" },
    { command: "stop exp002 --grace 60", summary: "with time to save a checkpoint" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    const found = await findRun(context, ws, request.run);
    const { id } = found.handle;
    const underWay = !hasEnded(found.run.state);
    if (underWay) {
      context.progress.step(`stopping ${id}`);
      await found.backend.cancel(found.handle, request.grace);
      await completeRecord(ws, id);
    }
    const now = await readRun(ws, id);
    const run = await summariseRun(ws, now, context.now());
    return { run, stopped: underWay && now.state === "cancelled" };
  },
});
