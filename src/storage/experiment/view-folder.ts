import { constants } from "node:fs";
import {
  copyFile,
  cp,
  lstat,
  mkdir,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  unlink,
  utimes,
} from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { mapInBatches } from "../files/batches.ts";
import { movePart, moveFile } from "../files/move-file.ts";
import { artifactNames } from "../run/run-artifacts.ts";

/** What tells a file's being as it was put there, by its path below the folder. */
export type Stamps = Record<string, string>;

/** What `debug/` holds is no part of the files beside it. */
const debug = "debug";

/**
 * Where an experiment's `artifacts/` really lies: a user may have made it a link to another disk, and that stays. Throws
 * a UserError where what it names is not there, as when that disk is away.
 */
export async function resolveFolder(folder: string): Promise<string> {
  const isLink = (await lstat(folder).catch(() => undefined))?.isSymbolicLink() === true;
  if (!isLink) return folder;
  const real = await realpath(folder).catch(() => undefined);
  if (real !== undefined && (await isFolder(real))) return real;
  throw new UserError({
    code: "artifacts-link",
    message: `${folder} is a link to ${await readlink(folder)}, which is no folder now`,
    at: { file: folder },
    expected: "a folder, or a link to one",
    next: "put the folder that it names back, or remove the link; then run any command that names the experiment",
  });
}

export async function isFolder(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => undefined))?.isDirectory() === true;
}

/** Size and time of each file below a folder of artifacts, without `debug/`. */
export async function stampsOf(folder: string): Promise<Stamps> {
  const names = await artifactNames(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await stampOf(path.join(folder, name))])),
  );
}

async function stampOf(file: string): Promise<string> {
  const { size, mtimeMs } = await lstat(file);
  return `${size} ${Math.floor(mtimeMs)}`;
}

/** Copies with their times, sharing the blocks where the file system can; gives what tells each copy. */
export async function copyArtifacts(from: string, to: string): Promise<Stamps> {
  const names = await artifactNames(from);
  for (const folder of new Set([".", ...names.map((name) => path.dirname(name))]))
    await mkdir(path.join(to, folder), { recursive: true });
  await mapInBatches(names, (name) => copyWithTimes(path.join(from, name), path.join(to, name)));
  return stampsOf(to);
}

async function copyWithTimes(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const { atime, mtime } = await lstat(from);
  await utimes(to, atime, mtime);
}

/** Takes the `debug/` of a folder into another one; false where there is none. */
export async function takeDebug(from: string, to: string): Promise<boolean> {
  const [there, here] = [path.join(from, debug), path.join(to, debug)];
  if (!(await isFolder(there)) || (await isFolder(here))) return false;
  await mkdir(to, { recursive: true });
  await rename(there, here).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EXDEV") throw error;
    await cp(there, here, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  });
  return true;
}

/**
 * Puts a folder in another's place. Between the two renames there is none; a folder cannot be renamed over a full one,
 * and a link would slip through the pattern `artifacts/` of a .gitignore. One on another disk keeps its place, and is
 * filled anew.
 */
export async function swap(part: string, target: string, before: string): Promise<void> {
  await rm(before, { recursive: true, force: true });
  await mkdir(path.dirname(target), { recursive: true });
  await rename(target, before).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "EXDEV" || error.code === "EBUSY") await empty(target);
    else if (error.code !== "ENOENT") throw error;
  });
  await rename(part, target).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EXDEV" && error.code !== "EBUSY") throw error;
    await moveFolder(part, target);
  });
}

/** Between two disks, what is not there cannot be renamed for the other reason. */
async function empty(folder: string): Promise<void> {
  for (const name of await namesIn(folder))
    await rm(path.join(folder, name), { recursive: true, force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}

/** To another disk, a file at a time. */
async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await filesBelow(from))
    await moveFile(path.join(from, name), path.join(to, name));
}

/** Paths below a folder of all that is no folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Moves what none of the views has put into a folder to `to`; gives the names. */
export async function moveStrangers(
  folder: string,
  shown: readonly Stamps[],
  to: string,
): Promise<string[]> {
  const known = await stampsOf(folder);
  const isShown = (name: string) =>
    known[name] !== undefined && shown.some((stamps) => stamps[name] === known[name]);
  const found = (await isFile(folder)) ? [""] : await filesBelow(folder);
  const strangers: string[] = [];
  for (const name of found) {
    const file = path.join(folder, name);
    if (name.startsWith(`${debug}${path.sep}`) || isShown(name)) continue;
    // A command was killed while it brought the file to this disk.
    if (name.endsWith(movePart)) await rm(file);
    else {
      await move(file, path.join(to, name === "" ? path.basename(folder) : name));
      strangers.push(name === "" ? path.basename(folder) : name);
    }
  }
  return strangers;
}

async function isFile(file: string): Promise<boolean> {
  const facts = await lstat(file).catch(() => undefined);
  return facts !== undefined && !facts.isDirectory();
}

/** A link moves as one. */
async function move(file: string, to: string): Promise<void> {
  const link = await readlink(file).catch(() => undefined);
  if (link === undefined) return moveFile(file, to);
  await mkdir(path.dirname(to), { recursive: true });
  await symlink(path.resolve(path.dirname(file), link), to);
  await unlink(file);
}
