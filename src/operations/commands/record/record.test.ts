import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readTask } from "../../../backlog/read-tasks.ts";
import { readLedger } from "../../../storage/score/ledger-file.ts";
import { runFolder } from "../../../storage/run/run-record.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  metricsOf,
  testContext,
} from "../../../../test/support/workspace.ts";
import { renderLb } from "../../../doors/text/record.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import { runs } from "../train/runs.ts";
import { done } from "./done.ts";
import { lb } from "./lb.ts";
import { record } from "./record.ts";

const folds = [0.801, 0.806, 0.803, 0.808, 0.803];

async function recorded() {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const run = await addRun(ws, "exp001", { metrics: metricsOf(folds) });
  const context = testContext(ws);
  const first = await record.run(context, { target: "exp001" });
  return { ws, run, context, first };
}

test("record takes the newest run that succeeded and says when it was recorded before", async () => {
  const { ws, run, context, first } = await recorded();
  await addRun(ws, "exp001", {
    id: "20261123-021530-exp001-bbbb",
    debug: true,
    created: "2026-11-23T02:15:30Z",
  });
  await addRun(ws, "exp001", {
    id: "20261123-031530-exp001-cccc",
    state: "failed",
    created: "2026-11-23T03:15:30Z",
  });
  expect(first).toMatchObject({ experiment: "exp001", run, already: false });
  const again = await record.run(context, { target: "exp001" });
  expect(again).toMatchObject({ run, already: true });
  expect(again.summary).toContain("was recorded before");
});

test("record refuses a debug run, a failed run and an experiment without a run", async () => {
  const { ws, context } = await recorded();
  await addRun(ws, "exp001", { id: "20261123-021530-exp001-bbbb", debug: true });
  await addRun(ws, "exp001", { id: "20261123-031530-exp001-cccc", state: "failed" });
  await addExperiment(ws, "exp002");
  const asked = (target: string) => record.run(context, { target });
  await expect(asked("20261123-021530-exp001-bbbb")).rejects.toThrow(
    "a debug run is never recorded",
  );
  await expect(asked("20261123-031530-exp001-cccc")).rejects.toThrow("it failed");
  await expect(asked("exp002")).rejects.toThrow("exp002 has no training run that succeeded");
  await expect(asked("exp009")).rejects.toThrow("there is no experiment exp009");
});

test("record completes a run whose supervisor was killed before it could close it", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const run = await addRun(ws, "exp001", { metrics: metricsOf(folds) });
  const gone = { pid: 1, started: "another boot" };
  const running = { state: "running", exitCode: null, ended: null, supervisor: gone };
  const state = { ...running, child: gone, updated: "", started: "2026-11-23T01:15:31Z" };
  await writeFile(path.join(runFolder(ws, run), "state.json"), JSON.stringify(state));
  await rm(path.join(runFolder(ws, run), "metrics.json"));
  await writeFile(path.join(runFolder(ws, run), "rc"), "0\n");
  const result = await record.run(testContext(ws), { target: "exp001" });
  expect(result).toMatchObject({ run, already: false });
  expect(result.score).toBeCloseTo(0.8042);
  const { notes } = await readTask(await findBacklog(ws.root), "TASK-1");
  expect(notes).not.toContain("was not recorded");
});

test("lb notes the score beside the CV, and the same one once", async () => {
  const { ws, context } = await recorded();
  const request = lb.input.parse({ experiment: "exp001", score: 0.875 });
  expect(await lb.run(context, request)).toMatchObject({ side: "public", already: false });
  expect(await lb.run(context, request)).toMatchObject({ already: true });
  await lb.run(context, { ...request, score: 0.86, private: true });
  const { notes } = await readTask(await findBacklog(ws.root), "TASK-1");
  expect(notes.match(/Public LB: 0\.8750/g)).toHaveLength(1);
  expect(notes).toContain("Private LB: 0.8600");
  expect((await readLedger(ws, "exp001")).entries.map(({ kind }) => kind)).toEqual([
    "cv",
    "lb",
    "lb",
  ]);
});

test("lb refuses a score that the metric cannot give, and writes nothing", async () => {
  const { ws, context } = await recorded();
  const before = (await readLedger(ws, "exp001")).entries.length;
  for (const score of [87.5, -0.1])
    await expect(
      lb.run(context, lb.input.parse({ experiment: "exp001", score })),
    ).rejects.toMatchObject({
      code: "lb-score",
      message: expect.stringContaining("accuracy is never"),
    });
  expect((await readLedger(ws, "exp001")).entries).toHaveLength(before);
});

test("lb takes only finite numbers", () => {
  for (const score of [Number.NaN, Number.POSITIVE_INFINITY, "0.8"])
    expect(lb.input.safeParse({ experiment: "exp001", score }).success).toBe(false);
});

test("done leads the summary with the numbers of the ledger and closes the task", async () => {
  const { ws, context } = await recorded();
  await lb.run(context, lb.input.parse({ experiment: "exp001", score: 0.875 }));
  const result = await done.run(context, {
    experiment: "exp001",
    summary: "the log helps",
    next: "ratios (see TASK-7)",
  });
  const task = await readTask(await findBacklog(ws.root), "TASK-1");
  expect(task.finalSummary).toBe(
    "CV=0.8042 (unverified), LB=0.8750. the log helps. Next: ratios (see TASK-7).",
  );
  expect(task.status).toBe("Done");
  expect(result.finalSummary).toBe(task.finalSummary);
});

test("runs shows the score that is recorded of a run, and not what its script claims", async () => {
  const { ws, run, context } = await recorded();
  const claiming = "20261123-041530-exp001-dddd";
  await addRun(ws, "exp001", {
    id: claiming,
    created: "2026-11-23T04:15:30Z",
    metrics: metricsOf([0.99]),
  });
  const shown = await runs.run(context, runs.input.parse({}));
  expect(shown.runs).toMatchObject([
    { id: claiming, score: null, standing: null, proof: null },
    { id: run, score: 0.8042, standing: "unverified", proof: "unverifiable", warnings: [] },
  ]);
});

test("lb and done carry the mark of an unverified CV, which an LB is not set against", async () => {
  const { context, first } = await recorded();
  expect(first).toMatchObject({ standing: "unverified", proof: "unverifiable" });
  const given = await lb.run(context, lb.input.parse({ experiment: "exp001", score: 0.875 }));
  expect(given).toMatchObject({ cv: 0.8042, standing: "unverified", gap: null });
  const style = makeStyle({ color: false, width: Infinity });
  expect(renderLb(given, style)).toContain(
    "CV 0.8042 (unverified), which is compared with nothing",
  );
});
