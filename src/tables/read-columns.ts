import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import type { Column } from "../core/metrics/evaluate.ts";

/** Each column whole: numbers in a typed array, a text that repeats once in memory. */
export async function readColumns(connection: DuckDBConnection, sql: string): Promise<Column[]> {
  const result = await connection.stream(sql);
  const pieces = result.columnNames().map((): (string[] | Float64Array)[] => []);
  const known = pieces.map(() => new Map<string, string>());
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const [column, list] of pieces.entries())
      list.push(readPiece(chunk, column, known[column]!));
  }
  return pieces.map(joinPieces);
}

/** More different texts than this in a column do not repeat much. */
const mostKnown = 10_000;

function readPiece(
  chunk: DuckDBDataChunk,
  column: number,
  known: Map<string, string>,
): string[] | Float64Array {
  const vector = chunk.getColumnVector(column);
  if (vector instanceof Object && "items" in vector && vector.items instanceof Float64Array)
    return vector.items.slice(0, chunk.rowCount);
  return chunk.getColumnValues(column).map((value) => {
    const text = String(value);
    const before = known.get(text);
    if (before === undefined && known.size < mostKnown) known.set(text, text);
    return before ?? text;
  });
}

function joinPieces(pieces: readonly (string[] | Float64Array)[]): Column {
  if (!(pieces[0] instanceof Float64Array)) return (pieces as string[][]).flat();
  const whole = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces as Float64Array[]) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
