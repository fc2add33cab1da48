import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import lockfile from "proper-lockfile";
import { UserError } from "../core/errors/user-error.ts";
import { writeFailure } from "../storage/files/atomic-write.ts";
import type { Backlog } from "./backlog.ts";

/** Backlog.md takes a lock for abandoned that has not been touched for this long. */
const stale = 10_000;

/** Throws where the lock was lost while work went on (a suspended machine): call it before writing. */
export type AssertHeld = () => void;

/** Runs `work` while no other process, Backlog.md's own among them, makes a task, document or decision. */
export async function withCreateLock<T>(
  backlog: Backlog,
  work: (assertHeld: AssertHeld) => Promise<T>,
): Promise<T> {
  return withLock(path.join(await sharedLocks(backlog), "create"), 30_000, work);
}

/** Runs `work` while no other process, Backlog.md's own among them, edits this task. */
export async function withTaskLock<T>(
  backlog: Backlog,
  id: string,
  work: (assertHeld: AssertHeld) => Promise<T>,
): Promise<T> {
  const lock = path.join(backlog.folder, ".locks", `task-${id.toLowerCase()}`);
  return withLock(lock, 12_000, work);
}

/**
 * Git's common folder holds the create lock, so that work trees of one repository share it; without git it lies in
 * the backlog.
 */
async function sharedLocks(backlog: Backlog): Promise<string> {
  const common = backlog.config.filesystem_only ? undefined : await gitCommonFolder(backlog.root);
  return common === undefined
    ? path.join(backlog.folder, ".locks")
    : path.join(common, "backlog.md", "locks");
}

async function gitCommonFolder(from: string): Promise<string | undefined> {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const entry = path.join(folder, ".git");
    const kind = await stat(entry).catch(() => undefined);
    if (kind?.isDirectory()) return entry;
    if (kind?.isFile()) return linkedCommonFolder(entry);
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** `.git` of a linked work tree is a file: `gitdir: <folder>`, and that folder's `commondir` leads on. */
async function linkedCommonFolder(file: string): Promise<string | undefined> {
  const target = /^gitdir: (.+)$/m.exec(await readFile(file, "utf8"))?.[1];
  if (target === undefined) return undefined;
  const folder = path.resolve(path.dirname(file), target.trim());
  const common = await readFile(path.join(folder, "commondir"), "utf8").catch(() => "");
  return path.resolve(folder, common.trim());
}

async function withLock<T>(
  lock: string,
  waitMs: number,
  work: (assertHeld: AssertHeld) => Promise<T>,
): Promise<T> {
  let lost = false;
  const release = await acquire(lock, waitMs, () => (lost = true));
  try {
    return await work(() => {
      if (lost) throw held(lock, "was lost in the meantime; nothing was written");
    });
  } finally {
    if (!lost) await release().catch(() => undefined);
  }
}

async function acquire(
  lock: string,
  waitMs: number,
  onLost: () => void,
): Promise<() => Promise<void>> {
  await mkdir(path.dirname(lock), { recursive: true }).catch((error: unknown) => {
    throw writeFailure(lock, error);
  });
  for (const until = performance.now() + waitMs; ;) {
    try {
      return await lockfile.lock(lock, {
        lockfilePath: lock,
        realpath: false,
        stale,
        onCompromised: onLost,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw writeFailure(lock, error);
      if (performance.now() > until) throw held(lock, "is held by another process");
      await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
    }
  }
}

function held(lock: string, what: string): UserError {
  return new UserError({
    code: "backlog-lock",
    message: `backlog lock held: ${lock} ${what}`,
    expected: "a backlog that nothing else is writing to",
    next: `try again; if nothing else uses the backlog, remove the folder ${lock}`,
  });
}
