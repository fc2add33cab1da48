import { maskValue } from "../core/secrets/mask.ts";
import { UserError } from "../core/errors/user-error.ts";
import { writeAtomic } from "../storage/files/atomic-write.ts";
import { unreadable } from "../storage/files/read-failure.ts";
import { readText } from "../storage/files/read-text.ts";
import { workspaceSecrets } from "../storage/workspace/workspace-secrets.ts";
import type { Backlog } from "./backlog.ts";
import { knownDependencies } from "./create-task.ts";
import { editTaskText } from "./edit-task-text.ts";
import { withTaskLock } from "./lock.ts";
import { parseTask } from "./parse-task.ts";
import { findTaskId, readTask } from "./read-tasks.ts";
import type { Task, TaskEdit } from "./task.ts";
import { sameTaskId } from "./task-id.ts";

export type { TaskEdit } from "./task.ts";

/**
 * Changes a task under its lock. `change` sees the task as it is on disk at that moment and gives what to change, or
 * undefined to leave it; so a caller can look whether its work was done already. Returns the task as it then is.
 * Throws a UserError where the task is not there, its file is broken, the lock stays held, or a value is unknown.
 */
export async function editTask(
  backlog: Backlog,
  id: string,
  change: (task: Task) => TaskEdit | undefined,
  { now }: { now: Date },
): Promise<Task> {
  const shown = await findTaskId(backlog, id);
  return withTaskLock(backlog, shown, async (assertHeld) => {
    const { file } = await readTask(backlog, shown);
    const text = await readText(file);
    if (text === undefined) throw unreadable(file, "it is not there any more");
    const task = parsed(text, file);
    const edit = change(task);
    if (edit === undefined) return task;
    const secrets = await workspaceSecrets(backlog.root, {});
    const known = await withKnownDependencies(backlog, task, maskValue(edit, secrets));
    const changed = editTaskText(text, task, known, backlog.config, now);
    if (changed === text) return task;
    assertHeld();
    await writeAtomic(file, changed);
    return parsed(changed, file);
  });
}

async function withKnownDependencies(
  backlog: Backlog,
  task: Task,
  edit: TaskEdit,
): Promise<TaskEdit> {
  const given = [...(edit.dependencies ?? []), ...(edit.addDependencies ?? [])];
  if (given.some((id) => sameTaskId(id, task.id, backlog.config.task_prefix)))
    throw ownDependency(task.id);
  const { dependencies, addDependencies } = edit;
  return {
    ...edit,
    ...(dependencies && { dependencies: await knownDependencies(backlog, dependencies) }),
    ...(addDependencies && { addDependencies: await knownDependencies(backlog, addDependencies) }),
  };
}

function parsed(text: string, file: string): Task {
  const result = parseTask(text, file);
  if (result.ok) return result.task;
  throw new UserError({
    code: "broken-task",
    message: `the task cannot be read: ${result.problem.message}`,
    at: result.problem.at,
    next: `fix ${file}`,
  });
}

function ownDependency(id: string): UserError {
  return new UserError({
    code: "own-dependency",
    message: `${id} cannot depend on itself`,
    exitCode: 2,
  });
}
