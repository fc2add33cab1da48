import { execFile, spawn } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { x } from "tinyexec";
import type { RunSummary } from "../../src/operations/run/run-summary.ts";
import { runs as listRuns } from "../../src/operations/commands/train/runs.ts";
import { findPython } from "../../src/python/uv.ts";
import { type CliResult, makeTempFolder, noInput } from "./cli.ts";
import { cliPath, toolEnv } from "./tools.ts";
import { testContext } from "./workspace.ts";

const project = (platform: string) => `competition_name: tiny
competition_platform: ${platform}
data: { train: train.csv }
metric: { name: accuracy, direction: maximize }
`;

/** Python that writes a metrics.json which may be recorded. */
export const writeMetrics = `
import json, pathlib
artifacts = pathlib.Path(__file__).parent / "artifacts"
artifacts.mkdir(exist_ok=True)
scores = {"cv_score": 0.75, "fold_scores": [0.75] * 5, "metric": "accuracy", "direction": "maximize"}
(artifacts / "metrics.json").write_text(json.dumps(scores))
`;

/** Python that says \`ready\` and goes on when the file \`go-on\` is in the workspace. */
export const holdOn = `
import os, time
print("ready", flush=True)
while not os.path.exists(os.environ["GO_ON"]):
    time.sleep(0.02)
`;

export interface RunWorkspace {
  root: string;
  env: NodeJS.ProcessEnv;
  cli(...args: string[]): Promise<CliResult>;
  /** Standard output as bytes. */
  bytes(...args: string[]): Promise<Buffer>;
  /** The command line left running, its output not read. */
  start(...args: string[]): ReturnType<typeof spawn>;
  runs(): Promise<RunSummary[]>;
  newest(): Promise<RunSummary>;
  /** A file of the newest run's record. */
  record(file: string): Promise<string>;
  file(name: string): string;
  /** Lets scripts that hold on go on. */
  goOn(): Promise<void>;
  /** Lines of an experiment's ledger. */
  scores(experiment: string): Promise<number>;
}

/**
 * A workspace whose experiments are plain scripts, run by a Python without packages. `settings` are more lines of
 * project.yml, `variables` more of the environment.
 */
export async function makeRunWorkspace(
  trains: Record<string, string>,
  {
    platform = "local",
    settings = "",
    variables = {},
  }: { platform?: string; settings?: string; variables?: NodeJS.ProcessEnv } = {},
): Promise<RunWorkspace> {
  const root = await makeTempFolder();
  await mkdir(path.join(root, "data/input/tiny"), { recursive: true });
  await writeFile(path.join(root, "data/input/tiny/train.csv"), "id,y\n1,0\n");
  await writeFile(path.join(root, "project.yml"), project(platform) + settings);
  for (const [name, source] of Object.entries(trains)) {
    await mkdir(path.join(root, "models", name), { recursive: true });
    await writeFile(path.join(root, "models", name, "train.py"), source);
  }
  const goOn = path.join(root, "go-on");
  const env = toolEnv({ CROSSFOLD_PYTHON: await plainPython(), GO_ON: goOn, ...variables });
  return commandsIn(root, env);
}

/** The scripts of these tests keep no conventions, so they are trained without the check. */
function unchecked(args: readonly string[]): string[] {
  const [command, ...rest] = args;
  return command === "train" ? ["train", "--no-check", ...rest] : [...args];
}

function commandsIn(root: string, env: NodeJS.ProcessEnv): RunWorkspace {
  const file = (name: string) => path.join(root, name);
  const cli = async (...args: string[]) => {
    const options = { nodeOptions: { cwd: root, env, stdio: noInput } };
    const { stdout, stderr, exitCode } = await x(
      process.execPath,
      [cliPath, ...unchecked(args)],
      options,
    );
    return { stdout, stderr, exitCode };
  };
  // In this process: it is asked for all the time, and `crossfold runs` itself is tested where it matters.
  const runs = async () => {
    const context = { ...testContext({ root }, new Date()), env };
    return (await listRuns.run(context, { limit: 20 })).runs;
  };
  const newest = async () => (await runs())[0]!;
  return {
    root,
    env,
    file,
    cli,
    runs,
    newest,
    bytes: (...args) => readBytes(args, root, env),
    start: (...args) =>
      spawn(process.execPath, [cliPath, ...unchecked(args)], { cwd: root, env, stdio: "ignore" }),
    record: async (name) => readFile(path.join(root, (await newest()).folder, name), "utf8"),
    goOn: () => writeFile(file("go-on"), ""),
    scores: async (experiment) => {
      const text = await readFile(file(`models/${experiment}/scores.jsonl`), "utf8").catch(
        () => "",
      );
      return text.split("\n").filter((line) => line !== "").length;
    },
  };
}

function readBytes(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Buffer> {
  const options = { cwd, env, encoding: "buffer" as const, maxBuffer: 2 ** 28 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [cliPath, ...unchecked(args)], options, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}

let python: Promise<string> | undefined;

/** The files of a project without packages, with the lock file that the real uv writes. */
export async function lockProject({
  root,
  env,
}: Pick<RunWorkspace, "root" | "env">): Promise<void> {
  const text = `[project]\nname = "tiny"\nversion = "0"\nrequires-python = ">=3.11"\n`;
  await writeFile(path.join(root, "pyproject.toml"), text);
  const locked = await x("uv", ["lock", "--quiet"], { nodeOptions: { cwd: root, env } });
  if (locked.exitCode !== 0) throw new Error(locked.stderr);
}

/** A Python of the machine, without packages. */
export async function plainPython(): Promise<string> {
  python ??= (async () => {
    const found = await findPython(process.env);
    if (found === undefined) throw new Error("these tests want a Python of at least 3.11 on PATH");
    return (await x(found.file, ["-c", "import sys; print(sys.executable)"])).stdout.trim();
  })();
  return python;
}

/** Waits until something holds; the test's own time limit ends a wait that never does. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined && found !== false) return found;
    await pause(30);
  }
}

/** Waits for a line that a run's script printed. */
export async function untilPrinted(ws: RunWorkspace, text: string): Promise<void> {
  const folder = ws.file(".crossfold/runs");
  await until(async () => {
    const names = (await readdir(folder)).filter((name) => !name.startsWith(".")).toSorted();
    const log = await readFile(path.join(folder, names.at(-1)!, "output.log"), "utf8");
    return log.includes(text);
  });
}
