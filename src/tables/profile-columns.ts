import type { ColumnFacts, ColumnKind, SideFacts } from "../core/validation/facts.ts";
import { quoteName, quoteText } from "./database.ts";
import { isDate, isNumeric, type Side, type SplitTables } from "./train-test-tables.ts";

/** A column with how to read it in SQL. */
export interface ProfiledColumn extends ColumnFacts {
  sqlType: string;
}

/** How the template reads dates written as text, in its order; a form with and without fractions is one entry. */
const dateFormats = [
  ["%Y-%m-%d"],
  ["%Y/%m/%d"],
  ["%Y年%m月%d日"],
  ["%d.%m.%Y"],
  ["%m/%d/%Y"],
  ["%d/%m/%Y"],
  ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f"],
  ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f"],
  ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"],
  ["%Y-%m-%d %H:%M"],
  ["%Y/%m/%d %H:%M:%S"],
  ["%Y/%m/%d %H:%M"],
];

const columnsAtOnce = 50;
const rowsToReadDates = 2000;

/** Kind, missing values, distinct values and range of each column of train, in both files. */
export async function profileColumns(tables: SplitTables): Promise<ProfiledColumn[]> {
  const names = [...tables.train.keys()];
  const found: ProfiledColumn[] = [];
  for (let at = 0; at < names.length; at += columnsAtOnce) {
    const some = names.slice(at, at + columnsAtOnce);
    const plain = await Promise.all(some.map((name) => readKind(tables, name)));
    const train = await sides(tables, "train", plain);
    const test = tables.test === null ? [] : await sides(tables, "test", plain);
    for (const [index, column] of plain.entries()) {
      const side = test[index] ?? null;
      found.push({ ...column, train: train[index]!, test: side, inTest: side !== null });
    }
  }
  return found;
}

type Plain = Omit<ProfiledColumn, "train" | "test" | "inTest">;

async function readKind(tables: SplitTables, name: string): Promise<Plain> {
  const sqlType = tables.train.get(name)!;
  const empty = { after: null, overlap: null, sizes: null, drift: null };
  const formats = sqlType === "VARCHAR" ? await findDateFormats(tables, name) : [];
  const kind = formats.length > 0 ? "date" : await kindOf(tables, name, sqlType);
  return { name, sqlType, kind, formats, ...empty };
}

async function kindOf(tables: SplitTables, name: string, sqlType: string): Promise<ColumnKind> {
  if (sqlType === "BOOLEAN") return "boolean";
  if (sqlType === "VARCHAR" || sqlType.startsWith("ENUM") || sqlType === "UUID") return "text";
  if (isDate(sqlType)) return "date";
  if (!isNumeric(sqlType)) return "other";
  if (sqlType.includes("INT")) return "whole";
  const [row] = await tables.query(
    `SELECT coalesce(bool_and(${quoteName(name)} = floor(${quoteName(name)})), false) AS whole FROM train WHERE isfinite(CAST(${quoteName(name)} AS DOUBLE))`,
  );
  return row!.whole === true ? "whole" : "fraction";
}

/** The first format in which 95% of the first values of both files are dates; empty where there is none. */
async function findDateFormats(tables: SplitTables, name: string): Promise<string[]> {
  const from = (side: Side): string =>
    `(SELECT ${quoteName(name)} AS v FROM ${side} WHERE ${quoteName(name)} IS NOT NULL LIMIT ${rowsToReadDates})`;
  const sources = [from("train"), ...(tables.test?.has(name) ? [from("test")] : [])];
  const [head] = await tables.query(
    `SELECT count(*) AS n, count_if(regexp_matches(v, '^[0-9]{1,4}[-/.年]')) AS like_dates FROM ${sources[0]}`,
  );
  if (Number(head!.n) === 0 || Number(head!.like_dates) < 0.95 * Number(head!.n)) return [];
  const shares = dateFormats.map(
    (formats, index) => `count(${parse("v", formats)}) / count(*) AS f${index}`,
  );
  const rows = await Promise.all(
    sources.map((source) => tables.query(`SELECT ${shares.join(", ")} FROM ${source}`)),
  );
  return (
    dateFormats.find((_, index) =>
      rows.every(([row]) => row![`f${index}`] === null || Number(row![`f${index}`]) >= 0.95),
    ) ?? []
  );
}

function parse(expression: string, formats: readonly string[]): string {
  return `try_strptime(${expression}, [${formats.map(quoteText).join(", ")}])`;
}

/** A column's values as numbers, NULL where they have none: numbers as they are, dates in milliseconds since 1970. */
export function asNumber(column: Plain): string | null {
  const name = quoteName(column.name);
  if (column.kind === "whole" || column.kind === "fraction")
    return `CASE WHEN isfinite(CAST(${name} AS DOUBLE)) THEN CAST(${name} AS DOUBLE) END`;
  if (column.kind !== "date") return null;
  const moment =
    column.formats.length > 0 ? parse(name, column.formats) : `CAST(${name} AS TIMESTAMP)`;
  return `CAST(epoch_ms(${moment}) AS DOUBLE)`;
}

async function sides(
  tables: SplitTables,
  side: Side,
  columns: Plain[],
): Promise<(SideFacts | null)[] & { 0: SideFacts }> {
  const there = tables[side]!;
  const expressions = columns.flatMap((column, index) => {
    if (!there.has(column.name)) return [];
    const value = asNumber(column);
    return [
      `count(*) - count(${quoteName(column.name)}) AS missing_${index}`,
      `approx_count_distinct(${quoteName(column.name)}) AS distinct_${index}`,
      ...(value === null ? [] : [`min(${value}) AS min_${index}`, `max(${value}) AS max_${index}`]),
    ];
  });
  const [row] =
    expressions.length === 0
      ? [{}]
      : await tables.query(`SELECT ${expressions.join(", ")} FROM ${side}`);
  return columns.map((column, index) =>
    there.has(column.name)
      ? {
          missing: Number(row![`missing_${index}`]),
          distinct: Number(row![`distinct_${index}`]),
          min: numberOrNull(row![`min_${index}`]),
          max: numberOrNull(row![`max_${index}`]),
        }
      : null,
  ) as (SideFacts | null)[] & { 0: SideFacts };
}

export function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
