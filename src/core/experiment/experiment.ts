import { z } from "zod";
import { UserError } from "../errors/user-error.ts";

/** `exp` and at least three digits, then optionally `_suffix`. */
export const experimentNamePattern = /^exp(\d{3,})(_[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)?$/;

/** The name the template carries; `new` writes the experiment's own in its place. */
export const templateExperimentName = "exp000";

/** `models/<name>/experiment.yml`. */
export const experimentFileSchema = z.looseObject({
  name: z.string(),
  parent: z.string().nullable().default(null),
  /** Backlog task id, `TASK-3`. */
  task: z.string().nullable().default(null),
  hypothesis: z.string().nullable().default(null),
  /** Numbers in the task of the acceptance criteria that Crossfold wrote, so that they may be reworded. */
  criteria: z.array(z.int()).optional(),
  /** ISO 8601, UTC. */
  created: z.string(),
});

export type Experiment = z.output<typeof experimentFileSchema>;

/** Refuses a name of the wrong form, paths among them. */
export function checkExperimentName(name: string): string {
  if (experimentNamePattern.test(name) && name !== templateExperimentName) return name;
  throw new UserError({
    code: "experiment-name",
    message: `"${name}" is not an experiment name`,
    expected:
      "exp and at least three digits, then an optional _suffix: exp001, exp012_lgbm (exp000 is the template's)",
    next: { operation: "new", input: {}, why: "takes the next free name" },
    exitCode: 2,
  });
}

/** The number in an experiment's name, or undefined where it is no experiment name. */
function experimentNumber(name: string): number | undefined {
  const digits = experimentNamePattern.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The next free number after the highest in use: exp001 in an empty workspace. */
export function nextExperimentName(taken: Iterable<string>): string {
  let highest = 0;
  for (const name of taken) highest = Math.max(highest, experimentNumber(name) ?? 0);
  return `exp${String(highest + 1).padStart(3, "0")}`;
}

/** Replaces an experiment's name where it stands as a word of its own: exp001 does not touch exp0010 or exp001_lgbm. */
export function renameExperimentIn(text: string, from: string, to: string): string {
  return text.replaceAll(wordOf(from), to);
}

/** Whether an experiment's name stands in a path as a word of its own. */
export function isExperimentIn(file: string, name: string): boolean {
  return wordOf(name).test(file);
}

function wordOf(name: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`, "g");
}

/** Names in the order of their numbers, then of their suffixes. */
export function sortExperimentNames(names: readonly string[]): string[] {
  const numberOf = new Map(names.map((name) => [name, experimentNumber(name) ?? 0]));
  return names.toSorted(
    (a, b) => numberOf.get(a)! - numberOf.get(b)! || (a < b ? -1 : a > b ? 1 : 0),
  );
}
