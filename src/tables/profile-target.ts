import type { CrossingFacts, TargetFacts } from "../core/validation/facts.ts";
import { asNumber, numberOrNull, type ProfiledColumn } from "./profile-columns.ts";
import { quoteName } from "./database.ts";
import type { SplitTables } from "./train-test-tables.ts";

/** More values than this are not looked at one by one. */
const mostClasses = 2000;

/** Kind, classes and range of a target. Targets are read as text, so numbers are found again here. */
export async function profileTarget(
  tables: SplitTables,
  column: ProfiledColumn,
): Promise<TargetFacts> {
  const name = quoteName(column.name);
  const [row] = await tables.query(`
    SELECT count(*) - count(${name}) AS missing, approx_count_distinct(${name}) AS values,
      count(TRY_CAST(${name} AS DOUBLE)) AS numbers, count(${name}) AS known,
      bool_and(TRY_CAST(${name} AS DOUBLE) = floor(TRY_CAST(${name} AS DOUBLE))) AS whole,
      min(TRY_CAST(${name} AS DOUBLE)) AS min, max(TRY_CAST(${name} AS DOUBLE)) AS max,
      avg(TRY_CAST(${name} AS DOUBLE)) AS mean
    FROM train`);
  const numeric =
    Number(row!.known) > 0 && row!.known === row!.numbers && column.kind !== "boolean";
  const few = Number(row!.values) <= mostClasses;
  const classes = few
    ? await tables.query(
        `SELECT CAST(${name} AS VARCHAR) AS value, count(*) AS n FROM train WHERE ${name} IS NOT NULL GROUP BY 1 ORDER BY n DESC, value`,
      )
    : null;
  return {
    name: column.name,
    kind: numeric ? (row!.whole === true ? "whole" : "fraction") : column.kind,
    missing: Number(row!.missing),
    distinct: classes?.length ?? Number(row!.values),
    classes: classes?.map(({ value, n }) => ({ value: String(value), rows: Number(n) })) ?? null,
    min: numeric ? numberOrNull(row!.min) : null,
    max: numeric ? numberOrNull(row!.max) : null,
    mean: numeric ? numberOrNull(row!.mean) : null,
  };
}

/** Whether exactly one of these columns of 0 and 1 is 1 in each row of train. */
export async function areOneHot(tables: SplitTables, names: readonly string[]): Promise<boolean> {
  const sum = names.map((name) => `TRY_CAST(${quoteName(name)} AS DOUBLE)`).join(" + ");
  const [row] = await tables.query(`SELECT bool_and(coalesce(${sum}, 0) = 1) AS yes FROM train`);
  return row!.yes === true;
}

/** Whether the groups of train go across time. */
export async function crossingOf(
  tables: SplitTables,
  group: ProfiledColumn,
  time: ProfiledColumn,
): Promise<CrossingFacts> {
  const moment = asNumber(time)!;
  const [row] = await tables.query(`
    WITH moment AS (SELECT approx_quantile(${moment}, 0.8) AS cut FROM train),
    spans AS (SELECT min(${moment}) AS first, max(${moment}) AS last FROM train WHERE ${quoteName(group.name)} IS NOT NULL GROUP BY ${quoteName(group.name)})
    SELECT count(*) AS groups, count_if(first <= cut AND last > cut) AS straddling FROM spans, moment`);
  return {
    group: group.name,
    time: time.name,
    groups: Number(row!.groups),
    straddling: Number(row!.straddling),
  };
}
