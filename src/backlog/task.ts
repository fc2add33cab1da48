export interface Criterion {
  /** The number shown and given to `--check-ac`, from 1. */
  index: number;
  text: string;
  checked: boolean;
}

/** A task as the program uses it; the file keeps what is not named here. */
export interface Task {
  /** As shown, `TASK-3`. */
  id: string;
  title: string;
  status: string;
  assignee: string[];
  /** As written in the file, usually `2026-11-23 08:15` in UTC; empty where the file has none. */
  created: string;
  updated: string | null;
  labels: string[];
  dependencies: string[];
  priority: string | null;
  milestone: string | null;
  parent: string | null;
  ordinal: number | null;
  description: string;
  acceptanceCriteria: Criterion[];
  plan: string;
  notes: string;
  finalSummary: string;
  /** Absolute path. */
  file: string;
}

/** A task without its long texts, as lists keep it; of its description the beginning. */
export type TaskHead = Omit<Task, "plan" | "notes" | "finalSummary">;

/** One of all tasks of a backlog. Its properties are looked up when they are asked for: do not spread it. */
export interface ListedTask extends Readonly<TaskHead> {
  /** The public leaderboard score that people wrote into its long texts. */
  readonly publicLb: number | undefined;
}

export type { Problem } from "../core/errors/problem.ts";

export interface NewTask {
  title: string;
  description?: string;
  labels?: readonly string[];
  acceptanceCriteria?: readonly string[];
  /** high, medium or low, in any case; or one of the project's own. */
  priority?: string;
  /** Task ids in any form: 3, task-3, TASK-3. */
  dependencies?: readonly string[];
  plan?: string;
  status?: string;
}

/** What to change. Absent keys stay; an empty plan, notes or summary takes the section out. */
export interface TaskEdit {
  title?: string;
  description?: string;
  plan?: string;
  /** Replaces the notes; `appendNotes` then adds to it, each a paragraph of its own. */
  notes?: string;
  appendNotes?: string | readonly string[];
  finalSummary?: string;
  status?: string;
  priority?: string;
  /** Replaces all labels; `addLabels` and `removeLabels` then change the result. */
  labels?: readonly string[];
  addLabels?: readonly string[];
  removeLabels?: readonly string[];
  /** Replaces all dependencies; `addDependencies` adds to them. */
  dependencies?: readonly string[];
  addDependencies?: readonly string[];
  addAcceptanceCriteria?: readonly string[];
  checkAc?: readonly number[];
  uncheckAc?: readonly number[];
}
