import { createHash } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Labels } from "../core/metrics/column.ts";
import { streamTexts } from "./stream-columns.ts";

/**
 * SHA-256, hex, over a line `id,fold` for each row of the data, in their order; of several folds, one a repeat, in
 * their order with spaces between them; -1 where no fold validated the row. `starts` gives the place of a row's first fold.
 */
export async function fingerprintFolds(
  connection: DuckDBConnection,
  hasIds: boolean,
  folds: Labels,
  starts: Int32Array,
): Promise<string> {
  const hash = createHash("sha256");
  let row = 0;
  const foldsOf = (at: number): string => {
    const [start, end] = [starts[at]!, starts[at + 1]!];
    if (start === end) return "-1";
    if (end === start + 1) return folds.names[folds.codes[start]!]!;
    const own = folds.codes.slice(start, end).toSorted((one, other) => one - other);
    return Array.from(own, (code) => folds.names[code]!).join(" ");
  };
  const add = (ids: readonly string[]): void => {
    let lines = "";
    for (const id of ids) {
      lines += `${id},${foldsOf(row)}\n`;
      row += 1;
    }
    hash.update(lines);
  };
  if (hasIds) await streamTexts(connection, "SELECT id FROM data", add);
  else
    while (row < starts.length - 1)
      add(
        Array.from({ length: Math.min(2048, starts.length - 1 - row) }, (_, at) =>
          String(row + at),
        ),
      );
  return hash.digest("hex");
}
