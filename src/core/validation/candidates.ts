import type { ColumnFacts, CrossingFacts, OverlapFacts } from "./facts.ts";

const timeName =
  /(^|[^a-z])(date|datetime|time|timestamp|year|yr|month|week|day|hour|quarter|period|epoch|ts|dt)s?($|[^a-z])|日時|日付|年月|年度|時刻|時間|曜日|[年月日週]$/i;
const groupName =
  /(^|[^a-z])(id|ids|uid|uuid|subject|patient|user|customer|client|group|school|household|family|store|shop|session|player|team|person|child|chick|device|site|hospital|machine|sensor|study|batch|video|author|breath)s?($|[^a-z])|番号|患者|顧客|店舗|学校|会社|企業|世帯|家族|ユーザ|個体|被験者|グループ/i;

/** Words of a name apart: `storeId`, `store_id` and `Store.ID` alike. */
function spelledOut(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " ");
}

export function soundsLikeTime(name: string): boolean {
  return timeName.test(spelledOut(name));
}

export function soundsLikeGroup(name: string): boolean {
  return groupName.test(spelledOut(name));
}

/** A value must come back this often, on average, to make a group. */
const rowsToRepeat = 1.5;

/** Columns whose values repeat, so that asking whether they meet between train and test makes sense. */
export function mayGroup(column: ColumnFacts, rows: number, excluded: readonly string[]): boolean {
  const { distinct } = column.train;
  if (excluded.includes(column.name) || column.kind === "other") return false;
  return distinct > 1 && (rows - column.train.missing) / distinct >= rowsToRepeat;
}

export interface TimeCandidate {
  column: ColumnFacts;
  after: number;
  /** A date, or a number whose name says that it is a time. */
  isTime: boolean;
}

/** Ordered columns whose test rows lie after train's, the likeliest first: dates, then names of time, then the finest. */
export function timeCandidates(
  columns: readonly ColumnFacts[],
  excluded: readonly string[],
): TimeCandidate[] {
  return columns
    .filter(({ name, after }) => !excluded.includes(name) && after !== null && after >= 0.5)
    .map((column) => ({
      column,
      after: column.after!,
      isTime: column.kind === "date" || soundsLikeTime(column.name),
    }))
    .toSorted(
      (a, b) =>
        rank(b) - rank(a) || b.after - a.after || b.column.train.distinct - a.column.train.distinct,
    );
}

function rank({ column, isTime }: TimeCandidate): number {
  return column.kind === "date" ? 2 : isTime ? 1 : 0;
}

export interface GroupCandidate {
  column: ColumnFacts;
  overlap: OverlapFacts;
}

/** One in a million: below it, no shuffle left the values apart. */
const surelyApart = -6;

/** Columns whose values never meet between train and test though both repeat, the likeliest first. */
export function groupCandidates(columns: readonly ColumnFacts[]): GroupCandidate[] {
  const apart = columns.filter(
    ({ overlap }) =>
      overlap !== null &&
      overlap.shared === 0 &&
      overlap.trainValues > 1 &&
      overlap.testValues > 0 &&
      overlap.log10Chance <= surelyApart,
  );
  return inOrder(apart);
}

/** Columns whose values meet, but at most a tenth as often as in a random split. */
export function nearlyGroups(columns: readonly ColumnFacts[]): GroupCandidate[] {
  const nearly = columns.filter(
    ({ overlap }) =>
      overlap !== null &&
      overlap.shared > 0 &&
      overlap.trainValues > 1 &&
      overlap.expectedShared >= 10 &&
      overlap.shared <= overlap.expectedShared / 10,
  );
  return inOrder(nearly);
}

/**
 * A column that the files were not split by is apart too where its values lie within those of one that was. So the
 * coarsest is the likeliest; a fraction is rather a value of the group than its name, and of two that are about as
 * coarse the one that is called like a group comes first.
 */
function inOrder(columns: readonly ColumnFacts[]): GroupCandidate[] {
  const found = columns.map((column) => ({ column, overlap: column.overlap! }));
  const coarsest = Math.min(...found.map(({ overlap }) => overlap.trainValues));
  const weight = ({ column, overlap }: GroupCandidate): number =>
    (column.kind === "fraction" ? 4 : 0) +
    (overlap.trainValues > 1.5 * coarsest ? 2 : 0) +
    (soundsLikeGroup(column.name) ? 0 : 1);
  return found.toSorted(
    (a, b) => weight(a) - weight(b) || a.overlap.trainValues - b.overlap.trainValues,
  );
}

/** Columns called like a group whose values repeat, where no test file can say whether they are one. */
export function namedLikeGroups(columns: readonly ColumnFacts[]): ColumnFacts[] {
  return columns.filter(
    ({ name, overlap, sizes }) => (overlap ?? sizes) !== null && soundsLikeGroup(name),
  );
}

/**
 * Whether groups are apart only because time is: of the groups that a like cut through train would have parted, none
 * or few there are.
 */
export function explainedByTime(crossing: CrossingFacts | undefined): boolean {
  if (crossing === undefined) return false;
  return crossing.straddling < Math.max(3, 0.05 * crossing.groups);
}
