import { hasEnded } from "../../core/run.ts";
import type { ExperimentRow } from "../review/experiment-row.ts";
import type { Idea } from "./experiment-ideas.ts";

const most = 4;

/** Commands worth typing now, the most pressing first, each with why. */
export function nextSteps(
  rows: readonly ExperimentRow[],
  ideas: readonly Idea[],
): { command: string; why: string }[] {
  const best = rows.find((row) => row.best);
  const closed = new Set(ideas.filter((idea) => idea.closed).map(({ experiment }) => experiment));
  const newest = rows.toReversed();
  const steps = [
    ...newest.filter((row) => row.state !== "new" && !hasEnded(row.state)).map(toWait),
    ...newest.filter((row) => row.state === "failed" && row.cv === null).map(toMend),
    ...newest
      .filter((row) => row.state === "succeeded" && !row.debug && row.cv === null)
      .map(toRecord),
    ...(best !== undefined && best.lb === null ? [toSubmit(best)] : []),
    ...newest
      .filter((row) => row.cv !== null && row.lb !== null && !closed.has(row.experiment))
      .map(toClose),
    ...newest
      .filter((row) => (row.state === "new" || row.debug) && !closed.has(row.experiment))
      .map(toTrain),
    ...ideas.filter((idea) => idea.row === undefined && !idea.closed).map(toMake),
    toPlan(best),
  ];
  return steps.slice(0, most);
}

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

const toMake = ({ experiment, hypothesis }: Idea) => ({
  command: `crossfold new ${experiment}`,
  why: `planned: ${hypothesis}`,
});

const toPlan = (best: ExperimentRow | undefined) => ({
  command: `crossfold plan add "what you think will help"${best === undefined ? "" : ` --from ${best.experiment}`}`,
  why: best === undefined ? "begin with a baseline" : "a change to the best so far",
});
