import path from "node:path";
import { findBacklog } from "../../backlog/backlog.ts";
import { parseTaskHead } from "../../backlog/parse-task.ts";
import { readClosedTasks, readDrafts, readTasks } from "../../backlog/read-tasks.ts";
import type { TaskHead } from "../../backlog/task.ts";
import { experimentNamePattern } from "../../core/experiment/experiment.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readBranchFiles } from "../../git/branch-files.ts";
import { experimentNames, type Workspace } from "../../storage/workspace/workspace.ts";

/**
 * Names that no new idea may get: those of experiments, and those that a task has, open, closed, archived, a draft, or
 * one that only another branch of git has. A task that cannot be read keeps the name that its file's has.
 */
export async function takenNames(ws: Workspace): Promise<string[]> {
  return [...(await experimentNames(ws)), ...(await reservedNames(ws))];
}

async function reservedNames(ws: Workspace): Promise<string[]> {
  try {
    const backlog = await findBacklog(ws.root);
    const [{ tasks, problems }, closed, drafts, elsewhere] = await Promise.all([
      readTasks(backlog),
      readClosedTasks(backlog),
      readDrafts(backlog),
      readBranchFiles(ws.root, [path.relative(ws.root, backlog.folder)]),
    ]);
    const others = elsewhere.flatMap(({ path: file, text }) => {
      const parsed = parseTaskHead(text, file);
      return parsed.ok ? namesOf(parsed.task) : nameInFile(file);
    });
    return [
      ...[...tasks, ...closed, ...drafts].flatMap(namesOf),
      ...problems.flatMap(({ at }) => nameInFile(at.file)),
      ...others,
    ];
  } catch (error) {
    // A backlog that cannot be read is said where it is asked for.
    if (error instanceof UserError) return [];
    throw error;
  }
}

function namesOf({ labels }: TaskHead): string[] {
  return labels.includes("exp") ? labels.filter((label) => experimentNamePattern.test(label)) : [];
}

/** `task-3 - exp002-ratios-of-areas.md` */
function nameInFile(file: string): string[] {
  return /^\S+ - (exp\d{3,})\b/.exec(path.basename(file))?.slice(1) ?? [];
}
