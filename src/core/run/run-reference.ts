import type { Run } from "./run.ts";
import { UserError } from "../errors/user-error.ts";

/**
 * The run that a person means by a full id, a beginning or an end of one that fits no other, or an experiment's name
 * (its newest training run). `runs` newest first. Throws a UserError that lists what could be meant, or that names the
 * record that is meant and cannot be read.
 */
export function resolveRun(
  reference: string,
  runs: readonly Run[],
  problems: readonly { id: string; message: string }[] = [],
): Run {
  const exact = runs.find(({ spec }) => spec.id === reference);
  const own = runs.filter(({ spec }) => spec.experiment === reference);
  const meant = exact ?? own.find(({ spec }) => spec.kind === "train");
  if (meant !== undefined) return meant;
  if (own.length > 0) throw onlyScripts(reference, own);
  const near = runs.filter(
    ({ spec }) => spec.id.startsWith(reference) || spec.id.endsWith(reference),
  );
  if (near.length === 1 && reference !== "") return near[0]!;
  if (near.length > 1) throw ambiguous(reference, near);
  const broken = problems.find(
    ({ id }) => id === "" || (reference !== "" && id.includes(reference)),
  );
  throw broken === undefined ? unknown(reference, runs) : unreadable(reference, broken);
}

function onlyScripts(experiment: string, own: readonly Run[]): UserError {
  return new UserError({
    code: "no-run",
    message: `${experiment} has not been trained yet`,
    expected: `an experiment with a training run, or the id of one of its scripts' runs: ${someIds(own)}`,
    next: { operation: "runs", input: { experiment }, why: "lists its runs" },
    exitCode: 2,
  });
}

function ambiguous(reference: string, near: readonly Run[]): UserError {
  return new UserError({
    code: "run-ambiguous",
    message: `"${reference}" matches ${near.length} runs`,
    expected: `one of ${someIds(near)}`,
    next: { operation: "runs", input: {}, why: "lists every run" },
    exitCode: 2,
  });
}

function unknown(reference: string, runs: readonly Run[]): UserError {
  return new UserError({
    code: "no-run",
    message: `there is no run "${reference}"`,
    expected:
      runs.length === 0
        ? "nothing has been run yet"
        : `an experiment that was run, or a run's id (or its end): ${someIds(runs)}`,
    next:
      runs.length === 0
        ? { operation: "train", input: { on: "local" }, why: "starts the first run" }
        : { operation: "runs", input: {}, why: "lists every run" },
    exitCode: 2,
  });
}

function unreadable(
  reference: string,
  { id, message }: { id: string; message: string },
): UserError {
  return new UserError({
    code: "run-unreadable",
    message: `no run "${reference}" can be read: ${message}`,
    at: { file: `.crossfold/runs/${id}` },
    next: { operation: "runs", input: {}, why: "lists the runs that can be read" },
  });
}

function someIds(runs: readonly Run[]): string {
  const ids = runs.slice(0, 8).map(({ spec }) => spec.id);
  return (
    ids.join(", ") + (runs.length > ids.length ? `, and ${runs.length - ids.length} more` : "")
  );
}
