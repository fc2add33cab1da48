import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  experimentNamePattern,
  renameExperimentIn,
  templateExperimentName,
} from "../../core/experiment/experiment.ts";
import { kaggleNames } from "../../core/competition/kaggle-names.ts";
import {
  type KernelMetadata,
  kernelMetadataSchema,
  renameKernel,
} from "../../core/submission/kernel-metadata.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "../../storage/files/atomic-write.ts";
import { layHarness } from "../../storage/experiment/harness.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { readText, readTextIfAny } from "../../storage/files/read-text.ts";

export interface Stage {
  folder: string;
  /** Files in which the source's name was replaced, relative to the experiment. */
  renamed: string[];
  /** Makes the experiment appear, whole. Returns its files, relative to it. */
  moveIntoPlace(): Promise<string[]>;
  discard(): Promise<void>;
}

const staged = ".new-";

// What belongs to the source's own runs and history, or is made anew.
const left = new Set([
  "artifacts",
  "__pycache__",
  "scores.jsonl",
  "experiment.yml",
  ".ipynb_checkpoints",
]);

/**
 * Copies an experiment beside where it will be, under a name that no command reads, with its own name written in. Call it
 * under the experiments' lock: what a killed command left under such a name goes.
 */
export async function stageExperiment(
  ws: Workspace,
  request: { source: string; from: string; name: string; submission: boolean; isTemplate: boolean },
): Promise<Stage> {
  const folder = path.join(paths.experiments(ws), `${staged}${request.name}`);
  const discard = () => rm(folder, { recursive: true, force: true });
  await removeLeft(ws);
  try {
    await mkdir(paths.experiments(ws), { recursive: true });
    await copyExperiment(request.source, folder, request.submission);
    if (request.isTemplate) await layHarness(ws, folder);
    if (request.submission) await addSubmission(ws, folder);
    const renamed = await renameInFiles(folder, request.from, request.name);
    if (request.submission) await nameNotebook(ws, folder, request);
    return {
      folder,
      renamed,
      discard,
      moveIntoPlace: () => moveIntoPlace(ws, folder, request.name),
    };
  } catch (error) {
    await discard();
    throw writeFailure(folder, error);
  }
}

async function removeLeft(ws: Workspace): Promise<void> {
  const names = await readdir(paths.experiments(ws)).catch(() => []);
  for (const name of names)
    if (name.startsWith(staged) && experimentNamePattern.test(name.slice(staged.length)))
      await rm(path.join(paths.experiments(ws), name), { recursive: true, force: true });
}

async function copyExperiment(source: string, folder: string, submission: boolean): Promise<void> {
  const wanted = (file: string): boolean => {
    const name = path.basename(file);
    if (left.has(name)) return false;
    return submission || path.relative(source, file) !== "submission";
  };
  await cp(source, folder, { recursive: true, verbatimSymlinks: true, filter: wanted });
}

/** An experiment made before the competition was one for code has no submission/ to copy. */
async function addSubmission(ws: Workspace, folder: string): Promise<void> {
  const template = path.join(paths.template(ws), "submission");
  await cp(template, path.join(folder, "submission"), { recursive: true, force: false }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    },
  );
}

/** Kaggle's names for the notebook and its model: a title of at most 50 characters, whose address is the notebook's. */
async function nameNotebook(
  ws: Workspace,
  folder: string,
  { from, name }: { from: string; name: string },
): Promise<void> {
  const file = path.join(folder, "submission", "kernel-metadata.json");
  const text = await readTextIfAny(file);
  const read = text === undefined ? undefined : readMetadata(text);
  if (read === undefined) return;
  const { competition_name: competition } = ws.project;
  const old = [from, name, templateExperimentName];
  const renamed = renameKernel(read, competition, kaggleNames(competition, name), old);
  await writeFile(file, `${JSON.stringify(renamed, null, 2)}\n`);
}

/** One that cannot be read is the user's, and `submit` says what is wrong with it. */
function readMetadata(text: string): KernelMetadata | undefined {
  try {
    return kernelMetadataSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function renameInFiles(folder: string, from: string, name: string): Promise<string[]> {
  const renamed = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(py|ipynb)$|kernel-metadata\.json$/.test(entry.name)) continue;
    const text = await readText(file).catch(() => undefined);
    // What is not UTF-8 would not be the same after it was written.
    if (text === undefined) continue;
    const changed = [from, "exp000"].reduce((all, old) => renameExperimentIn(all, old, name), text);
    if (changed === text) continue;
    await writeFile(file, changed);
    renamed.push(path.relative(folder, file));
  }
  return renamed.toSorted();
}

async function moveIntoPlace(ws: Workspace, folder: string, name: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  try {
    await rename(folder, paths.experiment(ws, name));
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
    throw new UserError(
      {
        code: "experiment-taken",
        message: `${name} was made meanwhile`,
        next: { operation: "new", input: {}, why: "takes the next free number" },
      },
      { cause: error },
    );
  }
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
