import path from "node:path";
import { UserError } from "../core/errors/user-error.ts";
import type { Backlog } from "./backlog.ts";
import { readFolder } from "../storage/files/read-folder.ts";
import { readText } from "../storage/files/read-text.ts";
import { problemOf } from "../core/errors/problem.ts";
import { type ParsedTask, parseTask } from "./parse-task.ts";
import type { ListedTask, Problem, Task, TaskHead } from "./task.ts";
import { listTaskFiles, writeTime } from "./list-task-files.ts";
import { idInFileName, sameTaskId, taskId } from "./task-id.ts";

/** What is kept of a task that was read. */
type Kept = Pick<Task, "id" | "file">;
type Parse<One extends Kept> = (text: string, file: string) => ParsedTask<One>;

/** The open tasks of a backlog by number, without their long texts, and the files that cannot be read as tasks. */
export async function readTasks(
  backlog: Backlog,
): Promise<{ tasks: ListedTask[]; problems: Problem[] }> {
  return inOrder(await listTasks(backlog, "tasks"));
}

/** The same, of each task what `parse` takes of its text, which must not hold all of it. */
export async function readEachTask<One extends Kept>(
  backlog: Backlog,
  parse: Parse<One>,
): Promise<{ tasks: One[]; problems: Problem[] }> {
  return inOrder(await readTaskFolder(path.join(backlog.folder, "tasks"), parse));
}

function inOrder<One extends Kept>(
  parsed: readonly ParsedTask<One>[],
): { tasks: One[]; problems: Problem[] } {
  const tasks = sortById(parsed.flatMap((one) => (one.ok ? [one.task] : [])));
  const problems = parsed.flatMap((one) => (one.ok ? [] : [one.problem]));
  return { tasks, problems: [...problems, ...sharedIds(tasks)] };
}

/** Tasks moved to `completed/` or `archive/tasks/`: no longer shown, still what others may depend on. */
export async function readClosedTasks(backlog: Backlog): Promise<ListedTask[]> {
  const completed = await listTasks(backlog, "completed");
  const archived = await listTasks(backlog, "archive", "tasks");
  return [...completed, ...archived].flatMap((one) => (one.ok ? [one.task] : []));
}

/** Tasks that are not planned yet. */
export async function readDrafts(backlog: Backlog): Promise<ListedTask[]> {
  const parsed = await listTasks(backlog, "drafts");
  return parsed.flatMap((one) => (one.ok ? [one.task] : []));
}

/**
 * One task by its id in any form: 3, task-3, TASK-3. Throws a UserError where there is none, where two files carry
 * the id, or where its file is broken; the last names file and line.
 */
export async function readTask(backlog: Backlog, id: string): Promise<Task> {
  const folder = path.join(backlog.folder, "tasks");
  const found = await readFiles(folder, await filesNamed(backlog, id), parseTask);
  if (found.length > 1) throw twoFiles(id, found);
  const one = found[0];
  if (one?.ok) return one.task;
  if (one !== undefined) throw broken(one.problem);
  const { tasks, problems } = await readTasks(backlog);
  const task = tasks.find((each) => sameTaskId(each.id, id, backlog.config.task_prefix));
  const whole = task && (await readTaskFile(task.file, parseTask));
  if (whole === undefined) throw noTask(backlog, id, tasks, problems);
  if (!whole.ok) throw broken(whole.problem);
  return whole.task;
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
): Promise<TaskHead[]> {
  const { tasks } = await readTasks(backlog);
  return tasks.filter((task) => hasLabels(task, labels));
}

export function hasLabels(task: Pick<Task, "labels">, labels: readonly string[]): boolean {
  return labels.every((label) => task.labels.includes(label));
}

async function listTasks(backlog: Backlog, ...names: string[]): Promise<ParsedTask<ListedTask>[]> {
  const folder = path.join(backlog.folder, ...names);
  return listTaskFiles(backlog.root, folder, await taskFiles(folder));
}

async function readTaskFolder<One extends Kept>(
  folder: string,
  parse: Parse<One>,
): Promise<ParsedTask<One>[]> {
  return readFiles(folder, await taskFiles(folder), parse);
}

async function readFiles<One extends Kept>(
  folder: string,
  names: readonly string[],
  parse: Parse<One>,
): Promise<ParsedTask<One>[]> {
  const parsed = await Promise.all(
    names.map((name) => readTaskFile(path.join(folder, name), parse)),
  );
  return parsed.filter((one) => one !== undefined);
}

/** Undefined where the file has gone. Backlog.md writes in place, so what looks broken is looked at twice. */
async function readTaskFile<One extends Kept>(
  file: string,
  parse: Parse<One>,
): Promise<ParsedTask<One> | undefined> {
  const parsed = await readOnce(file, parse);
  if (parsed === undefined || parsed.ok) return parsed;
  await new Promise((resolve) => setTimeout(resolve, writeTime));
  return readOnce(file, parse);
}

async function readOnce<One extends Kept>(
  file: string,
  parse: Parse<One>,
): Promise<ParsedTask<One> | undefined> {
  try {
    const text = await readText(file);
    return text === undefined ? undefined : parse(text, file);
  } catch (error) {
    return { ok: false, problem: problemOf(error, file) };
  }
}

/** Names of the Markdown files in a folder; none where the folder is not there. */
export async function taskFiles(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  return entries.filter(({ name }) => name.endsWith(".md")).map(({ name }) => name);
}

/** Two clones that made tasks apart give the same id twice. */
function sharedIds(tasks: readonly Kept[]): Problem[] {
  const first = new Map<string, Kept>();
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
function sortById<One extends Kept>(tasks: readonly One[]): One[] {
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

function twoFiles(id: string, found: readonly ParsedTask<Kept>[]): UserError {
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

function noTask(
  backlog: Backlog,
  id: string,
  tasks: readonly Kept[],
  problems: readonly Problem[],
): UserError {
  const shown = tasks.slice(-10).map((task) => task.id);
  const unread = problems.map(({ at }) => path.basename(at.file)).join(", ");
  return new UserError({
    code: "no-task",
    message: `there is no task ${taskId(id, backlog.config.task_prefix)}${unread === "" ? "" : ` among those that can be read; not among them: ${unread}`}`,
    expected:
      shown.length === 0
        ? "the backlog has none yet"
        : `one of ${tasks.length > 10 ? "..., " : ""}${shown.join(", ")}`,
    next: { operation: "tasks", input: {}, why: "lists every task" },
    exitCode: 2,
  });
}
