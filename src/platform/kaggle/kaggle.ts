import type { Context } from "../../core/context.ts";
import { getCompetition } from "../../clients/kaggle/competitions.ts";
import { type Kaggle, openKaggle } from "../../clients/kaggle/open-kaggle.ts";
import {
  getSubmissionLimits,
  listSubmissions,
  type SubmissionLimits,
} from "../../clients/kaggle/submissions.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { workspaceEnv } from "../../storage/workspace/workspace-env.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import type { CheckedSubmission, SubmissionRecord, Preflight, Platform } from "../platform.ts";
import { awaitScore } from "./await-score.ts";
import { planSteps, prepareCode, prepareDeps } from "./code/prepare.ts";
import { findPrevious } from "./previous-attempts.ts";
import { explainSubmission, limitReached, rulesNotAccepted } from "./submission-refusal.ts";
import { toSubmissionRecord } from "./submission-records.ts";
import { submitOnce } from "./submit-once.ts";
import { readJournal } from "./submission-journal.ts";

/** Kaggle: few submissions a day, scored later. Nothing is ever sent twice. */
export const kaggle: Platform = {
  async submit(context, ws, submission, how = { again: false }) {
    const api = await open(context, ws);
    return explained(ws, () =>
      withWorkspaceLock(ws, "kaggle-submissions", () =>
        submitOnce(api, ws, submission, context, how.again),
      ),
    );
  },
  remote: {
    code: {
      plan: planSteps,
      async prepare(context, ws, experiment, until, timeoutSeconds) {
        return prepareCode(await open(context, ws), ws, experiment, until, context, timeoutSeconds);
      },
      async prepareDeps(context, ws, timeoutSeconds) {
        return prepareDeps(await open(context, ws), ws, context, timeoutSeconds);
      },
    },
    async preflight(context, ws, submission) {
      const api = await open(context, ws);
      return explained(ws, () => preflight(api, ws, submission));
    },
    async awaitScore(context, ws, sent, timeoutSeconds) {
      const api = await open(context, ws);
      return explained(ws, () => awaitScore(api, ws, sent, context, timeoutSeconds));
    },
    async list(context, ws) {
      const api = await open(context, ws);
      return explained(ws, async () => {
        const all = await listSubmissions(api, ws.project.competition_name);
        // Of two at the same moment the one with the lower number came first.
        return all
          .toSorted((a, b) => a.ref - b.ref)
          .map(toSubmissionRecord)
          .toSorted(byTime);
      });
    },
    async ownOf(ws) {
      const sent = (await readJournal(ws)).filter(({ reference }) => reference !== null);
      return new Map(
        sent.map((one) => [
          one.reference!,
          { experiment: one.experiment, fileSha256: one.file_sha256, run: one.run ?? null },
        ]),
      );
    },
  },
};

/** With the credentials of the environment and the workspace's `.env`. */
async function open(context: Context, ws: Workspace): Promise<Kaggle> {
  const env = await workspaceEnv(context, ws.root);
  return openKaggle(env, { notice: (text) => context.progress.step(text) });
}

function byTime(a: SubmissionRecord, b: SubmissionRecord): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}

/** What Kaggle refuses, in words that say what to do. */
async function explained<T>(ws: Workspace, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainSubmission(error, ws.project.competition_name);
  }
}

async function preflight(
  api: Kaggle,
  ws: Workspace,
  submission: CheckedSubmission,
): Promise<Preflight> {
  const slug = ws.project.competition_name;
  const competition = await getCompetition(api, slug);
  if (!competition.userHasEntered) throw rulesNotAccepted(slug);
  const previous = await findPrevious(api, ws, submission);
  if (previous !== undefined)
    return { previous, allowance: { left: null, today: null, deadline: competition.deadline } };
  const limits = await getSubmissionLimits(api, slug);
  const { deadline } = competition;
  if (saysNothing(limits))
    return { previous: null, allowance: { left: null, today: null, deadline } };
  if (limits.numAllowedNow <= 0) throw limitReached(slug, limitText(limits));
  return {
    previous: null,
    allowance: { left: limits.numAllowedNow, today: limits.numToday, deadline },
  };
}

/** All zero is what Kaggle answers as long as the account is on no team. */
function saysNothing({ numToday, numTotal, numAllowedNow }: SubmissionLimits): boolean {
  return numToday === 0 && numTotal === 0 && numAllowedNow === 0;
}

function limitText({ numToday, numTotal, limitedByTotal }: SubmissionLimits): string {
  return limitedByTotal
    ? `Kaggle allows no more submissions in this competition (${numTotal} made)`
    : `Kaggle allows no more submissions today (${numToday} made)`;
}
