import type { DuckDBConnection } from "@duckdb/node-api";
import type { Column } from "../core/metrics/column.ts";
import { normaliseLabel } from "../core/metrics/labels.ts";
import { type Placement, RowList } from "../core/score/place-rows.ts";
import type { OofRequest } from "./oof-tables.ts";
import { columnOf, type ColumnReader, makeReader } from "./read-column.ts";
import { streamNumbers } from "./stream-columns.ts";

/** The data's targets by its rows, and which rows have them all. */
export async function readTargets(
  connection: DuckDBConnection,
  { targets, kinds }: OofRequest,
  length: number,
): Promise<{ readers: ColumnReader[]; labelled: Uint8Array }> {
  const readers: ColumnReader[] = [];
  for (const index of targets.keys())
    readers.push(await makeReader(connection, "data", `t${index}`, kinds.target, length));
  const absent = targets.map((_, index) => `t${index} IS NULL`).join(" OR ");
  const all = ["rowid", `(${absent})`].map((sql) => `CAST(${sql} AS INTEGER)`);
  const labelled = new Uint8Array(length);
  const sql = `SELECT ${[...all, ...readers.map((reader) => reader.sql)].join(", ")} FROM data`;
  await streamNumbers(connection, sql, ([row, isAbsent, ...columns], rows) => {
    for (let at = 0; at < rows; at += 1) labelled[row![at]!] = 1 - isAbsent![at]!;
    for (const [index, { values }] of readers.entries()) {
      const column = columns[index]!;
      for (let at = 0; at < rows; at += 1) values[row![at]!] = column[at]!;
    }
  });
  return { readers, labelled };
}

/** How far a target may be from the data's for the digits that 32 bits or a printout lose. */
const tolerance = 1e-6;

/** A row whose target in the OOF is not the data's. */
export interface Forged {
  target: number;
  at: number;
  row: number;
}

export interface ReadOof {
  targets: Column[];
  predictions: Column[];
  /** Rows of the OOF without a prediction, and with one that has to be a finite number and is none. */
  empty: RowList;
  noNumber: RowList;
  /** The first of the data, for the first target that has one. */
  forged: Forged | undefined;
}

/** The OOF's predictions and the data's targets, each at the place of its row. */
export async function readOof(
  connection: DuckDBConnection,
  request: OofRequest,
  own: readonly ColumnReader[],
  rowOf: Int32Array,
  { placeOf, starts }: Placement,
): Promise<ReadOof> {
  const places = starts.at(-1)!;
  const predictions: ColumnReader[] = [];
  for (const index of request.predictions.keys())
    predictions.push(
      await makeReader(connection, "oof", `p${index}`, request.kinds.prediction, places),
    );
  const claimed: ColumnReader[] = [];
  for (const [index, reader] of own.entries()) {
    const kind = reader.isNumber ? "number" : "label";
    claimed.push(await makeReader(connection, "oof", `o${index}`, kind, 0));
  }
  const differs = own.map((reader, index) => makeComparison(reader, claimed[index]!));
  const targets = own.map(({ isNumber, names }) => ({
    values: isNumber ? new Float64Array(places) : new Int32Array(places),
    names,
  }));
  const [empty, noNumber] = [new RowList(), new RowList()];
  const mustBeNumber = request.kinds.prediction === "number";
  const forged: (Forged | undefined)[] = own.map(() => undefined);
  const isEmpty = predictions.map((reader) => reader.isEmpty).join(" OR ");
  const selected = [
    "CAST(rowid AS INTEGER)",
    `CAST(${isEmpty} AS INTEGER)`,
    ...[...predictions, ...claimed].map(({ sql }) => sql),
  ];
  const sql = `SELECT ${selected.join(", ")} FROM oof`;
  await streamNumbers(connection, sql, ([position, lacks, ...columns], rows) => {
    for (let index = 0; index < rows; index += 1) {
      const at = position![index]!;
      const place = placeOf[at]!;
      if (place === -1) continue;
      let isFinite = true;
      for (let p = 0; p < predictions.length; p += 1) {
        const value = columns[p]![index]!;
        predictions[p]!.values[place] = value;
        isFinite &&= Number.isFinite(value);
      }
      if (lacks![index] === 1) empty.add(at);
      else if (mustBeNumber && !isFinite) noNumber.add(at);
      const row = rowOf[at]!;
      for (let t = 0; t < own.length; t += 1) {
        const value = own[t]!.values[row]!;
        targets[t]!.values[place] = value;
        if (!differs[t]!(value, columns[predictions.length + t]![index]!)) continue;
        const before = forged[t];
        if (before === undefined || row < before.row) forged[t] = { target: t, at, row };
      }
    }
  });
  return {
    targets: targets.map(columnOf),
    predictions: predictions.map(columnOf),
    empty,
    noNumber,
    forged: forged.find((one) => one !== undefined),
  };
}

/** Whether two targets differ in the metric's sense: as numbers, or as labels however they are spelt. */
function makeComparison(
  own: ColumnReader,
  claimed: ColumnReader,
): (own: number, claimed: number) => boolean {
  // What is no number in the data is the metric's to complain of.
  if (own.isNumber)
    return (value, other) =>
      !Number.isNaN(value) &&
      value !== other &&
      !(Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(value)));
  const ownNames = own.names.map(normaliseLabel);
  const known = new Map(ownNames.map((name, code) => [name, code]));
  const ownCodes = ownNames.map((name) => known.get(name)!);
  const claimedCodes = claimed.names.map((name) => known.get(normaliseLabel(name)) ?? -1);
  return (value, other) => ownCodes[value] !== claimedCodes[other];
}
