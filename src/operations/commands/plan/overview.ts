import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readClosedTasks, readTasks } from "../../../backlog/read-tasks.ts";
import type { TaskHead } from "../../../backlog/task.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import { defineOperation } from "../../operation.ts";
import { taskLine, taskLineSchema } from "../../task/task-output.ts";

/** The label that every experiment's task carries. */
const experimentLabel = "exp";
const recentTasks = 5;

const countSchema = z.object({ status: z.string(), all: z.int(), experiments: z.int() });

export const overview = defineOperation({
  description:
    "Backlog statistics: tasks and experiments by status, recent changes, and tasks that wait for unfinished ones.",
  whenToUse: "Use it to see how much of the backlog is done and what waits.",
  input: z.object({}),
  output: z.object({
    project: z.string(),
    total: z.int(),
    experiments: z.int(),
    /** In the order of the backlog's settings; the last one means done. */
    byStatus: z.array(countSchema),
    byPriority: z.array(z.object({ priority: z.string(), all: z.int() })),
    recent: z.array(taskLineSchema),
    blocked: z.array(z.object({ task: taskLineSchema, waitsFor: z.array(z.string()) })),
    problems: z.array(problemSchema),
  }),
  effect: "read",
  examples: [{ command: "overview", summary: "where the project stands" }],
  async run(context) {
    const { root } = await openWorkspace(context.cwd);
    const backlog = await findBacklog(root);
    const { tasks, problems } = await readTasks(backlog);
    const closed = await readClosedTasks(backlog);
    const done = backlog.config.statuses.at(-1)!;
    const recent = tasks.toSorted(byLastChange).slice(0, recentTasks);
    return {
      project: backlog.config.project_name,
      total: tasks.length,
      experiments: tasks.filter(isExperiment).length,
      byStatus: countByStatus(tasks, backlog.config.statuses),
      byPriority: countByPriority(tasks, done),
      recent: recent.map((task) => taskLine(root, task)),
      blocked: blockedTasks(tasks, closed, done).map(({ task, waitsFor }) => ({
        task: taskLine(root, task),
        waitsFor,
      })),
      problems: showProblems(root, problems),
    };
  },
});

function isExperiment(task: TaskHead): boolean {
  return task.labels.includes(experimentLabel);
}

/** The latest first; in the same minute, the task with the higher number. */
function byLastChange(a: TaskHead, b: TaskHead): number {
  const [first, second] = [lastChange(a), lastChange(b)];
  if (first !== second) return first < second ? 1 : -1;
  return b.id.localeCompare(a.id, "en", { numeric: true });
}

function lastChange(task: TaskHead): string {
  return task.updated ?? task.created;
}

/** Statuses of the settings first, then those that only tasks carry. */
function countByStatus(
  tasks: readonly TaskHead[],
  known: readonly string[],
): z.output<typeof countSchema>[] {
  const statuses = new Set([...known, ...tasks.map((task) => task.status)]);
  return [...statuses].map((status) => {
    const own = tasks.filter((task) => task.status === status);
    return { status, all: own.length, experiments: own.filter(isExperiment).length };
  });
}

/** Of the tasks that are not done; those without a priority are left out. */
function countByPriority(
  tasks: readonly TaskHead[],
  done: string,
): { priority: string; all: number }[] {
  const open = tasks.filter((task) => task.status !== done && task.priority !== null);
  const counts = new Map<string, number>();
  for (const { priority } of open) counts.set(priority!, (counts.get(priority!) ?? 0) + 1);
  return [...counts].map(([priority, all]) => ({ priority, all }));
}

function blockedTasks(
  tasks: readonly TaskHead[],
  closed: readonly TaskHead[],
  done: string,
): { task: TaskHead; waitsFor: string[] }[] {
  const finished = new Set(
    [...tasks.filter((task) => task.status === done), ...closed].map((task) => task.id),
  );
  return tasks
    .filter((task) => task.status !== done)
    .map((task) => ({ task, waitsFor: task.dependencies.filter((id) => !finished.has(id)) }))
    .filter(({ waitsFor }) => waitsFor.length > 0);
}
