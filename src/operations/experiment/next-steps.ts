import type { OperationCall } from "../../core/errors/next-action.ts";
import { hasEnded } from "../../core/run/run.ts";
import type { ExperimentRow } from "./experiment-row.ts";
import type { Idea } from "./experiment-ideas.ts";

const most = 4;

/** What is worth doing now, the most pressing first, each with why. */
export function nextSteps(
  rows: readonly ExperimentRow[],
  ideas: readonly Idea[],
  { validationGuess }: { validationGuess: boolean },
): OperationCall[] {
  const best = rows.find((row) => row.best);
  const closed = new Set(ideas.filter((idea) => idea.closed).map(({ experiment }) => experiment));
  const newest = rows.toReversed();
  const isOpen = ({ experiment }: ExperimentRow | Idea) => !closed.has(experiment);
  const steps = [
    validationGuess ? [toSplit] : [],
    first(newest, (row) => row.state !== "new" && !hasEnded(row.state), toWait),
    first(newest, (row) => hasFailed(row) && isOpen(row), toFix),
    first(newest, isUnrecorded, toRecord),
    first(newest, (row) => row.best && row.lb === null, toSubmit),
    first(newest, (row) => row.lbFrom === "task", toRecordLb),
    first(newest, (row) => row.cv !== null && row.lbFrom === "ledger" && isOpen(row), toClose),
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

/** At most one step of a kind: a list to act on, not a backlog. */
function first<T>(
  items: readonly T[],
  applies: (item: T) => boolean,
  step: (item: T) => OperationCall,
): OperationCall[] {
  const item = items.find(applies);
  return item === undefined ? [] : [step(item)];
}

const toSplit = {
  operation: "split",
  input: { write: true },
  why: "the validation in project.yml is still init's guess",
};

const toWait = (row: ExperimentRow) => ({
  operation: "wait",
  input: { run: row.experiment },
  why: `it is ${row.state}`,
});

const toFix = (row: ExperimentRow) => ({
  operation: "logs",
  input: { run: row.experiment },
  why: "its newest run failed; the log says why",
});

const toRecord = (row: ExperimentRow) => ({
  operation: "record",
  input: { target: row.experiment },
  why: "it was trained, but no score is recorded",
});

const toSubmit = (row: ExperimentRow) => ({
  operation: "submit",
  input: { experiment: row.experiment },
  why: "the best CV has not been submitted",
});

const toRecordLb = (row: ExperimentRow) => ({
  operation: "lb",
  input: { experiment: row.experiment, score: row.lb },
  why: "this LB is in its task only; recorded, it is compared with CV",
});

const toClose = (row: ExperimentRow) => ({
  operation: "done",
  input: { experiment: row.experiment },
  why: "it has CV and LB; what was learnt is not written down yet",
});

const toTrain = (row: ExperimentRow) => ({
  operation: "train",
  input: { experiment: row.experiment, on: "local" },
  why: "it has not been trained",
});

const toMake = ({ experiment, hypothesis, base }: Idea) => ({
  operation: "new",
  input: { experiment, ...(base === undefined ? {} : { from: base }) },
  why: `planned: ${hypothesis}`,
});

const toPlan = (best: ExperimentRow | undefined) => ({
  operation: "plan add",
  input: best === undefined ? {} : { from: best.experiment },
  why: best === undefined ? "start with a baseline" : "change the best so far",
});
