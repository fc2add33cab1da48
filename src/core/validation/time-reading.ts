import { soundsLikeTime, timeCandidates } from "./candidates.ts";
import { count, emptyReading, percent, type Reading } from "./decision.ts";
import type { ColumnFacts, SplitFacts, SplitRequest } from "./facts.ts";

export interface TimeReading extends Reading {
  /** The column to split by; null where time did not part the files. */
  column: ColumnFacts | null;
  /** A column that may have, to be shown beside the answer. */
  close: { column: ColumnFacts; says: string } | null;
}

/** From this share of test rows after train's last, time parted the files; from `mostly` on it probably did. */
const wholly = 0.99;
const mostly = 0.9;

/** Whether test lies after train in a column of time. `blind` where test cannot be asked. */
export function readTime(facts: SplitFacts, request: SplitRequest, blind: boolean): TimeReading {
  const excluded = new Set([
    ...facts.targets.map(({ name }) => name),
    ...(facts.id === null ? [] : [facts.id]),
  ]);
  const reading: TimeReading = { ...emptyReading(), column: null, close: null };
  const known = facts.columns.filter(({ name }) => !excluded.has(name));
  if (request.time !== null) return readGiven(known, request.time, blind, reading);
  if (blind) return { ...reading, ask: askForTime(known) };

  const candidates = timeCandidates(known, request.group === null ? [] : [request.group]);
  const best = candidates.find(({ isTime, after }) => isTime && after >= mostly);
  if (best !== undefined) return found(best.column, best.after, reading);
  const partly = candidates.find(({ isTime }) => isTime);
  if (partly !== undefined) {
    const says = `${percent(partly.after)} of the test rows lie after the last ${partly.column.name} of train (${show(partly.column, partly.column.train.max)}), the others before`;
    return {
      ...reading,
      close: { column: partly.column, says },
      evidence: [{ about: "time", column: partly.column.name, weight: "note", says }],
      doubts: [`test lies only in part after train in ${partly.column.name}`],
    };
  }
  return { ...withUnnamed(candidates, facts.rows.train, reading), evidence: denials(known) };
}

function found(column: ColumnFacts, after: number, reading: TimeReading): TimeReading {
  const { name, train, test } = column;
  const whole = after >= wholly;
  const says = whole
    ? `test lies after train: ${name} ends at ${show(column, train.max)} in train and begins at ${show(column, test!.min)} in test`
    : `${percent(after)} of the test rows lie after the last ${name} of train (${show(column, train.max)})`;
  return {
    ...reading,
    column,
    evidence: [{ about: "time", column: name, weight: "for", says }],
    doubts: [
      ...(whole ? [] : [`${percent(1 - after)} of the test rows lie within train's time`]),
      ...(column.train.missing > 0
        ? [
            `${name} is empty in ${count(column.train.missing, "row")} of train, which TimeSeriesSplit cannot place`,
          ]
        : []),
    ],
    changes: [`test rows whose ${name} lies before train's last: then the time did not part them`],
  };
}

/** A number that nothing calls a time, higher in test than anywhere in train. Row numbers are that too. */
function withUnnamed(
  candidates: ReturnType<typeof timeCandidates>,
  rows: number,
  reading: TimeReading,
): TimeReading {
  const unnamed = candidates.find(
    ({ after, column }) =>
      after >= wholly && !(column.kind === "whole" && column.train.distinct > 0.9 * rows),
  );
  if (unnamed === undefined) return reading;
  const { column } = unnamed;
  const says = `${column.name} is higher in test than anywhere in train (up to ${show(column, column.train.max)}, then from ${show(column, column.test!.min)}): if it counts time, train on the past only`;
  return {
    ...reading,
    close: { column, says },
    doubts: [
      `${column.name} parts train from test, and its name does not say whether it is a time`,
    ],
    ask: [`Is ${column.name} a time, or an order in which rows came?`],
  };
}

/** Columns of time that did not part the files. */
function denials(columns: readonly ColumnFacts[]): Reading["evidence"] {
  return columns
    .filter((column) => column.after !== null && isTimeLike(column))
    .map((column) => ({
      about: "time",
      column: column.name,
      weight: "against",
      says: `${column.name} runs from ${show(column, column.train.min)} to ${show(column, column.train.max)} in train and from ${show(column, column.test!.min)} to ${show(column, column.test!.max)} in test: not parted by it`,
    }));
}

function isTimeLike(column: ColumnFacts): boolean {
  return column.kind === "date" || (column.kind !== "text" && soundsLikeTime(column.name));
}

function readGiven(
  columns: readonly ColumnFacts[],
  name: string,
  blind: boolean,
  reading: TimeReading,
): TimeReading {
  const column = columns.find((one) => one.name === name)!;
  const after = blind ? null : column.after;
  const evidence: Reading["evidence"] = [
    { about: "time", column: name, weight: "for", says: `${name} was named with --time` },
  ];
  if (after === null || after >= mostly) {
    if (after === null) return { ...reading, column, evidence };
    const seen = found(column, after, reading);
    return { ...seen, evidence: [...evidence, ...seen.evidence] };
  }
  const says = `only ${percent(after)} of the test rows lie after the last ${name} of train`;
  return {
    ...reading,
    column,
    evidence: [...evidence, { about: "time", column: name, weight: "against", says }],
    doubts: [`the data does not bear --time ${name} out`],
  };
}

function askForTime(columns: readonly ColumnFacts[]): string[] {
  return columns
    .filter((column) => isTimeLike(column) && column.train.distinct > 12)
    .map(
      (column) =>
        `Does the test lie after ${show(column, column.train.max)}, where ${column.name} ends in train? Then: crossfold split --time ${quoted(column.name)}`,
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
