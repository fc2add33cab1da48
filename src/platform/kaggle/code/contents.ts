import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { secretReason } from "../../../storage/experiment/secret-file.ts";
import { hashFile } from "../../../storage/files/hashes.ts";
import { paths, type Workspace } from "../../../storage/workspace/workspace.ts";
import { readTextIfAny } from "../../../storage/files/read-text.ts";

/** What the steps are made from, and a SHA-256 of each that changes when anything that goes into it does. */
export interface Contents {
  /** Lines of deps/requirements.txt; null where it asks for nothing. */
  requirements: string | null;
  /** Null where no wheels are needed. */
  deps: string | null;
  /** Files of the model version, relative to the experiment. */
  modelFiles: string[];
  model: string;
  kernel: string;
}

const notPart = new Set([
  "submission",
  "__pycache__",
  ".ipynb_checkpoints",
  "scores.jsonl",
  "experiment.yml",
]);

export async function readContents(ws: Workspace, experiment: string): Promise<Contents> {
  const folder = paths.experiment(ws, experiment);
  const requirements = await readRequirements(ws);
  const deps = requirements === null ? null : digest(["deps 1", requirements]);
  const modelFiles = await filesOf(folder, "");
  const hashes = modelFiles.map(async (name) => [name, await hashFile(path.join(folder, name))]);
  const model = digest(["model 1", ...(await Promise.all(hashes)).flat()]);
  const submission = path.join(folder, "submission");
  const texts = (await readdir(submission).catch(() => [])).toSorted().map(async (name) => {
    return [name, (await readTextIfAny(path.join(submission, name))) ?? ""];
  });
  const kernel = digest(["kernel 1", model, deps ?? "", ...(await Promise.all(texts)).flat()]);
  return { requirements, deps, modelFiles, model, kernel };
}

function digest(parts: readonly (string | undefined)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The requirements without comments and empty lines, so that a changed comment downloads nothing. */
async function readRequirements(ws: Workspace): Promise<string | null> {
  const text = (await readTextIfAny(path.join(ws.root, "deps", "requirements.txt"))) ?? "";
  const lines = text
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
  return lines.length === 0 ? null : lines.join("\n");
}

/** Code and artifacts; debug runs, hidden files, secrets and empty files (which Kaggle does not take) stay here. */
async function filesOf(root: string, under: string): Promise<string[]> {
  const entries = await readdir(path.join(root, under), { withFileTypes: true }).catch(() => []);
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const name = path.posix.join(under, entry.name);
      if (entry.name.startsWith(".") || notPart.has(entry.name) || name === "artifacts/debug")
        return [];
      if (entry.isDirectory()) return filesOf(root, name);
      const facts = await stat(path.join(root, name)).catch(() => undefined);
      if (!facts?.isFile() || facts.size === 0) return [];
      return (await secretReason(path.join(root, name))) === undefined ? [name] : [];
    }),
  );
  return nested.flat().toSorted();
}
