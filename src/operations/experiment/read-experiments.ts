import type { Context } from "../../core/context.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import { hypothesisOf } from "../../core/experiment/task-draft.ts";
import {
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
import type { ListedRun } from "../../storage/run/run-list.ts";
import { runFolder } from "../../storage/run/run-record.ts";
import { findExperiments, type Workspace } from "../../storage/workspace/workspace.ts";
import { currentRuns } from "../run/current-runs.ts";
import {
  readWorkspaceTasks,
  type TaskFinder,
  taskFinder,
  type WorkspaceTasks,
} from "./workspace-tasks.ts";

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

export interface WorkspaceExperiments {
  records: ExperimentRecord[];
  metric: RankingMetric;
  tasks: WorkspaceTasks;
  problems: Problem[];
}

/** Every experiment in its order, and what they are ranked by. What cannot be read is a problem and hides nothing else. */
export async function readExperiments(
  context: Context,
  ws: Workspace,
): Promise<WorkspaceExperiments> {
  // Updating runs may record scores, so it comes before the scores are read.
  const { runs, problems: runProblems } = await currentRuns(context, ws);
  const { names, problems: noFolders } = await findExperiments(ws);
  const files = await readExperimentFiles(ws, names);
  const ledgers = await readLedgers(ws, names);
  const { problems: taskProblems, ...tasks } = await readWorkspaceTasks(ws);
  const findTask = taskFinder(tasks);
  const runsOf = groupRuns(runs);
  return {
    metric: await readRankingMetric(ws),
    tasks,
    records: names.map(
      (name, at) =>
        new IndexedRecord(name, files[at]!.experiment, {
          ledger: ledgers[at]!,
          runs: runsOf.get(name) ?? [],
          findTask,
        }),
    ),
    problems: [
      ...noFolders,
      ...names.flatMap((_, at) => [files[at]!.problem ?? [], ledgers[at]!.problems].flat()),
      ...taskProblems,
      ...runProblems.map(({ id, message }) => ({
        message,
        at: { file: runFolder(ws, id) },
      })),
    ],
  };
}

/** Its properties are not its own, so that ten thousand of them are little: do not spread it. */
class IndexedRecord implements ExperimentRecord {
  readonly name: string;
  readonly experiment: Experiment;
  readonly ranking: RankedCv | undefined;
  readonly runs: readonly Run[];
  readonly #ledger: ListedLedger;
  readonly #findTask: TaskFinder;

  constructor(
    name: string,
    experiment: Experiment,
    {
      ledger,
      runs,
      findTask,
    }: { ledger: ListedLedger; runs: readonly Run[]; findTask: TaskFinder },
  ) {
    this.name = name;
    this.experiment = experiment;
    this.ranking = ledger.ranking;
    this.runs = runs;
    this.#ledger = ledger;
    this.#findTask = findTask;
  }

  get outcomes() {
    return this.#ledger.outcomes;
  }
  get hypothesis() {
    const { hypothesis } = this.experiment;
    return hypothesis ?? hypothesisOf(this.#findTask(this.experiment)?.description ?? "");
  }
  get scores() {
    return this.#ledger.whole().entries;
  }
  get contradicted() {
    return this.#ledger.whole().contradicted;
  }
  get verdicts() {
    return this.#ledger.whole().verdicts;
  }
  get cv() {
    return latestCv(this.scores);
  }
  get publicLb() {
    return latestLb(this.scores, "public");
  }
  get privateLb() {
    return latestLb(this.scores, "private");
  }
  get taskLb() {
    return this.publicLb === undefined ? this.#findTask(this.experiment)?.publicLb : undefined;
  }
}

function groupRuns(runs: readonly ListedRun[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const { experiment } = run;
    if (experiment === null) continue;
    const group = groups.get(experiment);
    if (group === undefined) groups.set(experiment, [run]);
    else group.push(run);
  }
  return groups;
}
