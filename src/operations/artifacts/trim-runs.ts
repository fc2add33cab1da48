import { rm } from "node:fs/promises";
import { artifactsOf } from "../../storage/run/run-artifacts.ts";
import { trimArtifacts } from "../../storage/run/trim-artifacts.ts";
import { paths } from "../../storage/workspace/paths.ts";
import type { Superseded } from "./superseded-runs.ts";

interface Root {
  root: string;
}

/** Leaves of recorded runs what is kept of every run, and nothing of debug runs. Call it under the view's lock. */
export async function trimRuns(ws: Root, { recorded, debug }: Superseded): Promise<void> {
  for (const run of debug) await rm(artifactsOf(paths.run(ws, run)), { recursive: true });
  for (const run of recorded)
    await trimArtifacts(paths.run(ws, run), (file, target) => compact(ws, file, target));
}

/** What is no table, or none that can be read again as it is, stays as the script wrote it. */
async function compact(ws: Root, file: string, target: string): Promise<boolean> {
  const [{ makeDatabase }, { compactTable }] = await Promise.all([
    import("../../tables/database.ts"),
    import("../../tables/compact-table.ts"),
  ]);
  const database = await makeDatabase(paths.cache(ws), { megabytes: 512, threads: 2 });
  try {
    return await compactTable(database, file, target);
  } catch {
    return false;
  } finally {
    await database.close();
  }
}
