import path from "node:path";
import { z } from "zod";
import { hasEnded, type Run, runCauses, runStates } from "../../core/run/run.ts";
import type { CvEntry } from "../../core/score/ledger.ts";
import { noScore, shownScore, shownScoreShape } from "../../core/score/shown-score.ts";
import type { RankingMetric } from "../../core/score/standing.ts";
import { readLedgerOrProblem } from "../../storage/score/ledger-file.ts";
import { readRankingMetric } from "../../storage/score/ranking-metric.ts";
import { runFolder } from "../../storage/run/run-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** A run as every command of this phase gives it. Times are ISO 8601, UTC. */
export const runSummarySchema = z.object({
  id: z.string(),
  kind: z.enum(["train", "script"]),
  experiment: z.string().nullable(),
  script: z.string(),
  args: z.array(z.string()),
  debug: z.boolean(),
  backend: z.string(),
  state: z.enum(runStates),
  /** Why it is so, where there is something to say. */
  reason: z.string().nullable(),
  /** Why it ended, where it was not the script's own doing. */
  cause: z.enum(runCauses).nullable(),
  exitCode: z.number().nullable(),
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  /** From start to end, or until now for a run under way. */
  seconds: z.number().nullable(),
  /** The CV score that is recorded of this run; null where none is. */
  score: z.number().nullable(),
  ...shownScoreShape,
  /** What to mind about the score, such as one too good to be true. */
  warnings: z.array(z.string()),
  /** Relative to the workspace. */
  folder: z.string(),
});
export type RunSummary = z.output<typeof runSummarySchema>;

/** What runs of one list share: each ledger is read once. */
export interface Ledgers {
  lines: Map<string, Promise<Map<string, CvEntry>>>;
  metric: Promise<RankingMetric> | undefined;
}

export async function summariseRun(
  ws: Workspace,
  run: Run,
  now: Date,
  ledgers: Ledgers = { lines: new Map(), metric: undefined },
): Promise<RunSummary> {
  const { id, kind, experiment, script, args, debug, backend, created } = run.spec;
  const { state, reason, cause, exitCode, started, ended } = run;
  const folder = runFolder(ws, id);
  const { line, metric } = await lineOf(ws, run, ledgers);
  return {
    id,
    kind,
    experiment,
    script,
    args,
    debug,
    backend,
    state,
    reason,
    cause,
    exitCode,
    created,
    started,
    ended,
    seconds: secondsOf(run, now),
    score: line?.score ?? null,
    ...(metric === undefined ? noScore : shownScore(line, metric)),
    warnings: line?.warnings ?? [],
    folder: path.relative(ws.root, folder),
  };
}

/** Unknown where it never started, or where its end was not seen. */
function secondsOf({ started, ended, state }: Run, now: Date): number | null {
  if (started === null || (ended === null && hasEnded(state))) return null;
  const until = ended === null ? now : new Date(ended);
  return Math.max(0, Math.round((until.getTime() - Date.parse(started)) / 100) / 10);
}

/** The run's line in its experiment's ledger. What metrics.json claims is shown nowhere before it is proved. */
async function lineOf(ws: Workspace, { spec }: Run, ledgers: Ledgers): Promise<ScoredLine> {
  const { id, kind, experiment, debug } = spec;
  if (kind !== "train" || debug || experiment === null) return {};
  ledgers.metric ??= readRankingMetric(ws);
  const known = ledgers.lines.get(experiment) ?? readLines(ws, experiment);
  ledgers.lines.set(experiment, known);
  const line = (await known).get(id);
  return line === undefined ? {} : { line, metric: await ledgers.metric };
}

interface ScoredLine {
  line?: CvEntry;
  metric?: RankingMetric;
}

async function readLines(ws: Workspace, experiment: string): Promise<Map<string, CvEntry>> {
  const { entries } = await readLedgerOrProblem(ws, experiment);
  return new Map(entries.flatMap((entry) => (entry.kind === "cv" ? [[entry.run, entry]] : [])));
}
