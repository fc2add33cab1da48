import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RunSummary } from "../../src/operations/run/run-summary.ts";
import { type FakeKaggle, type FakeKaggleOptions, startFakeKaggle } from "../kaggle/fake-kaggle.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { trainFewEpochs } from "../support/few-epochs.ts";
import { holdCompetition } from "../support/kaggle-competition.ts";
import { deleteKernel } from "../../src/clients/kaggle/kernels.ts";
import { openKaggle } from "../../src/clients/kaggle/open-kaggle.ts";
import {
  lockProject,
  makeRunWorkspace,
  plainPython,
  type RunWorkspace,
  until,
  untilPrinted,
  writeMetrics,
} from "../support/run-workspace.ts";
import { copyLockFile, copyMlflowStore } from "../support/tools.ts";

const onKaggle = ["train", "exp001", "--on", "kaggle"];

interface KaggleWorkspace extends RunWorkspace {
  kaggle: FakeKaggle;
}

async function makeKaggleWorkspace(
  trains: Record<string, string>,
  options: FakeKaggleOptions = {},
): Promise<KaggleWorkspace> {
  const folder = await makeTempFolder();
  await mkdir(path.join(folder, "tiny"));
  await writeFile(path.join(folder, "tiny", "train.csv"), "id,y\n1,0\n");
  const kaggle = await startFakeKaggle({
    competitions: [{ slug: "tiny", files: path.join(folder, "tiny") }],
    ...options,
    settings: { python: await plainPython(), ...options.settings },
  });
  onTestFinished(() => kaggle.close());
  const variables = { ...kaggle.env, CROSSFOLD_POLL_SECONDS: "0.3" };
  const ws = await makeRunWorkspace(trains, { platform: "kaggle", variables });
  await lockProject(ws);
  return { ...ws, kaggle };
}

/** Says that it sees the competition's data, and leaves scores, a submission and a checkpoint. */
const script = `
import os, pathlib, sys
root = pathlib.Path(os.environ["CROSSFOLD_KAGGLE_ROOT"])
print("data", (root / "input/competitions/tiny/train.csv").exists(), sys.argv[1:], flush=True)
${writeMetrics}
(artifacts / "checkpoint-1").mkdir()
(artifacts / "checkpoint-1" / "state").write_text("half")
(root / "working" / "submission.csv").write_text("id,y\\n")
`;

describe("train --on kaggle", { timeout: 120_000 }, () => {
  it("runs as a private kernel, shows what is left of the quota, downloads the artifacts and records", async () => {
    const ws = await makeKaggleWorkspace({ exp001: script });
    const { stderr, exitCode } = await ws.cli(
      ...onKaggle,
      "--gpu=T4",
      "--",
      "--note",
      `a "b" \\ 日本`,
    );
    expect(stderr).toContain("30 h of this week's 30 h of GPU left");
    expect(stderr).toContain(`data True ['--note', 'a "b" \\\\ 日本']`);
    expect(exitCode).toBe(0);
    const [kernel] = ws.kaggle.kernels.values();
    expect(kernel).toMatchObject({ isPrivate: true });
    expect(stderr).toContain("tester: NvidiaTeslaT4");
    expect(await readFile(ws.file("models/exp001/artifacts/submission.csv"), "utf8")).toBe(
      "id,y\n",
    );
    expect(existsSync(ws.file("models/exp001/artifacts/checkpoint-1"))).toBe(false);
    expect(await ws.newest()).toMatchObject({ state: "succeeded", backend: "kaggle", score: 0.75 });
    expect(await ws.scores("exp001")).toBe(1);
  });

  it("says how a script failed, and records no score", async () => {
    const ws = await makeKaggleWorkspace({ exp001: `print("before")\nraise SystemExit(3)` });
    expect((await ws.cli(...onKaggle)).exitCode).toBe(1);
    expect(await ws.record("output.log")).toContain("before");
    expect(await ws.newest()).toMatchObject({ state: "failed", exitCode: 3 });
    expect(await ws.scores("exp001")).toBe(0);
  });

  it("is found again where the answer to the push was lost, and pushed once", async () => {
    const ws = await makeKaggleWorkspace({ exp001: script });
    ws.kaggle.fault({ on: "SaveKernel", kind: "lost-response" });
    expect((await ws.cli(...onKaggle)).exitCode).toBe(0);
    const [kernel] = ws.kaggle.kernels.values();
    expect(kernel?.versions).toHaveLength(1);
    expect(await ws.scores("exp001")).toBe(1);
  });

  it.each([
    { kind: "status" as const, status: 503 },
    { kind: "expired" as const },
    { kind: "cut-body" as const, at: 0 },
  ])("does not take an exit code that did not come for none: $kind", async (fault) => {
    const ws = await makeKaggleWorkspace({ exp001: script });
    ws.kaggle.fault({ on: "Download", ...fault });
    expect((await ws.cli(...onKaggle)).exitCode).toBe(0);
    expect(await ws.newest()).toMatchObject({ state: "succeeded", score: 0.75 });
  });

  it("is not called stopped where Kaggle refused to stop it", async () => {
    const hold = `import time\nprint("ready", flush=True)\ntime.sleep(600)`;
    const ws = await makeKaggleWorkspace({ exp001: hold });
    await ws.cli(...onKaggle, "--detach");
    await untilPrinted(ws, "ready");
    ws.kaggle.fault({
      on: "DeleteKernel",
      kind: "status",
      status: 403,
      message: "Permission denied",
    });
    const refused = await ws.cli("stop", "exp001");
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain("Permission denied");
    expect((await ws.cli("stop", "exp001")).exitCode).toBe(0);
    await until(async () => ws.kaggle.kernels.size === 0);
  });

  it("stops, its output kept", async () => {
    const hold = `import time\nprint("ready", flush=True)\ntime.sleep(600)`;
    const ws = await makeKaggleWorkspace({ exp001: hold });
    await ws.cli(...onKaggle, "--detach");
    await untilPrinted(ws, "ready");
    expect((await ws.cli("stop", "exp001")).exitCode).toBe(0);
    expect(await ws.newest()).toMatchObject({ state: "cancelled", cause: "user" });
    expect(await ws.record("output.log")).toContain("ready");
    await until(async () => ws.kaggle.kernels.size === 0);
  });

  it("has failed where its kernel was deleted", async () => {
    const hold = `import time\nprint("ready", flush=True)\ntime.sleep(600)`;
    const ws = await makeKaggleWorkspace({ exp001: hold });
    await ws.cli(...onKaggle, "--detach");
    await untilPrinted(ws, "ready");
    const { folder } = await ws.newest();
    const file = ws.file(path.join(folder, "spec.json"));
    const spec = JSON.parse(await readFile(file, "utf8"));
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    await writeFile(file, JSON.stringify({ ...spec, created: hourAgo }));
    const kaggle = await openKaggle(ws.env);
    const [owner, slug] = JSON.parse(await ws.record("remote.json")).job.split("/");
    await deleteKernel(kaggle, { owner, slug });
    const { stdout } = await ws.cli("wait", "exp001", "--json");
    expect(JSON.parse(stdout).run).toMatchObject({ state: "failed" });
    expect(JSON.parse(stdout).run.reason).toContain("deleted");
    expect(await ws.record("output.log")).toContain("ready");
  });

  it("starts nothing without quota, or for what Kaggle cannot do", async () => {
    const used = { gpuUsedSeconds: 30 * 3600 };
    const ws = await makeKaggleWorkspace({ exp001: script }, { quota: used });
    expect((await ws.cli(...onKaggle, "--gpu=NvidiaTeslaT4")).stderr).toContain("is used up");
    expect((await ws.cli(...onKaggle, "--spot")).stderr).toContain(
      "--spot does not apply on Kaggle",
    );
    expect((await ws.cli(...onKaggle, "--gpu=T5")).stderr).toContain("NvidiaTeslaT4");
    expect(ws.kaggle.kernels.size).toBe(0);
  });
});

describe("the template that Crossfold ships", { timeout: 240_000 }, () => {
  it("trains on Kaggle as it does here, to the same score", async () => {
    const hosted = await holdCompetition({ code: false });
    onTestFinished(() => hosted.fake.close());
    const { root, env } = hosted;
    const run = async (...args: string[]) => {
      const result = await crossfold(args, { cwd: root, env });
      expect(result.exitCode, result.stderr).toBe(0);
      return result.stdout;
    };
    const slug = ["--competition", "ames-house-prices", "--platform", "kaggle"];
    await run("init", ...slug, "--download", "--no-sync");
    await run("new", "exp001");
    await trainFewEpochs(path.join(root, "models", "exp001"));
    await copyMlflowStore(root);
    await run("train", "exp001", "--on", "local");
    // The packages that the kernel's Python has, so that it need not fetch them.
    await copyLockFile(root);
    await x("uv", ["lock", "--quiet"], { nodeOptions: { cwd: root, env }, throwOnError: true });
    await run("train", "exp001", "--on", "kaggle");
    const { runs } = JSON.parse(await run("runs", "--json"));
    expect(runs.map((one: RunSummary) => [one.backend, one.state])).toEqual([
      ["kaggle", "succeeded"],
      ["local", "succeeded"],
    ]);
    expect(runs[0].score).toBe(runs[1].score);
  });
});
