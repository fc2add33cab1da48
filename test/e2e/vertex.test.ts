import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cancelCustomJob } from "../../src/clients/google/custom-jobs.ts";
import { openGoogle } from "../../src/clients/google/open-google.ts";
import type { Fault, HttpFault } from "../google/faults.ts";
import { until, untilPrinted } from "../support/run-workspace.ts";
import {
  holdOnThere,
  makeVertexWorkspace,
  type VertexWorkspace,
  waitThere,
  writeMetricsThere,
} from "../support/vertex-workspace.ts";

const onVertex = ["train", "exp001", "--on", "vertex"];
/** Much output, in order, before the scores. */
const talk = `
for number in range(2000):
    print("line", number, "x" * 50)
`;
const wholeLog = Array.from({ length: 2000 }, (_, at) => `line ${at} ${"x".repeat(50)}\n`).join("");

describe("train --on vertex", { timeout: 120_000 }, () => {
  it("runs the experiment there, and downloads and records what it left", async () => {
    const ws = await makeVertexWorkspace({
      exp001: `import sys\nprint("training", sys.argv[1:])\n${writeMetricsThere}`,
    });
    const note = `a b; $(touch x) 'q' "d" {{x}} 日本`;
    const { stderr, exitCode } = await ws.cli(
      ...onVertex,
      "--gpu=L4",
      "--timeout=1h",
      "--",
      "--note",
      note,
    );
    expect(stderr).toMatch(/g2-standard-8 with 1 NVIDIA_L4, on-demand, 1 h at most/);
    expect(stderr).toMatch(/\$\d+\.\d\d an hour, at most \$\d+\.\d\d in all/);
    expect(exitCode).toBe(0);
    expect(await ws.record("output.log")).toContain("training ['--note', 'a b; $(touch x)");
    expect(await readFile(ws.file("models/exp001/artifacts/model.txt"), "utf8")).toBe("weights");
    expect(await ws.scores("exp001")).toBe(1);
    const [job] = ws.google.jobs();
    expect(job?.spec.jobSpec.workerPoolSpecs[0]?.containerSpec?.args?.slice(-3)).toEqual([
      "--",
      "--note",
      note,
    ]);
    const ended = { state: "succeeded", backend: "vertex", exitCode: 0, score: 0.75 };
    expect(await ws.newest()).toMatchObject(ended);
  });

  it("tells the job no secret of this machine", async () => {
    const ws = await makeVertexWorkspace({ exp001: `import os\nprint(dict(os.environ))` });
    await writeFile(ws.file(".env"), "WANDB_API_KEY=hush-hush\n");
    await ws.cli(...onVertex);
    expect(await ws.record("output.log")).toContain("MLFLOW_RUN_CONTEXT");
    expect(JSON.stringify(ws.google.jobs()) + (await ws.record("output.log"))).not.toContain(
      "hush",
    );
  });

  it("keeps a debug run in artifacts/debug/ and records nothing", async () => {
    const script = `import os, pathlib
bucket = os.environ["AIP_MODEL_DIR"].removeprefix("gs://")
home = pathlib.Path(os.environ["CROSSFOLD_GCS_ROOT"]) / bucket / "debug"
(home / "checkpoint-1").mkdir(parents=True)
(home / "checkpoint-1" / "state").write_text("half")
(home / "metrics.json").write_text("{}")
`;
    const ws = await makeVertexWorkspace({ exp001: script });
    expect((await ws.cli(...onVertex, "--debug")).exitCode).toBe(0);
    expect(await readFile(ws.file("models/exp001/artifacts/debug/metrics.json"), "utf8")).toBe(
      "{}",
    );
    const left = readFile(ws.file("models/exp001/artifacts/debug/checkpoint-1/state"));
    await expect(left).rejects.toThrow("ENOENT");
    expect(await ws.scores("exp001")).toBe(0);
  });

  it("submits nothing that could cost more than allowed, nor with other data than here", async () => {
    const ws = await makeVertexWorkspace({ exp001: writeMetricsThere });
    const dear = await ws.cli(...onVertex, "--gpu", "L4", "--timeout", "10h", "--max-cost", "1");
    expect(dear.stderr).toContain("more than the $1.00 allowed");
    await writeFile(ws.file("data/input/tiny/train.csv"), "id,y\n1,1\n");
    const other = await ws.cli(...onVertex);
    expect(other.stderr).toContain("train.csv in gs://demo-bucket is not the one here");
    expect(other.stderr).toContain("crossfold data push");
    expect(ws.google.jobs()).toEqual([]);
  });

  it("says what kept the script from being run", async () => {
    const ws = await makeVertexWorkspace({ exp001: writeMetricsThere });
    const project = await readFile(ws.file("project.yml"), "utf8");
    const secrets = project.replace(/(vertex: .*) }/, "$1, secrets: { KEY: none } }");
    await writeFile(ws.file("project.yml"), secrets);
    expect((await ws.cli(...onVertex)).exitCode).toBe(1);
    const { reason, state } = await ws.newest();
    expect({ state, reason }).toEqual({
      state: "failed",
      reason: expect.stringMatching(/^a secret could not be read: .*none.* \(exit code 75\)$/),
    });
  });

  it("stops the job", async () => {
    const ws = await makeVertexWorkspace({ exp001: holdOnThere });
    await ws.cli(...onVertex, "--detach");
    await untilPrinted(ws, "ready");
    const { stdout, exitCode } = await ws.cli("stop", "exp001", "--json");
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 0, stopped: true });
    const stopped = { state: "cancelled", cause: "user", reason: "stopped on request" };
    expect(await ws.newest()).toMatchObject(stopped);
    expect(ws.google.jobs().map(({ state }) => state)).toEqual(["JOB_STATE_CANCELLED"]);
  });
});

interface Ending {
  state: string;
  cause?: string;
  summary?: string;
  jobs: number;
}
const fine: Ending = { state: "succeeded", jobs: 1 };

/** What can befall any call. */
const troubles: { kind: HttpFault["kind"]; code?: number; ms?: number }[] = [
  { kind: "status", code: 429 },
  { kind: "status", code: 503 },
  { kind: "lost-request" },
  { kind: "lost-response" },
  { kind: "cut-body" },
  { kind: "slow", ms: 600 },
];
/** The calls of each step that may be made again. */
const steps: [step: string, on: HttpFault["on"], after: number][] = [
  ["shipping", "storage.upload", 0],
  ["polling", "jobs.get", 1],
  ["listing the log", "storage.list", 1],
  ["reading the log", "storage.download", 0],
  ["fetching artifacts", "storage.download", 3],
];

/** Every step of a job's life with what can go wrong in it, and the true end. */
const faults: [step: string, fault: Fault, ending: Ending][] = [
  ...steps.flatMap(([step, on, after]) =>
    troubles.map(({ kind, code, ms }): [string, Fault, Ending] => [
      `${step}: ${[kind, code].filter((part) => part !== undefined).join(" ")}`,
      {
        on,
        after,
        kind,
        ...(code === undefined ? {} : { code }),
        ...(ms === undefined ? {} : { ms }),
      } as Fault,
      fine,
    ]),
  ),
  ["submitting: its answer lost", { on: "jobs.create", kind: "lost-response" }, fine],
  ["submitting: its answer late", { on: "jobs.create", kind: "slow", ms: 700 }, fine],
  [
    "submitting: over the quota",
    {
      on: "jobs.create",
      kind: "status",
      code: 429,
      status: "RESOURCE_EXHAUSTED",
      message: "Quota exceeded for custom_model_training_nvidia_l4_gpus",
    },
    { state: "failed", cause: "quota", summary: "--spot", jobs: 0 },
  ],
  [
    "submitting: no actAs",
    { on: "job", kind: "missing-act-as" },
    { state: "failed", cause: "permission", jobs: 0 },
  ],
  [
    "queued for long",
    { on: "job", kind: "slow-queue", polls: 4 },
    { ...fine, summary: "queued: waiting for a machine" },
  ],
  [
    "no machine",
    { on: "job", kind: "stockout" },
    { state: "failed", cause: "stockout", summary: "vertex.region", jobs: 1 },
  ],
  [
    "no quota at run time",
    { on: "job", kind: "quota" },
    { state: "failed", cause: "quota", summary: "--spot", jobs: 1 },
  ],
  ["no image", { on: "job", kind: "image-pull" }, { state: "failed", cause: "image", jobs: 1 }],
  ["taken away once", { on: "job", kind: "preemption", afterMs: 400 }, fine],
  [
    "no memory",
    { on: "job", kind: "out-of-memory", afterMs: 400 },
    { state: "failed", cause: "memory", jobs: 1 },
  ],
];

describe(
  "a job's faults end in the true state, with one job and nothing lost",
  { timeout: 120_000 },
  () => {
    it.each(faults)("%s", async (_, fault, { jobs, summary, ...ending }) => {
      const ws = await makeVertexWorkspace({
        exp001: `import time\n${talk}\ntime.sleep(0.5)\n${waitThere}\n${writeMetricsThere}`,
      });
      ws.google.fault(fault);
      const trained = ws.cli(...onVertex, "--gpu=NVIDIA_L4", "--spot");
      // What goes wrong while a job runs: it runs until that has happened.
      const whileItRuns = fault.on === "jobs.get" || fault.on === "storage.list";
      if (whileItRuns) await until(async () => ws.google.pendingFaults().length === 0);
      await ws.goOn();
      const { stdout, stderr, exitCode } = await trained;
      expect(ws.google.pendingFaults()).toEqual([]);
      expect({ ...(await ws.newest()), stderr }).toMatchObject(ending);
      expect(ws.google.jobs()).toHaveLength(jobs);
      expect(exitCode).toBe(ending.state === "succeeded" ? 0 : 1);
      if (summary !== undefined) expect(stdout + stderr).toContain(summary);
      if (ending.state === "succeeded") await expectWhole(ws);
    });
  },
);

/** Every line of the last attempt, in order and once, after what earlier ones came to say, and every artifact. */
async function expectWhole(ws: VertexWorkspace): Promise<void> {
  const log = await ws.record("output.log");
  const attempts = ws.google.jobs()[0]!.attempts;
  expect(log.endsWith(wholeLog)).toBe(true);
  expect(log.split("line 0 ").length - 1).toBeLessThanOrEqual(attempts);
  expect(await readFile(ws.file("models/exp001/artifacts/model.txt"), "utf8")).toBe("weights");
  expect(await ws.scores("exp001")).toBe(1);
}

describe("a run on Vertex AI outlives every process here", { timeout: 120_000 }, () => {
  it("the command killed before it was told of its job", async () => {
    const ws = await makeVertexWorkspace({ exp001: writeMetricsThere });
    ws.google.fault({ on: "jobs.create", kind: "lost-response" });
    ws.google.fault({ on: "jobs.list", kind: "slow", ms: 5_000 });
    const command = ws.start(...onVertex);
    await until(async () => ws.google.jobs().length > 0);
    command.kill("SIGKILL");
    const { stdout, exitCode } = await ws.cli("wait", "exp001", "--json");
    expect({ exitCode, ...JSON.parse(stdout).run }).toMatchObject({ exitCode: 0, score: 0.75 });
    expect(ws.google.jobs()).toHaveLength(1);
    expect(await ws.scores("exp001")).toBe(1);
  });

  it("the command killed before it had submitted anything", async () => {
    const ws = await makeVertexWorkspace({ exp001: writeMetricsThere });
    ws.google.fault({ on: "storage.upload", kind: "slow", ms: 60_000 });
    const command = ws.start(...onVertex);
    await until(async () => ws.google.requests.some((line) => line.operation === "storage.upload"));
    command.kill("SIGKILL");
    const { stdout, exitCode } = await ws.cli("wait", "exp001", "--json");
    const { state, reason } = JSON.parse(stdout).run;
    expect({ exitCode, state }).toEqual({ exitCode: 1, state: "failed" });
    expect(reason).toContain("never started");
    expect(ws.google.jobs()).toEqual([]);
  });

  it("its supervisor killed: the next command that looks downloads and records it", async () => {
    const ws = await makeVertexWorkspace({
      exp001: `${holdOnThere}\n${talk}\n${writeMetricsThere}`,
    });
    await ws.cli(...onVertex, "--detach");
    await untilPrinted(ws, "ready");
    const { supervisor } = JSON.parse(await ws.record("state.json"));
    process.kill(supervisor.pid, "SIGKILL");
    await ws.goOn();
    await ws.google.finished();
    expect((await ws.cli("history", "--json")).stdout).toContain("0.75");
    expect(await ws.newest()).toMatchObject({ state: "succeeded", score: 0.75 });
    await expectWhole(ws);
  });

  it("a wait ends in time, however slowly Google answers", async () => {
    const ws = await makeVertexWorkspace({ exp001: holdOnThere });
    await ws.cli(...onVertex, "--detach");
    await untilPrinted(ws, "ready");
    const { supervisor } = JSON.parse(await ws.record("state.json"));
    process.kill(supervisor.pid, "SIGKILL");
    ws.google.fault({ on: "jobs.get", kind: "slow", ms: 2_000, times: 20 });
    const asked = () =>
      ws.google.requests.filter(({ operation }) => operation === "jobs.get").length;
    const before = asked();
    const { stderr, exitCode } = await ws.cli("wait", "exp001", "--timeout", "2");
    expect({ stderr, exitCode }).toMatchObject({ exitCode: 1 });
    expect(stderr).toContain("is still running");
    expect(asked() - before).toBeLessThan(6);
  });

  it("its job stopped and deleted by another user: it has failed, and may be trained again", async () => {
    const ws = await makeVertexWorkspace({ exp001: holdOnThere });
    await ws.cli(...onVertex, "--detach");
    await untilPrinted(ws, "ready");
    const { supervisor } = JSON.parse(await ws.record("state.json"));
    process.kill(supervisor.pid, "SIGKILL");
    const [job] = ws.google.jobs();
    const google = openGoogle(ws.google.env);
    await cancelCustomJob(google, job!.name);
    await ws.google.finished();
    const at = { api: "aiplatform", region: "us-central1", path: `/v1/${job!.name}` } as const;
    await google.request(z.unknown(), { ...at, method: "DELETE" });
    expect(await ws.newest()).toMatchObject({ state: "failed", exitCode: 143 });
    expect((await ws.newest()).reason).toContain("deleted");
    expect((await ws.cli(...onVertex, "--detach")).exitCode).toBe(0);
    expect((await ws.cli("stop", "exp001")).exitCode).toBe(0);
  });

  it("without the network its state is the one last heard, and says so", async () => {
    const ws = await makeVertexWorkspace({ exp001: holdOnThere });
    await ws.cli(...onVertex, "--detach");
    await untilPrinted(ws, "ready");
    const { supervisor } = JSON.parse(await ws.record("state.json"));
    process.kill(supervisor.pid, "SIGKILL");
    await ws.google.close();
    const { stdout, stderr, exitCode } = await ws.cli("runs", "--json");
    expect({ stderr, exitCode }).toMatchObject({ exitCode: 0 });
    const [run] = JSON.parse(stdout).runs;
    expect(run).toMatchObject({ state: "running" });
    expect(run.reason).toContain("Vertex AI could not be reached");
  });
});
