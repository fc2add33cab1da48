import type { DuckDBConnection } from "@duckdb/node-api";
import type { Column, Labels } from "../core/metrics/column.ts";
import { type Numbers, streamNumbers } from "./stream-columns.ts";

/**
 * What a column of a table is read as: a number (loaded as one: NULL where it is empty, NaN where it is none), a text, or
 * numbers where all its texts are some.
 */
export type ColumnKind = "number" | "label" | "either";

/** A column on its way out of the database: what to select, where to put it. */
export interface ColumnReader {
  /** DOUBLE or INTEGER, never NULL. */
  sql: string;
  /** 1 where there is no value, otherwise 0. */
  isEmpty: string;
  isNumber: boolean;
  values: Numbers;
  /** Of a column of labels, by their numbers. */
  names: readonly string[];
}

/** SQL of a number in a text: true and false are 1 and 0, an empty text is NULL, what is none (also 1_000) is NaN. */
export function numberIn(text: string): string {
  const truth = `CASE lower(trim(${text})) WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE 'NaN'::DOUBLE END`;
  return `CASE WHEN ${text} IS NULL OR trim(${text}) = '' THEN NULL WHEN contains(${text}, '_') THEN 'NaN'::DOUBLE ELSE coalesce(TRY_CAST(${text} AS DOUBLE), ${truth}) END`;
}

/** Prepares a column of `table` for `length` rows. */
export async function makeReader(
  connection: DuckDBConnection,
  table: string,
  column: string,
  kind: ColumnKind,
  length: number,
): Promise<ColumnReader> {
  const number = (): Omit<ColumnReader, "isEmpty"> => ({
    sql: `coalesce(TRY_CAST(${column} AS DOUBLE), 'NaN'::DOUBLE)`,
    isNumber: true,
    values: new Float64Array(length),
    names: [],
  });
  if (kind === "number") return { ...number(), isEmpty: `(${column} IS NULL)` };
  const isEmpty = `(trim(coalesce(${column}, '')) = '')`;
  if (kind === "either" && (await allNumbers(connection, table, column, isEmpty)))
    return { ...number(), isEmpty };
  const type = `labels_${table}_${column}`;
  const text = `coalesce(${column}, '')`;
  await connection.run(`CREATE TYPE ${type} AS ENUM (SELECT DISTINCT ${text} FROM ${table})`);
  const list = `SELECT CAST(unnest(enum_range(NULL::${type})) AS VARCHAR)`;
  const names = (await connection.runAndReadAll(list)).getRowsJS().map(([name]) => String(name));
  const sql = `CAST(enum_code(CAST(${text} AS ${type})) AS INTEGER)`;
  return { sql, isEmpty, isNumber: false, values: new Int32Array(length), names };
}

/** One text column by the rows of its table, which `row` numbers. */
export async function readLabels(
  connection: DuckDBConnection,
  table: string,
  column: string,
  length: number,
  row = "rowid",
): Promise<Labels> {
  const { sql, values, names } = await makeReader(connection, table, column, "label", length);
  await streamNumbers(
    connection,
    `SELECT CAST(${row} AS INTEGER), ${sql} FROM ${table}`,
    ([at, codes], rows) => {
      for (let index = 0; index < rows; index += 1) values[at![index]!] = codes![index]!;
    },
  );
  return { codes: values as Int32Array, names };
}

/** What was read into the values, as a column. */
export function columnOf({ values, names }: Pick<ColumnReader, "values" | "names">): Column {
  return values instanceof Float64Array ? values : { codes: values, names };
}

async function allNumbers(
  connection: DuckDBConnection,
  table: string,
  column: string,
  isEmpty: string,
): Promise<boolean> {
  const sql = `SELECT count(TRY_CAST(${column} AS DOUBLE)) = count(*) FROM ${table} WHERE NOT ${isEmpty}`;
  return (await connection.runAndReadAll(sql)).getRowsJS()[0]![0] === true;
}
