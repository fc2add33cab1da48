/** Some rows by their numbers: how many, and the first few. */
export class RowList {
  count = 0;
  readonly first: number[] = [];

  add(row: number): void {
    this.count += 1;
    if (this.first.length < 3) this.first.push(row);
  }
}

/** Where each row of an OOF file goes: in the data's order, the rows of one id in the OOF's. */
export interface Placement {
  /** By the OOF's row numbers; -1 for a row that is not scored. */
  placeOf: Int32Array;
  /** The place of the first row of each row of the data, and at the end the number of places. */
  starts: Int32Array;
  /** Rows of the OOF that name no row of the data, or one without a target. */
  unknown: RowList;
  unlabelled: RowList;
  /** Rows of the data: those with a target, those of them that no fold validated. */
  labelled: number;
  missing: RowList;
  /** Rows of the data that stand in the OOF another number of times than most do, which is `times`. */
  uneven: RowList;
  times: number;
}

/** Places the rows of an OOF file by `rowOf`, their rows in the data or -1; rows that are not validated are left out. */
export function placeRows(
  rowOf: Int32Array,
  labelled: Uint8Array,
  isValidated: (at: number) => boolean,
): Placement {
  const placeOf = new Int32Array(rowOf.length).fill(-1);
  const starts = new Int32Array(labelled.length + 1);
  const [unknown, unlabelled] = [new RowList(), new RowList()];
  for (let at = 0; at < rowOf.length; at += 1) {
    if (!isValidated(at)) continue;
    const row = rowOf[at]!;
    if (row === -1) unknown.add(at);
    else if (labelled[row] === 0) unlabelled.add(at);
    else {
      starts[row + 1]! += 1;
      placeOf[at] = 0;
    }
  }
  const counted = countRows(starts, labelled);
  for (let row = 0; row < labelled.length; row += 1) starts[row + 1]! += starts[row]!;
  const next = starts.slice();
  for (let at = 0; at < rowOf.length; at += 1)
    if (placeOf[at] === 0) placeOf[at] = next[rowOf[at]!]!++;
  return { placeOf, starts, unknown, unlabelled, ...counted };
}

/** `counts[row + 1]` says how often a row stands in the OOF. */
function countRows(
  counts: Int32Array,
  labelled: Uint8Array,
): Pick<Placement, "labelled" | "missing" | "uneven" | "times"> {
  const found = { labelled: 0, missing: new RowList(), uneven: new RowList() };
  const usual = new Map<number, number>();
  for (let row = 0; row < labelled.length; row += 1) {
    if (labelled[row] === 0) continue;
    found.labelled += 1;
    const count = counts[row + 1]!;
    if (count === 0) found.missing.add(row);
    else usual.set(count, (usual.get(count) ?? 0) + 1);
  }
  const [times = 0] =
    [...usual].toSorted(([a, rowsA], [b, rowsB]) => rowsB - rowsA || a - b)[0] ?? [];
  if (usual.size > 1)
    for (let row = 0; row < labelled.length; row += 1)
      if (counts[row + 1]! > 0 && counts[row + 1] !== times) found.uneven.add(row);
  return { ...found, times };
}
