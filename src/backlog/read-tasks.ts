import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../core/errors/user-error.ts";
import type { Backlog } from "./backlog.ts";
import type { ParsedTask } from "./parse-task.ts";
import type { Problem, Task } from "./task.ts";
import { readTaskFiles } from "./task-files.ts";
import { idInFileName, sameTaskId, taskId } from "./task-id.ts";

/** The open tasks of a backlog by number, and the files that cannot be read as tasks. */
export async function readTasks(backlog: Backlog): Promise<{ tasks: Task[]; problems: Problem[] }> {
  const parsed = await readFolder(backlog, "tasks");
  const tasks = sortById(parsed.flatMap((one) => (one.ok ? [one.task] : [])));
  const problems = parsed.flatMap((one) => (one.ok ? [] : [one.problem]));
  return { tasks, problems: [...problems, ...sharedIds(tasks)] };
}

/** Tasks moved to `completed/` or `archive/tasks/`: no longer shown, still what others may depend on. */
export async function readClosedTasks(backlog: Backlog): Promise<Task[]> {
  const completed = await readFolder(backlog, "completed");
  const archived = await readFolder(backlog, "archive", "tasks");
  return [...completed, ...archived].flatMap((one) => (one.ok ? [one.task] : []));
}

/**
 * One task by its id in any form: 3, task-3, TASK-3. Throws a UserError where there is none, where two files carry
 * the id, or where its file is broken; the last names file and line.
 */
export async function readTask(backlog: Backlog, id: string): Promise<Task> {
  const folder = path.join(backlog.folder, "tasks");
  const found = await readTaskFiles(backlog.root, folder, await filesNamed(backlog, id));
  if (found.length > 1) throw twoFiles(id, found);
  const one = found[0];
  if (one?.ok) return one.task;
  if (one !== undefined) throw broken(one.problem);
  const { tasks } = await readTasks(backlog);
  const task = tasks.find((each) => sameTaskId(each.id, id, backlog.config.task_prefix));
  if (task === undefined) throw noTask(backlog, id, tasks);
  return task;
}

/** The id as shown of a task given in any form, from its file's name where that tells. Throws as `readTask` does. */
export async function findTaskId(backlog: Backlog, id: string): Promise<string> {
  const name = (await filesNamed(backlog, id))[0];
  const inName = name === undefined ? undefined : idInFileName(name, backlog.config.task_prefix);
  return inName ?? (await readTask(backlog, id)).id;
}

async function filesNamed(backlog: Backlog, id: string): Promise<string[]> {
  const prefix = backlog.config.task_prefix;
  return (await taskFiles(path.join(backlog.folder, "tasks"))).filter((name) => {
    const inName = idInFileName(name, prefix);
    return inName !== undefined && sameTaskId(inName, id, prefix);
  });
}

/** Tasks that carry every one of these labels, spelled exactly so. */
export async function findTasksByLabels(
  backlog: Backlog,
  labels: readonly string[],
): Promise<Task[]> {
  const { tasks } = await readTasks(backlog);
  return tasks.filter((task) => hasLabels(task, labels));
}

export function hasLabels(task: Task, labels: readonly string[]): boolean {
  return labels.every((label) => task.labels.includes(label));
}

async function readFolder(backlog: Backlog, ...names: string[]): Promise<ParsedTask[]> {
  const folder = path.join(backlog.folder, ...names);
  return readTaskFiles(backlog.root, folder, await taskFiles(folder), { all: true });
}

/** Names of the Markdown files in a folder; none where the folder is not there. */
export async function taskFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((one) => !one.isDirectory() && one.name.endsWith(".md"))
    .map((one) => one.name);
}

/** Two clones that made tasks apart give the same id twice. */
function sharedIds(tasks: readonly Task[]): Problem[] {
  const first = new Map<string, Task>();
  return tasks.flatMap((task) => {
    const other = first.get(task.id);
    first.set(task.id, other ?? task);
    if (other === undefined) return [];
    return [
      {
        message: `${task.id} is also the id of ${path.basename(other.file)}`,
        at: { file: task.file },
      },
    ];
  });
}

/** By number; subtasks after their task. Comparing as people do takes long, and most ids are a prefix and a number. */
function sortById(tasks: readonly Task[]): Task[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const prefix = /^\D*/.exec(tasks[0]?.id ?? "")![0];
  const numberOf = (id: string) =>
    id.startsWith(prefix) && /^\d{1,15}$/.test(id.slice(prefix.length))
      ? Number(id.slice(prefix.length))
      : Number.NaN;
  return tasks
    .map((task) => ({ task, number: numberOf(task.id) }))
    .toSorted(
      (a, b) =>
        a.number - b.number ||
        compare(a.task.id, b.task.id) ||
        (a.task.file < b.task.file ? -1 : 1),
    )
    .map(({ task }) => task);
}

function twoFiles(id: string, found: readonly ParsedTask[]): UserError {
  const files = found.map((one) => (one.ok ? one.task.file : one.problem.at.file));
  return new UserError({
    code: "task-id-twice",
    message: `two files have the id ${taskId(id)}: ${files.join(" and ")}`,
    next: "give one of them an unused id, in its name and its frontmatter",
  });
}

function broken(problem: Problem): UserError {
  return new UserError({
    code: "broken-task",
    message: `the task cannot be read: ${problem.message}`,
    at: problem.at,
    expected: "---\nid: TASK-3\ntitle: What is tried\nstatus: To Do\n---",
    next: `fix ${problem.at.file}`,
  });
}

function noTask(backlog: Backlog, id: string, tasks: readonly Task[]): UserError {
  const shown = tasks.slice(-10).map((task) => task.id);
  return new UserError({
    code: "no-task",
    message: `there is no task ${taskId(id, backlog.config.task_prefix)}`,
    expected:
      shown.length === 0
        ? "the backlog has none yet"
        : `one of ${tasks.length > 10 ? "..., " : ""}${shown.join(", ")}`,
    next: { operation: "tasks", input: {}, why: "lists every task" },
    exitCode: 2,
  });
}
