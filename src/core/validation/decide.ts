import { type TaskKind, taskWords } from "../metrics/task-kind.ts";
import { repeatedForm } from "../competition/validation-setting.ts";
import { counted } from "../text/counted.ts";
import { isBlind } from "./blind.ts";
import {
  type Alternative,
  type Decision,
  emptyAssessment,
  type Assessment,
  type Strategy,
  type Validation,
} from "./decision.ts";
import type { ColumnFacts, SplitFacts, SplitRequest } from "./facts.ts";
import { chooseFolds } from "./folds.ts";
import { type GroupAssessment, assessGroups } from "./group-assessment.ts";
import { assessRest } from "./rest-assessment.ts";
import { assessTargets, type TargetAssessment } from "./target-assessment.ts";
import { assessTime, type TimeAssessment } from "./time-assessment.ts";

interface Assessments {
  target: TargetAssessment;
  time: TimeAssessment;
  group: GroupAssessment;
  blind: boolean;
}

/** The cross-validation that looks most like the way test was made, with what speaks for it and what does not. */
export function decideSplit(facts: SplitFacts, request: SplitRequest): Decision {
  const blind = isBlind(facts, request);
  const target = assessTargets(facts.targets, facts.oneHot, facts.rows.train, request);
  const time = assessTime(facts, request, blind.yes);
  const group = assessGroups(facts, request, time, blind.yes);
  const assessments = { target, time, group, blind: blind.yes };
  const strategy = strategyFor(target.task, time.column, group.column);
  const folds = chooseFolds(strategy, request.n_splits, target, group.column, time.column);
  const rest = assessRest(
    facts,
    time.column ?? time.close?.column ?? null,
    group.column,
    blind.yes,
  );
  const all = joinAssessments([time, group, target, folds, assessBoth(time, group), rest]);
  const doubts = [...fewRows(facts.rows.train, folds.n_splits), ...blind.doubts, ...all.doubts];
  return {
    validation: build(request, strategy, folds.n_splits, group.column, time.column),
    confidence:
      blind.yes || doubts.length > 1 || facts.rows.train < fewestRows
        ? "low"
        : doubts.length === 1
          ? "medium"
          : "high",
    summary: sayWhy(request, assessments),
    evidence: all.evidence.toSorted(
      (a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight),
    ),
    doubts,
    alternatives: [
      ...unasked(facts, request, [...time.doubts, ...group.doubts]),
      ...alternativesTo(request, assessments),
    ].filter(unlike),
    changes: [...whatWouldChange(all, assessments), ...hiddenCause(assessments)],
    unseen: blind.unseen,
    ask: [...blind.ask, ...all.ask],
  };
}

/** What so few rows show may be chance. */
function fewRows(rows: number, folds: number): string[] {
  if (rows >= fewestRows) return [];
  const each = rows < folds ? `, too few for ${folds} folds` : "";
  return [`train has only ${counted(rows, "row")}${each}`];
}

const fewestRows = 20;

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
  const repeated = request.n_repeats === null ? undefined : repeatedForm(strategy);
  return {
    strategy: repeated ?? strategy,
    n_splits,
    ...(repeated === undefined ? {} : { n_repeats: request.n_repeats! }),
    seed: request.seed,
    ...(byGroup && group !== null ? { group: group.name } : {}),
    ...(byTime && time !== null ? { time: time.name } : {}),
    ...(byTime && request.gap !== null ? { gap: request.gap } : {}),
  };
}

/** Time and groups at once: no splitter of the flow keeps both. */
function assessBoth(time: TimeAssessment, group: GroupAssessment): Assessment {
  if (time.column === null || group.column === null) return emptyAssessment();
  const [t, g] = [time.column.name, group.column.name];
  const summary = `TimeSeriesSplit keeps the order of ${t}, but trains on earlier rows of the ${g} values it validates on`;
  return {
    ...emptyAssessment(),
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

function alternativesTo(
  request: SplitRequest,
  { target, time, group }: Assessments,
): Alternative[] {
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
function whatWouldChange(all: Assessment, { target, time }: Assessments): string[] {
  return time.column === null
    ? all.changes
    : all.changes.filter((text) => !target.changes.includes(text));
}

function hiddenCause({ time, group, blind }: Assessments): string[] {
  return blind || time.column !== null || group.column !== null
    ? []
    : ["knowing that test was chosen by something that is not in the files (who, where or when)"];
}

function sayWhy(request: SplitRequest, { target, time, group, blind }: Assessments): string {
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

function joinAssessments(assessments: readonly Assessment[]): Assessment {
  return {
    evidence: assessments.flatMap(({ evidence }) => evidence),
    doubts: assessments.flatMap(({ doubts }) => doubts),
    changes: assessments.flatMap(({ changes }) => changes),
    ask: assessments.flatMap(({ ask }) => ask),
  };
}
