import { type Database, quoteText } from "./database.ts";
import { missing } from "./join-oof.ts";
import { loadTextTable } from "./text-table.ts";

/** Whether these columns of a file hold numbers and nothing else, but for missing values. */
export async function areNumbers(
  database: Database,
  file: string,
  columns: readonly string[],
): Promise<boolean> {
  const named = columns.map((column, index) => ({ column, as: `c${index}` }));
  await loadTextTable(database, "probed", file, named);
  const spellings = missing.map(quoteText).join(", ");
  const others = named.map(
    ({ as }) => `(trim(${as}) NOT IN (${spellings}) AND TRY_CAST(${as} AS DOUBLE) IS NULL)`,
  );
  const sql = `SELECT EXISTS (SELECT 1 FROM probed WHERE ${others.join(" OR ")})`;
  const found = (await database.connection.runAndReadAll(sql)).getRowsJS()[0]![0];
  await database.connection.run("DROP TABLE probed");
  return found === false;
}
