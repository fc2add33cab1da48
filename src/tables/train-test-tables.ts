import { stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../core/errors/user-error.ts";
import { makeDatabase, noHive, quoteFile, quoteName, quoteText } from "./database.ts";

export type Side = "train" | "test";
type SqlRow = Record<string, unknown>;

/** Train and test as tables of a database on disk, which may be larger than memory. */
export interface SplitTables {
  /** Column names and SQL types of train, in the file's order; a column in both files has one type. */
  train: Map<string, string>;
  test: Map<string, string> | null;
  query(sql: string): Promise<SqlRow[]>;
  /** Removes the database. */
  close(): Promise<void>;
}

export interface TableFiles {
  train: string;
  /** Undefined where there is none. */
  test: string | undefined;
  /** Columns that stay as they are spelt: ids, targets. */
  text: readonly string[];
}

/** Values that mean missing, the same as the template's. */
const missing = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"];
/** Dates stay text: which day 01/02 is must be decided over both files at once. */
const types = ["BOOLEAN", "BIGINT", "DOUBLE", "VARCHAR"];

/**
 * Loads both files into a database in `folder`, which is removed by `close`. Throws a UserError where a file is not
 * there or cannot be read as CSV, TSV (also .gz) or Parquet.
 */
export async function openSplitTables(files: TableFiles, folder: string): Promise<SplitTables> {
  await mustBeThere(files.train, "train");
  if (files.test !== undefined) await mustBeThere(files.test, "test");
  const database = await makeDatabase(folder);
  const query = async (sql: string): Promise<SqlRow[]> =>
    (await database.connection.runAndReadAll(sql)).getRowObjectsJS();
  try {
    const loaded = await load(query, files, "quick").catch(() => load(query, files, "thorough"));
    return { ...loaded, query, close: database.close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function mustBeThere(file: string, key: Side): Promise<void> {
  if ((await stat(file).catch(() => undefined))?.isFile() === true) return;
  throw new UserError({
    code: `no-${key}-file`,
    message: `${file} is not there`,
    expected: `the competition's files in ${path.dirname(file)}, or other names under data in project.yml`,
    next: { operation: "doctor", input: {}, why: "names the files that are missing" },
    exitCode: 2,
  });
}

type Query = SplitTables["query"];
/** `quick` looks at the first rows for a column's type, `thorough` at all: the second try. */
type Look = "quick" | "thorough";

async function load(
  query: Query,
  files: TableFiles,
  look: Look,
): Promise<Pick<SplitTables, "train" | "test">> {
  const found = {
    train: await describe(query, files.train, look),
    test: files.test === undefined ? null : await describe(query, files.test, look),
  };
  const common = commonTypes(found.train, found.test, files.text);
  const one = async (side: Side, file: string): Promise<Map<string, string>> => {
    const sql = selectAs(file, look, found[side]!, common);
    await reading(file, query(`CREATE OR REPLACE TABLE ${side} AS ${sql}`));
    return new Map([...found[side]!.keys()].map((name) => [name, common.get(name)!]));
  };
  const train = await one("train", files.train);
  return { train, test: files.test === undefined ? null : await one("test", files.test) };
}

async function describe(query: Query, file: string, look: Look): Promise<Map<string, string>> {
  const rows = await reading(file, query(`DESCRIBE SELECT * FROM ${reader(file, look)}`));
  return new Map(rows.map((row) => [String(row.column_name), String(row.column_type)]));
}

/** One type for each column of either file, in which the values of both can be compared. */
function commonTypes(
  train: Map<string, string>,
  test: Map<string, string> | null,
  text: readonly string[],
): Map<string, string> {
  const names = new Set([...train.keys(), ...(test?.keys() ?? [])]);
  return new Map(
    [...names].map((name) => {
      const [one, other] = [train.get(name) ?? test!.get(name)!, test?.get(name)];
      if (text.includes(name)) return [name, "VARCHAR"];
      return [name, other === undefined || other === one ? one : between(one, other)];
    }),
  );
}

function between(one: string, other: string): string {
  if (isNumeric(one) && isNumeric(other)) return "DOUBLE";
  return isDate(one) && isDate(other) ? "TIMESTAMP" : "VARCHAR";
}

export function isNumeric(type: string): boolean {
  return /INT|DOUBLE|FLOAT|REAL|DECIMAL/.test(type) && !type.includes("[");
}

export function isDate(type: string): boolean {
  return /^(DATE|TIMESTAMP)/.test(type) && !type.includes("[");
}

/** CSV columns are parsed as their common type, so that 007 stays 007; Parquet columns are cast. */
function selectAs(
  file: string,
  look: Look,
  found: Map<string, string>,
  common: Map<string, string>,
): string {
  const changed = [...found].filter(([name, type]) => common.get(name) !== type);
  if (!isParquet(file))
    return `SELECT * FROM ${reader(file, look, new Map(changed.map(([name]) => [name, common.get(name)!])))}`;
  const casts = changed.map(
    ([name]) => `CAST(${quoteName(name)} AS ${common.get(name)}) AS ${quoteName(name)}`,
  );
  const replace = casts.length === 0 ? "" : ` REPLACE (${casts.join(", ")})`;
  return `SELECT *${replace} FROM ${reader(file, look)}`;
}

function reader(file: string, look: Look, given: Map<string, string> = new Map()): string {
  if (isParquet(file)) return `read_parquet(${quoteFile(file)}, ${noHive})`;
  if (!/\.(csv|tsv)(\.gz)?$/i.test(file)) throw unreadable(file, "its name ends in none of these");
  const columns = [...given].map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
  const options = [
    `delim = ${/\.tsv/i.test(file) ? "'\t'" : "','"}`,
    // Given, since DuckDB would guess them, and skip lines to make a broken file fit.
    "header = true",
    "skip = 0",
    noHive,
    "comment = ''",
    `quote = '"'`,
    `escape = '"'`,
    `nullstr = [${missing.map(quoteText).join(", ")}]`,
    `auto_type_candidates = [${types.map(quoteText).join(", ")}]`,
    ...(look === "thorough" ? ["sample_size = -1"] : []),
    ...(columns.length === 0 ? [] : [`types = {${columns.join(", ")}}`]),
  ];
  return `read_csv(${quoteFile(file)}, ${options.join(", ")})`;
}

function isParquet(file: string): boolean {
  return /\.parquet$/i.test(file);
}

async function reading<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unreadable(file, reason((error as Error).message));
  }
}

/** The lines of DuckDB's message that speak of the file; what follows is advice about its own options. */
function reason(message: string): string {
  const lines = message.split("\n").map((line) => line.trim());
  const end = lines.findIndex((line) =>
    /^(Possible|\*|The search space|LINE 1|Column .* is being)/i.test(line),
  );
  return lines
    .slice(0, end === -1 ? 4 : end)
    .filter((line) => line !== "")
    .join("; ")
    .slice(0, 400);
}

function unreadable(file: string, why: string): UserError {
  return new UserError({
    code: "unreadable-table",
    message: `${file} cannot be read as a table: ${why}`,
    at: { file },
    expected: "CSV or TSV in UTF-8 with a header line (also .csv.gz, .tsv.gz), or Parquet",
    next: "fix or convert the file, or name another one under data in project.yml",
    exitCode: 2,
  });
}
