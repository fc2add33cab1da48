import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, it } from "vitest";
import { identifyProcess } from "../../src/storage/run/process-identity.ts";
import { makeTempFolder, noInput } from "../support/cli.ts";
import { makeRunWorkspace, type RunWorkspace, until } from "../support/run-workspace.ts";
import { cliPath, repository } from "../support/tools.ts";

/** Leaves what a training leaves, each file with the score in it, which is the first argument. */
const source = `
import json, pathlib, sys
debug = "--debug" in sys.argv
score = float([one for one in sys.argv[1:] if not one.startswith("-")][0])
folder = pathlib.Path(__file__).parent / "artifacts" / ("debug" if debug else "")
(folder / "plots").mkdir(parents=True, exist_ok=True)
scores = {"cv_score": score, "fold_scores": [score] * 5, "metric": "accuracy", "direction": "maximize"}
(folder / "metrics.json").write_text(json.dumps(scores))
(folder / "model.bin").write_text(f"model {score}")
(folder / "plots" / "curve.png").write_text(f"plot {score}")
(folder / "oof.csv").write_text("id,pred\\n" + f"1,{score}\\n" * 3000)
`;

/** Every step where the environment asks for it, which takes minutes. */
const sampled = process.env.CROSSFOLD_EVERY_STEP === undefined ? 6 : Infinity;
const limit = { timeout: sampled === Infinity ? 3_600_000 : 300_000 };

interface Killing {
  /** Runs that have ended when the killing begins. */
  runs: number;
  at: number;
}

/** Environment of a program that is killed so. */
function killing(root: string, { runs, at }: Killing): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--import ${path.join(repository, "test/support/kill-at.mjs")}`,
    KILL_AT: String(at),
    KILL_RUNS: String(runs),
    KILL_FOLDER: path.join(root, ".crossfold/runs"),
    KILL_COUNT: path.join(root, ".crossfold/changes"),
  };
}

function run(root: string, env: NodeJS.ProcessEnv, ...args: string[]) {
  const nodeOptions = { cwd: root, env, stdio: noInput };
  return x(process.execPath, [cliPath, ...args], { nodeOptions });
}

/** Two trainings, of which the last has ended and was not looked after since: its supervisor was killed then. */
async function prepare(...trainings: string[][]): Promise<RunWorkspace> {
  const ws = await makeRunWorkspace({ exp001: source });
  const ignored = await readFile(path.join(repository, "templates/workspace/gitignore"));
  await writeFile(ws.file(".gitignore"), ignored);
  await x("git", ["init", "--quiet"], { nodeOptions: { cwd: ws.root, env: ws.env } });
  const last = trainings.pop()!;
  const train = ["train", "exp001", "--on", "local", "--no-check"];
  for (const args of trainings) await run(ws.root, ws.env, ...train, "--", ...args);
  const env = { ...ws.env, ...killing(ws.root, { runs: trainings.length + 1, at: 1 }) };
  await run(ws.root, env, ...train, "--detach", "--", ...last);
  await until(async () => {
    const { supervisor } = JSON.parse(await ws.record("processes.json"));
    const ended = existsSync(ws.file(path.join((await ws.newest()).folder, "rc")));
    return ended && identifyProcess(supervisor.pid) === undefined;
  });
  return ws;
}

/** Kills `wait` before each of its changes in a copy of the workspace, and looks at what the next one makes of that. */
async function killAtEveryStep(
  ws: RunWorkspace,
  runs: number,
  check: (root: string, step: number) => Promise<void>,
): Promise<number> {
  const id = (await ws.newest()).id;
  const attempt = async (at: number) => {
    const root = path.join(await makeTempFolder(), "ws");
    await x("cp", ["-a", ws.root, root]);
    const env = { ...ws.env, ...killing(root, { runs, at }) };
    const { exitCode } = await run(root, env, "wait", id, "--json");
    return { root, exitCode };
  };
  const whole = await attempt(Infinity);
  expect(whole.exitCode).toBe(0);
  await check(whole.root, 0);
  const steps = Number(await readFile(path.join(whole.root, ".crossfold/changes"), "utf8"));
  const stride = Math.max(1, steps / sampled);
  for (let at = 1; at <= steps; at += stride) {
    const { root, exitCode } = await attempt(Math.floor(at));
    expect(exitCode, `step ${Math.floor(at)}`).not.toBe(0);
    const waited = await run(root, ws.env, "wait", id, "--json");
    expect(waited, `step ${Math.floor(at)}`).toMatchObject({ exitCode: 0 });
    await check(root, Math.floor(at));
  }
  return steps;
}

async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  const texts = files.map(async (file) => [
    path.relative(folder, file),
    createHash("sha256")
      .update(await readFile(file))
      .digest("hex"),
  ]);
  return Object.fromEntries(await Promise.all(texts));
}

const parts = /\.part$|\.before$|\.pending$|compact\.parquet$|^tables-|^exp001\.json\.\d+$/;

/** What must not be there when nothing is under way: half-written files, and anything of a run that git would add. */
async function expectTidy(root: string, env: NodeJS.ProcessEnv, step: number): Promise<void> {
  const entries = await readdir(path.join(root, ".crossfold"), { recursive: true });
  expect(
    entries.filter((name) => parts.test(path.basename(name))),
    `step ${step}`,
  ).toEqual([]);
  expect(existsSync(path.join(root, ".crossfold/replaced")), `step ${step}`).toBe(false);
  const status = await x("git", ["status", "--porcelain", "--untracked-files=all"], {
    nodeOptions: { cwd: root, env },
  });
  expect(status.stdout, `step ${step}`).not.toMatch(/artifacts|\.crossfold/);
}

const record = (root: string, id: string) => path.join(root, ".crossfold/runs", id);

it(
  "of whatever finishes a training: the score is recorded once, artifacts/ is that run's, whole",
  limit,
  async () => {
    const ws = await prepare(["0.6"], ["0.8"]);
    const [second, first] = await ws.runs();
    const steps = await killAtEveryStep(ws, 2, async (root, step) => {
      const { stdout } = await run(root, ws.env, "history", "--json");
      expect(JSON.parse(stdout).experiments[0], `step ${step}`).toMatchObject({ cv: 0.8 });
      const ledger = await readFile(path.join(root, "models/exp001/scores.jsonl"), "utf8");
      expect(ledger.trim().split("\n"), `step ${step}`).toHaveLength(2);
      const shown = await contents(path.join(root, "models/exp001/artifacts"));
      expect(shown, `step ${step}`).toEqual(
        await contents(path.join(record(root, second!.id), "artifacts")),
      );
      expect(Object.keys(shown)).toEqual([
        "metrics.json",
        "model.bin",
        "oof.csv",
        "plots/curve.png",
      ]);
      const kept = await contents(path.join(record(root, first!.id), "artifacts"));
      const notes = JSON.parse(
        await readFile(path.join(record(root, first!.id), "files.json"), "utf8"),
      ) as Record<string, { sha256: string; dropped?: true }>;
      const noted = Object.entries(notes).filter(([, { dropped }]) => !dropped);
      expect(kept, `step ${step}`).toEqual(
        Object.fromEntries(noted.map(([name, { sha256 }]) => [name, sha256])),
      );
      expect(Object.keys(kept), `step ${step}`).toEqual([
        "metrics.json",
        "oof.parquet",
        "plots/curve.png",
      ]);
      await expectTidy(root, ws.env, step);
    });
    expect(steps).toBeGreaterThan(20);
  },
);

it(
  "of whatever finishes a debug run: artifacts/debug/ is that run's, the rest as it was",
  limit,
  async () => {
    const ws = await prepare(["0.6"], ["0.7", "--debug"], ["0.8", "--debug"]);
    const [newest, earlier, whole] = await ws.runs();
    const steps = await killAtEveryStep(ws, 3, async (root, step) => {
      const { debug, ...shown } = await splitDebug(path.join(root, "models/exp001/artifacts"));
      const of = (id: string) => path.join(record(root, id), "artifacts");
      expect(debug, `step ${step}`).toEqual(await contents(path.join(of(newest!.id), "debug")));
      expect(shown, `step ${step}`).toEqual(await contents(of(whole!.id)));
      expect(existsSync(of(earlier!.id)), `step ${step}`).toBe(false);
      await expectTidy(root, ws.env, step);
    });
    expect(steps).toBeGreaterThan(10);
  },
);

async function splitDebug(folder: string) {
  const all = Object.entries(await contents(folder));
  return {
    ...Object.fromEntries(all.filter(([name]) => !name.startsWith("debug/"))),
    debug: await contents(path.join(folder, "debug")),
  };
}
