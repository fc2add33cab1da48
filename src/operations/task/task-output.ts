import path from "node:path";
import { z } from "zod";
import type { Task, TaskHead } from "../../backlog/task.ts";

/** A task as a line of a list. */
export const taskLineSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  priority: z.string().nullable(),
  labels: z.array(z.string()),
  dependencies: z.array(z.string()),
  /** How many acceptance criteria are ticked, of how many. */
  criteria: z.object({ checked: z.int(), all: z.int() }),
  /** As in the file, usually `2026-11-23 08:15` in UTC; empty where the file has none. */
  created: z.string(),
  updated: z.string().nullable(),
  /** Relative to the workspace. */
  file: z.string(),
});
export type TaskLine = z.output<typeof taskLineSchema>;

/** A whole task. */
export const taskSchema = taskLineSchema.extend({
  assignee: z.array(z.string()),
  milestone: z.string().nullable(),
  parent: z.string().nullable(),
  description: z.string(),
  acceptanceCriteria: z.array(z.object({ index: z.int(), text: z.string(), checked: z.boolean() })),
  plan: z.string(),
  notes: z.string(),
  finalSummary: z.string(),
});

export function taskLine(root: string, task: TaskHead): TaskLine {
  const { id, title, status, priority, labels, dependencies, created, updated } = task;
  const checked = task.acceptanceCriteria.filter((one) => one.checked).length;
  const criteria = { checked, all: task.acceptanceCriteria.length };
  const file = path.relative(root, task.file);
  return { id, title, status, priority, labels, dependencies, criteria, created, updated, file };
}

export function wholeTask(root: string, task: Task): z.output<typeof taskSchema> {
  const {
    assignee,
    milestone,
    parent,
    description,
    acceptanceCriteria,
    plan,
    notes,
    finalSummary,
  } = task;
  return {
    ...taskLine(root, task),
    assignee,
    milestone,
    parent,
    description,
    acceptanceCriteria,
    plan,
    notes,
    finalSummary,
  };
}
