import { type TaskKind, taskWords } from "../metrics/task-kind.ts";
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
import { readTargets, type TargetReading } from "./target-reading.ts";
import { readTime, type TimeReading } from "./time-reading.ts";

interface Readings {
  target: TargetReading;
  time: TimeReading;
  group: GroupReading;
  blind: boolean;
}

/** The cross-validation that looks most like the way test was made, with what speaks for it and what does not. */
export function decideSplit(facts: SplitFacts, request: SplitRequest): Decision {
  const blind = isBlind(facts, request);
  const target = readTargets(facts.targets, facts.oneHot, facts.rows.train, request);
  const time = readTime(facts, request, blind.yes);
  const group = readGroups(facts, request, time, blind.yes);
  const readings = { target, time, group, blind: blind.yes };
  const strategy = strategyFor(target.task, time.column, group.column);
  const folds = chooseFolds(strategy, request.n_splits, target, group.column, time.column);
  const rest = readRest(facts, time.column ?? time.close?.column ?? null, group.column, blind.yes);
  const all = joinReadings([time, group, target, folds, readBoth(time, group), rest]);
  const doubts = [...blind.doubts, ...all.doubts];
  return {
    validation: build(request, strategy, folds.n_splits, group.column, time.column),
    confidence: blind.yes || doubts.length > 1 ? "low" : doubts.length === 1 ? "medium" : "high",
    summary: sayWhy(request, readings),
    evidence: all.evidence.toSorted(
      (a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight),
    ),
    doubts,
    alternatives: [
      ...unasked(facts, request, [...time.doubts, ...group.doubts]),
      ...alternativesTo(request, readings),
    ].filter(unlike),
    changes: [...whatWouldChange(all, readings), ...hiddenCause(readings)],
    unseen: blind.unseen,
    ask: [...blind.ask, ...all.ask],
  };
}

const weights = ["for", "note", "against"];

/** The seed's flow: time first, then groups, then what the target allows. */
function strategyFor(
  task: TaskKind | null,
  time: ColumnFacts | null,
  group: ColumnFacts | null,
): Strategy {
  if (time !== null) return "TimeSeriesSplit";
  if (group !== null) return isClassification(task) ? "StratifiedGroupKFold" : "GroupKFold";
  if (task === "multilabel") return "MultilabelStratifiedKFold";
  return isClassification(task) ? "StratifiedKFold" : "KFold";
}

function isClassification(task: TaskKind | null): boolean {
  return task !== null && task !== "regression";
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
function readBoth(time: TimeReading, group: GroupReading): Reading {
  if (time.column === null || group.column === null) return emptyReading();
  const [t, g] = [time.column.name, group.column.name];
  const summary = `TimeSeriesSplit keeps the order of ${t}, but trains on earlier rows of the ${g} values it validates on`;
  return {
    ...emptyReading(),
    evidence: [{ about: "group", column: g, weight: "note", summary }],
    doubts: [`both time (${t}) and groups (${g}) matter`],
    changes: [`values of ${g} in both files: then TimeSeriesSplit alone`],
  };
}

/** What the data alone suggests, where it does not support what was asked for. */
function unasked(
  facts: SplitFacts,
  request: SplitRequest,
  doubts: readonly string[],
): Alternative[] {
  if (doubts.length === 0 || (request.group === null && request.time === null)) return [];
  const { validation } = decideSplit(facts, { ...request, group: null, time: null });
  return [{ validation, close: true, summary: "what the data alone suggests" }];
}

function alternativesTo(request: SplitRequest, { target, time, group }: Readings): Alternative[] {
  const make = (
    summary: string,
    task: TaskKind | null,
    byTime: ColumnFacts | null,
    byGroup: ColumnFacts | null,
  ): Alternative => {
    const strategy = strategyFor(task, byTime, byGroup);
    const { n_splits } = chooseFolds(strategy, request.n_splits, target, byGroup, byTime);
    return {
      validation: build(request, strategy, n_splits, byGroup, byTime),
      close: true,
      summary,
    };
  };
  const [t, g] = [time.column, group.column];
  const found: Alternative[] = [];
  if (t !== null && g !== null)
    found.push(
      make(`if new ${g.name} values matter more than the order in time`, target.task, null, g),
    );
  if (time.close !== null)
    found.push(make(time.close.summary, target.task, time.close.column, null));
  if (t === null)
    for (const { column, summary } of group.close)
      found.push(make(summary, target.task, null, column));
  if (t === null && target.close !== null)
    found.push(make(target.close.summary, target.close.task, null, g));
  return found;
}

function unlike(one: Alternative, index: number, all: Alternative[]): boolean {
  const text = JSON.stringify(one.validation);
  return all.findIndex(({ validation }) => JSON.stringify(validation) === text) === index;
}

/** In a split by time the task changes nothing. */
function whatWouldChange(all: Reading, { target, time }: Readings): string[] {
  return time.column === null
    ? all.changes
    : all.changes.filter((text) => !target.changes.includes(text));
}

function hiddenCause({ time, group, blind }: Readings): string[] {
  return blind || time.column !== null || group.column !== null
    ? []
    : ["knowing that test was chosen by something that is not in the files (who, where or when)"];
}

function sayWhy(request: SplitRequest, { target, time, group, blind }: Readings): string {
  const task = target.task === null ? "the task is unclear" : taskWords(target.task);
  const named = [
    ...(request.time === null ? [] : [`--time ${request.time}`]),
    ...(request.group === null ? [] : [`--group ${request.group}`]),
  ];
  if (named.length > 0) return `as given with ${named.join(" and ")}; ${task}`;
  if (time.column !== null && group.column !== null)
    return `test is later than train by ${time.column.name}, and its ${group.column.name} values are new`;
  if (time.column !== null) return `test is later than train by ${time.column.name}`;
  if (group.column !== null) return `train and test share no ${group.column.name} value; ${task}`;
  return blind
    ? `from the target alone: ${task}`
    : `train and test look like a random split; ${task}`;
}

function joinReadings(readings: readonly Reading[]): Reading {
  return {
    evidence: readings.flatMap(({ evidence }) => evidence),
    doubts: readings.flatMap(({ doubts }) => doubts),
    changes: readings.flatMap(({ changes }) => changes),
    ask: readings.flatMap(({ ask }) => ask),
  };
}
