import { UserError } from "../core/errors/user-error.ts";
import type { Database } from "./database.ts";
import { type ColumnKind, numberIn } from "./read-column.ts";
import { loadTextTable, type NamedColumn } from "./text-table.ts";

export interface OofRequest {
  /** Absolute path of the table whose rows are the competition's: the labels', or train. */
  data: string;
  /** Absolute path. */
  oof: string;
  /** Column of the ids in the data; undefined where the number of the row, from 0, is the id. */
  dataId: string | undefined;
  /** Of the OOF; undefined where its rows are the data's, in their order. */
  oofId: string | undefined;
  /** Names in the data and in the OOF. */
  targets: readonly { data: string; oof: string }[];
  predictions: readonly string[];
  fold: string | undefined;
  kinds: { target: ColumnKind; prediction: ColumnKind };
  /** What orders the data's rows in time; undefined where their order in the file does. */
  time: SideColumn | undefined;
  /** Whether the folds are looked at in time at all. */
  byTime: boolean;
  /** Whose rows may have to be in one fold. */
  group: SideColumn | undefined;
}

/** A column of the data, or of another table that has its ids. */
export interface SideColumn {
  file: string;
  column: string;
}

/** Spellings of a missing target, the same as the template's. */
const missing = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"];

/**
 * Loads both files. `data`: id, t0, t1 ... (NULL where missing). `oof`: id, o0 ..., p0 ..., fold. Where asked for,
 * the views `moments` and `parts` (groups): row, value. The row number in the file is `rowid`: nothing here may be more than an expression over one
 * row, since only so DuckDB keeps the order.
 */
export async function loadOofTables(database: Database, request: OofRequest): Promise<void> {
  const { data, oof, dataId, oofId, targets, predictions, fold, kinds } = request;
  const read = { number: numberIn, label: undefined, either: undefined };
  const side = [
    { wanted: request.time, as: "moment" },
    { wanted: request.group, as: "part" },
  ].filter(({ wanted }) => wanted !== undefined) as { wanted: SideColumn; as: string }[];
  const here = side.filter(({ wanted }) => wanted.file === data);
  await loadTextTable(database, "data", data, [
    ...idColumn(dataId),
    ...targets.map((target, index) => ({
      column: target.data,
      as: `t${index}`,
      read: ifPresent(read[kinds.target]),
    })),
    ...here.map(({ wanted, as }) => ({ column: wanted.column, as })),
  ]);
  for (const { wanted, as } of side) await addSideColumn(database, wanted, request, as);
  await loadTextTable(database, "oof", oof, [
    ...idColumn(oofId),
    ...targets.map((target, index) => ({
      column: target.oof,
      as: `o${index}`,
      read: read[kinds.target],
    })),
    ...predictions.map((column, index) => ({
      column,
      as: `p${index}`,
      read: read[kinds.prediction],
    })),
    ...(fold === undefined ? [] : [{ column: fold, as: "fold" }]),
  ]);
}

function idColumn(column: string | undefined): NamedColumn[] {
  return column === undefined
    ? []
    : [{ column, as: "id", read: (text) => `coalesce(${text}, '')` }];
}

function ifPresent(read: ((text: string) => string) | undefined): (text: string) => string {
  const spellings = `[${missing.map((text) => `'${text}'`).join(", ")}]`;
  return (text) =>
    `CASE WHEN list_contains(${spellings}, trim(${text})) THEN NULL ELSE ${read?.(text) ?? text} END`;
}

/** Makes the view `as` of a column by the data's row numbers, looked up by the ids where it is in another table. */
async function addSideColumn(
  database: Database,
  { file, column }: SideColumn,
  { data, dataId }: OofRequest,
  as: string,
): Promise<void> {
  if (file === data) {
    await database.connection.run(
      `CREATE VIEW ${as}s AS SELECT rowid AS row, ${as} AS value FROM data`,
    );
    return;
  }
  if (dataId === undefined)
    throw new UserError({
      code: "table",
      message: `the labels have no ids, by which ${column} could be looked up`,
      at: { file },
      expected: "data.id in project.yml to name a column of both tables",
    });
  await loadTextTable(database, `side_${as}`, file, [...idColumn(dataId), { column, as: "value" }]);
  const values = `SELECT id, min(value) AS value FROM side_${as} GROUP BY id`;
  await database.connection.run(
    `CREATE VIEW ${as}s AS SELECT d.rowid AS row, s.value FROM data d LEFT JOIN (${values}) s USING (id)`,
  );
}
