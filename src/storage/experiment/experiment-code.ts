import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { recordFiles, runFolder } from "../run/run-record.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

/** Text by path relative to the experiment's folder. */
export type CodeFiles = Map<string, string>;

const codeFile = /\.(py|ipynb|ya?ml|json|toml|txt|md|sh|sql|cfg|ini)$/;
/** Written by Crossfold beside the code. */
const ours = new Set(["experiment.yml", "scores.jsonl"]);
const notCode = new Set(["artifacts", "__pycache__", "node_modules", ".ipynb_checkpoints"]);
const mostBytes = 1_000_000;

/** An experiment's code as that run saw it, or as it is now where the run's copy is gone or no run is given. */
export async function readExperimentCode(
  ws: Workspace,
  experiment: string,
  run: string | undefined,
): Promise<{ files: CodeFiles; asItRan: boolean }> {
  if (run !== undefined) {
    const files = await readCode(path.join(runFolder(ws, run), recordFiles.code));
    if (files.size > 0) return { files, asItRan: true };
  }
  return { files: await readCode(paths.experiment(ws, experiment)), asItRan: false };
}

async function readCode(folder: string): Promise<CodeFiles> {
  const files: CodeFiles = new Map();
  for (const name of await codeNames(folder, "")) {
    const file = path.join(folder, name);
    if ((await stat(file)).size <= mostBytes) files.set(name, await readFile(file, "utf8"));
  }
  return files;
}

async function codeNames(root: string, under: string): Promise<string[]> {
  const entries = await readdir(path.join(root, under), { withFileTypes: true }).catch(() => []);
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const name = path.join(under, entry.name);
      if (entry.isDirectory()) return notCode.has(entry.name) ? [] : codeNames(root, name);
      return entry.isFile() && codeFile.test(entry.name) && !ours.has(name) ? [name] : [];
    }),
  );
  return nested.flat().toSorted();
}
