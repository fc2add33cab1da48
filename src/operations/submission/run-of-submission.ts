import { latestLb, type LedgerEntry } from "../../core/score/ledger.ts";
import { submittedAt } from "../../storage/run/run-artifacts.ts";
import { readRuns } from "../../storage/run/run-list.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/**
 * The run behind an experiment's submission that a score was typed of: that of the named submission where the ledger knows
 * it, else of the last one. Null where none is known.
 */
export async function runOfSubmission(
  ws: Workspace,
  experiment: string,
  entries: readonly LedgerEntry[],
  submission: string | null,
): Promise<string | null> {
  const named = entries.findLast(
    (entry) => entry.kind === "lb" && entry.submission === submission && entry.run != null,
  );
  if (submission !== null && named?.kind === "lb") return named.run ?? null;
  return (await lastSubmittedRun(ws, experiment)) ?? latestLb(entries, "public")?.run ?? null;
}

/** By the records on this machine. */
async function lastSubmittedRun(ws: Workspace, experiment: string): Promise<string | undefined> {
  const { runs } = await readRuns(ws);
  let last: { run: string; at: number } | undefined;
  for (const run of runs) {
    if (run.experiment !== experiment) continue;
    const at = await submittedAt(ws, run.spec.id);
    if (at !== undefined && (last === undefined || at > last.at)) last = { run: run.spec.id, at };
  }
  return last?.run;
}
