import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "../../core/context.ts";
import { backoffWaits } from "../../core/backoff.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { competitionPage } from "../../clients/kaggle/addresses.ts";
import type { Kaggle } from "../../clients/kaggle/open-kaggle.ts";
import { getSubmission } from "../../clients/kaggle/submissions.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { Graded, SubmissionRecord, Sent } from "../platform.ts";
import { toSubmitResult, toSubmissionRecord } from "./submission-records.ts";
import { readJournal, writeJournal } from "./submission-journal.ts";

/** A line that says it is still waited for, this often. */
const newsEveryMs = 60_000;

/** Asks until Kaggle has scored the submission, and notes the end in the journal. Throws a UserError with Kaggle's reason. */
export async function awaitScore(
  api: Kaggle,
  ws: Workspace,
  sent: Sent,
  context: Pick<Context, "progress" | "unheard">,
  timeoutSeconds: number,
): Promise<Graded> {
  context.progress.step(`waiting for the score of submission ${sent.submission}`);
  let waited = 0;
  let news = newsEveryMs;
  for (const wait of backoffWaits()) {
    const record = toSubmissionRecord(await getSubmission(api, Number(sent.submission)));
    const result = toSubmitResult(record, sent.previous);
    if (record.status !== "pending") await noteEnd(ws, record);
    if (record.status === "error") throw notScored(ws, record);
    if (result.status === "graded") return result;
    if (waited >= timeoutSeconds * 1000 || context.unheard?.aborted === true)
      throw stillPending(sent, waited / 1000);
    if (waited >= news) {
      context.progress.step(`still ${record.status} after ${Math.round(waited / 1000)} s`);
      news += newsEveryMs;
    }
    await pause(wait);
    waited += wait;
  }
  throw new Error("unreachable");
}

async function noteEnd(ws: Workspace, record: SubmissionRecord): Promise<void> {
  const entry = (await readJournal(ws)).find(({ reference }) => reference === record.submission);
  if (entry === undefined) return;
  const failed = record.status === "error";
  await writeJournal(ws, {
    ...entry,
    state: failed ? "failed" : "scored",
    reason: failed ? record.error : null,
  });
}

function notScored(ws: Workspace, { submission, error }: SubmissionRecord): UserError {
  return new UserError({
    code: "submission-failed",
    message: `Kaggle could not score submission ${submission}: ${error || "it gives no reason"}`,
    expected: "a file, or a notebook, that the competition's evaluation accepts",
    next: `look at ${competitionPage(ws.project.competition_name, "submissions")}, fix it, and submit what comes out`,
  });
}

function stillPending({ submission }: Sent, seconds: number): UserError {
  return new UserError({
    code: "score-pending",
    message: `submission ${submission} was submitted, but is not scored after ${Math.round(seconds)} seconds`,
    next: { operation: "lb sync", input: {}, why: "downloads the score when there is one" },
  });
}
