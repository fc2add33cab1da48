import { lstat, readdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import path from "node:path";
import { compactName, type Fate, fateOf, oofNameIn } from "../../core/run/kept-files.ts";
import { mapInBatches } from "../files/batches.ts";
import { hashFile } from "../files/hashes.ts";
import { recordFiles } from "../workspace/paths.ts";
import {
  type ArtifactNotes,
  artifactsOf,
  readNotes,
  removeDropped,
  writeNotes,
} from "./run-artifacts.ts";
import { readTextIfAny } from "../files/read-text.ts";

/** Writes a table in less space; false where that cannot be done. */
export type Compact = (file: string, target: string) => Promise<boolean>;

interface Entry {
  name: string;
  size: number;
  fate: Fate;
}

/** What there is below a run's `artifacts/`, links among it, and what becomes of it. */
async function listEntries(record: string): Promise<Entry[]> {
  const folder = artifactsOf(record);
  const notes = (await readNotes(record)) ?? {};
  const metrics = (await readTextIfAny(path.join(folder, recordFiles.metrics))) ?? "";
  const oof = oofNameIn(metrics);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const fateNow = (name: string, size: number): Fate => {
    const note = notes[name];
    if (note?.from !== undefined) return "kept";
    return note?.dropped || name.startsWith("debug/") ? "dropped" : fateOf(name, size, oof);
  };
  const files = entries.filter((entry) => !entry.isDirectory());
  return mapInBatches(files, async (entry) => {
    const name = path.relative(folder, path.join(entry.parentPath, entry.name));
    const { size } = await lstat(path.join(folder, name));
    return { name, size, fate: entry.isFile() ? fateNow(name, size) : "dropped" };
  });
}

/** Bytes that trimming a run's artifacts would free at once; what its tables would shrink by is not among them. */
export async function bytesToTrim(record: string): Promise<number> {
  if ((await readNotes(record)) === undefined) return 0;
  const entries = await listEntries(record);
  return entries.filter(({ fate }) => fate === "dropped").reduce((sum, { size }) => sum + size, 0);
}

/**
 * Leaves of a run's artifacts what is kept of every recorded run, and writes down what went, with its hash. Interrupted
 * anywhere, it can be called again. Call it under the lock of the experiment's view.
 */
export async function trimArtifacts(record: string, compact: Compact): Promise<void> {
  const notes = await readNotes(record);
  // Without them nothing would tell later what the run had left.
  if (notes === undefined) return;
  const folder = artifactsOf(record);
  const entries = await listEntries(record);
  const before = JSON.stringify(notes);
  for (const { name, fate } of entries)
    if (fate === "compacted") await compactOne(record, name, notes, compact);
  const gone = entries
    // What a killed command put beside a table was made anew, and is no stranger any more.
    .filter(({ name, fate }) => fate === "dropped" && notes[name]?.from === undefined)
    .map(({ name }) => name);
  for (const name of gone)
    if (notes[name] !== undefined) notes[name] = { ...notes[name], dropped: true };
  if (JSON.stringify(notes) !== before) await writeNotes(record, notes);
  await mapInBatches(gone, (name) => unlink(path.join(folder, name)));
  await removeDropped(record);
  await removeEmptyFolders(folder);
}

/** Puts a smaller table beside a file that is as the run left it, and writes down both. */
async function compactOne(
  record: string,
  name: string,
  notes: ArtifactNotes,
  compact: Compact,
): Promise<void> {
  const note = notes[name];
  const as = compactName(name);
  if (note === undefined || note.compact || notes[as] !== undefined) return;
  const file = path.join(artifactsOf(record), name);
  if ((await hashFile(file)) !== note.sha256) return;
  const part = path.join(record, recordFiles.compactPart);
  await rm(part, { force: true });
  if (!(await compact(file, part))) {
    await rm(part, { force: true });
    notes[name] = { ...note, compact: true };
    return;
  }
  const { size } = await lstat(part);
  notes[as] = { size, sha256: await hashFile(part), from: name };
  notes[name] = { ...note, dropped: true, as };
  await rename(part, path.join(artifactsOf(record), as));
}

async function removeEmptyFolders(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const below = path.join(folder, entry.name);
    await removeEmptyFolders(below);
    // What is not empty stays.
    await rmdir(below).catch(() => undefined);
  }
}
