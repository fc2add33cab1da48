import path from "node:path";
import { existsSync } from "node:fs";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import {
  groupCandidates,
  mayGroup,
  soundsLikeGroup,
  timeCandidates,
} from "../../core/validation/candidates.ts";
import type { SplitFacts } from "../../core/validation/facts.ts";
import {
  driftOf,
  duplicatesOf,
  meetsEarly,
  overlapOf,
  shareAfter,
  sizesOf,
  takeLook,
} from "../../tables/compare-tables.ts";
import { type ProfiledColumn, profileColumns } from "../../tables/profile-columns.ts";
import { openSplitTables, type SplitTables } from "../../tables/train-test-tables.ts";
import { areOneHot, crossingOf, profileTarget } from "../../tables/profile-target.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { checkColumn, chooseTargets } from "./split-columns.ts";

export interface NamedColumns {
  target: string[];
  group: string | null;
  time: string | null;
}

export interface FoundFacts {
  facts: SplitFacts;
  files: { train: string; test: string | null };
}

/** Reads train and test and gathers what the decision needs. Throws a UserError for files and columns that are not there. */
export async function gatherFacts(
  context: Context,
  ws: Workspace,
  named: NamedColumns,
): Promise<FoundFacts> {
  const { data } = ws.project;
  const train = path.join(paths.input(ws), data.train);
  const test = path.join(paths.input(ws), data.test);
  const files = { train, test: existsSync(test) ? test : undefined };
  const targets = named.target.length > 0 ? named.target : [data.target ?? []].flat();
  const text = [...targets, ...(data.id === undefined ? [] : [data.id])];
  context.progress.step(
    `reading ${data.train}${files.test === undefined ? "" : ` and ${data.test}`}`,
  );
  const tables = await openSplitTables({ ...files, text }, paths.cache(ws));
  try {
    const chosen = chooseTargets(tables, targets, data.id, train);
    for (const name of [named.group, named.time])
      if (name !== null) checkColumn(tables, name, train);
    const facts = await compare(context, tables, chosen, { ...named, id: data.id ?? null }, train);
    return {
      facts,
      files: { train: data.train, test: files.test === undefined ? null : data.test },
    };
  } finally {
    await tables.close();
  }
}

interface Roles {
  id: string | null;
  group: string | null;
  time: string | null;
}

async function compare(
  context: Context,
  tables: SplitTables,
  targets: string[],
  roles: Roles,
  train: string,
): Promise<SplitFacts> {
  const rows = await countRows(tables);
  if (rows.train === 0) throw noRows(train);
  const columns = await profileColumns(tables);
  await takeLook(tables, rows);
  const excluded = [...targets, ...(roles.id === null ? [] : [roles.id])];
  for (const [index, column] of columns.entries()) {
    context.progress.portion(index, columns.length, `comparing ${column.name}`);
    if (!targets.includes(column.name))
      await compareColumn(tables, column, rows, excluded, roles.group);
  }
  const id = roles.id !== null && tables.train.has(roles.id) ? roles.id : null;
  const profiled = columns.filter(({ name }) => targets.includes(name));
  const found = [];
  for (const column of profiled) found.push(await profileTarget(tables, column));
  return {
    rows: { train: rows.train, test: tables.test === null ? null : rows.test },
    id,
    columns,
    targets: found,
    oneHot: targets.length > 1 && (await areOneHot(tables, targets)),
    duplicates: await duplicatesOf(tables, excluded),
    crossings: await crossings(tables, columns, excluded, roles),
  };
}

async function compareColumn(
  tables: SplitTables,
  column: ProfiledColumn,
  rows: Record<"train" | "test", number>,
  excluded: readonly string[],
  group: string | null,
): Promise<void> {
  const candidate = mayGroup(column, rows.train, excluded) || column.name === group;
  if (column.inTest) {
    const spared =
      column.kind === "fraction" &&
      column.name !== group &&
      (await meetsEarly(tables, column.name));
    if (candidate && !spared) column.overlap = await overlapOf(tables, column.name, rows);
    column.after = await shareAfter(tables, column);
    column.drift = await driftOf(tables, column);
  } else if (candidate && (soundsLikeGroup(column.name) || column.name === group)) {
    column.sizes = await sizesOf(tables, column.name);
  }
}

/** Only for the columns that the files may be split by: each pair is a look at the whole of train. */
async function crossings(
  tables: SplitTables,
  columns: ProfiledColumn[],
  excluded: readonly string[],
  roles: Roles,
): Promise<SplitFacts["crossings"]> {
  const times = timeCandidates(columns, excluded)
    .slice(0, 2)
    .map(({ column }) => column.name);
  const groups = groupCandidates(columns)
    .slice(0, 8)
    .map(({ column }) => column.name);
  const chosen = (names: (string | null)[]): ProfiledColumn[] =>
    columns.filter(({ name }) => names.includes(name));
  const found = [];
  for (const time of chosen([...times, roles.time])) {
    for (const group of chosen([...groups, roles.group])) {
      const ordered = time.kind !== "text" && time.kind !== "boolean" && time.kind !== "other";
      if (group !== time && ordered) found.push(await crossingOf(tables, group, time));
    }
  }
  return found;
}

function noRows(train: string): UserError {
  return new UserError({
    code: "no-rows",
    message: `${train} has a header and no rows: nothing can be chosen from it`,
    at: { file: train },
    expected: "the training data with its rows",
    next: { operation: "doctor", input: {}, why: "says which files are there" },
    exitCode: 2,
  });
}

async function countRows(tables: SplitTables): Promise<{ train: number; test: number }> {
  const of = async (side: string): Promise<number> =>
    Number((await tables.query(`SELECT count(*) AS n FROM ${side}`))[0]!.n);
  return { train: await of("train"), test: tables.test === null ? 0 : await of("test") };
}
