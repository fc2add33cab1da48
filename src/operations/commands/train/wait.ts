import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { hasEnded } from "../../../core/run/run.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { findRun, type FoundRun } from "../../run/find-run.ts";
import { endedRunSchema, exitCodeOf } from "../../run/ended-run.ts";
import { endedRun } from "../../run/watch-run.ts";

const input = z.object({
  run: z
    .string()
    .describe("Run id, its beginning or end, or an experiment (its newest training run)"),
  timeout: z
    .number()
    .positive()
    .optional()
    .describe("Give up after this many seconds; the run goes on"),
});

const pollMs = 100;

export const wait = defineOperation({
  description:
    "Waits until a run has ended and its score, or its failure, is recorded; records it itself if the run's supervisor was killed.",
  whenToUse:
    "Use it after `train` with detach; give a timeout shorter than your own limit for a call, and call it again.",
  input,
  output: endedRunSchema,
  effect: "write",
  idempotent: true,
  positionals: ["run"],
  completions: { run: "run" },
  examples: [
    { command: "wait exp002", summary: "until its newest training run has ended" },
    { command: "wait k3f9 --timeout 3600", summary: "a run by the end of its id, an hour at most" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    const found = await findRun(context, ws, request.run);
    await untilEnded(found, request.timeout, context.unheard);
    return endedRun(context, ws, found.handle.id);
  },
  exitCode: exitCodeOf,
});

async function untilEnded(
  { backend, handle }: FoundRun,
  timeout = Infinity,
  unheard?: AbortSignal,
): Promise<void> {
  // Asking after a remote run takes time of its own.
  const began = performance.now();
  for (;;) {
    const { state } = await backend.status(handle);
    if (hasEnded(state)) return;
    const waited = Math.round((performance.now() - began) / 100) / 10;
    if (waited >= timeout) throw stillGoing(handle.id, state, timeout);
    if (unheard?.aborted === true) throw stillGoing(handle.id, state, waited);
    await pause(pollMs);
  }
}

function stillGoing(id: string, state: string, timeout: number): UserError {
  return new UserError({
    code: "wait-timeout",
    message: `run ${id} is still ${state} after ${timeout} seconds`,
    next: { operation: "wait", input: { run: id }, why: "waits on; `logs` shows how far it is" },
  });
}
