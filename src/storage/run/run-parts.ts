import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { runIdPattern } from "../../core/run/run-spec.ts";
import { paths } from "../workspace/paths.ts";
import type { Workspace } from "../workspace/workspace.ts";

type Root = Pick<Workspace, "root">;

const dayMs = 86_400_000;

/** Folders of records that were never finished, their command killed a day ago or longer. */
export async function unfinishedRecords(ws: Root, now: Date): Promise<string[]> {
  const names = await readdir(paths.runs(ws)).catch(() => []);
  const parts = names.filter(
    (name) => /^\..*\.part$/.test(name) && runIdPattern.test(name.slice(1, -5)),
  );
  const old: string[] = [];
  for (const name of parts) {
    const folder = path.join(paths.runs(ws), name);
    const written = await stat(folder).catch(() => undefined);
    if (written !== undefined && now.getTime() - written.mtimeMs >= dayMs) old.push(folder);
  }
  return old;
}

/** What an unfinished record's run was to run, as its id has it. */
export function experimentOfPart(folder: string): string {
  return path.basename(folder).slice(17, -10);
}

/** Removes records that were never finished, their command killed a day ago or longer. */
export async function sweepRunParts(ws: Root, now: Date): Promise<void> {
  for (const folder of await unfinishedRecords(ws, now))
    // What cannot be removed is no reason not to run.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
