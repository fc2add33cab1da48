import { existsSync } from "node:fs";
import path from "node:path";
import { findBacklog } from "../../backlog/backlog.ts";
import { readTasks } from "../../backlog/read-tasks.ts";
import type { Context } from "../../core/context.ts";
import { counted } from "../../core/text/counted.ts";
import { dataFileEntries, type Project } from "../../core/competition/project.ts";
import { formatLocation, UserError } from "../../core/errors/user-error.ts";
import { hasDataEntry } from "../../storage/competition/data-entry.ts";
import { readRuns } from "../../storage/run/run-list.ts";
import { openWorkspace, paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { exposedSecrets } from "../../git/exposed-secrets.ts";
import { repositoryOf } from "../../git/repository-of.ts";
import type { Check } from "./readiness-check.ts";
import { checkScores } from "./score-check.ts";
import { checkHarness } from "./harness-versions.ts";

/** What a workspace needs to work: settings, data, template, backlog, environment, ignored secrets, whole records. */
export async function checkWorkspace(root: string, env: Context["env"]): Promise<Check[]> {
  const settings = await attempt("project.yml", "every command", () => openWorkspace(root));
  const ws = settings.value;
  if (ws === undefined) return [settings.check];
  return [
    settings.check,
    await checkData(ws),
    checkFolder(ws, "templates/models", "new experiments"),
    await checkHarness(ws),
    checkEnvironment(ws, env),
    await checkBacklog(ws),
    ...(await checkRepository(ws)),
    await checkSecrets(ws),
    await checkRecords(ws),
    await checkScores(ws),
    ...checkVertex(ws),
  ];
}

/** Whether Google Cloud is ready is another command's to say: it takes credentials and the network. */
function checkVertex({ project }: Workspace): Check[] {
  if (project.vertex === undefined) return [];
  const rest = { version: null, neededFor: "train --on vertex", required: false, how: null };
  const detail = `gs://${project.vertex.bucket}; crossfold infra check looks at Google Cloud`;
  return [{ name: "vertex", found: true, detail, ...rest }];
}

async function attempt<T>(
  name: string,
  neededFor: string,
  read: () => Promise<T>,
): Promise<{ check: Check; value?: T }> {
  const base = { name, neededFor, required: true, version: null };
  try {
    const value = await read();
    return { check: { ...base, found: true, detail: null, how: null }, value };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const at = error.at === undefined ? "" : `${formatLocation(error.at)}: `;
    const how = error.next ?? null;
    return { check: { ...base, found: false, detail: `${at}${error.message}`, how } };
  }
}

async function checkData(ws: Workspace): Promise<Check> {
  const missing: string[] = [];
  for (const name of dataFiles(ws.project))
    if (!(await hasDataEntry(paths.input(ws), name))) missing.push(name);
  const folder = path.relative(ws.root, paths.input(ws));
  return {
    name: "data",
    found: missing.length === 0,
    version: null,
    detail: missing.length === 0 ? folder : `not in ${folder}: ${missing.join(", ")}`,
    neededFor: "training",
    required: false,
    how: missing.length === 0 ? null : `put the competition's files into ${folder}/`,
  };
}

function dataFiles(project: Project): string[] {
  const { data, is_code_competition } = project;
  const labels = data.labels === undefined ? [] : [data.labels];
  const files = [...dataFileEntries(project), ...labels];
  if (dataFileEntries(project).length > 0)
    return is_code_competition ? files : [...files, data.sample_submission];
  // The test set of a code competition is hidden.
  const train = [data.train, ...labels];
  return is_code_competition ? train : [...train, data.test, data.sample_submission];
}

function checkFolder(ws: Workspace, name: string, neededFor: string): Check {
  const found = existsSync(path.join(ws.root, name));
  const how = found
    ? null
    : { operation: "init", input: {}, why: "writes what is missing, keeps the rest" };
  return { name, found, version: null, detail: null, neededFor, required: true, how };
}

function checkEnvironment(ws: Workspace, env: Context["env"]): Check {
  const folder = path.resolve(ws.root, env.UV_PROJECT_ENVIRONMENT || ".venv");
  const file = env.CROSSFOLD_PYTHON || path.join(folder, "bin", "python");
  const found = existsSync(file);
  return {
    name: "environment",
    found,
    version: null,
    detail: found ? file : `no ${file}`,
    neededFor: "training",
    required: false,
    how: found ? null : "uv sync   (train does it too)",
  };
}

async function checkBacklog(ws: Workspace): Promise<Check> {
  const { check, value } = await attempt("backlog", "plans and records", async () =>
    readTasks(await findBacklog(ws.root)),
  );
  const problem = value?.problems[0];
  if (problem === undefined) return check;
  return {
    ...check,
    found: false,
    required: false,
    detail: `${formatLocation(problem.at)}: ${problem.message}`,
    how: `fix ${problem.at.file}`,
  };
}

async function checkRepository(ws: Workspace): Promise<Check[]> {
  if ((await repositoryOf(ws.root)) !== "ignored") return [];
  return [
    {
      name: "git",
      found: false,
      version: null,
      detail:
        "the repository around this workspace ignores it, so no commit says what its code was",
      neededFor: "recording the code of a run",
      required: false,
      how: { operation: "init", input: {}, why: "makes the workspace a repository of its own" },
    },
  ];
}

async function checkSecrets(ws: Workspace): Promise<Check> {
  const { committed, unignored } = await exposedSecrets(ws.root);
  const found = committed.length + unignored.length === 0;
  const check = { name: ".env ignored", version: null, neededFor: "keeping secrets out of git" };
  if (found) return { ...check, found, detail: null, required: true, how: null };
  const detail = [
    ...(unignored.length === 0 ? [] : [`git would commit ${unignored.join(", ")}`]),
    ...(committed.length === 0 ? [] : [`in git already: ${committed.join(", ")}`]),
  ].join("; ");
  const how =
    unignored.length > 0
      ? { operation: "init", input: {}, why: "adds the lines to .gitignore" }
      : `git rm --cached ${committed.join(" ")}, and replace the secrets: history keeps them`;
  return { ...check, found, detail, required: true, how };
}

async function checkRecords(ws: Workspace): Promise<Check> {
  const { runs, problems } = await readRuns(ws);
  const broken = problems[0];
  return {
    name: "run records",
    found: broken === undefined,
    version: null,
    detail: broken === undefined ? counted(runs.length, "run") : `${broken.id}: ${broken.message}`,
    neededFor: "history",
    required: false,
    how: broken === undefined ? null : `look at ${paths.run({ root: "" }, broken.id)}`,
  };
}
