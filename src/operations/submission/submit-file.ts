import type { Context } from "../../core/context.ts";
import type { CvEntry } from "../../core/score/ledger.ts";
import { defaultMessage } from "../../core/submission/submission-message.ts";
import type {
  CheckedSubmission,
  Graded,
  Platform,
  RemotePlatform,
  Sent,
  SubmitResult,
} from "../../platform/platform.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { recordLb } from "../score/record-lb.ts";
import { type Preflight, preflight, requireYes } from "./preflight.ts";
import { submitAgain, type SubmitRequest } from "./submit-request.ts";
import type { FileFacts, SubmitOutput } from "./submit-output.ts";

/** A file that has passed the check, with what is known of its experiment. */
export interface ReadySubmission {
  checked: CheckedSubmission;
  cv: CvEntry | undefined;
  known: FileFacts;
}

/** Submits a file that has passed the check, and records the score where there is one. */
export async function submitFile(
  context: Context,
  ws: Workspace,
  platform: Platform,
  request: SubmitRequest,
  ready: ReadySubmission,
): Promise<SubmitOutput> {
  const { remote } = platform;
  if (remote !== undefined)
    return submitRemote(context, ws, { ...platform, remote }, request, ready);
  if (request.dryRun) return checked(ready.known, null);
  const result = await platform.submit(context, ws, ready.checked);
  return withAnswer(context, ws, ready.known, result, { before: null, final: request.final });
}

async function submitRemote(
  context: Context,
  ws: Workspace,
  platform: Platform & { remote: RemotePlatform },
  request: SubmitRequest,
  { checked: given, cv, known }: ReadySubmission,
): Promise<SubmitOutput> {
  const message = given.message ?? defaultMessage(request.experiment, cv);
  const submission = { ...given, message };
  const { previous, allowance } = await platform.remote.preflight(context, ws, submission);
  let before: Preflight | null = null;
  let result: SubmitResult;
  if (previous !== null && !request.again) {
    if (request.dryRun) return { ...checked(known, null), summary: repeated(known, previous) };
    result = previous;
  } else {
    before = await preflight(context, ws, request.experiment, cv, allowance);
    if (request.dryRun) return checked(known, before);
    for (const line of before.lines) context.progress.step(line);
    if (!request.yes)
      await requireYes(
        context,
        before,
        submitAgain({ ...request, yes: true }, "spends a submission anyway"),
      );
    result = await platform.submit(context, ws, submission, { again: request.again });
  }
  if (result.status === "sent" && request.wait)
    result = await platform.remote.awaitScore(context, ws, result, request.timeout);
  return withAnswer(context, ws, known, result, { before, final: true });
}

function checked(known: FileFacts, before: Preflight | null): SubmitOutput {
  return {
    ...known,
    status: "checked",
    preflight: before,
    summary: "the file is fine; nothing was submitted",
    next: [{ operation: "submit", input: { experiment: known.experiment }, why: "submits it" }],
  };
}

/** What the platform answered, as the outcome; a score is recorded, the private one where the competition is over. */
async function withAnswer(
  context: Context,
  ws: Workspace,
  known: FileFacts,
  result: SubmitResult,
  { before, final }: { before: Preflight | null; final: boolean },
): Promise<SubmitOutput> {
  if (result.status === "by-hand") return byHand(known, result.where);
  if (result.status === "sent") return sent(known, result, before);
  return graded(context, ws, known, result, { before, final });
}

function byHand(known: FileFacts, uploadTo: string): SubmitOutput {
  return {
    ...known,
    status: "by-hand",
    uploadTo,
    summary: `the file is fine; upload it at ${uploadTo}`,
    next: [
      {
        operation: "lb",
        input: { experiment: known.experiment },
        why: "the score, once the leaderboard shows it",
      },
    ],
  };
}

function sent(known: FileFacts, result: Sent, before: Preflight | null): SubmitOutput {
  const { submission, previous } = result;
  const next = [{ operation: "lb sync", input: {}, why: "records the score when it is there" }];
  if (previous === null) {
    const summary = `submitted as ${submission}; the score is not there yet`;
    return { ...known, status: "sent", submission, preflight: before, summary, next };
  }
  const unscored = { public: null, private: null, gap: null, leaderboard: [] };
  const summary = `${repeated(known, { previous })}, which is not scored yet`;
  return { ...known, status: "repeated", submission, previous, ...unscored, summary, next };
}

async function graded(
  context: Context,
  ws: Workspace,
  known: FileFacts,
  result: Graded,
  { before, final }: { before: Preflight | null; final: boolean },
): Promise<SubmitOutput> {
  const { submission, previous, leaderboard, public: score } = result;
  const source = {
    source: known.platform,
    submission,
    file_sha256: known.fileSha256,
    run: known.run,
  };
  const keep = (side: "public" | "private", value: number) =>
    recordLb(context, ws, known.experiment, { ...source, side, score: value });
  const { summary } = await keep("public", score);
  const shown = final ? result.private : null;
  if (shown !== null) await keep("private", shown);
  const outcome = {
    ...known,
    submission,
    public: score,
    private: shown,
    gap: known.cv === null || known.standing !== "ranked" ? null : score - known.cv,
    leaderboard,
    next: [
      {
        operation: "done",
        input: { experiment: known.experiment },
        why: "closes it with what was learnt",
      },
      { operation: "history", input: {}, why: "every experiment with its scores" },
    ],
  };
  if (previous === null) return { ...outcome, status: "graded", preflight: before, summary };
  const stands = `${repeated(known, { previous })}; its score stands`;
  return { ...outcome, status: "repeated", previous, summary: stands };
}

function repeated({ experiment, steps }: FileFacts, { previous }: Pick<Sent, "previous">): string {
  const what = steps.length > 0 ? "this version of the notebook" : "the very same file";
  if (previous === null) return `${what} was submitted before`;
  const whose = previous.experiment === experiment ? "" : ` for ${previous.experiment}`;
  return `${what} was submitted on ${previous.at.slice(0, 16).replace("T", " ")} UTC${whose}`;
}
