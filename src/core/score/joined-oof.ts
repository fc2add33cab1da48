/** Some rows, counted, with the ids of a few. */
export interface Rows {
  count: number;
  ids: readonly string[];
}

/** How the rows of an OOF file stand to the rows of the competition's data. */
export interface RowFacts {
  /** Rows of the data that have every target. */
  labelled: number;
  /** Rows of the OOF that name no row of the data, or one without a target. */
  unknown: Rows;
  unlabelled: Rows;
  /** Rows without a prediction. */
  empty: Rows;
  /** Labelled rows that no fold validated, and whether they all come before the first validated one. */
  missing: Rows & { first: boolean };
  /** Ids that stand in the OOF another number of times than most do, which is `times`. */
  uneven: Rows;
  times: number;
}

/** Why the rows are not the data's, each labelled one once (or once a repeat); undefined where they are. */
export function rowFault(
  facts: RowFacts,
  expected: { repeats: number; timeSplit: boolean },
): string | undefined {
  const { unknown, unlabelled, empty, missing, uneven, times } = facts;
  if (unknown.count > 0) return `${some(unknown)} not in the data`;
  if (unlabelled.count > 0) return `${some(unlabelled)} without a target in the data`;
  if (empty.count > 0) return `${some(empty)} without a prediction`;
  if (times === 0) return "the OOF file has no validated rows";
  if (uneven.count > 0)
    return times === 1
      ? `${some(uneven)} more than once`
      : `${some(uneven)} not ${times} times as the others`;
  if (times !== expected.repeats)
    return expected.repeats === 1
      ? `each row stands ${times} times in the OOF file, and metrics.json names no validation.n_repeats`
      : `each row stands ${times} times in the OOF file, not ${expected.repeats} as validation.n_repeats says`;
  if (missing.count === 0 || (expected.timeSplit && missing.first)) return undefined;
  return `${missing.count} of ${facts.labelled} rows of the data were never validated (${listed(missing)})`;
}

function some(rows: Rows): string {
  const are = rows.count === 1 ? "row of the OOF file is" : "rows of the OOF file are";
  return `${rows.count} ${are} (${listed(rows)})`;
}

function listed({ count, ids }: Rows): string {
  return ids.join(", ") + (count > ids.length ? ", ..." : "");
}
