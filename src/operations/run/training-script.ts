import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { dataFileEntries } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readTableHead } from "../../tables/table-head.ts";
import { hasDataEntry } from "../../storage/competition/data-entry.ts";
import { experimentFolder, paths, type Workspace } from "../../storage/workspace/workspace.ts";

/**
 * The training script, relative to the workspace. Throws a UserError naming what is missing: experiment, script, data,
 * or a column that project.yml names.
 */
export async function trainingScript(ws: Workspace, experiment: string): Promise<string> {
  const script = path.join(await experimentFolder(ws, experiment), "train.py");
  if (!existsSync(script)) {
    throw new UserError({
      code: "no-train-py",
      message: `${experiment} has no train.py`,
      at: { file: script },
      next: "write it, or copy the one in templates/models",
    });
  }
  const data = path.join(paths.input(ws), ws.project.data.train);
  const sample = path.join(paths.input(ws), ws.project.data.sample_submission);
  // Images, texts: the training data may be files that no table lists, and the script knows them.
  if (!(await hasDataFiles(ws)) && !existsSync(data) && !existsSync(sample)) {
    throw new UserError({
      code: "no-train-data",
      message: `the training data is not there: ${path.relative(ws.root, data)}`,
      expected: `the competition's files in data/input/${ws.project.competition_name}/, as data.train in project.yml names them`,
      next: `put ${ws.project.data.train} there, or fix data.train in project.yml`,
    });
  }
  await checkLabels(ws);
  if (statSync(data, { throwIfNoEntry: false })?.isFile()) await checkColumns(ws, data);
  return path.relative(ws.root, script);
}

/** Whether project.yml names data that is no table. Throws a UserError where some of it is not there. */
async function hasDataFiles(ws: Workspace): Promise<boolean> {
  const entries = dataFileEntries(ws.project);
  for (const entry of entries) {
    if (await hasDataEntry(paths.input(ws), entry)) continue;
    const folder = path.relative(ws.root, paths.input(ws));
    throw new UserError({
      code: "no-train-data",
      message: `there is no ${entry} in ${folder}`,
      expected: "what data.files in project.yml names: folders, files or globs",
      next: `put it there, or fix data.files in project.yml`,
    });
  }
  return entries.length > 0;
}

/** The targets' own file, where project.yml names one, is there and has them and the ids. */
async function checkLabels(ws: Workspace): Promise<void> {
  const { id, labels, target } = ws.project.data;
  if (labels === undefined) return;
  const file = path.join(paths.input(ws), labels);
  if (!existsSync(file))
    throw new UserError({
      code: "no-train-data",
      message: `the labels are not there: ${path.relative(ws.root, file)}`,
      expected: `the competition's files in data/input/${ws.project.competition_name}/, as data.labels in project.yml names them`,
      next: `put ${labels} there, or fix data.labels in project.yml`,
    });
  const columns = (await readTableHead(file, 1))?.columns;
  requireColumns(labels, columns, {
    "data.id": [id ?? []].flat(),
    "data.target": [target ?? []].flat(),
  });
}

/** Only a CSV file's header is read; of other kinds the script will tell. */
async function checkColumns(ws: Workspace, data: string): Promise<void> {
  const columns = (await readTableHead(data, 1))?.columns;
  const { data: named, validation } = ws.project;
  requireColumns(named.train, columns, {
    "data.target": named.labels === undefined ? [named.target ?? []].flat() : [],
    "validation.group": [validation.group ?? []].flat(),
    "validation.time": [validation.time ?? []].flat(),
  });
}

/** Columns by the key of project.yml that names them; what cannot be read is not judged. */
function requireColumns(
  file: string,
  columns: string[] | undefined,
  wanted: Record<string, string[]>,
): void {
  for (const [key, names] of Object.entries(wanted)) {
    const missing = names.find((name) => columns?.includes(name) === false);
    if (missing === undefined) continue;
    throw new UserError({
      code: "no-column",
      message: `${file} has no column "${missing}", which project.yml names as ${key}`,
      expected: `one of ${shortList(columns!)}`,
      next: `fix ${key} in project.yml`,
      exitCode: 2,
    });
  }
}

function shortList(names: string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}
