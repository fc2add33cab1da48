import { z } from "zod";
import type { Context } from "../../core/context.ts";
import type { CvEntry } from "../../core/score/ledger.ts";
import {
  type Allowance,
  bestSubmitted,
  previewSubmission,
} from "../../core/submission/submission-preview.ts";
import type { OperationCall } from "../../core/errors/next-action.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readLedgers } from "../../storage/score/ledger-list.ts";
import { readRankingMetric } from "../../storage/score/ranking-metric.ts";
import { listExperiments, type Workspace } from "../../storage/workspace/workspace.ts";

/** What is known before a submission is spent. */
export const preflightSchema = z.object({
  /** The CV against that of the best submitted experiment: a test over the folds. */
  verdict: z.enum(["better", "worse", "within-noise", "none"]),
  /** Of all submitted experiments, the one with the best CV; null without one. */
  bestSubmitted: z.string().nullable(),
  /** Submissions left today, before this one; null where the platform does not say. */
  left: z.int().nullable(),
  deadline: z.string().nullable(),
  /** All of it in words. */
  lines: z.array(z.string()),
  /** What speaks against spending a submission; then the user has to confirm it. */
  doubts: z.array(z.string()),
});
export type Preflight = z.output<typeof preflightSchema>;

/** Whether to spend a submission: this CV against the best submitted, the folds' noise, submissions left, deadline. */
export async function preflight(
  context: Pick<Context, "now">,
  ws: Workspace,
  experiment: string,
  cv: CvEntry | undefined,
  allowance: Allowance,
): Promise<Preflight> {
  const names = await listExperiments(ws);
  const ledgers = (await readLedgers(ws, names)).map((ledger, index) => ({
    experiment: names[index]!,
    entries: ledger.whole().entries,
  }));
  const metric = await readRankingMetric(ws);
  const best = bestSubmitted(ledgers, metric);
  const { verdict, lines, doubts } = previewSubmission(experiment, cv, best, {
    allowance,
    metric,
    now: context.now(),
  });
  const { left, deadline } = allowance;
  return { verdict, bestSubmitted: best?.experiment ?? null, left, deadline, lines, doubts };
}

/** Has the user confirm where something speaks against it; without a terminal only `--yes` does. */
export async function requireYes(
  context: Context,
  { doubts }: Preflight,
  again: OperationCall,
): Promise<void> {
  if (doubts.length === 0) return;
  if (context.ask === undefined) throw needsYes(doubts, again);
  if (await context.ask.confirm(`${doubts.join("; ")}. Submit it?`, false)) return;
  throw new UserError({
    code: "not-submitted",
    message: "nothing was submitted: the answer was no",
    next: again,
  });
}

function needsYes(doubts: readonly string[], again: OperationCall): UserError {
  return new UserError({
    code: "needs-yes",
    message: `nothing was submitted: ${doubts.join("; ")}`,
    expected: "a yes, on a terminal or with --yes",
    next: again,
    exitCode: 2,
  });
}
