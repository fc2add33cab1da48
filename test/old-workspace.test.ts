import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { z } from "zod";
import { mirrored } from "../src/compute/remote/mirror.ts";
import type { Context } from "../src/core/context.ts";
import { compare } from "../src/operations/commands/review/compare.ts";
import { history } from "../src/operations/commands/review/history.ts";
import { show } from "../src/operations/commands/review/show.ts";
import { plan } from "../src/operations/commands/plan/plan.ts";
import { record } from "../src/operations/commands/record/record.ts";
import { submit } from "../src/operations/commands/submit/submit.ts";
import { logs } from "../src/operations/commands/train/logs.ts";
import { runs } from "../src/operations/commands/train/runs.ts";
import { wait } from "../src/operations/commands/train/wait.ts";
import { readState as readCodeState } from "../src/platform/kaggle/code/step-state.ts";
import { readJournal } from "../src/platform/kaggle/submission-journal.ts";
import { readFetched } from "../src/storage/competition/fetched-record.ts";
import { readLedger } from "../src/storage/score/ledger-file.ts";
import { readRun, readSpec, recordFiles, runFolder } from "../src/storage/run/run-record.ts";
import { openWorkspace, paths, type Workspace } from "../src/storage/workspace/workspace.ts";
import { vertexTargetOf } from "../src/compute/vertex/vertex-target.ts";
import { kernelTargetOf } from "../src/compute/kaggle/kernel-target.ts";
import { copyOldWorkspace, oldRuns } from "./support/old-workspace.ts";
import { fakeRemote, succeededJob } from "./support/remote-run.ts";
import { testContext } from "./support/workspace.ts";

const now = new Date("2026-11-24T12:00:00Z");

interface Asked<Input extends z.ZodType, Output> {
  input: Input;
  run(context: Context, input: z.output<Input>): Promise<Output>;
}

async function open() {
  const ws = await openWorkspace(await copyOldWorkspace());
  const written: Uint8Array[] = [];
  const context = { ...testContext(ws, now), write: (bytes: Uint8Array) => written.push(bytes) };
  const ask = <Input extends z.ZodType, Output>(
    operation: Asked<Input, Output>,
    request: z.input<Input>,
  ) => operation.run(context, operation.input.parse(request));
  return { ws, ask, printed: () => Buffer.concat(written).toString() };
}

const fileIn = (ws: Workspace, run: string, name: string) => path.join(runFolder(ws, run), name);

it("has every score in its history, in its plan and beside each other", async () => {
  const { ask } = await open();
  const { experiments, problems } = await ask(history, { sort: "name" });
  expect(problems).toEqual([]);
  expect(experiments.map(({ experiment, cv, lb, state }) => [experiment, cv, lb, state])).toEqual([
    ["exp001", 0.6, 0.62, "succeeded"],
    ["exp002", 0.96, 0.88, "succeeded"],
    ["exp003", null, null, "failed"],
    ["exp004", 0.75, null, "succeeded"],
    ["exp005", 0.75, null, "succeeded"],
  ]);
  const both = await ask(compare, { a: "exp001", b: "exp002" });
  expect(both.difference).toBeCloseTo(0.36);
  expect(both.config).toMatchObject([{ key: "threshold", a: 0.9, b: 0.55 }]);
  expect((await ask(plan, {})).problems).toEqual([]);
});

it("says of each score how it was proved, and from which run it is", async () => {
  const { ask } = await open();
  const { proof, scores, runs: own, task } = await ask(show, { experiment: "exp002" });
  expect(proof).toEqual({
    verdict: "verified",
    summary: "computed again from 50 out-of-fold predictions, each fold too",
  });
  expect(scores.map(({ kind, score }) => [kind, score])).toEqual([
    ["cv", 0.96],
    ["lb", expect.any(Number)],
    ["lb", 0.88],
  ]);
  expect(own.map(({ run }) => run)).toEqual([oldRuns.second]);
  expect(task?.id).toBe("TASK-2");
});

it("has every run in its true state, with its output", async () => {
  const { ws, ask, printed } = await open();
  const listed = await ask(runs, {});
  expect(listed.problems).toEqual([]);
  expect(listed.runs.map(({ id, state, score }) => [id, state, score])).toEqual([
    [oldRuns.kaggle, "succeeded", 0.75],
    [oldRuns.vertex, "succeeded", 0.75],
    [oldRuns.failed, "failed", null],
    [oldRuns.second, "succeeded", 0.96],
    [oldRuns.debug, "succeeded", null],
    [oldRuns.recorded, "succeeded", 0.6],
  ]);
  expect(vertexTargetOf((await readRun(ws, oldRuns.vertex)).spec)).toMatchObject({
    bucket: "demo-bucket",
    machine_type: "g2-standard-8",
  });
  expect(kernelTargetOf((await readRun(ws, oldRuns.kaggle)).spec).owner).toBe("tester");
  await ask(logs, { run: "exp003" });
  expect(printed()).toContain("ValueError: no column z");
});

it("records nothing a second time", async () => {
  const { ws, ask } = await open();
  const before = await readFile(paths.ledger(ws, "exp001"), "utf8");
  expect(await ask(wait, { run: oldRuns.recorded })).toMatchObject({
    recorded: true,
    summary: "CV 0.6000 accuracy recorded; noted in TASK-1",
  });
  await rm(fileIn(ws, oldRuns.recorded, recordFiles.recorded));
  expect(await ask(record, { target: oldRuns.recorded })).toMatchObject({
    already: true,
    score: 0.6,
  });
  expect(await readFile(paths.ledger(ws, "exp001"), "utf8")).toBe(before);
});

it("adds lines with the keys of today to a ledger with those of before", async () => {
  const { ws, ask } = await open();
  const before = await readFile(paths.ledger(ws, "exp002"), "utf8");
  const [cv, ...others] = before.split(/(?<=\n)/);
  await writeFile(paths.ledger(ws, "exp002"), others.join(""));
  await ask(record, { target: oldRuns.second });
  const lines = (await readFile(paths.ledger(ws, "exp002"), "utf8")).trim().split("\n");
  expect(cv).toContain(`"says":"computed again`);
  expect(JSON.parse(lines.at(-1)!).proof).toEqual({
    verdict: "verified",
    summary: expect.stringContaining("computed again"),
  });
  expect((await readLedger(ws, "exp001")).problems).toEqual([]);
});

it("knows a submission that was made before, here and at Kaggle", async () => {
  const { ws, ask } = await open();
  const again = await ask(submit, { experiment: "exp002" });
  expect(again).toMatchObject({ status: "repeated", submission: "local-2" });
  expect(await readJournal(ws)).toMatchObject([
    { experiment: "exp002", state: "scored", reference: "1004" },
  ]);
  const fetched = await readFetched(ws.root, "small");
  expect(fetched.settings["metric.name"]).toBe("rmse");
  expect(Object.keys(fetched.docs)).toEqual(["description", "evaluation"]);
  expect((await readCodeState(ws, "exp002")).kernel).toMatchObject({ version: 2 });
});

/** state.json of the Vertex run as its supervisor had written it while the job ran. */
const underWay = {
  state: "running",
  updated: "2026-11-24T11:22:49.174Z",
  started: "2026-11-24T11:22:45.466Z",
  ended: null,
  supervisor: { pid: 8150, started: "11d601a8-d980-44ac-a921-e3cbca6a7fc8 250725" },
  child: null,
  exitCode: null,
  reason: null,
  cause: null,
  elsewhere: true,
};

it("a remote run that was under way is followed to its end, and its record has the keys of today", async () => {
  const { ws } = await open();
  const run = { id: oldRuns.vertex, folder: runFolder(ws, oldRuns.vertex) };
  for (const name of [recordFiles.rc, recordFiles.recorded, recordFiles.metrics])
    await rm(path.join(run.folder, name));
  await writeFile(path.join(run.folder, recordFiles.state), JSON.stringify(underWay));
  expect(await readRun(ws, run.id)).toMatchObject({ state: "running" });
  const remote = { ...fakeRemote(), job: succeededJob };
  remote.status = async () => succeededJob;
  remote.files = { "metrics.json": await readFile(paths.metrics(ws, "exp004"), "utf8") };
  const access = { program: ["false"], env: {}, now: () => now };
  expect(await mirrored(remote, access).status(run)).toMatchObject({ state: "succeeded" });
  const state = JSON.parse(await readFile(path.join(run.folder, recordFiles.state), "utf8"));
  expect(state).toMatchObject({ state: "succeeded", remote: true });
  expect(state).not.toHaveProperty("elsewhere");
  expect(await readSpec(run.folder)).toMatchObject({ target: { project: "demo-project" } });
});
