import { createHash } from "node:crypto";
import { chmod, lstat, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { readTextIfAny } from "../files/read-text.ts";
import { z } from "zod";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { mapInBatches } from "../files/batches.ts";
import { hashFile, readCache } from "../files/hashes.ts";
import { listFiles } from "../experiment/shared-code.ts";
import { paths, recordFiles } from "../workspace/paths.ts";
import { clearLayout, removeLayout } from "./lay-out.ts";

const noteSchema = z.object({
  size: z.number(),
  sha256: z.string(),
  /** It was removed since, or is to be. */
  dropped: z.literal(true).optional(),
  /** The file that holds the same table in less space. */
  as: z.string().optional(),
  /** The file that this one was made from. */
  from: z.string().optional(),
  /** It takes no less space as another kind of file: that was tried. */
  compact: z.literal(true).optional(),
});
/** Below `artifacts/`: a note of another file would have that one removed, or taken for the run's. */
const noteName = z
  .string()
  .refine((name) => !path.isAbsolute(name) && !path.normalize(name).startsWith("../"));
const notesSchema = z.record(noteName, noteSchema);
/** All that is known of the files of a run's `artifacts/`, those that are gone among them. */
export type ArtifactNotes = z.output<typeof notesSchema>;

/** SHA-256 and size of files by their path below a run's `artifacts/`. */
export type ArtifactFiles = Record<string, { size: number; sha256: string }>;

/** Folder of a run's artifacts in its record. */
export function artifactsOf(record: string): string {
  return path.join(record, recordFiles.artifacts);
}

/** The folder that the script sees as its `artifacts/`, while it runs. */
export function artifactsAtWork(record: string, experiment: string): string {
  return paths.artifacts({ root: path.join(record, recordFiles.workspace) }, experiment);
}

/**
 * Takes what an ended script left from the workspace it ran in into the record's `artifacts/`, and removes that
 * workspace. Interrupted anywhere, it can be called again; does nothing where there was none.
 */
export async function collectArtifacts(record: string, spec: RunSpec): Promise<void> {
  const workspace = path.join(record, recordFiles.workspace);
  if ((await lstat(workspace).catch(() => undefined))?.isDirectory() !== true) return;
  const left = artifactsAtWork(record, spec.experiment ?? "");
  const target = artifactsOf(record);
  await makeReadable(workspace);
  await clearLayout(record);
  // A link in its place leads out of the record: nothing that it names is the run's own.
  const isOwn = (await lstat(left).catch(() => undefined))?.isDirectory() === true;
  if (isOwn && (await lstat(target).catch(() => undefined)) === undefined)
    await rename(left, target);
  await removeLayout(record);
}

/** A script may take away what its owner needs to read or move what it left. */
async function makeReadable(folder: string): Promise<void> {
  await allow(folder, 0o700);
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  await mapInBatches(files, ({ name }) => allow(path.join(folder, name), 0o400));
  for (const entry of entries.filter((one) => one.isDirectory()))
    await makeReadable(path.join(folder, entry.name));
}

async function allow(file: string, mode: number): Promise<void> {
  const facts = await lstat(file);
  if ((facts.mode & mode) !== mode) await chmod(file, (facts.mode & 0o7777) | mode);
}

/**
 * Writes down what each file in a run's `artifacts/` is, once; links and what a debug run left are no part of it. What
 * is still as `given`, the files that a script found there, is another run's and goes.
 */
export async function noteArtifacts(record: string, given: ArtifactFiles = {}): Promise<void> {
  if ((await readNotes(record)) === undefined) {
    const folder = artifactsOf(record);
    const noted = await mapInBatches(await artifactNames(folder), async (name) => {
      const { size, sha256 } = await factsOf(path.join(folder, name));
      const dropped = given[name]?.sha256 === sha256 && { dropped: true as const };
      return [name, { size, sha256, ...dropped }] as const;
    });
    const notes: ArtifactNotes = Object.fromEntries(noted);
    await writeNotes(record, notes);
  }
  await removeDropped(record);
}

/** What was written down of the files that a run has; undefined where nothing was. */
export async function notedArtifacts(record: string): Promise<ArtifactFiles | undefined> {
  const notes = await readNotes(record);
  if (notes === undefined) return undefined;
  return Object.fromEntries(Object.entries(notes).filter(([, { dropped }]) => !dropped));
}

/** All that was written down of a run's files; undefined where nothing was. */
export async function readNotes(record: string): Promise<ArtifactNotes | undefined> {
  const file = path.join(record, recordFiles.files);
  if ((await lstat(file).catch(() => undefined)) === undefined) return undefined;
  return readCache(file, notesSchema);
}

export async function writeNotes(record: string, notes: ArtifactNotes): Promise<void> {
  const text = `${JSON.stringify(notes, null, 1)}\n`;
  await writeAtomic(path.join(record, recordFiles.files), text);
}

/** Removes the files that were written down as dropped. */
export async function removeDropped(record: string): Promise<void> {
  const notes = (await readNotes(record)) ?? {};
  const gone = Object.keys(notes).filter((name) => notes[name]?.dropped);
  await mapInBatches(gone, (name) => rm(path.join(artifactsOf(record), name), { force: true }));
}

/** Bytes up to which a file is read as a whole, which many small ones are quicker by. */
const small = 64 * 1024;

async function factsOf(file: string): Promise<{ size: number; sha256: string }> {
  const { size } = await lstat(file);
  if (size > small) return { size, sha256: await hashFile(file) };
  return {
    size,
    sha256: createHash("sha256")
      .update(await readFile(file))
      .digest("hex"),
  };
}

/** Keeps in mind that something of the run was submitted, and when last. */
export async function markSubmitted(ws: { root: string }, run: string, at: Date): Promise<void> {
  await writeTime(path.join(paths.run(ws, run), recordFiles.submitted), at);
}

/** The same for a file of no run, submitted for an experiment. */
export async function markOwnSubmitted(
  ws: { root: string },
  experiment: string,
  at: Date,
): Promise<void> {
  await writeTime(paths.ownSubmission(ws, experiment), at);
}

function writeTime(file: string, at: Date): Promise<void> {
  return writeAtomic(file, `${at.toISOString()}\n`);
}

/** When something of the run was last submitted, in milliseconds; undefined where nothing was. */
export function submittedAt(ws: { root: string }, run: string): Promise<number | undefined> {
  return readTime(path.join(paths.run(ws, run), recordFiles.submitted));
}

/** The same of a file of no run. */
export function ownSubmittedAt(
  ws: { root: string },
  experiment: string,
): Promise<number | undefined> {
  return readTime(paths.ownSubmission(ws, experiment));
}

async function readTime(file: string): Promise<number | undefined> {
  const facts = await lstat(file).catch(() => undefined);
  if (facts === undefined) return undefined;
  // Earlier versions left an empty file.
  const written = Date.parse((await readTextIfAny(file)) ?? "");
  return Number.isNaN(written) ? facts.mtimeMs : written;
}

/** Regular files below an `artifacts/` folder, relative to it, without those of a debug run. */
export async function artifactNames(folder: string): Promise<string[]> {
  const names = await listFiles(folder, (name) => name !== "debug").catch(() => []);
  const facts = await Promise.all(names.map((name) => lstat(path.join(folder, name))));
  return names.filter((_, index) => facts[index]!.isFile()).toSorted();
}
