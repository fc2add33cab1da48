import { experimentCriteria } from "./acceptance-criteria.ts";

/** What the backlog task of an experiment says; the acceptance criteria are those every experiment has. */
export interface ExperimentTaskDraft {
  title: string;
  description: string;
  labels: string[];
  acceptanceCriteria: string[];
  priority: string;
  dependencies: string[];
}

const baseline = "baseline from the template";

/** Whether a hypothesis is what stands in a task where none was given. */
export function isNoIdea(hypothesis: string): boolean {
  return hypothesis === baseline || /^a change to exp\w+$/.test(hypothesis);
}

export function draftExperimentTask(experiment: {
  name: string;
  hypothesis?: string | undefined;
  changes?: string | undefined;
  expected?: string | undefined;
  parent?: { name: string; task: string | null } | undefined;
}): ExperimentTaskDraft {
  const { name, hypothesis, parent } = experiment;
  const base = parent === undefined ? "the template" : parent.name;
  const idea = hypothesis ?? (parent === undefined ? baseline : `a change to ${base}`);
  return {
    title: `${name}: ${firstLine(idea)}`,
    description: [
      `Hypothesis: ${idea}`,
      `Changes from base: ${experiment.changes ?? `to be written (base: ${base})`}`,
      `Expected outcome: ${experiment.expected ?? "a better CV score than the base"}`,
    ].join("\n"),
    labels: ["exp", name],
    acceptanceCriteria: [...experimentCriteria],
    priority: "medium",
    dependencies: parent?.task ? [parent.task] : [],
  };
}

function firstLine(text: string): string {
  return text.split("\n")[0]!.trim();
}

/**
 * The hypothesis a task's description states, or null. The parts stand on lines of their own, or on one line as in
 * `Hypothesis: a / Changes from base: b / Expected outcome: c`.
 */
export function hypothesisOf(description: string): string | null {
  const line = /^Hypothesis:(.+)$/m.exec(description)?.[1] ?? "";
  return line.split(/\s\/\s*(?:Changes from base|Expected outcome):/)[0]!.trim() || null;
}
