import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import {
  checkExperimentName,
  experimentNamePattern,
  sortExperimentNames,
} from "../../core/experiment/experiment.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import type { Project } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { unreadable } from "../files/read-failure.ts";
import { readFolder } from "../files/read-folder.ts";
import { readProject } from "../competition/project-file.ts";
import { paths } from "./paths.ts";

export { paths };

export interface Workspace {
  root: string;
  project: Project;
}

/** The workspace that `from` lies in, with its project.yml read. */
export async function openWorkspace(from: string): Promise<Workspace> {
  const root = findWorkspaceRoot(from);
  if (root === undefined) {
    throw new UserError({
      code: "no-workspace",
      message: `no Crossfold workspace here: no project.yml in ${from} or any folder above it`,
      next: { operation: "init", input: {}, why: "makes a workspace, in the competition's folder" },
      exitCode: 2,
    });
  }
  return { root, project: await readProject(path.join(root, "project.yml")) };
}

export function findWorkspaceRoot(from: string): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "project.yml"))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** Names of the experiments there are, in order. Throws a UserError where `models/` cannot be read. */
export async function listExperiments(ws: Pick<Workspace, "root">): Promise<string[]> {
  return (await findExperiments(ws)).names;
}

/** As `listExperiments`, with a problem for each experiment's name in `models/` that has no folder. */
export async function findExperiments(
  ws: Pick<Workspace, "root">,
): Promise<{ names: string[]; problems: Problem[] }> {
  const names: string[] = [];
  const problems: Problem[] = [];
  for (const entry of await readFolder(paths.experiments(ws))) {
    if (!experimentNamePattern.test(entry.name)) continue;
    if (entry.isDirectory()) {
      names.push(entry.name);
      continue;
    }
    const folder = paths.experiment(ws, entry.name);
    if (await isFolder(folder)) names.push(entry.name);
    else problems.push(problemOf(noFolder(folder), folder));
  }
  return { names: sortExperimentNames(names), problems };
}

/** Names in `models/` that a new experiment cannot have, whatever has them. */
export async function experimentNames(ws: Pick<Workspace, "root">): Promise<string[]> {
  const { names, problems } = await findExperiments(ws);
  return [...names, ...problems.map(({ at }) => path.basename(at.file))];
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() === true;
}

function noFolder(folder: string): UserError {
  return unreadable(folder, "it is no folder, so no experiment");
}

/** The folder of an experiment that exists. Names those that do where it does not. */
export async function experimentFolder(ws: Workspace, name: string): Promise<string> {
  const folder = paths.experiment(ws, checkExperimentName(name));
  if (await isFolder(folder)) return folder;
  const { names, problems } = await findExperiments(ws);
  if (problems.some(({ at }) => at.file === folder)) throw noFolder(folder);
  throw new UserError({
    code: "no-experiment",
    message: `there is no experiment ${name}`,
    expected: names.length === 0 ? "none has been made yet" : `one of ${names.join(", ")}`,
    next:
      names.length === 0
        ? { operation: "new", input: {}, why: "makes the first experiment" }
        : { operation: "history", input: {}, why: "lists every experiment" },
    exitCode: 2,
  });
}
