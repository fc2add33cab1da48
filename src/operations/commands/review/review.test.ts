import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { findBacklog } from "../../../backlog/backlog.ts";
import { editTask } from "../../../backlog/edit-task.ts";
import { renderCompare } from "../../../doors/text/compare.ts";
import { renderHistory } from "../../../doors/text/history.ts";
import { renderShow } from "../../../doors/text/show.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import { readLedger } from "../../../storage/score/ledger-file.ts";
import { openWorkspace, paths } from "../../../storage/workspace/workspace.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  markVerified,
  metricsOf,
  testContext,
} from "../../../../test/support/workspace.ts";
import { lb } from "../record/lb.ts";
import { recordRun } from "../../score/record-run.ts";
import { compare } from "./compare.ts";
import { history } from "./history.ts";
import { show } from "./show.ts";

const style = makeStyle({ color: false, width: Number.POSITIVE_INFINITY });

/** exp001 recorded with an LB; exp002 from it, better on every fold; exp003 not trained. */
async function lab() {
  const ws = await makeWorkspace();
  const context = testContext(ws);
  const train = async (name: string, folds: number[], config: object, code: string) => {
    const files = { "train.py": code };
    const run = await addRun(ws, name, { metrics: metricsOf(folds, { config }), code: files });
    await recordRun(context, ws, run);
    await markVerified(ws, name);
  };
  await addExperiment(ws, "exp001", { created: "2026-11-22T12:00:00Z" });
  await addExperiment(ws, "exp002", { parent: "exp001", hypothesis: "対数で学習する" });
  await addExperiment(ws, "exp003", { parent: "exp002", created: "2026-11-23T11:00:00Z" });
  await train(
    "exp001",
    [0.8, 0.81, 0.79, 0.8, 0.8],
    { depth: 6, lr: 0.1 },
    'name = "exp001"\nx = 1\n',
  );
  await train(
    "exp002",
    [0.82, 0.83, 0.81, 0.82, 0.825],
    { depth: 8, lr: 0.1 },
    'name = "exp002"\nx = 2\n',
  );
  await lb.run(context, lb.input.parse({ experiment: "exp001", score: 0.79 }));
  return { ws, context };
}

const past = (context: ReturnType<typeof testContext>, request: object = {}) =>
  history.run(context, history.input.parse(request));

test("history: newest first, the best marked, the difference to the parent", async () => {
  const { context } = await lab();
  const { experiments } = await past(context);
  expect(experiments.map(({ experiment }) => experiment)).toEqual(["exp003", "exp002", "exp001"]);
  expect(experiments).toMatchObject([
    { cv: null, state: "new", best: false, ageSeconds: 3600 },
    {
      best: true,
      improved: true,
      parent: "exp001",
      state: "succeeded",
      hypothesis: "対数で学習する",
    },
    { best: false, lb: 0.79, difference: null, ageSeconds: 86_400 },
  ]);
  expect(experiments[1]!.difference).toBeCloseTo(0.021);
  expect(experiments[2]!.gap).toBeCloseTo(-0.01);
});

test("history: the lowest is best where the metric is to be minimised", async () => {
  const { ws, context } = await lab();
  const text = "competition_name: toy\ncompetition_platform: local\ndata: {}\n";
  await writeFile(
    path.join(ws.root, "project.yml"),
    `${text}metric: { name: accuracy, direction: minimize }\n`,
  );
  const { experiments } = await past(context, { sort: "cv" });
  expect(experiments.map(({ experiment }) => experiment)).toEqual(["exp001", "exp002", "exp003"]);
  expect(experiments).toMatchObject([{ best: true }, { improved: false }, {}]);
});

test("history: sort, filter and limit", async () => {
  const { context } = await lab();
  const names = async (request: object) =>
    (await past(context, request)).experiments.map(({ experiment }) => experiment);
  expect(await names({ sort: "cv" })).toEqual(["exp002", "exp001", "exp003"]);
  expect(await names({ sort: "lb" })).toEqual(["exp001", "exp003", "exp002"]);
  expect(await names({ sort: "name", limit: 2 })).toEqual(["exp001", "exp002"]);
  expect(await names({ filter: "対数" })).toEqual(["exp002"]);
});

test("history and show: the hypothesis a task states now, where experiment.yml has none", async () => {
  const { ws, context } = await lab();
  const backlog = await findBacklog(ws.root);
  const description = "Hypothesis: fewer leaves / Changes from base: leaves / Expected outcome: up";
  await editTask(backlog, "TASK-3", () => ({ description }), { now: context.now() });
  await editTask(backlog, "TASK-2", () => ({ description }), { now: context.now() });
  const hypotheses = async () =>
    (await past(context)).experiments.map(({ hypothesis }) => hypothesis);
  expect((await hypotheses()).slice(0, 2)).toEqual(["fewer leaves", "対数で学習する"]);
  const { summary } = await show.run(context, { experiment: "exp003" });
  expect(summary.hypothesis).toBe("fewer leaves");
  await rm(path.join(ws.root, "backlog"), { recursive: true });
  expect(await hypotheses()).toEqual([null, "対数で学習する", null]);
});

test("history: as CSV, and as a table that says what could not be read", async () => {
  const { ws, context } = await lab();
  await appendFile(paths.ledger(ws, "exp001"), '{"kind":"cv"');
  await writeFile(path.join(paths.experiment(ws, "exp003"), "experiment.yml"), "name: [");
  const { csv } = await past(context, { csv: true });
  expect(csv!.split("\n")[0]).toMatch(/^experiment,best,cv,folds/);
  expect(csv!.split("\n")[2]).toMatch(/^exp002,true,0\.821,/);
  const text = renderHistory(await past(context), style);
  expect(text).toContain("★ exp002");
  expect(text).toContain(`${path.join("models", "exp001", "scores.jsonl")}:3  not a complete line`);
  expect(text).toContain("exp003");
  expect(text).toContain("experiment.yml:1  cannot be read as an experiment");
});

/** exp001 and exp002 as in `lab`, scored by accuracy; then the metric is rmse, and exp003 is scored by it. */
async function labAfterMetricChange() {
  const { ws, context } = await lab();
  const file = path.join(ws.root, "project.yml");
  const text = await readFile(file, "utf8");
  const rmse = { metric: "rmse", direction: "minimize" as const };
  await writeFile(file, text.replace("accuracy, direction: maximize", "rmse, direction: minimize"));
  const now = await openWorkspace(ws.root);
  const folds = [12, 13, 14, 15, 16];
  const run = await addRun(now, "exp003", { metrics: metricsOf(folds, rmse) });
  await recordRun(context, now, run);
  await markVerified(now, "exp003");
  await lb.run(context, lb.input.parse({ experiment: "exp003", score: 15 }));
  return { ws: now, context, rmse };
}

test("history: scores by an earlier metric are shown and compared with nothing", async () => {
  const { context } = await labAfterMetricChange();
  const result = await past(context, { sort: "cv" });
  expect(result.experiments).toMatchObject([
    { experiment: "exp003", best: true, difference: null, gap: 1 },
    { experiment: "exp002", best: false, metric: "accuracy", difference: null },
    { experiment: "exp001", cv: 0.8, lb: 0.79, gap: null },
  ]);
  const text = renderHistory(result, style);
  expect(text).toContain("≠ scored by accuracy, which is not compared with rmse");
  // Were the scale shared, the folds of an accuracy would be level at its foot.
  expect(text).toMatch(/exp001 .*[▃-█]/);
});

test("an LB of before the metric changed is not set against a CV of after", async () => {
  const { ws, context, rmse } = await labAfterMetricChange();
  const id = "20261123-041530-exp001-dddd";
  const created = "2026-11-23T04:15:30Z";
  const metrics = metricsOf([12, 13, 14, 15, 16], rmse);
  await recordRun(context, ws, await addRun(ws, "exp001", { id, created, metrics }));
  await markVerified(ws, "exp001");
  const row = async () =>
    (await past(context)).experiments.find(({ experiment }) => experiment === "exp001")!;
  expect(await row()).toMatchObject({ cv: 14, lb: 0.79, gap: null });
  await lb.run(context, lb.input.parse({ experiment: "exp001", score: 14.5 }));
  expect(await row()).toMatchObject({ cv: 14, lb: 14.5, gap: 0.5 });
});

test("lb: a CV by an earlier metric is nothing to compare with", async () => {
  const { context } = await labAfterMetricChange();
  const result = await lb.run(context, lb.input.parse({ experiment: "exp002", score: 14.5 }));
  expect(result).toMatchObject({ cv: null, gap: null });
});

test("compare: scores by two metrics have no difference; by the same earlier one they have", async () => {
  const { context } = await labAfterMetricChange();
  const across = await compare.run(context, { a: "exp001", b: "exp003" });
  expect(across).toMatchObject({ difference: null, improved: null, folds: [] });
  expect(across.verdict.summary).toBe("different metrics: accuracy and rmse");
  const lines = renderCompare(across, style).split("\n");
  expect(lines.slice(0, 5).map((line) => line.trim().split(/ {2,}/))).toEqual([
    ["exp001", "exp003", "difference"],
    ["metric", "accuracy", "rmse"],
    ["CV", "0.80000≠", "14.0000"],
    ["std", "0.00707", "1.58114"],
    ["LB", "0.79000", "15.0000"],
  ]);
  const earlier = await compare.run(context, { a: "exp001", b: "exp002" });
  expect(earlier).toMatchObject({ metric: "accuracy", direction: "maximize", improved: true });
});

test("compare: folds, verdict, settings and code as it ran, names apart", async () => {
  const { context } = await lab();
  const result = await compare.run(context, { a: "exp001", b: "exp002" });
  expect(result.verdict).toMatchObject({ verdict: "better" });
  expect(result.folds).toHaveLength(5);
  expect(result.config).toEqual([{ key: "depth", a: 6, b: 8 }]);
  expect(result.code).toMatchObject({ files: ["train.py"], asItRan: { a: true, b: true } });
  expect(result.code.diff).toContain("-x = 1\n+x = 2");
  expect(result.code.diff).not.toContain("-name");
  const text = renderCompare(result, style);
  expect(text).toContain("▲ better beyond the noise of the folds (5 of 5 folds better");
  expect(text).toMatch(/depth +6 +8/);
});

test("compare: without a score there is no verdict, and the folders are compared", async () => {
  const { context } = await lab();
  const result = await compare.run(context, { a: "exp002", b: "exp003" });
  expect(result.verdict).toMatchObject({ verdict: "none", summary: "exp003 has no recorded CV" });
  expect(result.code.asItRan).toEqual({ a: true, b: false });
  await expect(compare.run(context, { a: "exp002", b: "exp009" })).rejects.toThrow(
    "no experiment exp009",
  );
});

test("a public LB written into the task is shown as from the task, and one of the ledger goes first", async () => {
  const { ws, context } = await lab();
  const backlog = await findBacklog(ws.root);
  const typed = { appendNotes: "CV score: 0.9999\n\nPublic LB: 0.8750" };
  for (const task of ["TASK-1", "TASK-2", "TASK-3"])
    await editTask(backlog, task, () => typed, { now: context.now() });
  const result = await past(context);
  expect(result.experiments).toMatchObject([
    { experiment: "exp003", cv: null, lb: 0.875, lbFrom: "task", gap: null },
    { experiment: "exp002", lb: 0.875, lbFrom: "task", gap: null },
    { experiment: "exp001", lb: 0.79, lbFrom: "ledger" },
  ]);
  expect(result.experiments[1]!.cv).toBeCloseTo(0.821);
  const text = renderHistory(result, style);
  expect(text).toMatch(/exp002 .* 0\.87500?†/);
  expect(text).toContain("† LB from the task, not linked to a run");
  const shown = renderShow(await show.run(context, { experiment: "exp002" }), style);
  expect(shown).toContain("public 0.8750 (from the task, not linked to a run)");
  const both = await compare.run(context, { a: "exp001", b: "exp002" });
  expect(renderCompare(both, style)).toMatch(/LB +0\.79000? +0\.87500?†/);
  const csv = (await past(context, { csv: true })).csv!.split("\n");
  expect(csv[0]).toContain(",lb,lbFrom,");
  expect(csv[2]).toContain(",0.875,task,");
});

test("show: scores, lineage, runs and task of one experiment", async () => {
  const { context } = await lab();
  const result = await show.run(context, { experiment: "exp002" });
  expect(result).toMatchObject({
    summary: { experiment: "exp002", best: true },
    changed: ["depth"],
    children: [{ experiment: "exp003", cv: null }],
    runs: [{ state: "succeeded", kind: "train", exitCode: 0 }],
    task: { id: "TASK-2", status: "To Do" },
  });
  const text = renderShow(result, style);
  expect(text).toContain("0.8210 accuracy, mean of the folds");
  expect(text).toMatch(/depth +8 +differs from parent/);
});

/** exp001 on part of the rows, and exp002, a change to it, which is not verified. */
async function labOfDoubt() {
  const { ws, context } = await lab();
  const append = async (experiment: string, changes: object) => {
    const { entries } = await readLedger(ws, experiment);
    const cv = entries.find(({ kind }) => kind === "cv")!;
    const line = { ...cv, run: `20261123-051530-${experiment}-zzzz`, ...changes };
    await appendFile(paths.ledger(ws, experiment), `${JSON.stringify(line)}\n`);
  };
  return { ws, context, append };
}

test("a score of part of the rows replaces no whole one, and alone is ranked nowhere", async () => {
  const { ws, context, append } = await labOfDoubt();
  const part = { partial: { kind: "sample", why: "slow" }, rows: { scored: 519, of: 600 } };
  await append("exp001", { ...part, score: 0.99 });
  expect((await past(context)).experiments[2]).toMatchObject({ cv: 0.8, standing: "ranked" });
  await writeFile(paths.ledger(ws, "exp002"), "");
  const { entries } = await readLedger(ws, "exp001");
  const only = { ...entries.find(({ kind }) => kind === "cv"), ...part, score: 0.99 };
  await writeFile(paths.ledger(ws, "exp002"), `${JSON.stringify(only)}\n`);
  const result = await past(context, { sort: "cv" });
  expect(result.experiments).toMatchObject([
    { experiment: "exp001", best: true },
    { experiment: "exp003" },
    { experiment: "exp002", best: false, cv: 0.99, standing: "partial", difference: null },
  ]);
  const text = renderHistory(result, style);
  expect(text).toMatch(/exp002 +0\.9900\d*~/);
  expect(text).toContain("~ on part of the rows, not ranked: exp002 519 of 600 rows");
  const compared = await compare.run(context, { a: "exp001", b: "exp002" });
  expect(compared).toMatchObject({ difference: null, folds: [] });
  expect(renderCompare(compared, style)).toContain("? the CV of exp002 is of 519 of 600 rows");
  const shown = renderShow(await show.run(context, { experiment: "exp002" }), style);
  expect(shown).toContain("0.9900 (519 of 600 rows) accuracy");
  expect(shown).toContain("validated on part of the rows (sample: slow)");
});

test("an unverified score keeps its mark and is compared with nothing", async () => {
  const { context, append } = await labOfDoubt();
  await append("exp002", { score: 0.99, proof: { verdict: "unverifiable", summary: "no OOF" } });
  const result = await past(context, { sort: "cv" });
  expect(result.experiments[0]).toMatchObject({ experiment: "exp001", best: true });
  expect(result.experiments.at(-1)).toMatchObject({ standing: "unverified", improved: null });
  expect(renderHistory(result, style)).toMatch(/exp002 +0\.9900\d*\?/);
  expect(renderHistory(result, style)).toContain("? the CV could not be computed again");
  const compared = renderCompare(await compare.run(context, { a: "exp001", b: "exp002" }), style);
  expect(compared).toMatch(/CV +0\.80000 +0\.99\d*\?/);
  expect(compared).toContain("? the CV of exp002 is unverified");
});

test("history and show name an earlier run that was better", async () => {
  const { context, append } = await labOfDoubt();
  await append("exp002", { score: 0.7 });
  const result = await past(context);
  expect(result.experiments[1]!.earlierBetter).toMatchObject({
    run: "20261123-011530-exp002-k3f9",
  });
  const why = "an earlier run was better: 0.8210, run 20261123-011530-exp002-k3f9";
  expect(renderHistory(result, style)).toContain(`exp002: ${why}`);
  expect(renderShow(await show.run(context, { experiment: "exp002" }), style)).toContain(why);
  expect((await past(context, { csv: true })).csv).toMatch(/exp002,.*,0\.821,/);
});
