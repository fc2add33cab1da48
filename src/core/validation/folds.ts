import { counted } from "../text/counted.ts";
import { emptyAssessment, type Assessment, type Strategy } from "./decision.ts";
import type { ColumnFacts } from "./facts.ts";
import type { TargetAssessment } from "./target-assessment.ts";

export interface Folds extends Assessment {
  n_splits: number;
}

/** A class of fewer rows than this does not shrink the number of folds: it is too rare to be in each anyway. */
const fewestFolds = 3;

/** As many folds as were asked for, or as the data can fill. */
export function chooseFolds(
  strategy: Strategy,
  wanted: number,
  target: TargetAssessment,
  group: ColumnFacts | null,
  time: ColumnFacts | null,
): Folds {
  const limits = [
    ...(strategy === "TimeSeriesSplit" && time !== null ? [byMoments(time, wanted)] : []),
    ...(strategy.includes("Group") && group !== null ? [byGroups(group, wanted)] : []),
    ...(strategy.includes("Stratified") ? [byClasses(target, wanted)] : []),
  ];
  const n_splits = Math.min(wanted, ...limits.map((one) => one.n_splits));
  return {
    n_splits,
    evidence: limits.flatMap(({ evidence }) => evidence),
    doubts: limits.flatMap(({ doubts }) => doubts),
    changes: limits.flatMap(({ changes }) => changes),
    ask: [],
  };
}

function limit(n_splits: number, summary: string[], doubts: string[] = []): Folds {
  const evidence = summary.map((text) => ({
    about: "folds" as const,
    column: null,
    weight: "note" as const,
    summary: text,
  }));
  return { ...emptyAssessment(), n_splits, evidence, doubts };
}

/** TimeSeriesSplit needs one moment more than folds. */
function byMoments(time: ColumnFacts, wanted: number): Folds {
  const most = Math.max(2, time.train.distinct - 1);
  if (most >= wanted) return limit(wanted, []);
  const summary = `${time.name} has only ${counted(time.train.distinct, "distinct time")} in train: ${counted(most, "fold")}`;
  return limit(most, [summary], [summary]);
}

function byGroups(group: ColumnFacts, wanted: number): Folds {
  const sizes = group.overlap ?? group.sizes;
  if (sizes === null) return limit(wanted, []);
  const total = sizes.trainValues * sizes.median;
  if (sizes.trainValues < wanted) {
    const summary = `${counted(sizes.trainValues, "group")} cannot fill ${wanted} folds`;
    return limit(Math.max(2, sizes.trainValues), [summary], [summary]);
  }
  const rows = group.train.distinct === 0 ? total : Math.max(total, sizes.largest);
  if (sizes.largest <= (1.5 * rows) / wanted) return limit(wanted, []);
  const summary = `the largest group has ${counted(sizes.largest, "row")}, more than a fold's share: folds will differ in size`;
  return limit(wanted, [summary]);
}

function byClasses({ classes, task }: TargetAssessment, wanted: number): Folds {
  const least = classes.at(-1);
  if (least === undefined || least.rows >= wanted) return limit(wanted, []);
  const few = `${task === "multilabel" ? "the smaller class of " : "class "}${least.value} has only ${counted(least.rows, "row")}`;
  if (least.rows >= fewestFolds) {
    const folds = limit(least.rows, [`${few}: ${least.rows} folds, so that each validates on one`]);
    return { ...folds, changes: [`more rows of ${least.value}: then ${wanted} folds`] };
  }
  const rare = classes.filter(({ rows }) => rows < wanted).length;
  return limit(wanted, [
    `${few}: some folds will not contain it${rare > 1 ? `, and ${counted(rare, "class", "classes")} have fewer rows than folds` : ""}; merge or drop classes this rare`,
  ]);
}
