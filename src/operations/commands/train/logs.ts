import { z } from "zod";
import type { Context } from "../../../core/context.ts";
import { runStates } from "../../../core/run/run.ts";
import { tailStart } from "../../../storage/run/log-tail.ts";
import { readRun } from "../../../storage/run/run-record.ts";
import { openWorkspace, type Workspace } from "../../../storage/workspace/workspace.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { defineOperation } from "../../operation.ts";
import { currentRuns } from "../../run/current-runs.ts";
import { findRun } from "../../run/find-run.ts";
import { drain, followRun } from "../../run/follow-run.ts";

const input = z.object({
  run: z
    .string()
    .optional()
    .describe(
      "Run id, its beginning or end, or an experiment (its newest training run); by default the newest run",
    ),
  follow: z.boolean().default(false).describe("Follow the output until the run ends"),
  tail: z.int().min(0).optional().describe("Only this many of the last lines"),
});

const output = z.object({
  run: z.string(),
  state: z.enum(runStates),
  exitCode: z.number().nullable(),
  reason: z.string().nullable(),
  /** How many bytes of output were written out. */
  bytes: z.number(),
});

export const logs = defineOperation({
  description:
    "Writes out what a run printed, stdout and stderr in the order they came; with --follow until the run has ended. A terminal gets its colours and nothing else that would command it.",
  whenToUse:
    "Use it when a run failed or to see how far it is; tail: 50 is mostly enough. Its last 16 KiB at most.",
  input,
  output,
  effect: "read",
  terminalOnly: ["follow"],
  positionals: ["run"],
  short: { follow: "f", tail: "n" },
  completions: { run: "run" },
  examples: [
    { command: "logs exp002", summary: "of its newest training run" },
    { command: "logs exp002 -f --tail 20", summary: "the last lines, then what comes" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    const { handle, backend } = await findRun(
      context,
      ws,
      request.run ?? (await newestRun(context, ws)),
    );
    let bytes = 0;
    const take = (piece: Uint8Array) => {
      bytes += piece.length;
      context.write(piece);
    };
    const start = request.tail === undefined ? 0 : await tailStart(handle.folder, request.tail);
    if (request.follow) await followRun(backend, handle, start, take);
    else await drain(backend, handle, start, take);
    const { state, exitCode, reason } = await readRun(ws, handle.id);
    return { run: handle.id, state, exitCode, reason, bytes };
  },
});

async function newestRun(context: Context, ws: Workspace): Promise<string> {
  const { runs } = await currentRuns(context, ws);
  if (runs[0] !== undefined) return runs[0].spec.id;
  throw new UserError({
    code: "no-run",
    message: "nothing has been run yet",
    next: { operation: "train", input: { on: "local" }, why: "starts the first run" },
    exitCode: 2,
  });
}
