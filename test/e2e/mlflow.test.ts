import { readFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, it } from "vitest";
import { makeRunWorkspace, type RunWorkspace } from "../support/run-workspace.ts";
import { sharedPython, toolEnv } from "../support/tools.ts";

const git = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
const readAll = `
import json, mlflow
runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
name = lambda run: mlflow.get_experiment(run.info.experiment_id).name
print(json.dumps([{"experiment": name(r), "name": r.info.run_name, "tags": r.data.tags} for r in runs]))
`;

interface Tracked {
  experiment: string;
  name: string;
  tags: Record<string, string>;
}

async function tracked(ws: RunWorkspace, python: string, uri: string): Promise<Tracked[]> {
  const env = toolEnv({ MLFLOW_TRACKING_URI: uri });
  const { stdout, stderr } = await x(python, ["-c", readAll], {
    nodeOptions: { cwd: ws.root, env },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) || JSON.stringify(stderr));
}

it("puts every tag on a run of a script that knows nothing of Crossfold", async () => {
  const python = await sharedPython();
  const ws = await makeRunWorkspace({ exp001: "import mlflow\nmlflow.start_run()\n" });
  ws.env.CROSSFOLD_PYTHON = python;
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    ["commit", "-q", "-m", "all"],
  ]) {
    await x("git", [...git, ...args], { nodeOptions: { cwd: ws.root }, throwOnError: true });
  }
  const head = await x("git", ["rev-parse", "HEAD"], { nodeOptions: { cwd: ws.root } });
  await ws.cli("train", "exp001", "--on", "local", "--debug");

  const { id } = await ws.newest();
  const runs = await tracked(ws, python, `sqlite:///${ws.file("mlflow.db")}`);
  expect(runs, await ws.record("output.log")).toHaveLength(1);
  expect(runs[0]).toMatchObject({ experiment: "tiny", name: id });
  expect(runs[0]!.tags).toMatchObject({
    "mlflow.runName": id,
    "mlflow.source.git.commit": head.stdout.trim(),
    "crossfold.run_id": id,
    "crossfold.experiment": "exp001",
    "crossfold.git_commit": head.stdout.trim(),
    debug: "true",
  });
});

it("keeps what MLflow copies below the workspace, whatever folder the script runs in", async () => {
  const python = await sharedPython();
  const script = `
import mlflow
with mlflow.start_run() as run:
    mlflow.log_text("weights", "model.txt")
    print("kept at", mlflow.get_artifact_uri())
`;
  const ws = await makeRunWorkspace({ exp001: script });
  ws.env.CROSSFOLD_PYTHON = python;
  await ws.cli("train", "exp001", "--on", "local", "--debug");
  const kept = /kept at (?:file:\/\/)?(\S+)/.exec(await ws.record("output.log"))![1]!;
  expect(kept.startsWith(ws.file("mlruns"))).toBe(true);
  expect(await readFile(path.join(kept, "model.txt"), "utf8")).toBe("weights");
});

it("leaves a tracking server of the user's own in place", async () => {
  const python = await sharedPython();
  const ws = await makeRunWorkspace({ exp001: "import mlflow\nmlflow.start_run()\n" });
  const uri = `sqlite:///${ws.file("other.db")}`;
  Object.assign(ws.env, { CROSSFOLD_PYTHON: python, MLFLOW_TRACKING_URI: uri });
  await ws.cli("train", "exp001", "--on", "local", "--debug");
  expect(await tracked(ws, python, uri)).toEqual([
    expect.objectContaining({ tags: expect.objectContaining({ debug: "true" }) }),
  ]);
});
