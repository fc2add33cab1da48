import type { Context } from "../../core/context.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import { hypothesisOf } from "../../core/experiment/task-draft.ts";
import { publicLbInTask } from "../../core/score/task-lb.ts";
import {
  countingCv,
  type CvEntry,
  latestCv,
  latestLb,
  type LbEntry,
  type LedgerEntry,
} from "../../core/score/ledger.ts";
import type { RankingMetric } from "../../core/score/standing.ts";
import type { LineVerdict, VerifyOutcome } from "../../core/score/verification.ts";
import type { Problem } from "../../core/errors/problem.ts";
import type { Run } from "../../core/run/run.ts";
import { readExperimentFiles } from "../../storage/experiment/experiment-file.ts";
import { type ListedLedger, type RankedCv, readLedgers } from "../../storage/score/ledger-list.ts";
import { readRankingMetric } from "../../storage/score/ranking-metric.ts";
import { runFolder } from "../../storage/run/run-record.ts";
import { listExperiments, type Workspace } from "../../storage/workspace/workspace.ts";
import { currentRuns } from "../run/current-runs.ts";
import { readExperimentTasks, type TaskFinder } from "./task-of-experiment.ts";

/** All that is known of one experiment. Of many, most are asked for their rank alone: the rest is looked up when it is asked for. */
export interface ExperimentRecord {
  name: string;
  experiment: Pick<Experiment, "parent" | "task" | "created">;
  /** From its task where experiment.yml has none. */
  readonly hypothesis: string | null;
  /** Of the CV score that counts, what decides its rank. */
  ranking: RankedCv | undefined;
  /** What the last `verify` found of each CV score; undefined where it has not seen one. */
  outcomes: readonly (VerifyOutcome | undefined)[];
  /** The recorded scores, oldest first, and of each kind the one that counts. */
  readonly scores: readonly LedgerEntry[];
  /** CV lines that the last `verify` contradicted: they count for nothing. */
  readonly contradicted: readonly CvEntry[];
  /** What the last `verify` found of both; it has not seen a score that is not there. */
  readonly verdicts: ReadonlyMap<CvEntry, LineVerdict>;
  readonly cv: CvEntry | undefined;
  readonly publicLb: LbEntry | undefined;
  readonly privateLb: LbEntry | undefined;
  /** A public LB that people wrote into the task, where the ledger has none: tied to no run and no submission. */
  readonly taskLb: number | undefined;
  /** Training and scripts, newest first. */
  runs: readonly Run[];
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
  const taskOf = await readExperimentTasks(ws);
  const runsOf = groupRuns(runs);
  return {
    metric: await readRankingMetric(ws),
    records: names.map((name, index) =>
      recordOf(files[index]!.experiment, ledgers[index]!, {
        name,
        task: taskOf,
        runs: runsOf.get(name) ?? [],
      }),
    ),
    problems: [
      ...names.flatMap((_, index) => [
        ...(files[index]!.problem === undefined ? [] : [files[index]!.problem!]),
        ...ledgers[index]!.problems,
      ]),
      ...runProblems.map(({ id, message }) => ({
        message,
        at: { file: runFolder(ws, id) },
      })),
    ],
  };
}

function recordOf(
  experiment: Experiment,
  ledger: ListedLedger,
  { name, task, runs }: { name: string; task: TaskFinder; runs: readonly Run[] },
): ExperimentRecord {
  return {
    name,
    experiment,
    ranking: countingCv(ledger.cvs),
    outcomes: ledger.outcomes,
    runs,
    get hypothesis() {
      return experiment.hypothesis ?? hypothesisOf(task(experiment)?.description ?? "");
    },
    get scores() {
      return ledger.whole().entries;
    },
    get contradicted() {
      return ledger.whole().contradicted;
    },
    get verdicts() {
      return ledger.whole().verdicts;
    },
    get cv() {
      return latestCv(this.scores);
    },
    get publicLb() {
      return latestLb(this.scores, "public");
    },
    get privateLb() {
      return latestLb(this.scores, "private");
    },
    get taskLb() {
      const own = this.publicLb === undefined ? task(experiment) : undefined;
      return own && publicLbInTask(own);
    },
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
