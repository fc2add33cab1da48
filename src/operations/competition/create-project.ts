import { existsSync } from "node:fs";
import path from "node:path";
import type { Project } from "../../core/competition/project.ts";
import type { Context } from "../../core/context.ts";
import { readProject } from "../../storage/competition/project-file.ts";
import { paths } from "../../storage/workspace/workspace.ts";
import {
  type DataNames,
  type FoundData,
  findData,
  importData,
  nameInData,
} from "./competition-data.ts";
import { competitionSettings, type GivenSettings } from "./competition-settings.ts";
import { findDataFiles, linkDataFiles } from "./find-data-files.ts";
import { type KaggleRequest, type KaggleStart, withKaggle } from "./kaggle-start.ts";

/** What a user gives for a new competition; the rest is found in the files or asked. */
export interface ProjectRequest extends Omit<GivenSettings, "name" | "platform" | keyof DataNames> {
  competition?: string | undefined;
  platform?: string | undefined;
  train?: string | undefined;
  test?: string | undefined;
  sampleSubmission?: string | undefined;
  /** Whether Kaggle is asked for settings and documents, and for the data. */
  fetch: boolean;
  download: boolean;
}

/** Kaggle is asked only for a competition that was named, or said to be there. */
export async function kaggleRequest(
  root: string,
  request: ProjectRequest,
): Promise<KaggleRequest | undefined> {
  const file = path.join(root, "project.yml");
  const there = existsSync(file) ? await readProject(file) : undefined;
  const { competition, download, fetch, metric } = request;
  const named = competition !== undefined || request.platform === "kaggle" || download;
  const platform = there?.competition_platform ?? request.platform ?? defaultPlatform(root);
  if (!named || !(fetch || download) || platform !== "kaggle") return undefined;
  return {
    slug: there?.competition_name ?? competition ?? slug(path.basename(root)),
    download,
    metricKnown: metric !== undefined || there !== undefined,
  };
}

/** The project.yml that is there, or a new one from what was given, what the files say and what Kaggle has. */
export async function createProject(
  context: Context,
  root: string,
  request: ProjectRequest,
  kaggle: KaggleStart | undefined,
) {
  const file = path.join(root, "project.yml");
  if (existsSync(file)) {
    const project = await readProject(file);
    return { project, found: [], guess: false, action: "kept" as const };
  }
  const name = request.competition ?? (await nameInData(root)) ?? slug(path.basename(root));
  const names = givenNames(request);
  const data = await findData(root, name, names);
  const { train: _train, test: _test, ...rest } = request;
  const given = { ...rest, ...names, name, platform: request.platform ?? defaultPlatform(root) };
  const merged = await competitionSettings(
    withKaggle(given, kaggle, context.ask),
    data,
    async () => (await findDataFiles(root, name, tableNames(names, data))).entries,
    context.ask,
  );
  return { ...merged, action: "created" as const };
}

function tableNames(given: Partial<DataNames>, found: FoundData | undefined): string[] {
  return [...Object.values(given), ...Object.values(found?.files ?? {})];
}

function givenNames(request: ProjectRequest): Partial<DataNames> {
  return {
    ...(request.train === undefined ? {} : { train: request.train }),
    ...(request.test === undefined ? {} : { test: request.test }),
    ...(request.sampleSubmission === undefined
      ? {}
      : { sample_submission: request.sampleSubmission }),
  };
}

function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^[-_]+|-+$/g, "");
  return plain === "" ? "competition" : plain;
}

function defaultPlatform(root: string): string {
  return existsSync(path.join(root, "data", "grading", "solution.csv")) ? "local" : "kaggle";
}

/** Links data that lies beside the workspace into data/input/<competition>, and says so. */
export async function importCompetitionData(root: string, project: Project): Promise<string[]> {
  const { train, test, sample_submission, labels } = project.data;
  const name = project.competition_name;
  const target = paths.input({ root, project });
  const tables = { train, test, sample_submission, ...(labels === undefined ? {} : { labels }) };
  const files =
    project.data.files === undefined
      ? undefined
      : await findDataFiles(root, name, dataNames(project));
  const found = await findData(root, name, tables);
  const linked = [
    ...(found === undefined ? [] : await importData(found, target)),
    ...(files === undefined ? [] : await linkDataFiles(files, target)),
  ];
  if (linked.length === 0) return [];
  return [`linked into ${path.relative(root, target)}: ${linked.join(", ")}`];
}

/** The tables that project.yml names. */
export function dataNames({ data }: Project): string[] {
  const { train, labels, test, sample_submission } = data;
  return [train, ...(labels === undefined ? [] : [labels]), test, sample_submission];
}

/** Whether the competition's files are here. */
export async function hasData(root: string, project: Project): Promise<boolean> {
  const { train, test, sample_submission, labels, files } = project.data;
  const names = { train, test, sample_submission, ...(labels === undefined ? {} : { labels }) };
  return (
    files !== undefined || (await findData(root, project.competition_name, names)) !== undefined
  );
}
