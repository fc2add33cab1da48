import { existsSync } from "node:fs";
import path from "node:path";
import { latestCv } from "../../core/score/ledger.ts";
import { newestFirst } from "../../core/run/run-order.ts";
import { hasEnded, type Run } from "../../core/run/run.ts";
import { runIdPattern } from "../../core/run/run-spec.ts";
import type { ShownRuns } from "../../storage/experiment/artifacts-view.ts";
import { artifactsOf } from "../../storage/run/run-artifacts.ts";
import { recordFiles } from "../../storage/run/run-record.ts";
import { readLedger } from "../../storage/score/ledger-file.ts";
import { paths } from "../../storage/workspace/paths.ts";

interface Root {
  root: string;
}

/** Runs of an experiment whose place another has taken, oldest first. */
export interface Superseded {
  /** Recorded runs: what is kept of every run stays. */
  recorded: string[];
  /** Debug runs: nothing stays. */
  debug: string[];
}

/**
 * The runs that are to be trimmed now that the experiment's `artifacts/` shows others. Never one that was submitted, has
 * not ended, or is read by a script under way. `runs` are all of the workspace, newest first: whoever asks for many
 * experiments reads them once.
 */
export async function findSuperseded(
  ws: Root,
  runs: readonly Run[],
  experiment: string,
  shown: ShownRuns,
): Promise<Superseded> {
  const inUse = new Set(runs.filter(({ state }) => !hasEnded(state)).map(({ spec }) => spec.uses));
  const own = runs
    .filter((run) => run.spec.experiment === experiment && isOver(run.state))
    .filter(({ spec }) => !inUse.has(spec.id) && !isSubmitted(ws, spec.id))
    .filter(({ spec }) => existsSync(artifactsOf(paths.run(ws, spec.id))))
    .toReversed();
  const earlier = await earlierRecorded(ws, experiment, shown.whole);
  const shownDebug = runs.find(({ spec }) => spec.id === shown.debug);
  return {
    recorded: own.filter(({ spec }) => earlier.has(spec.id)).map(({ spec }) => spec.id),
    debug: own.filter((run) => isEarlierDebug(run, shownDebug)).map(({ spec }) => spec.id),
  };
}

/** A lost run may turn out to be none. */
function isOver(state: Run["state"]): boolean {
  return hasEnded(state) && state !== "lost";
}

function isSubmitted(ws: Root, run: string): boolean {
  return existsSync(path.join(paths.run(ws, run), recordFiles.submitted));
}

/** Runs whose scores were recorded before that of the run that is shown, if that is the one that counts. */
async function earlierRecorded(
  ws: Root,
  experiment: string,
  shown: string | undefined,
): Promise<Set<string>> {
  const { entries } = await readLedger(ws, experiment);
  const counts = latestCv(entries);
  if (counts === undefined || counts.run !== shown) return new Set();
  const before = entries
    .slice(0, entries.indexOf(counts))
    .filter((entry) => entry.kind === "cv")
    .map(({ run }) => run as string)
    .filter((run) => runIdPattern.test(run) && run !== shown);
  return new Set(before);
}

function isEarlierDebug({ spec }: Run, shown: Run | undefined): boolean {
  if (shown === undefined || spec.id === shown.spec.id) return false;
  return spec.debug && spec.kind === "train" && newestFirst(shown.spec, spec) < 0;
}
