/** What a column holds, whatever its file calls it. Dates may be written as text; `format` then says how to read them. */
export type ColumnKind = "whole" | "fraction" | "text" | "boolean" | "date" | "other";

/** One column within one file. */
export interface SideFacts {
  missing: number;
  /** Distinct values, nearly right (a few percent off in large files). */
  distinct: number;
  /** Numbers as they are, dates as milliseconds since 1970; null where the kind has no order or no value is there. */
  min: number | null;
  max: number | null;
}

/** How the values of a column lie in train and test, exactly. */
export interface OverlapFacts {
  trainValues: number;
  testValues: number;
  /** Values that are in both. */
  shared: number;
  /** Values that would be in both in a random split. */
  expectedShared: number;
  /** log10 of the chance that a random split leaves no value in both. */
  log10Chance: number;
  /** Rows a value has in train. */
  smallest: number;
  median: number;
  largest: number;
}

/** How differently a column is distributed in train and in test. */
export interface DriftFacts {
  /** 0 to 1: the largest gap between the cumulative shares of numbers and dates, the total variation of other values. */
  distance: number;
  /** What a random split of as many rows would show at most, roughly. */
  noise: number;
}

export interface ColumnFacts {
  name: string;
  kind: ColumnKind;
  /** strptime formats of dates written as text; empty for others. */
  formats: string[];
  inTest: boolean;
  train: SideFacts;
  test: SideFacts | null;
  /** Share of the test rows that lie after the last of train; null where the column has no order or test no values. */
  after: number | null;
  /** Null where the column was no candidate: near-unique, constant or not in test. */
  overlap: OverlapFacts | null;
  /** Rows a value has in train, where test cannot be asked; null where `overlap` is there or the column is no candidate. */
  sizes: Pick<OverlapFacts, "trainValues" | "smallest" | "median" | "largest"> | null;
  drift: DriftFacts | null;
}

export interface TargetFacts {
  name: string;
  kind: ColumnKind;
  missing: number;
  distinct: number;
  /** Rows of each class, most frequent first; null where there are too many values to be classes. */
  classes: { value: string; rows: number }[] | null;
  min: number | null;
  max: number | null;
  mean: number | null;
}

export interface DuplicateFacts {
  /** Columns compared: those in both files but the id. */
  columns: number;
  /** Rows of train that repeat an earlier one. */
  train: number;
  /** Rows of test that are in train too; null without a test file. */
  test: number | null;
}

/** Whether groups go across time, and so would be met again in a split by time alone. */
export interface CrossingFacts {
  group: string;
  time: string;
  /** Groups of train, and how many of them lie on both sides of the moment that 80% of train's rows lie before. */
  groups: number;
  straddling: number;
}

/** Everything that the decision is made from. */
export interface SplitFacts {
  rows: { train: number; test: number | null };
  id: string | null;
  columns: ColumnFacts[];
  targets: TargetFacts[];
  /** Several targets of 0 and 1, exactly one of which is 1 in each row. */
  oneHot: boolean;
  duplicates: DuplicateFacts;
  crossings: CrossingFacts[];
}

/** What is known from project.yml and the command line. */
export interface SplitRequest {
  /** Columns named by the user, taken without asking the data. */
  group: string | null;
  time: string | null;
  metric: string;
  codeCompetition: boolean;
  n_splits: number;
  /** The user's choice: the data says nothing of repeats. */
  n_repeats: number | null;
  seed: number;
  gap: number | null;
}
