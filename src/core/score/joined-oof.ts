/** Some rows, counted, with the ids of a few. */
export interface Rows {
  count: number;
  ids: readonly string[];
}

/** How the rows of an OOF file stand to the rows of the competition's data. */
export interface RowFacts {
  /** Rows of the data that have every target. */
  labelled: number;
  /** Rows of the data that have the id of an earlier one. */
  alike: Rows;
  /** Rows of the OOF that name no row of the data, or one without a target. */
  unknown: Rows;
  unlabelled: Rows;
  /** Rows without a prediction, and with one that has to be a finite number and is none. */
  empty: Rows;
  noNumber: Rows;
  /** Labelled rows that no fold validated, and whether they all come before the first validated one. */
  missing: Rows & { first: boolean };
  /** Ids that stand in the OOF another number of times than most do, which is `times`. */
  uneven: Rows;
  times: number;
  /** How many folds hold exactly the rows of another. */
  twinFolds: number;
  /** Names of groups whose rows are in more folds than there are repeats. */
  straddling: Rows;
  /** A row whose target in the OOF is not the data's, in the metric's sense, for the first target that has one. */
  forged: { target: number; id: string; claimed: string; own: string } | undefined;
}

/** What is claimed of the rows. */
export interface ExpectedRows {
  repeats: number;
  folds: number;
  /** Whether the earliest rows may be missing. */
  timeSplit: boolean;
  /** Of a holdout that project.yml declares, the share of the rows that it validates. */
  holdout: number | undefined;
  /** Names of the target columns in the OOF file. */
  targets: readonly string[];
}

/** Why the rows are not the data's, each labelled one once (or once a repeat); undefined where they are. */
export function rowFault(facts: RowFacts, expected: ExpectedRows): string | undefined {
  const { alike, unknown, unlabelled, empty, noNumber, uneven, times, straddling } = facts;
  if (alike.count > 0)
    return `${alike.count} ids stand more than once in the data (${listed(alike)}): data.id in project.yml has to name a column that tells the rows apart`;
  if (unknown.count > 0) return `${some(unknown)} not in the data`;
  if (unlabelled.count > 0) return `${some(unlabelled)} without a target in the data`;
  if (empty.count > 0) return `${some(empty)} without a prediction`;
  if (noNumber.count > 0) return `${some(noNumber)} without a finite number as prediction`;
  if (times === 0) return "the OOF file has no validated rows";
  if (uneven.count > 0)
    return times === 1
      ? `${some(uneven)} more than once`
      : `${some(uneven)} not ${times} times as the others`;
  return (
    repeatFault(facts, expected) ??
    missingFault(facts, expected) ??
    forgedFault(facts, expected) ??
    (straddling.count > 0
      ? `${straddling.count} ${straddling.count === 1 ? "group is" : "groups are"} in several folds (${listed(straddling)})`
      : undefined)
  );
}

function repeatFault({ times, twinFolds }: RowFacts, expected: ExpectedRows): string | undefined {
  if (times !== expected.repeats)
    return expected.repeats === 1
      ? `each row stands ${times} times in the OOF file, and metrics.json names no validation.n_repeats`
      : `each row stands ${times === 1 ? "once" : `${times} times`} in the OOF file, not ${expected.repeats} as validation.n_repeats says`;
  // By chance one fold may come again where there are few rows, but not all of a repeat.
  if (times > 1 && twinFolds >= expected.folds / times)
    return "two repeats have the same folds: each repeat has to split the rows anew";
  return undefined;
}

function missingFault({ missing, labelled }: RowFacts, expected: ExpectedRows): string | undefined {
  if (missing.count === 0 || (expected.timeSplit && missing.first)) return undefined;
  const { holdout } = expected;
  if (holdout !== undefined) {
    const scored = labelled - missing.count;
    return isShare(scored, labelled, holdout)
      ? undefined
      : `the holdout has ${scored} of ${labelled} rows, and validation.test_size in project.yml is ${holdout}`;
  }
  return `${missing.count} of ${labelled} rows of the data were never validated (${listed(missing)})`;
}

/** Whole groups and moments seldom make up just the share that was asked for. */
const holdoutTolerance = 0.25;

/** Whether so many rows are that share of all, as far as a holdout can be. */
export function isShare(scored: number, of: number, share: number): boolean {
  return Math.abs(scored - share * of) <= Math.max(1, holdoutTolerance * share * of);
}

function forgedFault({ forged }: RowFacts, { targets }: ExpectedRows): string | undefined {
  if (forged === undefined) return undefined;
  const { target, id, claimed, own } = forged;
  return `${targets[target]} of ${id} is ${claimed || "empty"} in the OOF file and ${own} in the data`;
}

function some(rows: Rows): string {
  const are = rows.count === 1 ? "row of the OOF file is" : "rows of the OOF file are";
  return `${rows.count} ${are} (${listed(rows)})`;
}

function listed({ count, ids }: Rows): string {
  return ids.join(", ") + (count > ids.length ? ", ..." : "");
}
