import { hasEnded } from "../../core/run/run.ts";
import type { ExperimentRow } from "./experiment-row.ts";
import type { Idea } from "./experiment-ideas.ts";

const most = 4;

/** Commands worth typing now, the most pressing first, each with why. */
export function nextSteps(
  rows: readonly ExperimentRow[],
  ideas: readonly Idea[],
  { validationGuess }: { validationGuess: boolean },
): NextStep[] {
  const best = rows.find((row) => row.best);
  const closed = new Set(ideas.filter((idea) => idea.closed).map(({ experiment }) => experiment));
  const newest = rows.toReversed();
  const isOpen = ({ experiment }: ExperimentRow | Idea) => !closed.has(experiment);
  const steps = [
    validationGuess ? [toSplit] : [],
    first(newest, (row) => row.state !== "new" && !hasEnded(row.state), toWait),
    first(newest, (row) => hasFailed(row) && isOpen(row), toMend),
    first(newest, isUnrecorded, toRecord),
    first(newest, (row) => row.best && row.lb === null, toSubmit),
    first(newest, (row) => row.cv !== null && row.lb !== null && isOpen(row), toClose),
    first(newest, (row) => isUntrained(row) && isOpen(row), toTrain),
    first(ideas, (idea) => idea.row === undefined && isOpen(idea), toMake),
    [toPlan(best)],
  ].flat();
  return steps.slice(0, most);
}

function isUntrained(row: ExperimentRow): boolean {
  return row.cv === null && (row.state === "new" || row.debug);
}

function hasFailed(row: ExperimentRow): boolean {
  return row.cv === null && row.state === "failed" && !row.debug;
}

function isUnrecorded(row: ExperimentRow): boolean {
  return row.cv === null && row.state === "succeeded" && !row.debug;
}

interface NextStep {
  command: string;
  why: string;
}

/** At most one step of a kind: a list to act on, not a backlog. */
function first<T>(
  items: readonly T[],
  applies: (item: T) => boolean,
  step: (item: T) => NextStep,
): NextStep[] {
  const item = items.find(applies);
  return item === undefined ? [] : [step(item)];
}

const toSplit: NextStep = {
  command: "crossfold split --write",
  why: "the validation in project.yml is still init's guess",
};

const toWait = (row: ExperimentRow) => ({
  command: `crossfold wait ${row.experiment}`,
  why: `it is ${row.state}`,
});

const toMend = (row: ExperimentRow) => ({
  command: `crossfold logs ${row.experiment}`,
  why: "its newest run failed",
});

const toRecord = (row: ExperimentRow) => ({
  command: `crossfold record ${row.experiment}`,
  why: "it was trained, but no score is recorded",
});

const toSubmit = (row: ExperimentRow) => ({
  command: `crossfold submit ${row.experiment}`,
  why: "the best CV has not been submitted",
});

const toClose = (row: ExperimentRow) => ({
  command: `crossfold done ${row.experiment} --summary "what was learnt"`,
  why: "it has CV and LB; only the lesson is missing",
});

const toTrain = (row: ExperimentRow) => ({
  command: `crossfold train ${row.experiment} --on local`,
  why: "it has not been trained",
});

const toMake = ({ experiment, hypothesis, base }: Idea) => ({
  command: `crossfold new ${experiment}${base === undefined ? "" : ` --from ${base}`}`,
  why: `planned: ${hypothesis}`,
});

const toPlan = (best: ExperimentRow | undefined) => ({
  command: `crossfold plan add "what you think will help"${best === undefined ? "" : ` --from ${best.experiment}`}`,
  why: best === undefined ? "begin with a baseline" : "a change to the best so far",
});
