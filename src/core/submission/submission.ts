import { counted } from "../text/counted.ts";

/** A CSV file by column; `lines` is the file's line of each row. */
export interface SubmissionTable {
  header: readonly string[];
  columns: ReadonlyMap<string, readonly string[]>;
  lines: readonly number[];
}

/** Something a competition would refuse a submission for. */
export interface Fault {
  message: string;
  /** The first line it stands on, counting from 1. */
  line?: number;
}

/** The id column, and what a competition wants predicted: the other columns of sample_submission. */
export interface Wanted {
  id: string;
  predictions: string[];
}

/** Which columns a submission must have. The id is project.yml's where the sample has it, else the first column. */
export function wantedColumns(sample: SubmissionTable, id: string | undefined): Wanted {
  const key = id !== undefined && sample.columns.has(id) ? id : sample.header[0]!;
  return { id: key, predictions: sample.header.filter((name) => name !== key) };
}

/** Everything a submission does wrong against sample_submission: columns, rows, ids, values. Empty when it is fine. */
export function submissionFaults(
  submission: SubmissionTable,
  sample: SubmissionTable,
  wanted: Wanted,
): Fault[] {
  const columns = columnFaults(submission.header, sample.header);
  const ids = submission.columns.get(wanted.id);
  if (ids === undefined) return columns;
  return [
    ...columns,
    ...idFaults(ids, sample.columns.get(wanted.id)!, submission.lines),
    ...wanted.predictions.flatMap((name) => valueFaults(name, submission)),
  ];
}

function columnFaults(found: readonly string[], wanted: readonly string[]): Fault[] {
  const missing = wanted.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !wanted.includes(name));
  return [
    ...(missing.length > 0
      ? [{ message: `${counted(missing.length, "column")} missing: ${some(missing)}`, line: 1 }]
      : []),
    ...(extra.length > 0
      ? [{ message: `${counted(extra.length, "column")} too many: ${some(extra)}`, line: 1 }]
      : []),
  ];
}

function idFaults(
  found: readonly string[],
  wanted: readonly string[],
  lines: readonly number[],
): Fault[] {
  const known = new Set(wanted);
  const seen = new Set<string>();
  const twice: number[] = [];
  const unknown: number[] = [];
  for (const [row, id] of found.entries()) {
    if (!known.has(id)) unknown.push(row);
    else if (seen.has(id)) twice.push(row);
    seen.add(id);
  }
  const missing = [...known].filter((id) => !seen.has(id));
  return [
    ...(missing.length > 0
      ? [{ message: `${counted(missing.length, "id")} missing: ${some(missing)}` }]
      : []),
    ...rowFault(
      unknown,
      (rows) => `${counted(rows.length, "id")} not in sample_submission`,
      found,
      lines,
    ),
    ...rowFault(twice, (rows) => `${counted(rows.length, "id")} repeated`, found, lines),
  ];
}

function valueFaults(name: string, { columns, lines }: SubmissionTable): Fault[] {
  const values = columns.get(name) ?? [];
  const bad = [...values.keys()].filter((row) => !isValue(values[row]!));
  return rowFault(
    bad,
    (rows) => `${counted(rows.length, "value")} of ${name} empty or not finite`,
    values,
    lines,
  );
}

function isValue(text: string): boolean {
  return text.trim() !== "" && !/^[+-]?(nan|inf|infinity)$/i.test(text.trim());
}

function rowFault(
  rows: readonly number[],
  summary: (rows: readonly number[]) => string,
  values: readonly string[],
  lines: readonly number[],
): Fault[] {
  if (rows.length === 0) return [];
  const named = rows.slice(0, 3).map((row) => `${values[row] || '""'} (line ${lines[row]})`);
  const more = rows.length > 3 ? ", ..." : "";
  return [{ message: `${summary(rows)}: ${named.join(", ")}${more}`, line: lines[rows[0]!]! }];
}

function some(names: readonly string[]): string {
  return names.slice(0, 3).join(", ") + (names.length > 3 ? ", ..." : "");
}
