import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import type { TableHead } from "../core/competition/competition-guess.ts";

/** The source is ended early on purpose once enough rows are there, so the pipeline's own error says nothing. */
const ignore = (): void => {};

/**
 * Column names and up to `limit` rows of a CSV file (`.csv` or `.csv.gz`); undefined where the file is of another kind
 * or cannot be read as CSV.
 */
export async function readTableHead(file: string, limit: number): Promise<TableHead | undefined> {
  if (!/\.csv(\.gz)?$/.test(file) || !(await isPlain(file))) return undefined;
  const parser = parse({ bom: true, relax_column_count: true, to: limit + 1 });
  const source = createReadStream(file);
  if (file.endsWith(".gz")) pipeline(source, createGunzip(), parser, ignore);
  else pipeline(source, parser, ignore);
  const rows: string[][] = [];
  try {
    for await (const row of parser) rows.push(row as string[]);
  } catch {
    return undefined;
  } finally {
    source.destroy();
  }
  const [columns, ...values] = rows;
  return columns === undefined ? undefined : { columns, rows: values };
}

/** A pipe would be waited for. */
async function isPlain(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}
