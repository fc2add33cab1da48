import { stat } from "node:fs/promises";
import { type Database, quoteName, quoteText } from "./database.ts";
import { loadTextTable, readHeader } from "./text-table.ts";

/**
 * Writes a CSV file anew as Parquet, every value the text that it is. False where that is not smaller, or would not be
 * read again as the very same table.
 */
export async function compactTable(
  database: Database,
  file: string,
  target: string,
): Promise<boolean> {
  const columns = (await readHeader(database, file)).map((column) => ({ column, as: column }));
  await loadTextTable(database, "written", file, columns);
  const { connection } = database;
  await connection.run(
    `COPY written TO ${quoteText(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 9)`,
  );
  if ((await stat(target)).size >= (await stat(file)).size) return false;
  await loadTextTable(database, "kept", target, columns);
  const differs = columns.map(({ as }) => {
    const name = quoteName(as);
    return `written.${name} IS DISTINCT FROM kept.${name}`;
  });
  const rows = "written FULL JOIN kept ON written.rowid = kept.rowid";
  const unpaired = ["written.rowid IS NULL", "kept.rowid IS NULL"];
  const found = await connection.runAndReadAll(
    `SELECT count(*) AS n FROM ${rows} WHERE ${[...unpaired, ...differs].join(" OR ")}`,
  );
  return Number(found.getRowObjectsJS()[0]!.n) === 0;
}
