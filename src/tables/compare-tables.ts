import type { DriftFacts, DuplicateFacts, OverlapFacts } from "../core/validation/facts.ts";
import { asNumber, type ProfiledColumn } from "./profile-columns.ts";
import { quoteName } from "./database.ts";
import type { Side, SplitTables } from "./train-test-tables.ts";

/** Rows of each file that the look at distributions takes; the noise of so many is far below what matters. */
const rowsToCompare = 50_000;

/** Smaller tables `train_look` and `test_look` for the look at distributions; the same rows at every run. */
export async function takeLook(tables: SplitTables, rows: Record<Side, number>): Promise<void> {
  for (const side of ["train", "test"] as const) {
    if (tables[side] === null) continue;
    const every = Math.max(1, Math.floor(rows[side] / rowsToCompare));
    const where = every === 1 ? "" : ` WHERE hash(rowid) % ${every} = 0`;
    await tables.query(`CREATE OR REPLACE TABLE ${side}_look AS SELECT * FROM ${side}${where}`);
  }
}

/** How the values of a column lie in train and test, exactly. */
export async function overlapOf(
  tables: SplitTables,
  name: string,
  rows: Record<Side, number>,
): Promise<OverlapFacts> {
  const share = rows.test / (rows.train + rows.test);
  const [row] = await tables.query(`
    WITH counts AS (
      SELECT v, coalesce(a.n, 0) AS a, coalesce(b.n, 0) AS b
      FROM (${valuesOf(name, "train")}) a FULL JOIN (${valuesOf(name, "test")}) b USING (v)
    )
    SELECT count_if(a > 0) AS train_values, count_if(b > 0) AS test_values, count_if(a > 0 AND b > 0) AS shared,
      sum(1 - pow(${1 - share}, a + b) - pow(${share}, a + b)) AS expected,
      sum(log10(pow(${1 - share}, a + b) + pow(${share}, a + b) + 1e-300)) AS chance,
      min(a) FILTER (a > 0) AS smallest, median(a) FILTER (a > 0) AS median, max(a) AS largest
    FROM counts`);
  return {
    ...sizes(row!),
    testValues: Number(row!.test_values),
    shared: Number(row!.shared),
    expectedShared: Number(row!.expected ?? 0),
    log10Chance: Number(row!.chance ?? 0),
  };
}

/** Whether values meet even among the few rows of `takeLook`: then the files are not split by it, and counting can be spared. */
export async function meetsEarly(tables: SplitTables, name: string): Promise<boolean> {
  const column = quoteName(name);
  const [row] = await tables.query(
    `SELECT count(*) > 50 AS yes FROM (SELECT ${column} FROM train_look INTERSECT SELECT ${column} FROM test_look)`,
  );
  return row!.yes === true;
}

/** Rows of each value of a column of train. */
export async function sizesOf(
  tables: SplitTables,
  name: string,
): Promise<Pick<OverlapFacts, "trainValues" | "smallest" | "median" | "largest">> {
  const [row] = await tables.query(
    `SELECT count(*) AS train_values, min(n) AS smallest, median(n) AS median, max(n) AS largest FROM (${valuesOf(name, "train")})`,
  );
  return sizes(row!);
}

function sizes(row: Record<string, unknown>) {
  return {
    trainValues: Number(row.train_values),
    smallest: Number(row.smallest ?? 0),
    median: Number(row.median ?? 0),
    largest: Number(row.largest ?? 0),
  };
}

function valuesOf(name: string, side: Side): string {
  return `SELECT ${quoteName(name)} AS v, count(*) AS n FROM ${side} WHERE ${quoteName(name)} IS NOT NULL GROUP BY 1`;
}

/** Share of the test rows whose value is above the highest of train. */
export async function shareAfter(
  tables: SplitTables,
  column: ProfiledColumn,
): Promise<number | null> {
  const value = asNumber(column);
  if (value === null || column.train.max === null || column.test?.max == null) return null;
  const [row] = await tables.query(
    `SELECT avg(CAST(v > ${column.train.max} AS INT)) AS after FROM (SELECT ${value} AS v FROM test) WHERE v IS NOT NULL`,
  );
  return Number(row!.after ?? 0);
}

/** How differently a column is distributed, over the rows of `takeLook`. Missing counts as a value. */
export async function driftOf(
  tables: SplitTables,
  column: ProfiledColumn,
): Promise<DriftFacts | null> {
  if (column.kind === "other") return null;
  const value = asNumber(column);
  const [row] = await tables.query(
    value === null ? categoryDrift(quoteName(column.name)) : numberDrift(value),
  );
  if (row!.distance === null || row!.distance === undefined) return null;
  return { distance: Number(row!.distance), noise: Number(row!.noise) };
}

/** Counts of a value in both files: columns v, a (train), b (test). */
function bothCounts(value: string): string {
  return `SELECT v, sum(a) AS a, sum(b) AS b FROM (
      SELECT ${value} AS v, 1 AS a, 0 AS b FROM train_look UNION ALL SELECT ${value}, 0, 1 FROM test_look
    ) GROUP BY v`;
}

/** Kolmogorov and Smirnov's distance, or the difference of the shares of missing values where that is larger. */
function numberDrift(value: string): string {
  return `
    WITH counts AS (${bothCounts(value)}), total AS (SELECT sum(a) AS n, sum(b) AS m FROM counts),
    known AS (SELECT nullif(sum(a), 0) AS n, nullif(sum(b), 0) AS m FROM counts WHERE v IS NOT NULL),
    steps AS (
      SELECT abs(sum(a) OVER (ORDER BY v) / known.n - sum(b) OVER (ORDER BY v) / known.m) AS gap
      FROM counts, known WHERE v IS NOT NULL
    )
    SELECT greatest(
        coalesce((SELECT max(gap) FROM steps), 0),
        (SELECT abs(coalesce(sum(a), 0) / any_value(n) - coalesce(sum(b), 0) / any_value(m)) FROM total LEFT JOIN counts ON v IS NULL)
      ) AS distance,
      1.63 * sqrt(1 / n + 1 / m) AS noise
    FROM total`;
}

/** Half the sum of the differences in share, and what chance alone would make of it on average, doubled. */
function categoryDrift(value: string): string {
  return `
    WITH counts AS (${bothCounts(value)}), total AS (SELECT sum(a) AS n, sum(b) AS m FROM counts)
    SELECT sum(abs(a / n - b / m)) / 2 AS distance,
      sum(sqrt((a + b) / (n + m) * (1 - (a + b) / (n + m)) * (1 / n + 1 / m))) * 0.8 AS noise
    FROM counts, total`;
}

/** Rows that are the same in every column of both files but `without`. */
export async function duplicatesOf(
  tables: SplitTables,
  without: readonly string[],
): Promise<DuplicateFacts> {
  const columns = [...tables.train.keys()].filter(
    (name) => !without.includes(name) && (tables.test === null || tables.test.has(name)),
  );
  if (columns.length === 0) return { columns: 0, train: 0, test: tables.test === null ? null : 0 };
  const key = `hash(${columns.map(quoteName).join(", ")})`;
  const keys = (side: Side): string => `SELECT ${key} AS k, count(*) AS n FROM ${side} GROUP BY 1`;
  const both =
    tables.test === null
      ? "SELECT n AS a, 0 AS b, k FROM a"
      : "SELECT a.n AS a, b.n AS b, k FROM a LEFT JOIN b USING (k)";
  const [row] = await tables.query(`
    WITH a AS (${keys("train")})${tables.test === null ? "" : `, b AS (${keys("test")})`}
    SELECT sum(a) - count(*) AS repeated, coalesce(sum(b), 0) AS known FROM (${both})`);
  return {
    columns: columns.length,
    train: Number(row!.repeated ?? 0),
    test: tables.test === null ? null : Number(row!.known),
  };
}
