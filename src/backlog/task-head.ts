import { ownCopy } from "./own-copy.ts";
import type { Task, TaskHead } from "./task.ts";

/** Characters of a description that a list keeps. */
const longestDescription = 16 * 1024;

/** A task without its long texts, which holds nothing of its file in memory. */
export function taskHead(task: TaskHead & Partial<Task>): TaskHead {
  const { plan: _plan, notes: _notes, finalSummary: _summary, ...head } = task;
  return {
    ...head,
    description: ownCopy(head.description.slice(0, longestDescription)),
    acceptanceCriteria: head.acceptanceCriteria.map((one) =>
      Object.assign(one, { text: ownCopy(one.text) }),
    ),
  };
}
