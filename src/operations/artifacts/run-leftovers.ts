import { existsSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import { hasEnded, type Run } from "../../core/run/run.ts";
import { judgementSchema } from "../../core/score/judgement.ts";
import { readShown, withView } from "../../storage/experiment/artifacts-view.ts";
import { findRecordedArtifacts } from "../../storage/experiment/recorded-artifacts.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";
import { sizeOf } from "../../storage/files/folder-size.ts";
import { artifactsOf } from "../../storage/run/run-artifacts.ts";
import { readRuns } from "../../storage/run/run-list.ts";
import { readRun, readState, recordFiles } from "../../storage/run/run-record.ts";
import { bytesToTrim } from "../../storage/run/trim-artifacts.ts";
import { paths } from "../../storage/workspace/paths.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import type { Leftover, LeftoverKind, LeftoverRequest } from "./leftover.ts";
import { findSuperseded } from "./superseded-runs.ts";
import { trimRuns } from "./trim-runs.ts";

interface Root {
  root: string;
}

/**
 * What the records of runs hold that nothing needs. The code, spec.json and log of a record always stay, and of an
 * experiment whose scores cannot be read every model: that is a problem, and hides nothing else.
 */
export async function runLeftovers(
  ws: Root,
  request: LeftoverRequest,
): Promise<{ found: Leftover[]; problems: Problem[] }> {
  const { runs, problems: unreadable } = await readRuns(ws);
  const asked = runs.filter(({ spec }) => isAsked(request, spec.experiment));
  const named = asked.map(({ spec }) => spec.experiment).filter((name) => name !== null);
  const found: Leftover[] = [];
  const problems: Problem[] = unreadable.map(({ id, message }) => ({
    message,
    at: { file: paths.run(ws, id) },
  }));
  for (const experiment of new Set(named)) {
    try {
      found.push(...(await superseded(ws, runs, experiment)));
    } catch (error) {
      problems.push(problemOf(error, paths.ledger(ws, experiment)));
    }
  }
  const inUse = new Set(runs.filter(({ state }) => !hasEnded(state)).map(({ spec }) => spec.uses));
  for (const run of asked) {
    if (inUse.has(run.spec.id) || !(await endedBefore(ws, run, request.before))) continue;
    found.push(...(await leftoversOf(ws, run)));
  }
  return { found, problems };
}

function isAsked({ experiments }: LeftoverRequest, experiment: string | null): boolean {
  return experiments === undefined || (experiment !== null && experiments.includes(experiment));
}

/** What later runs left of the models before them, by an earlier version or because it could not be done then. */
async function superseded(ws: Root, runs: readonly Run[], experiment: string): Promise<Leftover[]> {
  const shown = {
    whole: (await findRecordedArtifacts(ws, experiment))?.run,
    debug: (await readShown(ws, experiment)).debug,
  };
  const { recorded } = await findSuperseded(ws, runs, experiment, shown);
  const found: Leftover[] = [];
  for (const run of recorded) {
    const bytes = await bytesToTrim(paths.run(ws, run));
    if (bytes === 0) continue;
    const remove = () =>
      withView(ws, experiment, async () => {
        const now = await findSuperseded(ws, (await readRuns(ws)).runs, experiment, shown);
        if (now.recorded.includes(run)) await trimRuns(ws, { recorded: [run], debug: [] });
      });
    found.push({
      kind: "superseded",
      path: within(ws, artifactsOf(paths.run(ws, run))),
      bytes,
      remove,
    });
  }
  return found;
}

/** Of a run whose end was not seen, the time of its last output counts. */
async function endedBefore(ws: Root, run: Run, before: Date): Promise<boolean> {
  if (!hasEnded(run.state)) return false;
  const log = path.join(paths.run(ws, run.spec.id), recordFiles.log);
  const seen = (await stat(log).catch(() => undefined))?.mtime.toISOString();
  return Date.parse(run.ended ?? seen ?? run.spec.created) <= before.getTime();
}

async function leftoversOf(ws: Root, run: Run): Promise<Leftover[]> {
  const record = paths.run(ws, run.spec.id);
  const found: Leftover[] = [];
  const kind = await kindOf(ws, run);
  const artifacts = artifactsOf(record);
  if (kind !== undefined && existsSync(artifacts))
    found.push(await leftover(ws, run, kind, artifacts));
  const workspace = path.join(record, recordFiles.workspace);
  if (existsSync(workspace) && (await isOver(ws, run)))
    found.push(await leftover(ws, run, "workspaces", workspace));
  return found;
}

/** Where the run's record is complete: until then its workspace holds what it left. */
async function isOver(ws: Root, { spec, state }: Run): Promise<boolean> {
  if (state === "lost") return true;
  const written = await readState(paths.run(ws, spec.id));
  return written !== undefined && hasEnded(written.state);
}

/** Why nothing needs the run's artifacts; undefined where something may. */
async function kindOf(ws: Root, run: Run): Promise<LeftoverKind | undefined> {
  const { spec, state } = run;
  const record = paths.run(ws, spec.id);
  if (existsSync(path.join(record, recordFiles.submitted)) || !(await isOver(ws, run)))
    return undefined;
  if (state === "failed") return spec.debug ? debugKind(ws, run) : "failed";
  if (state === "cancelled") return spec.debug ? debugKind(ws, run) : "stopped";
  if (state !== "succeeded") return undefined;
  if (spec.debug) return debugKind(ws, run);
  return (await wasRefused(record)) ? "refused" : undefined;
}

/** The one that `artifacts/debug/` shows stays. */
async function debugKind(ws: Root, { spec }: Run): Promise<LeftoverKind | undefined> {
  if (spec.experiment === null) return "debug";
  return (await readShown(ws, spec.experiment)).debug === spec.id ? undefined : "debug";
}

async function wasRefused(record: string): Promise<boolean> {
  const text = (await readTextIfAny(path.join(record, recordFiles.judged))) ?? "{}";
  try {
    return judgementSchema.parse(JSON.parse(text)).outcome === "refused";
  } catch {
    return false;
  }
}

async function leftover(ws: Root, run: Run, kind: LeftoverKind, folder: string): Promise<Leftover> {
  const { id } = run.spec;
  const remove = () =>
    withWorkspaceLock(ws, `run-${id}`, async () => {
      const now = await readRun(ws, id);
      const still =
        kind === "workspaces" ? await isOver(ws, now) : (await kindOf(ws, now)) === kind;
      if (still) await rm(folder, { recursive: true, force: true });
    });
  return { kind, path: within(ws, folder), bytes: await sizeOf(folder), remove };
}

function within(ws: Root, file: string): string {
  return path.relative(ws.root, file);
}
