import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { paths } from "../workspace/paths.ts";

const prefix = ".crossfold-";
const suffix = ".tmp";
const namePattern = /^\.crossfold-(.+)-(\d+)-[0-9a-f]{12}\.tmp$/;
const host = hostname()
  .replaceAll(/[^A-Za-z0-9]/g, "_")
  .slice(0, 40);
const dayMs = 86_400_000;
const crossfold = path.basename(paths.crossfold({ root: "" }));

/** Folders that this process has looked through. */
const swept = new Set<string>();

/**
 * A new file's path to write to before it is renamed to `target`: in the workspace's folder for such, or in the target's
 * own (`beside`). Its name says which process writes it, so that what a killed one left is known.
 */
export async function temporaryPath(target: string, beside: boolean): Promise<string> {
  const folder = beside ? path.dirname(target) : temporaryFolder(target);
  if (!beside) await mkdir(folder, { recursive: true });
  await sweepTemporary(folder);
  const token = randomBytes(6).toString("hex");
  return path.join(folder, `${prefix}${host}-${process.pid}-${token}${suffix}`);
}

/** Whether the file lies below a folder that has a `.crossfold/`: only there temporary files have a place of their own. */
export function hasTemporaryFolder(file: string): boolean {
  return workspaceAbove(file) !== undefined;
}

function temporaryFolder(file: string): string {
  return paths.temporary({ root: workspaceAbove(file)! });
}

/** A run's own workspace lies in `.crossfold/` and has none. */
function workspaceAbove(file: string): string | undefined {
  const parts = path.resolve(file).split(path.sep);
  const inside = parts.indexOf(crossfold);
  if (inside !== -1) return parts.slice(0, inside).join(path.sep) || path.sep;
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    if (existsSync(paths.crossfold({ root: folder }))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** Removes what dead processes of this machine left in a folder, and what is a day old. Once a process. */
export async function sweepTemporary(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    const match = namePattern.exec(name);
    if (match === null) continue;
    const [, writer, pid] = match;
    const file = path.join(folder, name);
    const isDead = writer === host && !isRunning(Number(pid));
    // What cannot be removed hinders nothing.
    if (isDead || (await isOld(file))) await rm(file, { force: true }).catch(() => undefined);
  }
}

async function isOld(file: string): Promise<boolean> {
  const facts = await lstat(file).catch(() => undefined);
  return facts !== undefined && Date.now() - facts.mtimeMs > dayMs;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
