import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Context } from "../../core/context.ts";
import { hasEnded } from "../../core/run/run.ts";
import { nextActionSchema } from "../../core/errors/next-action.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { withNewKeys } from "../../storage/old-keys.ts";
import { closeRun } from "../../storage/run/close-run.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { recordRun } from "../score/record-run.ts";

/** What recording a run came to. */
const outcomeSchema = z.object({
  recorded: z.boolean(),
  score: z.number().nullable(),
  summary: z.string(),
  /** Why it could not be recorded, where it should have been. The run's own state is not touched by that. */
  problem: z.string().nullable(),
  /** What helps then. Files of older versions have it in the problem. */
  next: nextActionSchema.nullable().default(null),
});
export type Outcome = z.output<typeof outcomeSchema>;

/** Makes the record of a run that has ended complete. Needs no readable project.yml. */
export async function completeRecord(ws: Pick<Workspace, "root">, id: string): Promise<void> {
  await withWorkspaceLock(ws, `run-${id}`, () => closeRun(ws, id));
}

/**
 * Completes an ended run's record and records its score, or how it failed, whoever else may be doing the same: the
 * first does it, the others are told what it came to. What went wrong is tried again.
 */
export async function finalizeRun(context: Context, ws: Workspace, id: string): Promise<Outcome> {
  return withWorkspaceLock(ws, `run-${id}`, async () => {
    const { state } = await closeRun(ws, id);
    if (!hasEnded(state)) return { ...nothing, summary: `it is ${state}` };
    const file = path.join(runFolder(ws, id), recordFiles.recorded);
    const known = await readOutcome(file);
    if (known !== undefined) return known;
    const outcome = await recordOutcome(context, ws, id);
    // A lost run may turn out otherwise, and a problem may be fixed.
    const final = state !== "lost" && outcome.problem === null;
    if (final) await writeAtomic(file, JSON.stringify(outcome, null, 2) + "\n");
    return outcome;
  });
}

async function readOutcome(file: string): Promise<Outcome | undefined> {
  try {
    return outcomeSchema.parse(withNewKeys("recorded", JSON.parse(await readFile(file, "utf8"))));
  } catch {
    return undefined;
  }
}

const nothing: Outcome = { recorded: false, score: null, summary: "", problem: null, next: null };

async function recordOutcome(context: Context, ws: Workspace, id: string): Promise<Outcome> {
  try {
    const { recorded, score, summary, refusal } = await recordRun(context, ws, id);
    return { recorded, score, summary, ...problemOf(refusal) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...nothing, ...problemOf(error) };
  }
}

function problemOf(refusal: UserError | undefined): Pick<Outcome, "problem" | "next"> {
  return { problem: refusal?.message ?? null, next: refusal?.next ?? null };
}
