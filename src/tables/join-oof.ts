import type { DuckDBConnection } from "@duckdb/node-api";
import type { Column, Labels } from "../core/metrics/column.ts";
import { countTwins, type Folds, readFolds, straddlingGroups } from "../core/score/folds.ts";
import type { RowFacts, Rows } from "../core/score/joined-oof.ts";
import { placeRows, type Placement, RowList } from "../core/score/place-rows.ts";
import type { Database } from "./database.ts";
import { fingerprintFolds } from "./fold-fingerprint.ts";
import { matchRows } from "./match-rows.ts";
import { loadOofTables, type OofRequest } from "./oof-tables.ts";
import { areFirst, areInOrder } from "./moments.ts";
import { readLabels } from "./read-column.ts";
import { type Forged, readOof, readTargets } from "./read-oof.ts";

/** The out-of-fold predictions beside the competition's own rows. */
export interface JoinedOof extends RowFacts {
  /** Of each joined row, in the order of the data: its own targets, the predictions, the fold. */
  targets: Column[];
  predictions: Column[];
  folds: Labels | undefined;
  /** SHA-256, hex, over a line `id,fold` for each row of the data; -1 where no fold validated it. */
  foldsSha256: string | undefined;
  /** Whether each fold comes after the one before; undefined where that is not asked, or cannot be told. */
  inOrder: boolean | undefined;
  /** Whether the groups were looked at. */
  hasGroups: boolean;
}

/** Joins an OOF file to the data on the ids. Throws a UserError where a file or a column cannot be read. */
export async function joinOof(database: Database, request: OofRequest): Promise<JoinedOof> {
  const { connection } = database;
  await loadOofTables(database, request);
  const rows = { data: await count(connection, "data"), oof: await count(connection, "oof") };
  const hasIds = request.dataId !== undefined;
  const own = await readTargets(connection, request, rows.data);
  const match = await matchRows(
    connection,
    { data: hasIds, oof: request.oofId !== undefined },
    rows,
  );
  const folds =
    request.fold === undefined
      ? undefined
      : readFolds(await readLabels(connection, "oof", "fold", rows.oof));
  const isValidated = (at: number): boolean =>
    folds === undefined || folds.isFold[folds.codes[at]!] === 1;
  const placed = placeRows(match.rowOf, own.labelled, isValidated);
  const read = await readOof(connection, request, own.readers, match.rowOf, placed);
  const joinedFolds = folds === undefined ? undefined : placeFolds(folds, placed);
  const data = (list: RowList) => withIds(connection, "data", list, hasIds);
  const oof = (list: RowList) => withIds(connection, "oof", list, request.oofId !== undefined);
  return {
    labelled: placed.labelled,
    alike: await data(listOf(match.alike)),
    unknown: await oof(placed.unknown),
    unlabelled: await oof(placed.unlabelled),
    empty: await oof(read.empty),
    noNumber: await oof(read.noNumber),
    missing: {
      ...(await data(placed.missing)),
      first: await areFirst(connection, request, own.labelled, placed),
    },
    uneven: await data(placed.uneven),
    times: placed.times,
    twinFolds: joinedFolds === undefined ? 0 : countTwins(joinedFolds, placed.starts),
    straddling: await findStraddling(connection, request, joinedFolds, {
      ...placed,
      labelled: own.labelled,
    }),
    hasGroups: request.group !== undefined && joinedFolds !== undefined,
    inOrder:
      joinedFolds === undefined || !request.byTime || placed.times > 1
        ? undefined
        : await areInOrder(connection, request, own.labelled, joinedFolds, placed),
    forged: await describeForged(connection, request, read.forged),
    targets: read.targets,
    predictions: read.predictions,
    folds: joinedFolds,
    foldsSha256:
      joinedFolds && (await fingerprintFolds(connection, hasIds, joinedFolds, placed.starts)),
  };
}

async function count(connection: DuckDBConnection, table: string): Promise<number> {
  return Number(
    (await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRowsJS()[0]![0],
  );
}

function listOf(rows: readonly number[]): RowList {
  const list = new RowList();
  for (const row of rows) list.add(row);
  return list;
}

async function withIds(
  connection: DuckDBConnection,
  table: string,
  { count: total, first }: RowList,
  hasIds: boolean,
): Promise<Rows> {
  if (!hasIds || total === 0) return { count: total, ids: first.map(String) };
  const sql = `SELECT id FROM ${table} WHERE rowid IN (${first.join(", ")}) ORDER BY rowid`;
  const ids = (await connection.runAndReadAll(sql)).getRowsJS().map(([id]) => String(id));
  return { count: total, ids };
}

function placeFolds({ codes, names }: Folds, { placeOf, starts }: Placement): Labels {
  const placed = new Int32Array(starts.at(-1)!);
  for (let at = 0; at < placeOf.length; at += 1)
    if (placeOf[at] !== -1) placed[placeOf[at]!] = codes[at]!;
  return { codes: placed, names };
}

async function describeForged(
  connection: DuckDBConnection,
  { dataId }: OofRequest,
  forged: Forged | undefined,
): Promise<JoinedOof["forged"]> {
  if (forged === undefined) return undefined;
  const { target, at, row } = forged;
  const one = async (table: string, column: string, place: number): Promise<string> => {
    const sql = `SELECT ${column} FROM ${table} WHERE rowid = ${place}`;
    return String((await connection.runAndReadAll(sql)).getRowsJS()[0]![0] ?? "");
  };
  return {
    target,
    id: dataId === undefined ? String(row) : await one("data", "id", row),
    claimed: await one("oof", `o${target}`, at),
    own: await one("data", `t${target}`, row),
  };
}

async function findStraddling(
  connection: DuckDBConnection,
  request: OofRequest,
  folds: Labels | undefined,
  rows: { starts: Int32Array; times: number; labelled: Uint8Array },
): Promise<Rows> {
  if (request.group === undefined || folds === undefined) return { count: 0, ids: [] };
  await connection.run("CREATE TABLE grouped AS SELECT row, value FROM parts");
  const groups = await readLabels(connection, "grouped", "value", rows.labelled.length, "row");
  const found = straddlingGroups(folds, groups, rows);
  return { count: found.count, ids: found.names };
}
