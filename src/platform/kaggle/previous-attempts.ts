import { createHash } from "node:crypto";
import { markedAttempt, namedExperiments } from "../../core/submission/submission-message.ts";
import type { Kaggle } from "../../clients/kaggle/open-kaggle.ts";
import { listSubmissions } from "../../clients/kaggle/submissions.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { CheckedSubmission, Graded, SubmissionRecord, Sent } from "../platform.ts";
import { toSubmitResult, toSubmissionRecord } from "./submission-records.ts";
import { type JournalEntry, readJournal, writeJournal } from "./submission-journal.ts";

/** What makes a submission the same one: the file's content; in a code competition the notebook's version. */
export function identityOf({ sha256, notebook }: CheckedSubmission): string {
  if (notebook === undefined) return sha256;
  const { ref, version, outputFile } = notebook;
  return createHash("sha256")
    .update(JSON.stringify([ref, version, outputFile]))
    .digest("hex");
}

/** One time this content was submitted, by our journal, by Kaggle's list, or by both. */
export interface Attempt {
  attempt: number;
  journal: JournalEntry | undefined;
  listed: SubmissionRecord | undefined;
}

/** Every time this content was submitted or may have been, first to last. */
export async function attemptsOf(
  api: Kaggle,
  ws: Workspace,
  submission: CheckedSubmission,
): Promise<Attempt[]> {
  const identity = identityOf(submission);
  const journal = (await readJournal(ws)).filter(({ file_sha256 }) => file_sha256 === identity);
  const listed = (await listSubmissions(api, ws.project.competition_name)).map(toSubmissionRecord);
  const attempts = new Map<number, Attempt>();
  for (const entry of journal) {
    const { attempt, reference } = entry;
    const found = listed.find((one) => one.submission === reference);
    attempts.set(attempt, { attempt, journal: entry, listed: found });
  }
  for (const one of listed) {
    const attempt = markedAttempt(one.message, identity);
    if (attempt === undefined) continue;
    attempts.set(attempt, { attempt, journal: attempts.get(attempt)?.journal, listed: one });
  }
  return [...attempts.values()].toSorted((a, b) => a.attempt - b.attempt);
}

/** The newest time Kaggle took this very content; what is learnt of it is written into the journal. */
export async function findPrevious(
  api: Kaggle,
  ws: Workspace,
  submission: CheckedSubmission,
): Promise<Graded | Sent | undefined> {
  const taken = (await attemptsOf(api, ws, submission)).findLast(wasTaken);
  return taken && adopt(ws, submission, taken);
}

export function wasTaken({ journal, listed }: Attempt): boolean {
  return listed !== undefined || (journal?.reference ?? null) !== null;
}

/** Keeps Kaggle's reference of a submission whose answer never arrived, or that another clone sent. */
export async function adopt(
  ws: Workspace,
  submission: CheckedSubmission,
  { attempt, journal, listed }: Attempt,
): Promise<Graded | Sent> {
  const at = listed?.at ?? journal?.created ?? "";
  const named = namedExperiments(listed?.message ?? "", [submission.experiment]);
  const experiment = journal?.experiment ?? named[0] ?? "another experiment";
  const previous = { at, experiment };
  if (listed === undefined) return { status: "sent", submission: journal!.reference!, previous };
  const states = { pending: "sent", complete: "scored", error: "failed" } as const;
  await writeJournal(ws, {
    schema: 1,
    competition: ws.project.competition_name,
    experiment,
    run: experiment === submission.experiment ? submission.run : null,
    file: submission.file,
    file_sha256: identityOf(submission),
    attempt,
    description: listed.message,
    notebook: submission.notebook ?? null,
    created: at,
    today_before: null,
    ...journal,
    state: states[listed.status],
    reference: listed.submission,
    reason: listed.error === "" ? null : listed.error,
  });
  return toSubmitResult(listed, previous);
}
