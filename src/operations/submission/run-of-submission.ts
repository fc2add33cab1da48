import { latestLb, type LedgerEntry } from "../../core/score/ledger.ts";
import { namedRun } from "../../core/submission/submission-message.ts";
import { findPlatform } from "../../platform/platforms.ts";
import { ownSubmittedAt, submittedAt } from "../../storage/run/run-artifacts.ts";
import { readRuns } from "../../storage/run/run-list.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/**
 * The run behind an experiment's submission that a score was typed of: that of the named submission where the ledger, the
 * journal of submissions or its own text knows it, else of the last one. Null where that is not known, as of a name that
 * may be that of one of several.
 */
export async function runOfSubmission(
  ws: Workspace,
  experiment: string,
  entries: readonly LedgerEntry[],
  submission: string | null,
): Promise<string | null> {
  if (submission !== null) {
    const named = entries.findLast(
      (entry) => entry.kind === "lb" && entry.submission === submission && entry.run != null,
    );
    if (named?.kind === "lb") return named.run ?? null;
    const noted = await notedSubmission(ws, submission);
    if (noted !== undefined) return noted.experiment === experiment ? noted.run : null;
    const run = namedRun(submission, experiment);
    if (run !== null) return run;
  }
  const submitted = await submittedRuns(ws, experiment);
  if (submission !== null && submitted.length > 1) return null;
  const last = submitted.toSorted((a, b) => b.at - a.at)[0];
  if (last !== undefined) return last.run;
  return latestLb(entries, "public")?.run ?? null;
}

async function notedSubmission(ws: Workspace, submission: string) {
  const { remote } = findPlatform(ws.project.competition_platform);
  return (await remote?.ownOf(ws, []))?.get(submission);
}

/** What was submitted, each run once and files of no run once, by the records on this machine. */
async function submittedRuns(
  ws: Workspace,
  experiment: string,
): Promise<{ run: string | null; at: number }[]> {
  const found: { run: string | null; at: number }[] = [];
  const ofNone = await ownSubmittedAt(ws, experiment);
  if (ofNone !== undefined) found.push({ run: null, at: ofNone });
  const { runs } = await readRuns(ws);
  for (const run of runs) {
    if (run.experiment !== experiment) continue;
    const at = await submittedAt(ws, run.spec.id);
    if (at !== undefined) found.push({ run: run.spec.id, at });
  }
  return found;
}
