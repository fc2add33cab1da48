// A fresh workspace for one case.
import { cp, mkdir, readFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { must } from "./programs.mjs";

/** Of a case's folder, what is not in exp001 from the start. */
const apart = new Set(["case.json", "first", "exp002"]);

/**
 * A git repository with one commit below `folder`: the competition and the case's experiments. `truth` is a
 * copy of the competition that no script knows of.
 */
export async function makeWorkspace({ repository, shared, one, folder }) {
  const root = path.join(folder, "ws");
  await cp(path.join(shared.competitions, one.competition), root, { recursive: true });
  const ignored = path.join(repository, "templates", "workspace", "gitignore");
  await cp(ignored, path.join(root, ".gitignore"));
  await placeExperiment(one.folder, path.join(root, "models", "exp001"));
  const second = path.join(one.folder, "exp002");
  await cp(second, path.join(root, "models", "exp002"), { recursive: true }).catch(ifThere);
  if (await mentionsMlflow(root)) await cp(shared.store, path.join(root, "mlflow.db"));
  const env = { ...shared.env, CROSSFOLD_PYTHON: shared.python };
  await must("git", ["init", "--quiet", "--initial-branch", "main"], { cwd: root, env });
  await must("git", ["add", "--all"], { cwd: root, env });
  await must("git", ["commit", "--quiet", "--message", "Start"], { cwd: root, env });
  return { folder, root, env };
}

/** Puts the case's own files into exp001. */
async function placeExperiment(source, target) {
  await mkdir(target, { recursive: true });
  for (const name of await readdir(source))
    if (!apart.has(name))
      await cp(path.join(source, name), path.join(target, name), { recursive: true });
}

/** Puts the files of a folder of the case into exp001; the result takes them out again. */
export async function placeOther(source, other, target) {
  const names = await readdir(path.join(source, other));
  await cp(path.join(source, other), target, { recursive: true });
  return async () => {
    for (const name of names) await rm(path.join(target, name), { recursive: true });
    await placeExperiment(source, target);
  };
}

/** What scores depend on, as it is now: the data, project.yml and a metric of the user's own. */
export async function keepTruth(workspace, name) {
  const truth = path.join(workspace.folder, name);
  for (const part of ["project.yml", "data", "metrics"])
    await cp(path.join(workspace.root, part), path.join(truth, part), { recursive: true }).catch(
      ifThere,
    );
  return truth;
}

function ifThere(error) {
  if (error.code !== "ENOENT") throw error;
}

/** MLflow makes its tables in seconds; the scripts that use it find them made. */
async function mentionsMlflow(root) {
  const files = await readdir(path.join(root, "models"), { recursive: true });
  const scripts = files.filter((file) => file.endsWith(".py"));
  const texts = scripts.map((file) => readFile(path.join(root, "models", file), "utf8"));
  return (await Promise.all(texts)).some((text) => text.includes("import mlflow"));
}
