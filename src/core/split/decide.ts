import { isBlind } from "./blind.ts";
import {
  type Alternative,
  type Decision,
  emptyReading,
  type Reading,
  type Strategy,
  type Validation,
} from "./decision.ts";
import type { ColumnFacts, SplitFacts, SplitRequest } from "./facts.ts";
import { chooseFolds } from "./folds.ts";
import { type GroupReading, readGroups } from "./group-reading.ts";
import { readRest } from "./rest-reading.ts";
import { readTargets, type TargetKind, type TargetReading } from "./target-reading.ts";
import { readTime, type TimeReading } from "./time-reading.ts";

/** The cross-validation that looks most like the way test was made, with what speaks for it and what does not. */
export function decideSplit(facts: SplitFacts, request: SplitRequest): Decision {
  const blind = isBlind(facts, request);
  const target = readTargets(facts.targets, facts.oneHot, facts.rows.train, request);
  const time = readTime(facts, request, blind.yes);
  const group = readGroups(facts, request, time, blind.yes);
  const rest = readRest(facts, time.column ?? time.close?.column ?? null, group.column, blind.yes);
  const strategy = strategyFor(target.kind, time.column, group.column);
  const folds = chooseFolds(strategy, request.n_splits, target, group.column, time.column);
  const both = bothReading(time, group);
  const all = joinReadings([time, group, target, folds, both, rest]);
  return {
    ...all,
    validation: build(request, strategy, folds.n_splits, group.column, time.column),
    confidence: blind.yes ? "unsure" : confidenceOf(all.doubts),
    says: sayWhy(target, time, group, blind.yes),
    alternatives: alternativesTo(strategy, request, target, time, group),
    unseen: blind.unseen,
    doubts: [...blind.doubts, ...all.doubts],
    ask: [...blind.ask, ...all.ask],
  };
}

/** The seed's flow: time first, then groups, then what the target allows. */
function strategyFor(
  target: TargetKind,
  time: ColumnFacts | null,
  group: ColumnFacts | null,
): Strategy {
  if (time !== null) return "TimeSeriesSplit";
  if (group !== null) return target === "values" ? "GroupKFold" : "StratifiedGroupKFold";
  if (target === "labels") return "MultilabelStratifiedKFold";
  return target === "classes" ? "StratifiedKFold" : "KFold";
}

function build(
  request: SplitRequest,
  strategy: Strategy,
  n_splits: number,
  group: ColumnFacts | null,
  time: ColumnFacts | null,
): Validation {
  const byGroup = strategy === "GroupKFold" || strategy === "StratifiedGroupKFold";
  const byTime = strategy === "TimeSeriesSplit";
  return {
    strategy,
    n_splits,
    seed: request.seed,
    ...(byGroup && group !== null ? { group: group.name } : {}),
    ...(byTime && time !== null ? { time: time.name } : {}),
    ...(byTime && request.gap !== null ? { gap: request.gap } : {}),
  };
}

/** Time and groups at once: no splitter of the flow keeps both. */
function bothReading(time: TimeReading, group: GroupReading): Reading {
  if (time.column === null || group.column === null) return emptyReading();
  const says = `test is later and of new ${group.column.name} values at once: TimeSeriesSplit keeps the order, but trains on earlier rows of the groups it validates on`;
  return {
    ...emptyReading(),
    evidence: [{ about: "group", column: group.column.name, weight: "note", says }],
    doubts: [`both time (${time.column.name}) and groups (${group.column.name}) part the files`],
    changes: [`groups of ${group.column.name} that are in both files: then time alone`],
  };
}

function alternativesTo(
  chosen: Strategy,
  request: SplitRequest,
  target: TargetReading,
  time: TimeReading,
  group: GroupReading,
): Alternative[] {
  const make = (
    says: string,
    kind: TargetKind,
    byTime: ColumnFacts | null,
    byGroup: ColumnFacts | null,
    close = true,
  ): Alternative => {
    const strategy = strategyFor(kind, byTime, byGroup);
    const { n_splits } = chooseFolds(strategy, request.n_splits, target, byGroup, byTime);
    return { validation: build(request, strategy, n_splits, byGroup, byTime), close, says };
  };
  const [t, g] = [time.column, group.column];
  const forced = [
    ...(request.time !== null && time.doubts.length > 0
      ? [make("without --time, as test does not lie after train", target.kind, null, g)]
      : []),
    ...(request.group !== null && group.doubts.length > 0
      ? [make("without --group, as its values are in both files", target.kind, t, null)]
      : []),
  ];
  const both =
    t === null || g === null
      ? []
      : [make(`if new ${g.name} values matter more than the order in time`, target.kind, null, g)];
  return [
    ...forced,
    ...both,
    ...(time.close === null ? [] : [make(time.close.says, target.kind, time.close.column, null)]),
    ...group.close.map(({ column, says }) => make(says, target.kind, t, column)),
    ...(target.close === null || chosen === "TimeSeriesSplit"
      ? []
      : [make(target.close.says, target.close.kind, t, g)]),
  ].filter(unlike);
}

function unlike(one: Alternative, index: number, all: Alternative[]): boolean {
  const text = JSON.stringify(one.validation);
  return all.findIndex(({ validation }) => JSON.stringify(validation) === text) === index;
}

function confidenceOf(doubts: readonly string[]): Decision["confidence"] {
  return doubts.length === 0 ? "sure" : doubts.length === 1 ? "likely" : "unsure";
}

function sayWhy(
  target: TargetReading,
  time: TimeReading,
  group: GroupReading,
  blind: boolean,
): string {
  const by = { values: "numbers", classes: "classes", labels: "several labels" }[target.kind];
  if (time.column !== null && group.column !== null)
    return `test lies after train in ${time.column.name} and has groups of its own`;
  if (time.column !== null) return `test lies after train in ${time.column.name}`;
  if (group.column !== null)
    return `train and test have different ${group.column.name} values; the target is ${by}`;
  return blind
    ? `from the target alone, which is ${by}`
    : `nothing parts train and test but chance; the target is ${by}`;
}

function joinReadings(readings: readonly Reading[]): Reading {
  return {
    evidence: readings.flatMap(({ evidence }) => evidence),
    doubts: readings.flatMap(({ doubts }) => doubts),
    changes: readings.flatMap(({ changes }) => changes),
    ask: readings.flatMap(({ ask }) => ask),
  };
}
