import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import {
  checkExperimentName,
  experimentNamePattern,
  sortExperimentNames,
} from "../../core/experiment/experiment.ts";
import type { Project } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
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

/** Names of the experiments there are, in order. */
export async function listExperiments(ws: Workspace): Promise<string[]> {
  const entries = await readdir(paths.experiments(ws), { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isDirectory() && experimentNamePattern.test(entry.name))
    .map((entry) => entry.name);
  return sortExperimentNames(names);
}

/** The folder of an experiment that exists. Names those that do where it does not. */
export async function experimentFolder(ws: Workspace, name: string): Promise<string> {
  const folder = paths.experiment(ws, checkExperimentName(name));
  if (existsSync(folder)) return folder;
  const names = await listExperiments(ws);
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
