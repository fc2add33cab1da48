import { appendFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { history } from "../review/history.ts";
import { renderHistory } from "../../../doors/text/history.ts";
import { renderLb } from "../../../doors/text/record.ts";
import { renderPlan, renderPlanAdd } from "../../../doors/text/plan.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import { findBacklog } from "../../../backlog/backlog.ts";
import { editTask } from "../../../backlog/edit-task.ts";
import { readTask, readTasks } from "../../../backlog/read-tasks.ts";
import type { Workspace } from "../../../storage/workspace/workspace.ts";
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
import { planAdd } from "./plan-add.ts";
import { plan } from "./plan.ts";

const style = makeStyle({ color: false, width: Number.POSITIVE_INFINITY });

const add = (ws: Workspace, request: object) =>
  planAdd.run(testContext(ws), planAdd.input.parse(request));

async function trained(ws: Workspace, name: string, score: number, config: object = {}) {
  const folds = [score, score + 0.01, score - 0.01, score, score];
  const run = await addRun(ws, name, { metrics: metricsOf(folds, { config }) });
  await recordRun(testContext(ws), ws, run);
  await markVerified(ws, name);
}

test("plan add makes the task the seed asks for", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const result = await add(ws, {
    hypothesis: "ratios of areas help",
    from: "exp001",
    expected: "CV +0.01",
    changes: "two columns",
  });
  expect(result).toMatchObject({
    experiment: "exp002",
    parent: "exp001",
    next: [{ operation: "new", input: { experiment: "exp002", from: "exp001" } }],
  });
  const task = await readTask(await findBacklog(ws.root), result.task.id);
  expect(task).toMatchObject({
    title: "exp002: ratios of areas help",
    labels: ["exp", "exp002"],
    priority: "medium",
    dependencies: ["TASK-1"],
    description:
      "Hypothesis: ratios of areas help\nChanges from base: two columns\nExpected outcome: CV +0.01",
  });
  expect(task.acceptanceCriteria.map(({ text }) => text)).toEqual([
    "Training completes without errors",
    "CV score recorded",
  ]);
});

test("plan add takes numbers that no experiment and no plan has, also at once", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp003", { task: false });
  const made = await Promise.all(
    ["a first idea", "a second one", "a third one"].map((hypothesis) => add(ws, { hypothesis })),
  );
  expect(made.map(({ experiment }) => experiment).toSorted()).toEqual([
    "exp004",
    "exp005",
    "exp006",
  ]);
  expect((await readTasks(await findBacklog(ws.root))).tasks).toHaveLength(3);
  await expect(add(ws, { hypothesis: "again", exp: "exp005" })).rejects.toThrow(
    "exp005 has a task already",
  );
  await expect(add(ws, { hypothesis: "x", exp: "../e" })).rejects.toThrow("not an experiment name");
  await expect(add(ws, { hypothesis: "x", from: "exp009" })).rejects.toThrow(
    "no experiment exp009",
  );
});

test("plan add names like hypotheses and what they gave, in any script", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001", { hypothesis: "baseline with gradient boosting" });
  await addExperiment(ws, "exp002", {
    parent: "exp001",
    hypothesis: "train on the log of the target",
  });
  await addExperiment(ws, "exp003", {
    parent: "exp001",
    hypothesis: "目的変数を対数変換して学習する",
  });
  await trained(ws, "exp001", 0.8);
  await trained(ws, "exp002", 0.82);
  const english = await add(ws, { hypothesis: "training on log targets" });
  expect(english.similar.map(({ experiment }) => experiment)).toEqual(["exp002"]);
  expect(english.similar[0]).toMatchObject({ status: "open", improved: true, task: "TASK-2" });
  expect(english.similar[0]!.difference).toBeCloseTo(0.02);
  const japanese = await add(ws, { hypothesis: "対数変換を目的変数に使う" });
  expect(japanese.similar.map(({ experiment }) => experiment)).toEqual(["exp003"]);
  expect((await add(ws, { hypothesis: "a bigger neural network" })).similar).toEqual([]);
  expect(renderPlanAdd(english, style)).toContain(
    "Similar hypotheses were tried or planned before",
  );
});

test("plan shows the scores so far, what changed and gave, what is open and what to do", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001", { hypothesis: "baseline" });
  await addExperiment(ws, "exp002", { parent: "exp001", hypothesis: "deeper trees" });
  await trained(ws, "exp001", 0.8, { depth: 6 });
  await trained(ws, "exp002", 0.82, { depth: 8 });
  await lb.run(testContext(ws), lb.input.parse({ experiment: "exp001", score: 0.79 }));
  await add(ws, { hypothesis: "ratios", from: "exp002" });
  const result = await plan.run(testContext(ws), plan.input.parse({}));
  expect(result.summary).toMatchObject({
    experiments: 2,
    recorded: 2,
    bestCv: { experiment: "exp002" },
    bestLb: { experiment: "exp001" },
  });
  expect(result.recent).toMatchObject([
    { experiment: "exp002", changed: ["depth 6 -> 8"], improved: true, verdict: "better" },
    { experiment: "exp001", changed: [], difference: null },
  ]);
  expect(result.movedMost.map(({ experiment }) => experiment)).toEqual(["exp002"]);
  expect(result.open).toMatchObject([
    { experiment: "exp003", hypothesis: "ratios", status: "To Do" },
  ]);
  expect(result.next).toMatchObject([
    { operation: "submit", input: { experiment: "exp002" } },
    { operation: "done", input: { experiment: "exp001" } },
    { operation: "new", input: { experiment: "exp003", from: "exp002" } },
    { operation: "plan add", input: { from: "exp002" } },
  ]);
  const text = renderPlan(result, style);
  expect(text).toContain("best CV  ★ exp002 0.8200 (not submitted)");
  expect(text).toContain("deeper trees; depth 6 -> 8");
});

test("plan marks a public LB from the task, counts it in no gap and says how to record it", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001", { hypothesis: "baseline" });
  await trained(ws, "exp001", 0.8);
  const finalSummary = "CV=0.8765, LB=0.8750. Next: ratios";
  const now = testContext(ws).now();
  await editTask(await findBacklog(ws.root), "TASK-1", () => ({ finalSummary }), { now });
  const result = await plan.run(testContext(ws), plan.input.parse({}));
  expect(result.summary).toMatchObject({
    bestCv: { cv: 0.8, lb: 0.875, lbFrom: "task" },
    bestLb: { experiment: "exp001" },
    meanGap: null,
  });
  expect(result.recent).toMatchObject([{ cv: 0.8, lb: 0.875, lbFrom: "task" }]);
  expect(result.next[0]).toMatchObject({
    operation: "lb",
    input: { experiment: "exp001", score: 0.875 },
  });
  const text = renderPlan(result, style);
  expect(text).toContain("best CV  ★ exp001 0.8000, LB 0.8750 (from the task)");
  expect(text).toMatch(/^ {2}exp001 +0\.80000? +0\.87500?†/m);
});

test("plan in an empty workspace says how to begin; a broken task is named and hides nothing", async () => {
  const ws = await makeWorkspace();
  const empty = await plan.run(testContext(ws), plan.input.parse({}));
  expect(empty.next).toHaveLength(1);
  expect(renderPlan(empty, style)).toContain("no experiments yet");
  const { task } = await addExperiment(ws, "exp001");
  await add(ws, { hypothesis: "ratios" });
  await writeFile(task!.file, "---\nid: [\n---\n");
  await appendFile(task!.file, "<<<<<<< ours\n");
  const result = await plan.run(testContext(ws), plan.input.parse({}));
  expect(result.problems).toHaveLength(1);
  expect(result.open.map(({ experiment }) => experiment)).toContain("exp002");
});

test("plan names the common techniques that were not tried, and no more than shows", async () => {
  const ws = await makeWorkspace();
  const train = 'df.with_columns((pl.col("a") / pl.col("b")).alias("f_a_per_b"))\n';
  await addExperiment(ws, "exp001", { hypothesis: "baseline", files: { "train.py": train } });
  await addExperiment(ws, "exp002", { parent: "exp001", hypothesis: "slower" });
  await trained(ws, "exp001", 0.8, { learning_rate: 0.1 });
  await trained(ws, "exp002", 0.82, { learning_rate: 0.05 });
  await add(ws, { hypothesis: "blend of both", from: "exp002" });
  const result = await plan.run(testContext(ws), plan.input.parse({}));
  expect(result.techniques.tried).toEqual([
    { technique: "ratios and differences of columns", triedIn: ["exp001"] },
    { technique: "learning rate and number of rounds", triedIn: ["exp002"] },
    { technique: "a blend or stack of models", triedIn: ["exp003"] },
  ]);
  expect(result.techniques.notTried).toContain("another model family");
  expect(result.techniques.notTried).not.toContain("lags and rolling windows");
  expect(renderPlan(result, style)).toMatch(/common techniques not tried yet.*\n.*; model size/);
});

test("plan says what is left of the days and of today's submissions", async () => {
  const ws = await makeWorkspace(
    `competition_name: toy
competition_platform: another
data: { id: id, target: target }
metric: { name: accuracy, direction: maximize }
metadata: { deadline: 2026-11-28, max_daily_submissions: 3 }
`,
  );
  await addExperiment(ws, "exp001");
  for (const score of [0.7, 0.71]) {
    await lb.run(testContext(ws), lb.input.parse({ experiment: "exp001", score }));
  }
  const yesterday = new Date("2026-11-22T23:59:00Z");
  await lb.run(testContext(ws, yesterday), lb.input.parse({ experiment: "exp001", score: 0.6 }));
  const result = await plan.run(testContext(ws), plan.input.parse({}));
  expect(result.limits).toEqual({
    daysLeft: 4,
    submissionsADay: 3,
    submissionsToday: 2,
    submissionsLeftToday: 1,
  });
  const text = renderPlan(result, style);
  expect(text).toContain("(4 days left); 1 of 3 submissions left today");
});

test("plan, history and lb name split where LB is further from CV than the folds scatter", async () => {
  const ws = await makeWorkspace();
  const context = testContext(ws);
  await addExperiment(ws, "exp001");
  await trained(ws, "exp001", 0.8);
  const give = (score: number) => lb.run(context, lb.input.parse({ experiment: "exp001", score }));
  const shown = async () => [
    renderPlan(await plan.run(context, { limit: 5 }), style),
    renderHistory(await history.run(context, history.input.parse({})), style),
  ];
  const near = [renderLb(await give(0.79), style), ...(await shown())];
  for (const text of near) expect(text).not.toContain("`split` looks");
  const far = [renderLb(await give(0.7), style), ...(await shown())];
  for (const text of far) expect(text).toMatch(/beyond the noise of the folds: `split` looks/);
  expect(far[1]).toContain("exp001: LB-CV");
  expect(far[2]).toContain("-0.10000!");
});
