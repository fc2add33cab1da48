import type { DuckDBConnection } from "@duckdb/node-api";
import type { Labels } from "../core/metrics/column.ts";
import type { Placement } from "../core/score/place-rows.ts";
import type { OofRequest } from "./oof-tables.ts";
import { streamNumbers } from "./stream-columns.ts";

/**
 * Whether no row that was never validated comes after one that was: by the times where all are numbers or dates, by the
 * rows' order where there are none. Times in another spelling are not judged.
 */
export async function areFirst(
  connection: DuckDBConnection,
  request: OofRequest,
  labelled: Uint8Array,
  { missing, starts }: Placement,
): Promise<boolean> {
  if (missing.count === 0) return true;
  const moments = await momentsOf(connection, request, labelled);
  if (moments === undefined) return true;
  let [last, first] = [-Infinity, Infinity];
  for (let row = 0; row < labelled.length; row += 1) {
    if (labelled[row] === 0) continue;
    if (starts[row] === starts[row + 1]) last = Math.max(last, moments[row]!);
    else first = Math.min(first, moments[row]!);
  }
  return last <= first;
}

/**
 * Whether each fold comes after the one before it, as far as two folds may share a moment. Undefined for one fold and for
 * times that are not judged.
 */
export async function areInOrder(
  connection: DuckDBConnection,
  request: OofRequest,
  labelled: Uint8Array,
  folds: Labels,
  { starts }: Placement,
): Promise<boolean | undefined> {
  const moments = await momentsOf(connection, request, labelled);
  if (moments === undefined) return undefined;
  const spans = folds.names.map(() => [Infinity, -Infinity] as [number, number]);
  for (let row = 0; row < labelled.length; row += 1)
    for (let place = starts[row]!; place < starts[row + 1]!; place += 1) {
      const span = spans[folds.codes[place]!]!;
      span[0] = Math.min(span[0], moments[row]!);
      span[1] = Math.max(span[1], moments[row]!);
    }
  const used = spans.filter(([from, to]) => from <= to).toSorted((a, b) => a[0] - b[0]);
  if (used.length < 2) return undefined;
  return used.every(([from], at) => at === 0 || used[at - 1]![1] <= from);
}

async function momentsOf(
  connection: DuckDBConnection,
  { time }: OofRequest,
  labelled: Uint8Array,
): Promise<Float64Array | undefined> {
  return time === undefined
    ? Float64Array.from(labelled, (_, row) => row)
    : readMoments(connection, labelled);
}

/** Spellings of a moment, the likeliest first. */
const momentTypes = [
  "TRY_CAST(value AS DOUBLE)",
  ...[
    "TRY_CAST(value AS TIMESTAMP)",
    ...["%Y年%m月%d日", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y"].map(
      (format) => `try_strptime(value, '${format}')`,
    ),
  ].map((time) => `CAST(epoch_us(${time}) AS DOUBLE)`),
];

/** Undefined where the times of labelled rows are in no spelling that is known. */
async function readMoments(
  connection: DuckDBConnection,
  labelled: Uint8Array,
): Promise<Float64Array | undefined> {
  for (const type of momentTypes) {
    const moments = new Float64Array(labelled.length);
    const sql = `SELECT CAST(row AS INTEGER), coalesce(${type}, 'NaN'::DOUBLE) FROM moments`;
    await streamNumbers(connection, sql, ([row, values], rows) => {
      for (let at = 0; at < rows; at += 1) moments[row![at]!] = values![at]!;
    });
    if (moments.every((moment, row) => labelled[row] === 0 || Number.isFinite(moment)))
      return moments;
  }
  return undefined;
}
