import path from "node:path";
import type { Context } from "../../core/context.ts";
import { type Judgement, judgementSchema, refusedAs } from "../../core/score/judgement.ts";
import type { WholeRun } from "../../core/run/run.ts";
import { cvOfRun } from "../../core/score/ledger.ts";
import { maskValue } from "../../core/secrets/mask.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { readLedger } from "../../storage/score/ledger-file.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { workspaceSecrets } from "../../storage/workspace/workspace-secrets.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { measureRun } from "./measure-run.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

/** What is wrong with the machine says nothing of the score: judged when it is put right. */
const notOfTheScore = new Set(["cannot-write", "locked", "metric-environment", "unreadable"]);

/**
 * What the score of a training that has ended is, or why it gives none. It is judged once, from the files of its own
 * record, and written down; whatever becomes of those files later, it stays what it was. Call it under the run's lock.
 */
export async function judgeRun(
  context: Context,
  ws: Workspace,
  run: WholeRun,
  experiment: string,
): Promise<Judgement> {
  const now = context.now();
  const file = path.join(runFolder(ws, run.spec.id), recordFiles.judged);
  const known = (await readJudgement(file)) ?? (await judgedBefore(ws, run, experiment, now));
  if (known !== undefined) return known;
  const secrets = await workspaceSecrets(ws.root, context.env);
  const judgement = maskValue(await judge(context, ws, run, experiment), secrets);
  // A lost run may turn out to be none.
  if (run.state !== "lost") await writeAtomic(file, `${JSON.stringify(judgement, null, 2)}\n`);
  return judgement;
}

async function judge(
  context: Context,
  ws: Workspace,
  run: WholeRun,
  experiment: string,
): Promise<Judgement> {
  const at = context.now().toISOString();
  if (run.state !== "succeeded") return { outcome: "none", at, summary: endingOf(run) };
  try {
    return { outcome: "scored", at, entry: await measureRun(context, ws, run, experiment) };
  } catch (error) {
    if (!(error instanceof UserError) || notOfTheScore.has(error.code)) throw error;
    return { outcome: "refused", at, refusal: refusedAs(error) };
  }
}

function endingOf({ state }: WholeRun): string {
  return state === "failed" ? "it failed" : `it was ${state}`;
}

async function readJudgement(file: string): Promise<Judgement | undefined> {
  const text = await readTextIfAny(file);
  if (text === undefined) return undefined;
  try {
    return judgementSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError(
      {
        code: "judged-json",
        message: "what was found of the run's score cannot be read",
        at: { file },
        expected: "the file as Crossfold wrote it, once, when the run ended",
        next: "train again for a score that counts",
      },
      { cause: error },
    );
  }
}

/** Of a run of a version that wrote no judgement: its line in the ledger. */
async function judgedBefore(
  ws: Workspace,
  { spec }: WholeRun,
  experiment: string,
  now: Date,
): Promise<Judgement | undefined> {
  const { entries } = await readLedger(ws, experiment);
  const entry = cvOfRun(entries, spec.id);
  return entry && { outcome: "scored", at: now.toISOString(), entry };
}
