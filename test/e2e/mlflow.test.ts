import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import path from "node:path";
import { x } from "tinyexec";
import { expect, it, onTestFinished } from "vitest";
import {
  holdOn,
  makeRunWorkspace,
  type RunWorkspace,
  until,
  untilPrinted,
  writeMetrics,
} from "../support/run-workspace.ts";
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

/** As in a public notebook: all of it inside one run, MLflow called plainly. */
const notebook = `
import mlflow, os
with mlflow.start_run():
    mlflow.log_params({"depth": 6})
    print("noted", flush=True)
    ${holdOn.trim().replaceAll("\n", "\n    ")}
    for epoch in range(50):
        mlflow.log_metric("loss", 1 / (epoch + 1), step=epoch)
    mlflow.log_text("weights", "model/weights.txt")
    with mlflow.start_run(run_name="fold 0 of " + os.environ["CROSSFOLD_RUN_ID"], nested=True):
        mlflow.log_metrics({"auc": 0.9})
    ${writeMetrics.trim().replaceAll("\n", "\n    ")}
    mlflow.set_tag("end", "reached")
`;

async function notebookWorkspace(uri: string): Promise<RunWorkspace> {
  const ws = await makeRunWorkspace({ exp001: notebook });
  const python = await sharedPython();
  Object.assign(ws.env, { CROSSFOLD_PYTHON: python, MLFLOW_TRACKING_URI: uri });
  return ws;
}

/** What takes connections on a port and answers this, or nothing; closed, its port is one that nothing listens on. */
async function listen(answer = ""): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    if (answer !== "") socket.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, close };
}

/** A real MLflow server, its store below the workspace. */
async function startServer(ws: RunWorkspace, port: number): Promise<() => Promise<void>> {
  const store = ["--backend-store-uri", `sqlite:///${ws.file("server.db")}`];
  const files = ["--artifacts-destination", ws.file("server-files")];
  const args = ["server", "--host", "127.0.0.1", "--port", `${port}`, "--workers", "1"];
  const server = spawn(await sharedPython(), ["-m", "mlflow", ...args, ...store, ...files], {
    cwd: ws.root,
    env: toolEnv(),
    detached: true,
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    try {
      process.kill(-server.pid!, "SIGKILL");
    } catch {
      // It was stopped before.
    }
    await ended;
  };
  onTestFinished(stop);
  await until(async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok);
  return stop;
}

const readNoted = `
import json, mlflow
client = mlflow.MlflowClient()
runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
print(json.dumps({r.info.run_name: {
    "status": r.info.status, "params": r.data.params, "metrics": r.data.metrics, "tags": r.data.tags,
    "steps": len(client.get_metric_history(r.info.run_id, "loss")),
    "files": [f.path for f in client.list_artifacts(r.info.run_id, "model")],
} for r in runs}))
`;

async function noted(ws: RunWorkspace, uri: string): Promise<Record<string, any>> {
  const env = toolEnv({ MLFLOW_TRACKING_URI: uri });
  const { stdout, stderr } = await x(await sharedPython(), ["-c", readNoted], {
    nodeOptions: { cwd: ws.root, env },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) || JSON.stringify(stderr));
}

/** All that the notebook notes, of a run of ours. */
const complete = (id: string) => ({
  [id]: {
    status: "FINISHED",
    params: { depth: "6" },
    steps: 50,
    files: ["model/weights.txt"],
    tags: { end: "reached", "crossfold.experiment": "exp001" },
  },
  [`fold 0 of ${id}`]: { status: "FINISHED", metrics: { auc: 0.9 } },
});

const notSent = (ws: RunWorkspace) => async () =>
  (await ws.record("supervisor.log")).includes("MLflow was not sent");
const tracking = async (ws: RunWorkspace): Promise<string | null> =>
  JSON.parse((await ws.cli("record", "exp001", "--json")).stdout).tracking;

it("a server that is not there, or is killed during a training, costs a warning and gets all later", async () => {
  const { port, close } = await listen();
  await close();
  const uri = `http://127.0.0.1:${port}`;
  const ws = await notebookWorkspace(uri);
  await ws.goOn();
  const trained = await ws.cli("train", "exp001", "--on", "local");
  const log = await ws.record("output.log");
  expect(trained.exitCode, log).toBe(0);
  expect(await ws.scores("exp001")).toBe(1);
  const { id, folder } = await ws.newest();
  expect(log).toContain(`${uri} cannot be reached (no connection)`);
  expect(log).toContain(`crossfold record ${id}`);
  await until(notSent(ws));
  expect(await tracking(ws)).toContain("MLflow was not sent");
  const missed = ws.file(`${folder}/mlflow`);
  expect(existsSync(missed)).toBe(true);

  const kill = await startServer(ws, port);
  expect(await tracking(ws)).toMatch(/^MLflow was sent the \d+ calls/);
  expect(existsSync(missed)).toBe(false);
  expect(await tracking(ws)).toBe(null);
  expect(await noted(ws, uri)).toMatchObject(complete(id));

  await rm(ws.file("go-on"));
  const training = ws.start("train", "exp001", "--on", "local");
  const ended = new Promise((resolve) => training.once("exit", resolve));
  await until(async () => (await ws.newest()).id !== id);
  await untilPrinted(ws, "ready");
  await kill();
  await ws.goOn();
  expect(await ended, await ws.record("output.log")).toBe(0);
  expect(await ws.record("output.log")).toContain("cannot be reached");
  await until(notSent(ws));

  await startServer(ws, port);
  expect(await tracking(ws)).toContain("MLflow was sent the");
  const runs = await noted(ws, uri);
  expect(runs).toMatchObject(complete((await ws.newest()).id));
  // The run that the server knew before goes on: there is no second one.
  expect(Object.keys(runs)).toHaveLength(4);
});

it.each([
  ["never answers", "", "no answer in time"],
  ["is another one", "HTTP/1.0 200 OK\r\n\r\n<html>Welcome</html>", "not MLflow"],
])("a server that %s is given up after seconds", async (_, answer, why) => {
  const { port, close } = await listen(answer);
  onTestFinished(close);
  const ws = await notebookWorkspace(`http://127.0.0.1:${port}`);
  Object.assign(ws.env, { MLFLOW_HTTP_REQUEST_TIMEOUT: "1" });
  await ws.goOn();
  const trained = await ws.cli("train", "exp001", "--on", "local");
  const log = await ws.record("output.log");
  expect(trained.exitCode, log).toBe(0);
  expect(log).toContain(why);
  expect(log.match(/warning: MLflow/g)).toHaveLength(1);
});
