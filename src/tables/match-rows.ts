import type { DuckDBConnection } from "@duckdb/node-api";
import { streamNumbers } from "./stream-columns.ts";

/** Which row of the data each row of the OOF belongs to. */
export interface RowMatch {
  /** By the OOF's row numbers; -1 for a row that the data has not. */
  rowOf: Int32Array;
  /** Rows of the data of which one has the id of an earlier one. Empty where ids are row numbers. */
  alike: number[];
}

/** How ids may be spelt otherwise than in the data and still be the same: with blanks around, numbers (1.0 is 1), dates. */
const otherSpellings: readonly ((id: string) => string)[] = [
  (id) => `trim(${id})`,
  // To DuckDB 1_000 is a number.
  (id) =>
    `CASE WHEN NOT contains(${id}, '_') THEN CAST(TRY_CAST(${id} AS DECIMAL(38, 9)) AS VARCHAR) END`,
  (id) => `CAST(TRY_CAST(${id} AS TIMESTAMP) AS VARCHAR)`,
];

/**
 * Matches the rows of the tables `oof` and `data` on the text of their ids. Where that leaves rows of the OOF without a
 * partner, on the first other spelling under which all have one and no two rows of the data become the same.
 */
export async function matchRows(
  connection: DuckDBConnection,
  ids: { data: boolean; oof: boolean },
  rows: { data: number; oof: number },
): Promise<RowMatch> {
  if (!ids.oof) {
    const rowOf = Int32Array.from({ length: rows.oof }, (_, row) => (row < rows.data ? row : -1));
    return { rowOf, alike: [] };
  }
  const own = ids.data ? "d.id" : "CAST(d.rowid AS VARCHAR)";
  const plain = await match(connection, own, "o.id", rows.oof);
  if (!plain.rowOf.includes(-1)) return plain;
  for (const spell of otherSpellings) {
    if (!(await areDistinct(connection, spell(own)))) continue;
    const other = await match(connection, spell(own), spell("o.id"), rows.oof);
    if (!other.rowOf.includes(-1)) return other;
  }
  return plain;
}

async function match(
  connection: DuckDBConnection,
  own: string,
  given: string,
  length: number,
): Promise<RowMatch> {
  const rowOf = new Int32Array(length).fill(-1);
  const alike = new Set<number>();
  const sql = `SELECT CAST(o.rowid AS INTEGER), CAST(d.rowid AS INTEGER) FROM oof o JOIN data d ON ${given} = ${own}`;
  await streamNumbers(connection, sql, ([at, row], count) => {
    for (let index = 0; index < count; index += 1) {
      const before = rowOf[at![index]!]!;
      if (before !== -1) alike.add(Math.max(before, row![index]!));
      rowOf[at![index]!] = before === -1 ? row![index]! : Math.min(before, row![index]!);
    }
  });
  return { rowOf, alike: [...alike].toSorted((a, b) => a - b) };
}

async function areDistinct(connection: DuckDBConnection, key: string): Promise<boolean> {
  const sql = `SELECT count(*) = count(DISTINCT ${key}) FROM data d`;
  return (await connection.runAndReadAll(sql)).getRowsJS()[0]![0] === true;
}
