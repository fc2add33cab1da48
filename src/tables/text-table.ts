import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import { UserError } from "../core/errors/user-error.ts";
import { type Database, noHive, quoteFile, quoteName, quoteText } from "./database.ts";

/** A column of a file under the name it has in the database. */
export interface NamedColumn {
  column: string;
  as: string;
  /** SQL of the value, from the text: an expression over one row. The text as it is where left out. */
  read?: ((text: string) => string) | undefined;
}

/**
 * Loads columns of a CSV, TSV (also .gz) or Parquet file, each value as the file spells it or as `read` has it, rows in the
 * file's order by `rowid`. Throws a UserError where a column is missing or stands twice, or the file is not such a table.
 */
export async function loadTextTable(
  { connection }: Database,
  table: string,
  file: string,
  wanted: readonly NamedColumn[],
): Promise<void> {
  const { header, source } = await openSource({ connection }, file);
  const columns = wanted.map(({ column, as, read = (text) => text }) => {
    const text = `CAST(${source.name(placeOf(header, column, file))} AS VARCHAR)`;
    return `${read(text)} AS ${quoteName(as)}`;
  });
  const select = columns.length === 0 ? "1 AS nothing" : columns.join(", ");
  await connection
    .run(`CREATE OR REPLACE TABLE ${quoteName(table)} AS SELECT ${select} FROM ${source.sql}`)
    .catch((error: Error) => Promise.reject(unreadable(file, error.message)));
}

/** The names of a table's columns, in their order. Throws a UserError where the file has no readable header. */
export async function readHeader(
  database: Pick<Database, "connection">,
  file: string,
): Promise<string[]> {
  return (await openSource(database, file)).header;
}

interface Source {
  sql: string;
  /** The column at a place of the header, in SQL. */
  name(place: number): string;
}

async function openSource(
  { connection }: Pick<Database, "connection">,
  file: string,
): Promise<{ header: string[]; source: Source }> {
  if (/\.parquet$/i.test(file)) {
    const sql = `read_parquet(${quoteFile(file)}, ${noHive})`;
    const described = await connection
      .runAndReadAll(`DESCRIBE SELECT * FROM ${sql}`)
      .catch((error: Error) => Promise.reject(unreadable(file, error.message)));
    const header = described.getRowObjectsJS().map((row) => String(row.column_name));
    return { header, source: { sql, name: (place) => quoteName(header[place]!) } };
  }
  const delimiter = /\.tsv(\.gz)?$/i.test(file) ? "\t" : ",";
  const header = await csvHeader(file, delimiter);
  // Names of our own: DuckDB takes `Target` and `target` for one and renames the second of two alike.
  const own = header.map((_, place) => `c${place}`);
  const options = [
    `delim = ${quoteText(delimiter)}`,
    "header = true",
    "skip = 0",
    "comment = ''",
    `quote = '"'`,
    `escape = '"'`,
    "all_varchar = true",
    "auto_detect = false",
    "strict_mode = true",
    noHive,
    "null_padding = false",
    `columns = {${own.map((name) => `${quoteText(name)}: 'VARCHAR'`).join(", ")}}`,
  ];
  const sql = `read_csv(${quoteFile(file)}, ${options.join(", ")})`;
  return { header, source: { sql, name: (place) => quoteName(own[place]!) } };
}

/** The source is ended early on purpose, so the pipeline's own error says nothing. */
const ended = (): void => {};

/** In characters. */
const longestHeader = 16 * 1024 ** 2;

async function isGzip(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => undefined);
  if (facts?.isFile() === false) throw unreadable(file, "it is no plain file");
  const handle = await open(file).catch((error: Error) =>
    Promise.reject(unreadable(file, error.message)),
  );
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function csvHeader(file: string, delimiter: string): Promise<string[]> {
  if (!/\.gz$/i.test(file) && (await isGzip(file)))
    throw unreadable(file, "it is a gzip file, and its name does not end in .gz");
  const parser = parse({ bom: true, delimiter, to: 1, max_record_size: longestHeader });
  const source = createReadStream(file);
  if (/\.gz$/i.test(file)) pipeline(source, createGunzip(), parser, ended);
  else pipeline(source, parser, ended);
  try {
    for await (const header of parser) return header as string[];
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  } finally {
    source.destroy();
  }
  throw unreadable(file, "it is empty");
}

function placeOf(header: readonly string[], column: string, file: string): number {
  const first = header.indexOf(column);
  const shown = header.slice(0, 12).join(", ");
  if (first === -1) throw fault(file, `it has no column ${column}`, `one of its columns: ${shown}`);
  if (header.indexOf(column, first + 1) === -1) return first;
  throw fault(file, `the column ${column} stands twice`, "each column once");
}

function unreadable(file: string, message: string): UserError {
  const line = message.split("\n").find((one) => one.trim() !== "") ?? "";
  return fault(
    file,
    `it cannot be read as a table: ${line.replace(/^.*?Error: /, "").slice(0, 300)}`,
    "CSV or TSV in UTF-8 with a header line (also .gz), or Parquet, as many values on every line",
  );
}

function fault(file: string, message: string, expected: string): UserError {
  return new UserError({ code: "table", message, at: { file }, expected });
}
