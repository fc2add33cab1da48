// What all cases share: one Python environment, the competitions, an MLflow store with its tables.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { must, run } from "./programs.mjs";

/** The Python packages of the corpus; tyro and MLflow are used by scripts that also do without. */
const requirements = [
  "lightgbm>=4,<5",
  "mlflow>=3.7,<4",
  "numpy>=2,<3",
  "pandas>=2",
  "polars>=2,<3",
  "scikit-learn>=1.9,<2",
  "tyro>=1,<2",
];

/** Imported once, so that no case waits for a package to be compiled. */
const firstUse = (store) => `
import lightgbm, mlflow, numpy, pandas, polars, sklearn.metrics, sklearn.model_selection, tyro
mlflow.set_tracking_uri("sqlite:///${store}")
mlflow.search_experiments()
`;

/** Makes what is missing in .tools/proof/ and tells where it is. */
export async function prepareEnvironment(repository, corpus) {
  const tools = path.join(repository, ".tools");
  const folder = path.join(tools, "proof");
  const env = caseEnv(path.join(tools, "bin"), folder);
  const shared = {
    env,
    python: path.join(folder, "env", "bin", "python"),
    store: path.join(folder, "mlflow.db"),
    competitions: path.join(folder, "competitions"),
  };
  const source = await readFile(path.join(corpus, "competitions.py"), "utf8");
  const wanted = createHash("sha256")
    .update(requirements.join("\n") + source)
    .digest("hex");
  const stamp = path.join(folder, "stamp");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return shared;
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, "home"), { recursive: true });
  await makeEnvironment(shared.python, env);
  await must(shared.python, ["-c", firstUse(shared.store)], { env });
  await must(shared.python, [path.join(corpus, "competitions.py"), shared.competitions], { env });
  await writeFile(stamp, wanted);
  return shared;
}

async function makeEnvironment(python, env) {
  const { stderr, exitCode } = await run("uv", ["--version"], { env });
  if (exitCode !== 0)
    throw new Error(`uv is not on PATH nor in .tools/bin, where npm test puts it: ${stderr}`);
  const uv = { env: { ...env, HOME: process.env.HOME } };
  await must("uv", ["venv", "--quiet", "--python", ">=3.11", path.resolve(python, "../..")], uv);
  await must("uv", ["pip", "install", "--quiet", "--python", python, ...requirements], uv);
}

/** A user's environment without this machine's settings. */
function caseEnv(programs, folder) {
  const {
    CROSSFOLD_PYTHON: _python,
    MLFLOW_TRACKING_URI: _store,
    NODE_OPTIONS: _options,
    PYTHONDONTWRITEBYTECODE: _noBytecode,
    VIRTUAL_ENV: _venv,
    ...own
  } = process.env;
  return {
    ...own,
    PATH: [programs, process.env.PATH].join(path.delimiter),
    HOME: path.join(folder, "home"),
    GIT_AUTHOR_NAME: "Crossfold Test",
    GIT_AUTHOR_EMAIL: "test@example.com",
    GIT_COMMITTER_NAME: "Crossfold Test",
    GIT_COMMITTER_EMAIL: "test@example.com",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    NO_COLOR: "1",
    MLFLOW_DISABLE_TELEMETRY: "true",
    OMP_NUM_THREADS: "1",
    POLARS_MAX_THREADS: "1",
  };
}

/** Which of these Python packages there are not. */
export async function missingPackages({ python, env }, names) {
  const ask = `import importlib.util, sys; print("\\n".join(n for n in sys.argv[1:] if importlib.util.find_spec(n) is None))`;
  return (await must(python, ["-c", ask, ...names], { env })).split("\n").filter(Boolean);
}

/** Whether a competition could be written: one of Parquet files needs a package. */
export function hasCompetition({ competitions }, slug) {
  return existsSync(path.join(competitions, slug, "project.yml"));
}
