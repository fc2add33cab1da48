import { createHash } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Column } from "../core/metrics/evaluate.ts";
import type { RowFacts, Rows } from "../core/score/joined-oof.ts";
import type { Database } from "./database.ts";
import { readColumns } from "./read-columns.ts";
import { loadTextTable, type NamedColumn } from "./text-table.ts";

export interface OofRequest {
  /** Absolute paths. */
  train: string;
  oof: string;
  /** Column of the ids in the data; undefined where the number of the row, from 0, is the id. */
  dataId: string | undefined;
  /** Column of the data that orders its rows in time; undefined where their order in the file does. */
  time: string | undefined;
  /** Of the OOF; undefined where its rows are the data's, in their order. */
  oofId: string | undefined;
  /** Names in the data and in the OOF. */
  targets: readonly { data: string; oof: string }[];
  predictions: readonly string[];
  fold: string | undefined;
  /** Which columns are read as numbers. */
  numeric: { target: boolean; prediction: boolean };
}

/** The out-of-fold predictions beside the competition's own rows. */
export interface JoinedOof extends RowFacts {
  /** A row whose target in the OOF is not the data's, in the metric's sense, for the first target that has one. */
  forged: { target: number; id: string; claimed: string; own: string } | undefined;
  /** Of each joined row, in the order of the data: its own targets, the predictions, the fold. */
  targets: Column[];
  predictions: Column[];
  folds: string[] | undefined;
  /** SHA-256, hex, over a line `id,fold` for each row of the data; -1 where no fold validated it. */
  foldsSha256: string;
}

/** Spellings of a missing target, the same as the template's. */
export const missing = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"];

/** Joins an OOF file to the data on the ids. Throws a UserError where a file or a column cannot be read. */
export async function joinOof(database: Database, request: OofRequest): Promise<JoinedOof> {
  const { connection } = database;
  await loadData(database, request);
  await loadOof(database, request);
  await addKeys(connection);
  const one = async (sql: string): Promise<number> => {
    const [row] = (await connection.runAndReadAll(`SELECT (${sql}) AS n`)).getRowsJS();
    return Number(row![0]);
  };
  const some = async (from: string): Promise<Rows> => {
    const count = await one(`SELECT count(*) FROM (${from})`);
    if (count === 0) return { count, ids: [] };
    const rows = (await connection.runAndReadAll(`SELECT id FROM (${from}) LIMIT 3`)).getRowsJS();
    return { count, ids: rows.map(([id]) => String(id)) };
  };
  const isLabelled = request.targets.map((_, index) => present(`t${index}`)).join(" AND ");
  await connection.run(
    `CREATE OR REPLACE TABLE labelled AS SELECT * FROM data WHERE ${isLabelled}`,
  );
  await connection.run(
    `CREATE OR REPLACE TABLE joined AS SELECT l.row, l.id, ${columnsOf(request)} FROM oof o JOIN labelled l USING (key)`,
  );
  const times = await one(
    "coalesce((SELECT n FROM (SELECT count(*) AS n FROM oof GROUP BY key) GROUP BY n ORDER BY count(*) DESC, n LIMIT 1), 0)",
  );
  const lost = "SELECT l.* FROM labelled l ANTI JOIN oof o USING (key)";
  return {
    labelled: await one("SELECT count(*) FROM labelled"),
    unknown: await some("SELECT o.id FROM oof o ANTI JOIN data d USING (key)"),
    unlabelled: await some(
      "SELECT o.id FROM oof o SEMI JOIN data d USING (key) ANTI JOIN labelled l USING (key)",
    ),
    empty: await some(
      `SELECT id FROM joined WHERE ${request.predictions.map((_, index) => `trim(coalesce(p${index}, '')) = ''`).join(" OR ")}`,
    ),
    missing: {
      ...(await some(lost)),
      first: (await one(`SELECT ${await comesFirst(connection, lost, request)}`)) === 1,
    },
    uneven: await some(
      `SELECT any_value(id) AS id FROM oof GROUP BY key HAVING count(*) <> ${times}`,
    ),
    times,
    forged: await findForged(connection, request),
    ...(await readJoined(connection, request)),
  };
}

/**
 * Whether no row that was never validated comes after one that was, as 1 or 0 in SQL: by the times where all are numbers
 * or dates, by the rows' order where there are none. Times in another spelling are not judged.
 */
async function comesFirst(
  connection: DuckDBConnection,
  lost: string,
  { time }: OofRequest,
): Promise<string> {
  const kept = "SELECT l.* FROM labelled l SEMI JOIN oof o USING (key)";
  const ordered = (order: string) =>
    `coalesce((SELECT max(${order}) FROM (${lost})) <= (SELECT min(${order}) FROM (${kept})), true)::INTEGER`;
  if (time === undefined) return ordered("row");
  for (const type of ["DOUBLE", "TIMESTAMP"]) {
    const sql = `SELECT count(TRY_CAST(moment AS ${type})) = count(*) FROM labelled`;
    const fits = (await connection.runAndReadAll(sql)).getRowsJS()[0]![0];
    if (fits === true) return ordered(`TRY_CAST(moment AS ${type})`);
  }
  return "1";
}

/** How far a target may be from the data's for the digits that 32 bits or a printout lose. */
const tolerance = 1e-6;

async function findForged(
  connection: DuckDBConnection,
  { targets, numeric }: OofRequest,
): Promise<JoinedOof["forged"]> {
  for (const target of targets.keys()) {
    const [own, claimed] = [`t${target}`, `o${target}`];
    const differ = numeric.target
      ? `NOT coalesce(abs(${asNumber(own)} - ${asNumber(claimed)}) <= ${tolerance} * greatest(1, abs(${asNumber(own)})), false)`
      : `${asLabel(own)} IS DISTINCT FROM ${asLabel(claimed)}`;
    const sql = `SELECT id, coalesce(${claimed}, ''), ${own} FROM joined WHERE ${differ} ORDER BY row LIMIT 1`;
    const [row] = (await connection.runAndReadAll(sql)).getRowsJS();
    if (row !== undefined)
      return { target, id: String(row[0]), claimed: String(row[1]), own: String(row[2]) };
  }
  return undefined;
}

function asNumber(column: string): string {
  return `TRY_CAST(${column} AS DOUBLE)`;
}

/** A label in one spelling: `1.0` is `1`, `True` and `true` are `1`, as core/metrics/labels.ts has it. */
function asLabel(column: string): string {
  return `CASE lower(trim(${column})) WHEN 'true' THEN '1.0' WHEN 'false' THEN '0.0' ELSE coalesce(CAST(${asNumber(`trim(${column})`)} AS VARCHAR), trim(${column})) END`;
}

function present(column: string): string {
  const spellings = missing.map((text) => `'${text}'`).join(", ");
  return `(${column} IS NOT NULL AND trim(${column}) NOT IN (${spellings}))`;
}

/** `data`: row, id, t0, t1 ... and, where there is a column of times, moment. */
async function loadData(database: Database, request: OofRequest): Promise<void> {
  const { connection } = database;
  const id: NamedColumn[] =
    request.dataId === undefined ? [] : [{ column: request.dataId, as: "id" }];
  const targets = request.targets.map(({ data }, index) => ({ column: data, as: `t${index}` }));
  const own = request.dataId === undefined ? "CAST(rowid AS VARCHAR)" : "id";
  const time: NamedColumn[] =
    request.time === undefined ? [] : [{ column: request.time, as: "moment" }];
  const names = [...targets, ...time].map(({ as }) => as).join(", ");
  await loadTextTable(database, "source", request.train, [...id, ...targets, ...time]);
  await connection.run(
    `CREATE OR REPLACE TABLE data AS SELECT rowid AS row, ${own} AS id, ${names} FROM source`,
  );
}

async function loadOof(database: Database, request: OofRequest): Promise<void> {
  const wanted: NamedColumn[] = [
    ...(request.oofId === undefined ? [] : [{ column: request.oofId, as: "id" }]),
    ...request.targets.map(({ oof }, index) => ({ column: oof, as: `o${index}` })),
    ...request.predictions.map((column, index) => ({ column, as: `p${index}` })),
    ...(request.fold === undefined ? [] : [{ column: request.fold, as: "fold" }]),
  ];
  await loadTextTable(database, "given", request.oof, wanted);
  const id = request.oofId === undefined ? "CAST(rowid AS VARCHAR)" : "coalesce(id, '')";
  const rest = request.oofId === undefined ? "*" : "* EXCLUDE (id)";
  await database.connection.run(
    `CREATE OR REPLACE TABLE oof AS SELECT rowid AS pos, ${id} AS id, ${rest} FROM given${validated(request)}`,
  );
}

/** Rows without a fold, or with a negative one, were never validated: they say nothing. */
function validated({ fold }: OofRequest): string {
  if (fold === undefined) return "";
  return " WHERE trim(coalesce(fold, '')) NOT IN ('', 'nan', 'NaN', 'None', 'null') AND coalesce(TRY_CAST(fold AS DOUBLE), 0) >= 0";
}

/** How ids may be spelt otherwise than in the data and still be the same: numbers (1.0 is 1), then dates. */
const otherSpellings = ["DECIMAL(38, 9)", "TIMESTAMP"].map(
  (type) => `CAST(TRY_CAST(id AS ${type}) AS VARCHAR)`,
);

/**
 * Adds `key` to both tables: the id's text. Where that leaves rows of the OOF without a partner, the first other spelling
 * under which all have one and no two rows of the data become the same.
 */
async function addKeys(connection: DuckDBConnection): Promise<void> {
  const fits = async (key: string): Promise<boolean> => {
    const keys = `SELECT ${key} AS key FROM`;
    const result = await connection.runAndReadAll(
      `SELECT (SELECT count(*) = count(DISTINCT key) FROM (${keys} data)) AND NOT EXISTS (SELECT 1 FROM (${keys} oof) ANTI JOIN (${keys} data) USING (key))`,
    );
    return result.getRowsJS()[0]![0] === true;
  };
  let chosen = "id";
  for (const key of ["id", ...otherSpellings]) {
    if (!(await fits(key))) continue;
    chosen = key;
    break;
  }
  for (const table of ["data", "oof"])
    await connection.run(
      `CREATE OR REPLACE TABLE ${table} AS SELECT *, ${chosen} AS key FROM ${table}`,
    );
}

function columnsOf(request: OofRequest): string {
  return [
    ...request.targets.flatMap((_, index) => [`l.t${index}`, `o.o${index}`]),
    ...request.predictions.map((_, index) => `o.p${index}`),
    ...(request.fold === undefined ? [] : ["o.fold"]),
    "o.pos",
  ].join(", ");
}

/** A column as numbers, NaN for what is none, or as texts. */
function asColumn(name: string, isNumber: boolean): string {
  return isNumber ? `coalesce(${asNumber(name)}, 'NaN'::DOUBLE)` : `coalesce(${name}, '')`;
}

/** The joined rows in the data's order; those of one id in the OOF's. */
async function readJoined(
  connection: DuckDBConnection,
  request: OofRequest,
): Promise<Pick<JoinedOof, "targets" | "predictions" | "folds" | "foldsSha256">> {
  const { numeric } = request;
  const targets = request.targets.map((_, index) => asColumn(`t${index}`, numeric.target));
  const predictions = request.predictions.map((_, index) =>
    asColumn(`p${index}`, numeric.prediction),
  );
  const fold = request.fold === undefined ? [] : ["coalesce(fold, '')"];
  const all = [...targets, ...predictions, ...fold].join(", ");
  const columns = await readColumns(connection, `SELECT ${all} FROM joined ORDER BY row, pos`);
  const take = <T>(count: number) => columns.splice(0, count) as T[];
  return {
    targets: take(targets.length),
    predictions: take(predictions.length),
    folds: take<string[]>(fold.length)[0],
    foldsSha256: await fingerprint(connection, request.fold !== undefined),
  };
}

async function fingerprint(connection: DuckDBConnection, hasFolds: boolean): Promise<string> {
  const fold = hasFolds ? "coalesce(nullif(trim(j.fold), ''), '-1')" : "'0'";
  const whole = `regexp_replace(${fold}, '\\.0+$', '')`;
  const sql = `SELECT d.id || ',' || coalesce(j.folds, '-1') || chr(10) FROM data d LEFT JOIN (SELECT row, string_agg(${whole}, ' ' ORDER BY pos) AS folds FROM joined j GROUP BY row) j USING (row) ORDER BY d.row`;
  const hash = createHash("sha256");
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return hash.digest("hex");
    hash.update(chunk.getColumnValues(0).join(""));
  }
}
