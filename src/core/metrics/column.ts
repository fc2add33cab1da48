/** Texts of which many are the same: of each row the place of its text in the list. */
export interface Labels {
  codes: Int32Array;
  names: readonly string[];
}

/** Values of a column, row by row: texts as a file has them, texts kept once each, or numbers. */
export type Column = readonly string[] | Float64Array | Labels;

export function isLabels(column: Column): column is Labels {
  return "codes" in column;
}

export function rowCount(column: Column): number {
  return isLabels(column) ? column.codes.length : column.length;
}

/** Neighbouring rows, without copying numbers or labels. */
export function sliceColumn(column: Column, start: number, end: number): Column {
  if (isLabels(column)) return { codes: column.codes.subarray(start, end), names: column.names };
  return column instanceof Float64Array ? column.subarray(start, end) : column.slice(start, end);
}

/** The rows in another order, or some of them. */
export function pickRows(column: Column, rows: Int32Array): Column {
  if (isLabels(column)) {
    const codes = new Int32Array(rows.length);
    for (let at = 0; at < rows.length; at += 1) codes[at] = column.codes[rows[at]!]!;
    return { codes, names: column.names };
  }
  if (column instanceof Float64Array) {
    const values = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at += 1) values[at] = column[rows[at]!]!;
    return values;
  }
  return Array.from(rows, (row) => column[row]!);
}

/** Each different text of a column once. */
export function asLabels(column: Column): Labels {
  if (isLabels(column)) return column;
  const codes = new Int32Array(column.length);
  const names: string[] = [];
  const known = new Map<string | number, number>();
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!;
    let code = known.get(value);
    if (code === undefined) {
      code = names.length;
      known.set(value, code);
      names.push(String(value));
    }
    codes[row] = code;
  }
  return { codes, names };
}

/** Whether each place of the list is that of some row. */
export function usedNames({ codes, names }: Labels): Uint8Array {
  const used = new Uint8Array(names.length);
  for (let row = 0; row < codes.length; row += 1) used[codes[row]!] = 1;
  return used;
}
