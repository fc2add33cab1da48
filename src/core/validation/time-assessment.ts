import { soundsLikeTime, timeCandidates } from "./candidates.ts";
import { counted } from "../text/counted.ts";
import { emptyAssessment, percent, type Assessment } from "./decision.ts";
import type { ColumnFacts, SplitFacts, SplitRequest } from "./facts.ts";

export interface TimeAssessment extends Assessment {
  /** The column to split by; null where the files are not split by time. */
  column: ColumnFacts | null;
  /** A column that may have, to be shown beside the answer. */
  close: { column: ColumnFacts; summary: string } | null;
}

/** From this share of test rows after train's last, the files are split by time; from `mostly` on they probably are. */
const wholly = 0.99;
const mostly = 0.9;

/** Whether test is later than train by a column of time. `blind` where test cannot be compared. */
export function assessTime(
  facts: SplitFacts,
  request: SplitRequest,
  blind: boolean,
): TimeAssessment {
  const excluded = new Set([
    ...facts.targets.map(({ name }) => name),
    ...(facts.id === null ? [] : [facts.id]),
  ]);
  const assessment: TimeAssessment = { ...emptyAssessment(), column: null, close: null };
  const known = facts.columns.filter(({ name }) => !excluded.has(name));
  if (request.time !== null) return assessGiven(known, request.time, blind, assessment);
  if (blind) return { ...assessment, ask: askForTime(known) };

  const candidates = timeCandidates(known, request.group === null ? [] : [request.group]);
  const best = candidates.find(({ isTime, after }) => isTime && after >= mostly);
  if (best !== undefined) return found(best.column, best.after, assessment);
  const partly = candidates.find(({ isTime }) => isTime);
  if (partly !== undefined) {
    const summary = `${percent(partly.after)} of the test rows are later than the last ${partly.column.name} in train (${show(partly.column, partly.column.train.max)}), the rest are not`;
    return {
      ...assessment,
      close: { column: partly.column, summary },
      evidence: [{ about: "time", column: partly.column.name, weight: "note", summary }],
      doubts: [`only part of test is later than train by ${partly.column.name}`],
    };
  }
  return { ...withUnnamed(candidates, facts.rows.train, assessment), evidence: denials(known) };
}

function found(column: ColumnFacts, after: number, assessment: TimeAssessment): TimeAssessment {
  const { name, train, test } = column;
  const whole = after >= wholly;
  const summary = whole
    ? `test is later than train: ${name} ends at ${show(column, train.max)} in train and starts at ${show(column, test!.min)} in test`
    : `${percent(after)} of the test rows are later than the last ${name} in train (${show(column, train.max)})`;
  return {
    ...assessment,
    column,
    evidence: [{ about: "time", column: name, weight: "for", summary }],
    doubts: [
      ...(whole ? [] : [`${percent(1 - after)} of the test rows fall within train's time range`]),
      ...(column.train.missing > 0
        ? [
            `${name} is missing in ${counted(column.train.missing, "row")} of train, which TimeSeriesSplit cannot order`,
          ]
        : []),
    ],
    changes: [
      `test rows whose ${name} is before the last one in train: then the files are not split by time`,
    ],
  };
}

/** A number that is not called a time, always higher in test than in train. Row numbers are that too. */
function withUnnamed(
  candidates: ReturnType<typeof timeCandidates>,
  rows: number,
  assessment: TimeAssessment,
): TimeAssessment {
  const unnamed = candidates.find(
    ({ after, column }) =>
      after >= wholly && !(column.kind === "whole" && column.train.distinct > 0.9 * rows),
  );
  if (unnamed === undefined) return assessment;
  const { column } = unnamed;
  const summary = `every ${column.name} in test is above the highest in train (${show(column, column.train.max)}; test starts at ${show(column, column.test!.min)}): if it measures time, train on the past only`;
  return {
    ...assessment,
    close: { column, summary },
    doubts: [
      `${column.name} separates train from test, and its name does not say whether it is a time`,
    ],
    ask: [`Is ${column.name} a time, or the order in which rows were collected?`],
  };
}

/** Columns of time by which the files are not split. */
function denials(columns: readonly ColumnFacts[]): Assessment["evidence"] {
  return columns
    .filter((column) => column.after !== null && isTimeLike(column))
    .map((column) => ({
      about: "time",
      column: column.name,
      weight: "against",
      summary: `${column.name} runs from ${show(column, column.train.min)} to ${show(column, column.train.max)} in train and from ${show(column, column.test!.min)} to ${show(column, column.test!.max)} in test: not split by it`,
    }));
}

function isTimeLike(column: ColumnFacts): boolean {
  return column.kind === "date" || (column.kind !== "text" && soundsLikeTime(column.name));
}

function assessGiven(
  columns: readonly ColumnFacts[],
  name: string,
  blind: boolean,
  assessment: TimeAssessment,
): TimeAssessment {
  const column = columns.find((one) => one.name === name)!;
  const after = blind ? null : column.after;
  const evidence: Assessment["evidence"] = [
    { about: "time", column: name, weight: "for", summary: `${name} was given with --time` },
  ];
  if (after === null || after >= mostly) {
    if (after === null) return { ...assessment, column, evidence };
    const seen = found(column, after, assessment);
    return { ...seen, evidence: [...evidence, ...seen.evidence] };
  }
  const summary = `only ${percent(after)} of the test rows are later than the last ${name} in train`;
  return {
    ...assessment,
    column,
    evidence: [...evidence, { about: "time", column: name, weight: "against", summary }],
    doubts: [`the data does not support --time ${name}`],
  };
}

function askForTime(columns: readonly ColumnFacts[]): string[] {
  return columns
    .filter((column) => isTimeLike(column) && column.train.distinct > 12)
    .map(
      (column) =>
        `Is test later than ${show(column, column.train.max)}, where ${column.name} ends in train? If so: crossfold split --time ${quoted(column.name)}`,
    );
}

/** A column's name as an argument of a shell. */
export function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

function show(column: ColumnFacts, value: number | null): string {
  if (value === null) return "nothing";
  if (column.kind !== "date") return String(value);
  const iso = new Date(value).toISOString();
  return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : iso.slice(0, 16).replace("T", " ");
}
