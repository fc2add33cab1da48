import path from "node:path";
import { maskValue } from "../core/secrets/mask.ts";
import { UserError } from "../core/errors/user-error.ts";
import { writeAtomic } from "../storage/files/atomic-write.ts";
import { readStart } from "../storage/files/read-text.ts";
import { workspaceSecrets } from "../storage/workspace/workspace-secrets.ts";
import { composeTask } from "./compose-task.ts";
import type { Backlog } from "./backlog.ts";
import { titleSlug } from "./file-name.ts";
import { withCreateLock } from "./lock.ts";
import { parseTask } from "./parse-task.ts";
import { readClosedTasks, readTasks, taskFiles } from "./read-tasks.ts";
import type { NewTask, Task } from "./task.ts";
import { idInFileName, nextNumber, sameTaskId, taskId, taskNumber } from "./task-id.ts";
import { knownTitle } from "./task-values.ts";

/** A new task under the next free id. Throws a UserError for a status, priority or dependency that is not there. */
export async function createTask(
  backlog: Backlog,
  given: NewTask,
  { now }: { now: Date },
): Promise<Task> {
  const task = maskValue(given, await workspaceSecrets(backlog.root, {}));
  return withCreateLock(backlog, async (assertHeld) => {
    const id = await nextId(backlog);
    const dependencies = await knownDependencies(backlog, task.dependencies ?? []);
    const ordinal = await nextOrdinal(backlog);
    const text = composeTask(task, { id, dependencies, ordinal, now }, backlog.config);
    const name = `${id.toLowerCase()} - ${titleSlug(knownTitle(task.title))}.md`;
    const file = path.join(backlog.folder, "tasks", name);
    assertHeld();
    await writeAtomic(file, text);
    const parsed = parseTask(text, file);
    if (!parsed.ok)
      throw new Error(`a task just written cannot be read: ${parsed.problem.message}`);
    return parsed.task;
  });
}

/** Ids of completed and archived tasks stay taken, so that a mention of one never means another. */
async function nextId(backlog: Backlog): Promise<string> {
  const { task_prefix: prefix, zero_padded_ids: padding } = backlog.config;
  const folders = ["tasks", "completed", path.join("archive", "tasks"), "drafts"];
  const names = await Promise.all(
    folders.map((name) => taskFiles(path.join(backlog.folder, name))),
  );
  const taken = names.flat().flatMap((name) => taskNumber(idInFileName(name, prefix) ?? "") ?? []);
  return taskId(nextNumber(taken).padStart(padding, "0"), prefix);
}

/** Bytes in which a frontmatter surely ends. */
const longestFrontmatter = 64 * 1024;
/** Above this a thousand more makes no difference to be relied on. */
const highestOrdinal = 1e15;

/** Backlog.md puts a new task last: a thousand after the highest. */
async function nextOrdinal(backlog: Backlog): Promise<number> {
  const { tasks, problems } = await readTasks(backlog);
  // A task that cannot be read may have one all the same.
  const others = await Promise.all(
    problems.map(async ({ at }) =>
      ordinalIn(await readStart(at.file, longestFrontmatter).catch(() => "")),
    ),
  );
  return (
    [...tasks.map(({ ordinal }) => ordinal ?? 0), ...others]
      .filter((ordinal) => ordinal <= highestOrdinal)
      .reduce((highest, one) => Math.max(highest, one), 0) + 1000
  );
}

function ordinalIn(text: string): number {
  const frontmatter = text.slice(0, Math.max(text.indexOf("\n---", 3), 0));
  const found = /^ordinal:[ \t]*(\d+(?:\.\d+)?)[ \t]*\r?$/m.exec(frontmatter)?.[1];
  return Number(found ?? 0);
}

/** Ids as the tasks themselves show them. Throws a UserError for one that is no task, open or closed. */
export async function knownDependencies(
  backlog: Backlog,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { tasks } = await readTasks(backlog);
  // A task that cannot be read is there all the same.
  const named = (await taskFiles(path.join(backlog.folder, "tasks"))).flatMap(
    (name) => idInFileName(name, backlog.config.task_prefix) ?? [],
  );
  const known = [
    ...[...tasks, ...(await readClosedTasks(backlog))].map((task) => task.id),
    ...named,
  ];
  const found = ids.map((id) => {
    const one = known.find((each) => sameTaskId(each, id, backlog.config.task_prefix));
    if (one === undefined) throw noDependency(taskId(id, backlog.config.task_prefix));
    return one;
  });
  return [...new Set(found)];
}

function noDependency(id: string): UserError {
  return new UserError({
    code: "no-task",
    message: `there is no task ${id} to depend on`,
    next: { operation: "tasks", input: {}, why: "lists every task" },
    exitCode: 2,
  });
}
