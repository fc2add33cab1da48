import type { Context } from "../../core/context.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import {
  type CvEntry,
  latestCv,
  latestLb,
  type LbEntry,
  type LedgerEntry,
} from "../../core/score/ledger.ts";
import type { RankingMetric } from "../../core/score/standing.ts";
import type { LineVerdict } from "../../core/score/verification.ts";
import type { Problem } from "../../core/errors/problem.ts";
import type { Run } from "../../core/run/run.ts";
import {
  type ListedExperiment,
  readExperimentFiles,
} from "../../storage/experiment/experiment-file.ts";
import { type Ledger, readLedgers } from "../../storage/score/ledger-file.ts";
import { readRankingMetric } from "../../storage/score/ranking-metric.ts";
import { runFolder } from "../../storage/run/run-record.ts";
import { listExperiments, type Workspace } from "../../storage/workspace/workspace.ts";
import { currentRuns } from "../run/current-runs.ts";
import { readTaskFacts } from "./task-facts.ts";

/** All that is known of one experiment. */
export interface ExperimentRecord {
  name: string;
  experiment: Experiment;
  /** The recorded scores, oldest first, and of each kind the one that counts. */
  scores: LedgerEntry[];
  /** CV lines that the last `verify` contradicted: they count for nothing. */
  contradicted: CvEntry[];
  /** What the last `verify` found of both; it has not seen a score that is not there. */
  verdicts: ReadonlyMap<CvEntry, LineVerdict>;
  cv: CvEntry | undefined;
  publicLb: LbEntry | undefined;
  privateLb: LbEntry | undefined;
  /** A public LB that people wrote into the task, where the ledger has none: tied to no run and no submission. */
  taskLb: number | undefined;
  /** Training and scripts, newest first. */
  runs: Run[];
}

/** Every experiment in its order, and what they are ranked by. What cannot be read is a problem and hides nothing else. */
export async function readExperiments(
  context: Context,
  ws: Workspace,
): Promise<{ records: ExperimentRecord[]; metric: RankingMetric; problems: Problem[] }> {
  // Updating runs may record scores, so it comes before the scores are read.
  const { runs, problems: runProblems } = await currentRuns(context, ws);
  const names = await listExperiments(ws);
  const files = await readExperimentFiles(ws, names);
  const ledgers = await readLedgers(ws, names);
  const read = names.map((name, index) => recordOf(name, files[index]!, ledgers[index]!));
  const runsOf = groupRuns(runs);
  const facts = await readTaskFacts(
    ws,
    read.map(({ record }) => record),
  );
  return {
    metric: await readRankingMetric(ws),
    records: read.map(({ record }, index) => ({
      ...record,
      experiment: { ...record.experiment, hypothesis: facts[index]!.hypothesis },
      taskLb: facts[index]!.publicLb,
      runs: runsOf.get(record.name) ?? [],
    })),
    problems: [
      ...read.flatMap(({ problems }) => problems),
      ...runProblems.map(({ id, message }) => ({
        message,
        at: { file: runFolder(ws, id) },
      })),
    ],
  };
}

function recordOf(
  name: string,
  { experiment, problem }: ListedExperiment,
  { entries, problems, ...rest }: Ledger,
): { record: Omit<ExperimentRecord, "runs" | "taskLb">; problems: Problem[] } {
  return {
    record: {
      name,
      experiment,
      scores: entries,
      ...rest,
      cv: latestCv(entries),
      publicLb: latestLb(entries, "public"),
      privateLb: latestLb(entries, "private"),
    },
    problems: problem === undefined ? problems : [problem, ...problems],
  };
}

function groupRuns(runs: readonly Run[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const { experiment } = run.spec;
    if (experiment === null) continue;
    const group = groups.get(experiment);
    if (group === undefined) groups.set(experiment, [run]);
    else group.push(run);
  }
  return groups;
}
