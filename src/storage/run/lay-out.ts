import { constants } from "node:fs";
import {
  copyFile,
  cp,
  lstat,
  mkdir,
  readdir,
  rmdir,
  rm,
  stat,
  symlink,
  unlink,
} from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic, writeFailure } from "../files/atomic-write.ts";
import { readCache } from "../files/hashes.ts";
import { listFiles } from "../experiment/shared-code.ts";
import { paths, recordFiles } from "../workspace/paths.ts";

export interface LayoutRequest {
  /** The workspace. */
  root: string;
  /** The run's record, with its `code/`. */
  record: string;
  /** Folder of that code in the workspace: `models/exp001`. */
  folder: string;
  /** Files that are copied because a run may read them late: code and settings, relative to the workspace. */
  copied: readonly string[];
  /** Files of the experiment that the record does not have, relative to it: they become links to the user's own. */
  linked?: readonly string[];
  /** Makes a link; a file system may have none. */
  link?: (target: string, file: string) => Promise<void>;
}

const layoutSchema = z.object({
  links: z.array(z.string()).default([]),
  /** Copies by path, with what tells whether the script changed them. */
  copies: z.record(z.string(), z.string()).default({}),
});
type Layout = z.output<typeof layoutSchema>;

/** What lies in a workspace and is no part of what a script is to see: git would take the copy for its work tree. */
const notLaidOut = new Set([".git", paths.crossfold({ root: "" })]);

/**
 * Lays out `workspace/` in a run's record, where its script runs: the experiment's code as the record has it and the
 * shared code and settings as copies, the rest (data, other experiments) as links. The experiment's `artifacts/` is a
 * folder of its own, where the workspace has one: a run finds nothing of another there but what it was given before.
 */
export async function layOutWorkspace(request: LayoutRequest): Promise<void> {
  const { root, record, folder, linked = [], link = symlink } = request;
  const target = path.join(record, recordFiles.workspace);
  const layout: Layout = { links: [], copies: {} };
  try {
    const copied = new Set(request.copied);
    const split = new Set([...copied, path.join(folder, "x")].flatMap(foldersAbove));
    const work = { root, target, folder, copied, split, layout, link, bytes: 0 };
    await layOutFolder(work, "");
    const own = path.join(target, folder);
    await cp(path.join(record, recordFiles.code), own, {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      mode: constants.COPYFILE_FICLONE,
    });
    for (const name of await listFiles(own, () => true))
      await note(layout, target, path.join(folder, name));
    for (const name of linked) await linkOrCopy(work, path.join(folder, name));
    const artifacts = await lstat(path.join(root, folder, "artifacts")).catch(() => undefined);
    if (artifacts !== undefined) await mkdir(path.join(own, "artifacts"), { recursive: true });
    await writeAtomic(path.join(record, recordFiles.layout), JSON.stringify(layout));
  } catch (error) {
    throw writeFailure(target, error);
  }
}

interface LayoutWork {
  root: string;
  target: string;
  /** The experiment's, which is laid out by itself. */
  folder: string;
  copied: ReadonlySet<string>;
  /** Folders that hold copies beside links. */
  split: ReadonlySet<string>;
  layout: Layout;
  link(target: string, file: string): Promise<void>;
  /** Copied so far in place of links. */
  bytes: number;
}

/** A folder with files to copy, or with the experiment in it, becomes one of its own; anything else a link. */
async function layOutFolder(work: LayoutWork, under: string): Promise<void> {
  const { root, target, folder, copied, split, layout } = work;
  await mkdir(path.join(target, under), { recursive: true });
  for (const entry of await readdir(path.join(root, under), { withFileTypes: true })) {
    const name = path.join(under, entry.name);
    if (name === folder || (under === "" && notLaidOut.has(name))) continue;
    const to = path.join(target, name);
    if (entry.isDirectory() && split.has(name)) await layOutFolder(work, name);
    else if (!entry.isDirectory() && copied.has(name)) {
      await copyFile(path.join(root, name), to, constants.COPYFILE_FICLONE);
      await note(layout, target, name);
    } else await linkOrCopy(work, name);
  }
}

/** Codes of a file system that has no links. */
const noLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);
/** Bytes that a run may copy in place of links. */
const mostBytes = 2e9;
/** Folders of tools, which no script reads by its own path: a run has the environment's Python. */
const ofTools = /^(\..*|venv|node_modules|mlruns)$/;

/** Where the file system has no links (exFAT, some network disks) a copy, as long as that is not too much for each run. */
async function linkOrCopy(work: LayoutWork, name: string): Promise<void> {
  const { root, target, layout, link } = work;
  try {
    await link(path.join(root, name), path.join(target, name));
    layout.links.push(name);
  } catch (error) {
    if (!noLinks.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await copyTree(work, name);
  }
}

async function copyTree(work: LayoutWork, name: string): Promise<void> {
  const { root, target, layout } = work;
  const from = path.join(root, name);
  const facts = await stat(from).catch(() => undefined);
  if (facts?.isDirectory()) {
    if (ofTools.test(name)) return;
    await mkdir(path.join(target, name), { recursive: true });
    for (const below of await readdir(from)) await copyTree(work, path.join(name, below));
  } else if (facts?.isFile()) {
    work.bytes += facts.size;
    if (work.bytes > mostBytes) throw tooMuchToCopy(root);
    await copyFile(from, path.join(target, name), constants.COPYFILE_FICLONE);
    await note(layout, target, name);
  }
}

function tooMuchToCopy(root: string): UserError {
  return new UserError({
    code: "no-links",
    message: `${root} lies on a file system without symbolic links, and is too large to copy for each run`,
    expected: `a file system with links (ext4, APFS, NTFS ...), or less than ${mostBytes / 1e9} GB beside .venv`,
    next: "move the workspace to another disk, or what no script reads out of it",
  });
}

function foldersAbove(name: string): string[] {
  const above = path.dirname(name);
  return above === "." ? [] : [above, ...foldersAbove(above)];
}

async function note(layout: Layout, target: string, name: string): Promise<void> {
  layout.copies[name] = await stampOf(path.join(target, name));
}

async function stampOf(file: string): Promise<string> {
  const facts = await lstat(file).catch(() => undefined);
  return facts === undefined ? "" : `${facts.size} ${facts.mtimeMs}`;
}

/** Removes what was laid out and is as it was: what is left is what the script wrote or changed. */
export async function clearLayout(record: string): Promise<void> {
  const target = path.join(record, recordFiles.workspace);
  const { links, copies } = await readCache(path.join(record, recordFiles.layout), layoutSchema);
  for (const name of links) {
    const facts = await lstat(path.join(target, name)).catch(() => undefined);
    if (facts?.isSymbolicLink() === true) await unlink(path.join(target, name));
  }
  for (const [name, stamp] of Object.entries(copies))
    if ((await stampOf(path.join(target, name))) === stamp) await rm(path.join(target, name));
}

/** Removes the workspace of a run that was cleared, unless the script wrote something beside its artifacts. */
export async function removeLayout(record: string): Promise<void> {
  await removeEmpty(path.join(record, recordFiles.workspace));
  await rm(path.join(record, recordFiles.layout), { force: true });
}

/** Removes folders without files, and what Python compiled. */
async function removeEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const below = path.join(folder, entry.name);
    if (entry.name === "__pycache__") await rm(below, { recursive: true, force: true });
    else if (entry.isDirectory()) await removeEmpty(below);
  }
  // What is not empty stays.
  await rmdir(folder).catch(() => undefined);
}
