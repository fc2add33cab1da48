import path from "node:path";
import { stat } from "node:fs/promises";
import type { Context } from "../../core/context.ts";
import { contentMark, describeSubmission } from "../../core/submission/submission-message.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { competitionPage } from "../../clients/kaggle/addresses.ts";
import { lookFor } from "../../clients/http/look-for.ts";
import { putFile } from "../../clients/kaggle/blobs.ts";
import { KaggleError } from "../../clients/kaggle/kaggle-error.ts";
import type { Kaggle } from "../../clients/kaggle/open-kaggle.ts";
import {
  createCodeSubmission,
  type CreatedSubmission,
  createSubmission,
  getSubmissionLimits,
  startSubmissionUpload,
} from "../../clients/kaggle/submissions.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { CheckedSubmission, Graded, Sent } from "../platform.ts";
import { adopt, type Attempt, attemptsOf, identityOf, wasTaken } from "./previous-attempts.ts";
import { requireSameFile } from "../../storage/files/require-same-file.ts";
import { type JournalEntry, readJournal, writeJournal } from "./submission-journal.ts";

/**
 * Submits, unless Kaggle took this very content before and `again` is not given. The journal is written before anything
 * is sent; where it is not known whether Kaggle took it, its list is asked, and nothing is sent a second time.
 */
export async function submitOnce(
  api: Kaggle,
  ws: Workspace,
  submission: CheckedSubmission,
  context: Context,
  again: boolean,
): Promise<Graded | Sent> {
  const attempts = await attemptsOf(api, ws, submission);
  const taken = attempts.findLast(wasTaken);
  if (taken !== undefined && !again) return adopt(ws, submission, taken);
  const { numToday } = await getSubmissionLimits(api, ws.project.competition_name);
  const open = attempts.find((one) => one.journal?.state === "sending" && !wasTaken(one));
  if (open !== undefined && !again) await refuseDoubt(ws, open.journal!, numToday, context);
  const newest = attempts.findLast((one) => one === open || wasTaken(one))?.attempt ?? 0;
  const attempt = open === undefined || again ? newest + 1 : open.attempt;
  const send = await prepare(api, ws, submission, context);
  const entry = newEntry(ws, submission, { attempt, today: numToday }, context);
  await writeJournal(ws, entry);
  return sendAndConfirm(api, ws, submission, entry, context, () => send(entry.description));
}

function newEntry(
  ws: Workspace,
  submission: CheckedSubmission,
  { attempt, today }: { attempt: number; today: number },
  context: Pick<Context, "now">,
): JournalEntry {
  const identity = identityOf(submission);
  const mark = contentMark(identity, attempt);
  const { experiment, run, message, notebook } = submission;
  return {
    schema: 1,
    competition: ws.project.competition_name,
    experiment,
    run,
    file: path.relative(ws.root, submission.file),
    file_sha256: identity,
    attempt,
    description: describeSubmission(experiment, message ?? "", mark),
    notebook: notebook === undefined ? null : { ref: notebook.ref, version: notebook.version },
    created: context.now().toISOString(),
    state: "sending",
    today_before: today,
    reference: null,
    reason: null,
  };
}

/** Everything up to the call that spends a slot. Returns that call. */
async function prepare(
  api: Kaggle,
  ws: Workspace,
  { file, sha256, notebook }: CheckedSubmission,
  { progress }: Pick<Context, "progress">,
): Promise<(message: string) => Promise<CreatedSubmission>> {
  const slug = ws.project.competition_name;
  if (notebook !== undefined) {
    const [kernelOwner = "", kernelSlug = ""] = notebook.ref.split("/");
    const kernel = { kernelOwner, kernelSlug, kernelVersion: notebook.version };
    return (message) =>
      createCodeSubmission(api, slug, { ...kernel, fileName: notebook.outputFile, message });
  }
  const { size, mtime } = await stat(file);
  progress.step(`uploading ${path.basename(file)} (${size} bytes)`);
  const started = { name: path.basename(file), bytes: size, modified: mtime };
  const { token, createUrl } = await startSubmissionUpload(api, slug, started);
  await putFile(api, createUrl, file, (done, total) => progress.portion(done, total, "bytes"));
  // Minutes may lie between the check and the upload: a question was asked.
  await requireSameFile(ws, file, sha256);
  return (message) => createSubmission(api, slug, { token, message });
}

/** Sends, and finds out what became of it. */
async function sendAndConfirm(
  api: Kaggle,
  ws: Workspace,
  submission: CheckedSubmission,
  entry: JournalEntry,
  context: Context,
  send: () => Promise<CreatedSubmission>,
): Promise<Graded | Sent> {
  let lost: string;
  try {
    const { ref, message } = await send();
    if (ref !== null) {
      await writeJournal(ws, { ...entry, state: "sent", reference: String(ref) });
      return { status: "sent", submission: String(ref), previous: null };
    }
    lost = message || "Kaggle answered without a submission";
  } catch (error) {
    if (!(error instanceof KaggleError)) throw error;
    if (error.outcome !== "unknown") {
      await writeJournal(ws, { ...entry, state: "refused", reason: error.reason });
      throw error;
    }
    lost = error.reason;
  }
  context.progress.step(`no clear answer (${lost}); looking for it among the submissions`);
  const found = await lookFor(() => findSubmission(api, ws, submission, entry.attempt));
  if (found !== undefined) return { ...(await adopt(ws, submission, found)), previous: null };
  throw notThere(ws, lost);
}

async function findSubmission(
  api: Kaggle,
  ws: Workspace,
  submission: CheckedSubmission,
  attempt: number,
): Promise<Attempt | undefined> {
  const attempts = await attemptsOf(api, ws, submission);
  return attempts.find((one) => one.attempt === attempt && one.listed !== undefined);
}

function notThere(ws: Workspace, lost: string): UserError {
  return new UserError({
    code: "submission-unconfirmed",
    message: `no clear answer came to the submission (${lost}), and Kaggle does not list it; it was not sent again`,
    next: "run the same command again: it looks for it first, and sends only where Kaggle has not counted it",
  });
}

/**
 * A submission whose answer was lost and that is not listed is sent again only where Kaggle has counted none since: a
 * count that rose on the same day by more than what was sent from here may be this one.
 */
async function refuseDoubt(
  ws: Workspace,
  { created, today_before: before }: JournalEntry,
  numToday: number,
  context: Pick<Context, "now">,
): Promise<void> {
  const sameDay = created.slice(0, 10) === context.now().toISOString().slice(0, 10);
  if (before === null || !sameDay) return;
  const since = (await readJournal(ws)).filter(
    (entry) => entry.reference !== null && entry.created > created,
  );
  if (numToday <= before + since.length) return;
  throw new UserError({
    code: "submission-unconfirmed",
    message: `it is not known whether Kaggle took this file at ${created}: it counts ${numToday} submissions today, ${before} before, and lists none with this content`,
    expected: "Kaggle's list to show it; it may take some minutes",
    next: `look at ${competitionPage(ws.project.competition_name, "submissions")}, then run the same command again; --again sends it anyway`,
  });
}
