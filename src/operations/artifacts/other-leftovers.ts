import { lstat, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { sizeOf } from "../../storage/files/folder-size.ts";
import { experimentOfPart, unfinishedRecords } from "../../storage/run/run-parts.ts";
import { paths } from "../../storage/workspace/paths.ts";
import { findDeadDatabases } from "../../tables/database.ts";
import type { Leftover, LeftoverKind, LeftoverRequest } from "./leftover.ts";

interface Root {
  root: string;
}

const dayMs = 86_400_000;
/** For how long an upload can go on: Google forgets its address then. */
const uploadMs = 7 * dayMs;

/** What lies beside the records of runs that nothing needs. */
export async function otherLeftovers(ws: Root, request: LeftoverRequest): Promise<Leftover[]> {
  const { experiments, before, now } = request;
  const parts = (await unfinishedRecords(ws, now)).filter(
    (part) => experiments === undefined || experiments.includes(experimentOfPart(part)),
  );
  const replaced = (await olderThan(paths.replaced(ws), before)).filter(
    (file) =>
      experiments === undefined ||
      experiments.some((name) => path.basename(file).startsWith(`${name}-`)),
  );
  const caches =
    experiments === undefined
      ? [
          ...(await halfWritten(ws, new Date(now.getTime() - dayMs))),
          ...(await olderThan(paths.uploadSessions(ws), new Date(now.getTime() - uploadMs))),
          ...(await findDeadDatabases(paths.cache(ws))),
        ]
      : [];
  return [
    ...(await leftovers(ws, "unfinished", parts)),
    ...(await leftovers(ws, "replaced", replaced)),
    ...(await leftovers(ws, "cache", caches)),
  ];
}

/** Files beside those that a killed command was writing. */
async function halfWritten(ws: Root, before: Date): Promise<string[]> {
  const runs = (await readdir(paths.runs(ws)).catch(() => [])).map((run) => paths.run(ws, run));
  const folders = [...runs, paths.cache(ws), paths.views(ws), paths.submissionJournal(ws)];
  const found = await Promise.all(folders.map((folder) => olderThan(folder, before)));
  return found.flat().filter((file) => /\.json\.\d{5,}$/.test(file));
}

async function olderThan(folder: string, before: Date): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.map((name) => path.join(folder, name)).toSorted();
  const facts = await Promise.all(files.map((file) => lstat(file).catch(() => undefined)));
  return files.filter((_, index) => (facts[index]?.mtime ?? before) < before);
}

function leftovers(ws: Root, kind: LeftoverKind, files: string[]): Promise<Leftover[]> {
  return Promise.all(
    files.map(async (file) => ({
      kind,
      path: path.relative(ws.root, file),
      bytes: await sizeOf(file),
      remove: () => rm(file, { recursive: true, force: true }),
    })),
  );
}
