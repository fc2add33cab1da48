import type { Context } from "../../core/context.ts";
import type { CvEntry } from "../../core/score/ledger.ts";
import { defaultMessage } from "../../core/submission/submission-message.ts";
import type {
  CheckedSubmission,
  Graded,
  Platform,
  RemotePlatform,
  Sent,
} from "../../platform/platform.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { recordLb } from "../score/record-lb.ts";
import { preflight, requireYes } from "./preview.ts";
import { type SubmitRequest, submitAgain } from "./submit-request.ts";
import type { SubmitOutput } from "./submit-output.ts";

/** Hands in a file that has passed the check, and records the score where there is one. */
export async function submitFile(
  ws: Workspace,
  platform: Platform,
  request: SubmitRequest,
  {
    checked,
    cv,
    known,
  }: { checked: CheckedSubmission; cv: CvEntry | undefined; known: SubmitOutput },
  context: Context,
): Promise<SubmitOutput> {
  if (platform.remote !== undefined) {
    const named = {
      ...checked,
      message: checked.message ?? defaultMessage(request.experiment, cv),
    };
    return submitRemote(
      ws,
      { ...platform, remote: platform.remote },
      request,
      { checked: named, cv, known },
      context,
    );
  }
  const handed = await platform.submit(ws, checked, context);
  if (handed.status === "by-hand") return byHand(known, handed.where);
  return handed.status === "sent"
    ? sent(known, handed)
    : graded(ws, known, handed, request.final, context);
}

async function submitRemote(
  ws: Workspace,
  platform: Platform & { remote: RemotePlatform },
  request: SubmitRequest,
  {
    checked,
    cv,
    known,
  }: { checked: CheckedSubmission; cv: CvEntry | undefined; known: SubmitOutput },
  context: Context,
): Promise<SubmitOutput> {
  const { earlier, allowance } = await platform.remote.preflight(ws, checked, context);
  let prospect: SubmitOutput["prospect"] = null;
  let handed: Graded | Sent;
  if (earlier !== null && !request.again) handed = earlier;
  else {
    prospect = await preflight(ws, request.experiment, cv, allowance, context.now());
    if (request.dryRun) return { ...known, prospect };
    for (const line of prospect.lines) context.progress.step(line);
    if (!request.yes)
      await requireYes(
        context,
        prospect,
        submitAgain({ ...request, yes: true }, "spends a submission all the same"),
      );
    const answer = await platform.submit(ws, checked, context, { again: request.again });
    if (answer.status === "by-hand") return byHand(known, answer.where);
    handed = answer;
  }
  if (request.dryRun && handed.earlier !== null)
    return { ...known, summary: repeated(handed.earlier, known), next: [] };
  if (handed.status === "sent" && request.wait)
    handed = await platform.remote.awaitScore(ws, handed, context, request.timeout);
  const result =
    handed.status === "sent" ? sent(known, handed) : await graded(ws, known, handed, true, context);
  return { ...result, prospect };
}

function byHand(known: SubmitOutput, where: string): SubmitOutput {
  return {
    ...known,
    status: "by-hand",
    summary: `the file is fine; upload it at ${where}`,
    next: [
      {
        operation: "lb",
        input: { experiment: known.experiment },
        why: "the score, once the leaderboard shows it",
      },
    ],
  };
}

function sent(known: SubmitOutput, handed: Sent): SubmitOutput {
  const { submission, earlier } = handed;
  return {
    ...known,
    status: earlier === null ? "sent" : "repeated",
    submission,
    summary:
      earlier === null
        ? `handed in as submission ${submission}; the score is not there yet`
        : `${repeated(earlier, known)}, which is not scored yet`,
    next: [{ operation: "lb sync", input: {}, why: "records the score when it is there" }],
  };
}

async function graded(
  ws: Workspace,
  known: SubmitOutput,
  handed: Graded,
  final: boolean,
  context: Context,
): Promise<SubmitOutput> {
  const score = {
    source: known.platform,
    submission: handed.submission,
    file_sha256: known.fileSha256,
  };
  const keep = (side: "public" | "private", value: number) =>
    recordLb(ws, known.experiment, { ...score, side, score: value }, context);
  const { summary } = await keep("public", handed.public);
  const shown = final ? handed.private : null;
  if (shown !== null) await keep("private", shown);
  return {
    ...known,
    status: handed.earlier === null ? "graded" : "repeated",
    submission: handed.submission,
    public: handed.public,
    private: shown,
    gap: known.cv === null ? null : handed.public - known.cv,
    leaderboard: handed.leaderboard,
    summary:
      handed.earlier === null ? summary : `${repeated(handed.earlier, known)}; its score stands`,
    next: [
      {
        operation: "done",
        input: { experiment: known.experiment },
        why: "closes it with what was learnt",
      },
      { operation: "history", input: {}, why: "every experiment with its scores" },
    ],
  };
}

function repeated(
  earlier: { at: string; experiment: string },
  { experiment, steps }: SubmitOutput,
): string {
  const what = steps.length > 0 ? "this version of the notebook" : "the very same file";
  const whose = earlier.experiment === experiment ? "" : ` for ${earlier.experiment}`;
  return `${what} was handed in on ${earlier.at.slice(0, 16).replace("T", " ")} UTC${whose}`;
}
