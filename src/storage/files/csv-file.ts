import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { UserError } from "../../core/errors/user-error.ts";
import { openPlain } from "./read-text.ts";

/** A CSV file by column, every value as text. */
export interface CsvTable {
  header: string[];
  columns: Map<string, string[]>;
  /** The line of the file on which each row ends, counting from 1. */
  lines: number[];
}

/**
 * Reads a CSV file (RFC 4180, UTF-8 with or without a byte order mark) in one pass; of the columns only those wanted,
 * all where `wanted` is left out. Throws a UserError with the line where the file is broken.
 */
export async function readCsv(file: string, wanted?: readonly string[]): Promise<CsvTable> {
  const reader = makeReader(file, wanted);
  try {
    const parser = parse({
      bom: true,
      skip_empty_lines: true,
      on_record: (record: string[], { lines }) => reader.take(record, lines),
    });
    parser.resume();
    const handle = await openPlain(file);
    if (handle === undefined) throw notThere(file);
    await pipeline(handle.createReadStream(), parser);
  } catch (error) {
    throw csvFailure(file, error);
  }
  return reader.table;
}

function makeReader(
  file: string,
  wanted: readonly string[] | undefined,
): { table: CsvTable; take(record: string[], line: number): null } {
  const table: CsvTable = { header: [], columns: new Map(), lines: [] };
  let kept: { index: number; values: string[] }[] = [];
  const start = (header: string[]) => {
    table.header = header;
    const twice = header.find((name, index) => header.indexOf(name) !== index);
    if (twice !== undefined) throw broken(file, 1, `the column ${twice} appears twice`);
    for (const name of header)
      if (wanted === undefined || wanted.includes(name)) table.columns.set(name, []);
    kept = [...table.columns].map(([name, values]) => ({ index: header.indexOf(name), values }));
  };
  return {
    table,
    take(record, line) {
      if (table.header.length === 0) start(record);
      else {
        for (const { index, values } of kept) values.push(record[index]!);
        table.lines.push(line);
      }
      return null;
    },
  };
}

function notThere(file: string): UserError {
  return new UserError({ code: "no-file", message: "there is no such file", at: { file } });
}

function csvFailure(file: string, error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as CsvError & { lines?: number };
  return broken(file, lines ?? 1, error.message.replace(/ on line \d+$/, "").toLowerCase());
}

function broken(file: string, line: number, reason: string): UserError {
  return new UserError({
    code: "csv",
    message: `not a CSV file that can be read: ${reason}`,
    at: { file, line },
    expected: "a header line, then as many values on every line",
  });
}
