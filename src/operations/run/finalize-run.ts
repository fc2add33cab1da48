import path from "node:path";
import { z } from "zod";
import type { Context } from "../../core/context.ts";
import { hasEnded } from "../../core/run/run.ts";
import { cvOfRun } from "../../core/score/ledger.ts";
import { nextActionSchema } from "../../core/errors/next-action.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { withNewKeys } from "../../storage/old-keys.ts";
import { closeRun } from "../../storage/run/close-run.ts";
import { readSpec, recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { readLedgerOrProblem } from "../../storage/score/ledger-file.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { type Recorded, recordRun } from "../score/record-run.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

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
 * first does it, the others are told what it came to. A refusal is final; what else went wrong is tried again.
 */
export async function finalizeRun(context: Context, ws: Workspace, id: string): Promise<Outcome> {
  return withWorkspaceLock(ws, `run-${id}`, async () => {
    const { state } = await closeRun(ws, id);
    if (!hasEnded(state)) return { ...nothing, summary: `it is ${state}` };
    const file = path.join(runFolder(ws, id), recordFiles.recorded);
    const known = await readOutcome(file);
    if (known !== undefined) return known.recorded ? stillRecorded(ws, id, known) : known;
    const { outcome, final } = await recordOutcome(context, ws, id);
    // A lost run may turn out otherwise.
    if (final && state !== "lost") await writeAtomic(file, JSON.stringify(outcome, null, 2) + "\n");
    return outcome;
  });
}

/** The ledger is in git: on another branch, or after a line was removed, it has the score no more. */
async function stillRecorded(ws: Workspace, id: string, known: Outcome): Promise<Outcome> {
  const { experiment } = await readSpec(runFolder(ws, id));
  if (experiment === null) return known;
  const { entries, contradicted, problems } = await readLedgerOrProblem(ws, experiment);
  if (cvOfRun([...entries, ...contradicted], id) !== undefined) return known;
  const file = paths.ledger({ root: "" }, experiment);
  const why = problems[0]?.message ?? "another branch, or the line was removed";
  return {
    ...known,
    recorded: false,
    problem: `${known.summary.split(";")[0]}, but ${file} does not have it now: ${why}`,
    next: { operation: "record", input: { target: id }, why: "records it here too" },
  };
}

async function readOutcome(file: string): Promise<Outcome | undefined> {
  try {
    return outcomeSchema.parse(
      withNewKeys("recorded", JSON.parse((await readTextIfAny(file)) ?? "")),
    );
  } catch {
    return undefined;
  }
}

const nothing: Outcome = { recorded: false, score: null, summary: "", problem: null, next: null };

/** Records an ended run once more, should the ledger or the task have lost it: what was judged stays. */
export async function recordAgain(context: Context, ws: Workspace, id: string): Promise<Recorded> {
  return withWorkspaceLock(ws, `run-${id}`, async () => {
    // Its supervisor may have been killed before it could keep what the run wrote.
    await closeRun(ws, id);
    return recordRun(context, ws, id);
  });
}

async function recordOutcome(context: Context, ws: Workspace, id: string) {
  try {
    const { recorded, score, summary, refusal } = await recordRun(context, ws, id);
    return { outcome: { recorded, score, summary, ...problemOf(refusal) }, final: true };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { outcome: { ...nothing, ...problemOf(error) }, final: false };
  }
}

function problemOf(refusal: UserError | undefined): Pick<Outcome, "problem" | "next"> {
  return { problem: refusal?.message ?? null, next: refusal?.next ?? null };
}
