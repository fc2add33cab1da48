import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";

/** A column's values in one chunk, without copying: they are gone after the visit. */
export type Numbers = Float64Array | Int32Array;

/** Visits the rows of a query whose columns are all DOUBLE or INTEGER and never NULL, a few thousand at a time. */
export async function streamNumbers(
  connection: DuckDBConnection,
  sql: string,
  visit: (columns: Numbers[], rows: number) => void,
): Promise<void> {
  await streamChunks(connection, sql, (chunk) => {
    const columns = Array.from({ length: chunk.columnCount }, (_, at) => numbersOf(chunk, at));
    visit(columns, chunk.rowCount);
  });
}

/** Visits the values of a query's only column, texts that are never NULL, a few thousand at a time. */
export async function streamTexts(
  connection: DuckDBConnection,
  sql: string,
  visit: (texts: string[]) => void,
): Promise<void> {
  await streamChunks(connection, sql, (chunk) => visit(chunk.getColumnValues(0) as string[]));
}

async function streamChunks(
  connection: DuckDBConnection,
  sql: string,
  visit: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    visit(chunk);
  }
}

function numbersOf(chunk: DuckDBDataChunk, column: number): Numbers {
  const vector: object = chunk.getColumnVector(column);
  if ("items" in vector) {
    const { items } = vector;
    if (items instanceof Float64Array || items instanceof Int32Array) return items;
  }
  return Float64Array.from(chunk.getColumnValues(column), Number);
}
