import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { newestFirst } from "../../core/run/run-order.ts";
import { runIdPattern } from "../../core/run/run-spec.ts";
import { hasEnded } from "../../core/run/run.ts";
import { writeAtomic, writeFailure } from "../files/atomic-write.ts";
import { readCache } from "../files/hashes.ts";
import { artifactsOf } from "../run/run-artifacts.ts";
import { readRun } from "../run/run-record.ts";
import { paths } from "../workspace/paths.ts";
import { withWorkspaceLock } from "../workspace/workspace-lock.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { findRecordedArtifacts } from "./recorded-artifacts.ts";
import {
  copyArtifacts,
  isFolder,
  moveStrangers,
  resolveFolder,
  stampsOf,
  swap,
  takeDebug,
} from "./view-folder.ts";

type Root = Pick<Workspace, "root">;

/** What is shown of one run, with what tells each file's being as it was put there. */
const shownSchema = z.object({ run: z.string(), files: z.record(z.string(), z.string()) });
type Shown = z.output<typeof shownSchema>;

const viewSchema = z.object({
  /** The recorded run's files. */
  whole: shownSchema.nullable().default(null),
  /** `debug/`: of this debug run. */
  debug: z.string().nullable().default(null),
  /** What was shown before the change that is under way. */
  before: z.array(shownSchema).default([]),
});
type View = z.output<typeof viewSchema>;

/** What putting a view right has moved away, for the user to know. */
export interface MovedAway {
  files: string[];
  /** Where they lie now, relative to the workspace. */
  to: string;
}

/** Of files that were moved away, in words. */
export function movedAway(experiment: string, { files, to }: MovedAway): string {
  const what = files.length === 1 ? files[0]!.replaceAll(/\p{Cc}/gu, "?") : `${files.length} files`;
  return `models/${experiment}/artifacts held what no recorded run wrote (${what}): moved to ${to}`;
}

/** Says that an experiment's view is to be renewed: should this process die before, the next command does it. */
export async function announceView(ws: Root, experiment: string): Promise<void> {
  await mkdir(paths.views(ws), { recursive: true });
  await writeFile(paths.viewPending(ws, experiment), "");
}

/**
 * Makes `models/<exp>/artifacts/` show the files of the run whose score is the experiment's, and its `debug/` those of
 * the newest debug run: copies, so that nothing written there reaches a record. Does nothing where it does already.
 * Other files that lie there are moved away, never removed. Where no such run is on this machine, what is there stays.
 * `afterwards` is done where something was announced, and is part of what the next command does after a kill.
 */
export async function renewView(
  ws: Root,
  experiment: string,
  afterwards: (shown: ShownRuns) => Promise<void> = async () => {},
): Promise<MovedAway | undefined> {
  return withView(ws, experiment, async () => {
    try {
      return await renew(ws, experiment, afterwards);
    } catch (error) {
      // A full disk is not to be kept full by what could not be put in its place.
      await undo(ws, experiment).catch(() => undefined);
      throw writeFailure(paths.artifacts(ws, experiment), error);
    }
  });
}

/** Gives back a `debug/` that a command had taken out to put it into the folder that is put together, and removes that. */
async function undo(ws: Root, experiment: string): Promise<void> {
  const part = paths.viewPart(ws, experiment);
  if (!(await isFolder(part))) return;
  await takeDebug(part, await resolveFolder(paths.artifacts(ws, experiment)));
  await rm(part, { recursive: true });
}

/** Does something while neither the view of an experiment nor the runs that it may show are changed. */
export async function withView<T>(
  ws: Root,
  experiment: string,
  work: () => Promise<T>,
): Promise<T> {
  return withWorkspaceLock(ws, `view-${experiment}`, work);
}

/** The runs whose files an experiment's `artifacts/` shows. */
export interface ShownRuns {
  whole: string | undefined;
  debug: string | undefined;
}

/** The runs that an experiment's `artifacts/` was last made to show. */
export async function readShown(ws: Root, experiment: string): Promise<ShownRuns> {
  const { whole, debug } = await readCache(paths.view(ws, experiment), viewSchema);
  return { whole: whole?.run, debug: debug ?? undefined };
}

async function renew(
  ws: Root,
  experiment: string,
  afterwards: (shown: ShownRuns) => Promise<void>,
): Promise<MovedAway | undefined> {
  if (!existsSync(paths.experiment(ws, experiment))) return forget(ws, experiment);
  await undo(ws, experiment);
  const known = await readCache(paths.view(ws, experiment), viewSchema);
  const whole = (await findRecordedArtifacts(ws, experiment))?.run;
  const debug = await newestDebugRun(ws, experiment);
  let moved: MovedAway | undefined;
  if (whole !== undefined && !(await shows(ws, experiment, known.whole, whole)))
    moved = await show(ws, experiment, known, { whole, debug });
  else if (debug !== undefined && !(await showsDebug(ws, experiment, known, debug)))
    await showDebug(ws, experiment, known, debug);
  await rm(paths.viewBefore(ws, experiment), { recursive: true, force: true });
  await removeHalfWritten(paths.view(ws, experiment));
  if (existsSync(paths.viewPending(ws, experiment))) await afterwards({ whole, debug });
  await rm(paths.viewPending(ws, experiment), { force: true });
  return moved;
}

/** An experiment that is gone, or not of this branch, gets no folder again. */
async function forget(ws: Root, experiment: string): Promise<undefined> {
  await rm(paths.viewPending(ws, experiment), { force: true });
  return undefined;
}

/** What commands left that were killed while they wrote the file. Call it under the file's lock. */
async function removeHalfWritten(file: string): Promise<void> {
  const [folder, base] = [path.dirname(file), path.basename(file)];
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => /^\.\d+$/.test(one.replace(base, ""))))
    await rm(path.join(folder, name), { force: true });
}

/** The newest debug training of the experiment that has ended and left something. */
async function newestDebugRun(ws: Root, experiment: string): Promise<string | undefined> {
  const ids = (await readdir(paths.runs(ws)).catch(() => [])).filter(
    (id) => runIdPattern.test(id) && id.slice(16, -5) === experiment,
  );
  const left = [];
  for (const id of ids) {
    if (!(await isFolder(path.join(artifactsOf(paths.run(ws, id)), "debug")))) continue;
    const run = await readRun(ws, id).catch(() => undefined);
    if (run?.spec.debug === true && run.spec.kind === "train" && hasEnded(run.state))
      left.push(run.spec);
  }
  return left.toSorted(newestFirst)[0]?.id;
}

/** Whether the view shows that run, every file of it and no other. */
async function shows(
  ws: Root,
  experiment: string,
  shown: Shown | null,
  run: string,
): Promise<boolean> {
  if (shown?.run !== run) return false;
  const now = await stampsOf(await resolveFolder(paths.artifacts(ws, experiment)));
  const names = Object.keys(shown.files);
  return (
    names.length === Object.keys(now).length &&
    names.every((name) => now[name] === shown.files[name])
  );
}

/** Debug runs come and go: what a script started by hand writes there is left alone until the next one. */
async function showsDebug(
  ws: Root,
  experiment: string,
  known: View,
  run: string,
): Promise<boolean> {
  if (known.debug !== run) return false;
  return isFolder(path.join(paths.artifacts(ws, experiment), "debug"));
}

/** The whole folder anew. What is to be there is written down first, so that a kill on the way loses nothing. */
async function show(
  ws: Root,
  experiment: string,
  known: View,
  { whole, debug }: { whole: string; debug: string | undefined },
): Promise<MovedAway | undefined> {
  const part = paths.viewPart(ws, experiment);
  const target = await resolveFolder(paths.artifacts(ws, experiment));
  const shown = { run: whole, files: await copyArtifacts(artifactsOf(paths.run(ws, whole)), part) };
  const next: View = { whole: shown, debug: debug ?? null, before: shownIn(known) };
  await announceView(ws, experiment);
  const moved = await moveAway(ws, experiment, target, [shown, ...next.before]);
  await writeView(ws, experiment, next);
  await keepDebug(ws, experiment, known, debug);
  await swap(part, target, paths.viewBefore(ws, experiment));
  await writeView(ws, experiment, { ...next, before: [] });
  return moved;
}

async function showDebug(ws: Root, experiment: string, known: View, debug: string): Promise<void> {
  const part = paths.viewPart(ws, experiment);
  await copyArtifacts(path.join(artifactsOf(paths.run(ws, debug)), "debug"), part);
  await announceView(ws, experiment);
  const target = path.join(await resolveFolder(paths.artifacts(ws, experiment)), "debug");
  await swap(part, target, paths.viewBefore(ws, experiment));
  await writeView(ws, experiment, { ...known, debug });
}

/** Brings `debug/` into the folder that is put together: the one that is there, or a new one. */
async function keepDebug(
  ws: Root,
  experiment: string,
  known: View,
  debug: string | undefined,
): Promise<void> {
  const part = paths.viewPart(ws, experiment);
  const there = await resolveFolder(paths.artifacts(ws, experiment));
  const stays = debug === undefined || (await showsDebug(ws, experiment, known, debug));
  if ((stays && (await takeDebug(there, part))) || debug === undefined) return;
  await copyArtifacts(
    path.join(artifactsOf(paths.run(ws, debug)), "debug"),
    path.join(part, "debug"),
  );
}

/** What no view has put there, a script started by hand for one. */
async function moveAway(
  ws: Root,
  experiment: string,
  target: string,
  shown: readonly Shown[],
): Promise<MovedAway | undefined> {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const to = path.join(paths.replaced(ws), `${experiment}-artifacts-${time}`);
  const stamps = shown.map(({ files }) => files);
  const files = await moveStrangers(target, stamps, to);
  return files.length === 0 ? undefined : { files, to: path.relative(ws.root, to) };
}

function shownIn({ whole, before }: View): Shown[] {
  return [...(whole === null ? [] : [whole]), ...before];
}

function writeView(ws: Root, experiment: string, view: View): Promise<void> {
  return writeAtomic(paths.view(ws, experiment), `${JSON.stringify(view)}\n`);
}
