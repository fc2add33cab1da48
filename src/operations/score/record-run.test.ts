import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findBacklog } from "../../backlog/backlog.ts";
import { createTask } from "../../backlog/create-task.ts";
import { editTask } from "../../backlog/edit-task.ts";
import { readTask } from "../../backlog/read-tasks.ts";
import { formatProject } from "../../storage/competition/project-text.ts";
import { readExperiment, writeExperiment } from "../../storage/experiment/experiment-file.ts";
import { runFolder } from "../../storage/run/run-record.ts";
import { readLedger } from "../../storage/score/ledger-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  metricsOf,
  testContext,
  testNow,
} from "../../../test/support/workspace.ts";
import { recordRun } from "./record-run.ts";
import { verifyScores } from "./verify-scores.ts";

const folds = [0.801, 0.806, 0.803, 0.808, 0.803];

async function taskOf(ws: Workspace) {
  return readTask(await findBacklog(ws.root), "TASK-1");
}

/** exp001 with a task of the user's making. */
async function withTask(acceptanceCriteria: string[], remembered?: number[]): Promise<Workspace> {
  const ws = await makeWorkspace();
  const draft = { title: "exp001: 基準", labels: ["exp", "exp001"], acceptanceCriteria };
  await createTask(await findBacklog(ws.root), draft, { now: testNow });
  const { folder } = await addExperiment(ws, "exp001", { task: false });
  const known = await readExperiment(ws, "exp001");
  await writeExperiment(folder, { ...known, task: "TASK-1", criteria: remembered });
  return ws;
}

async function record(ws: Workspace) {
  return recordRun(testContext(ws), ws, await addRun(ws, "exp001", { metrics: metricsOf(folds) }));
}

async function ticked(ws: Workspace): Promise<string[]> {
  const { acceptanceCriteria } = await taskOf(ws);
  return acceptanceCriteria.filter(({ checked }) => checked).map(({ text }) => text);
}

describe("a run that succeeded", () => {
  test("gives a ledger line, a note and both criteria ticked", async () => {
    const ws = await makeWorkspace();
    await addExperiment(ws, "exp001");
    const run = await addRun(ws, "exp001", { metrics: metricsOf(folds) });
    const recorded = await recordRun(testContext(ws), ws, run);
    expect(recorded).toMatchObject({ recorded: true, already: false, task: "TASK-1" });
    expect(recorded.summary).toBe(
      "CV 0.8042 accuracy recorded, unverified: train.csv is not there; noted in TASK-1",
    );
    const task = await taskOf(ws);
    expect(task.notes).toBe(
      `CV score: 0.8042 unverified (accuracy, 5-fold StratifiedKFold, 0.801-0.808; learning_rate=0.05; run ${run})`,
    );
    expect(task.acceptanceCriteria.map(({ checked }) => checked)).toEqual([true, true]);
    const { entries } = await readLedger(ws, "exp001");
    expect(entries).toMatchObject([
      {
        kind: "cv",
        run,
        score: recorded.score,
        folds,
        code_sha256: "c0de",
        at: testNow.toISOString(),
      },
    ]);
  });

  test("is recorded once, however often and however many at once ask", async () => {
    const ws = await makeWorkspace();
    await addExperiment(ws, "exp001");
    const run = await addRun(ws, "exp001", { metrics: metricsOf(folds) });
    const both = await Promise.all([
      recordRun(testContext(ws), ws, run),
      recordRun(testContext(ws), ws, run),
    ]);
    expect(both.map(({ already }) => already).toSorted()).toEqual([false, true]);
    expect((await recordRun(testContext(ws), ws, run)).already).toBe(true);
    expect((await readLedger(ws, "exp001")).entries).toHaveLength(1);
    expect((await taskOf(ws)).notes.match(/CV score/g)).toHaveLength(1);
  });

  test("finishes a note that a crash left out", async () => {
    const ws = await makeWorkspace();
    await addExperiment(ws, "exp001");
    const run = await addRun(ws, "exp001", { metrics: metricsOf(folds) });
    await recordRun(testContext(ws), ws, run);
    const backlog = await findBacklog(ws.root);
    await editTask(backlog, "TASK-1", () => ({ notes: "mine", uncheckAc: [1, 2] }), {
      now: testNow,
    });
    await recordRun(testContext(ws), ws, run);
    const task = await taskOf(ws);
    expect(task.notes).toMatch(/^mine\n+CV score: 0.8042/);
    expect(task.acceptanceCriteria.every(({ checked }) => checked)).toBe(true);
    expect((await readLedger(ws, "exp001")).entries).toHaveLength(1);
  });

  describe("and the acceptance criteria", () => {
    test("that Crossfold wrote are ticked by their number, however reworded", async () => {
      const ws = await withTask(["速い", "学習がエラーなく終わる", "CVを記録する"], [2, 3]);
      const { summary } = await record(ws);
      expect(await ticked(ws)).toEqual(["学習がエラーなく終わる", "CVを記録する"]);
      expect(summary).not.toContain("ticked");
    });

    test("keep their meaning when Backlog.md renumbers them", async () => {
      const ws = await withTask(["CV score recorded", "my own"], [1, 2]);
      await record(ws);
      expect(await ticked(ws)).toEqual(["CV score recorded"]);
    });

    test("of the user's own task are ticked where they are exactly two", async () => {
      const ws = await withTask(["学習が終わる", "CVを記録する"]);
      await record(ws);
      expect(await ticked(ws)).toEqual(["学習が終わる", "CVを記録する"]);
    });

    test("of the user's own task are else left alone, and that is said", async () => {
      const ws = await withTask(["学習が終わる", "CVを記録する", "LBも"]);
      const { summary } = await record(ws);
      expect(await ticked(ws)).toEqual([]);
      expect(summary).toContain("none of its acceptance criteria was ticked");
      expect(summary).toContain("backlog task edit TASK-1 --check-ac NUMBER");
    });
  });

  test("says what differs from the parent", async () => {
    const ws = await makeWorkspace();
    await addExperiment(ws, "exp001");
    await addExperiment(ws, "exp002", { parent: "exp001" });
    const base = { learning_rate: 0.05, depth: 6 };
    const first = await addRun(ws, "exp001", { metrics: metricsOf(folds, { config: base }) });
    const second = await addRun(ws, "exp002", {
      metrics: metricsOf(folds, { config: { ...base, depth: 8 } }),
    });
    await recordRun(testContext(ws), ws, first);
    await recordRun(testContext(ws), ws, second);
    const task = await readTask(await findBacklog(ws.root), "TASK-2");
    expect(task.notes).toContain("; depth=8; run");
  });

  test("finds the task by its labels, and without one still keeps the score", async () => {
    const ws = await makeWorkspace();
    await addExperiment(ws, "exp001", { task: false });
    const run = await addRun(ws, "exp001", { metrics: metricsOf(folds) });
    const recorded = await recordRun(testContext(ws), ws, run);
    expect(recorded.recorded).toBe(true);
    expect(recorded.summary).toContain("no backlog task has the labels exp and exp001");
  });

  test("keeps the score where the task's file is broken, and names that file", async () => {
    const ws = await makeWorkspace();
    const { task } = await addExperiment(ws, "exp001");
    const run = await addRun(ws, "exp001", { metrics: metricsOf(folds) });
    await writeFile(task!.file, "<<<<<<< ours\n");
    const recorded = await recordRun(testContext(ws), ws, run);
    expect(recorded.recorded).toBe(true);
    expect(recorded.summary).toContain("no note was written to its task");
  });
});

const refused = {
  "no metrics.json": [undefined, "wrote no metrics.json"],
  "a truncated one": ['{"cv_score": 0.80', "is cut short after 17 characters"],
  NaN: ['{"cv_score": NaN, "fold_scores": [1,1,1,1,1]}', "cv_score is NaN"],
  "four folds of five": [metricsOf([0.8, 0.8, 0.8, 0.8]), "4 fold scores, but 5 folds"],
  "another metric": [metricsOf(folds, { metric: "rmse" }), "metric is rmse"],
} as const;

test.each(Object.entries(refused))("%s records nothing and says why", async (_, [metrics, why]) => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const run = await addRun(ws, "exp001", metrics === undefined ? {} : { metrics });
  const recorded = await recordRun(testContext(ws), ws, run);
  expect(recorded).toMatchObject({ recorded: false, score: null });
  expect(recorded.refusal?.message).toContain(why);
  expect((await readLedger(ws, "exp001")).entries).toEqual([]);
  const task = await taskOf(ws);
  expect(task.notes).toContain(why);
  expect(task.acceptanceCriteria.some(({ checked }) => checked)).toBe(false);
});

describe("a proof from the OOF file", () => {
  const oof = { file: "oof.csv", target: "target", prediction: ["pred"], fold: "fold" };
  const rows = ["id,target,pred,fold"];
  for (let row = 0; row < 50; row += 1) {
    const right = row % 5 !== 0 || row < 10;
    rows.push(`${row},${row % 2 === 0},${(row % 2 === 0) === right},${Math.floor(row / 10)}`);
  }
  const csv = `${rows.join("\n")}\n`;
  /** A workspace whose train.csv has the targets of these rows. */
  async function makeCompetition(): Promise<Workspace> {
    const ws = await makeWorkspace();
    ws.project.data = { ...ws.project.data, id: "id", target: "target" };
    await mkdir(paths.input(ws), { recursive: true });
    const train = rows.map((row) => row.split(",").slice(0, 2).join(","));
    await writeFile(path.join(paths.input(ws), "train.csv"), `${train.join("\n")}\n`);
    await addExperiment(ws, "exp001");
    return ws;
  }
  const validation = { strategy: "KFold", n_splits: 5 };
  const measured = [1, 0.8, 0.8, 0.8, 0.8];

  test("verifies a true score", async () => {
    const ws = await makeCompetition();
    const run = await addRun(ws, "exp001", {
      metrics: metricsOf(measured, { cv_score: 0.84, cv_is: "oof", oof, validation }),
      oof: csv,
    });
    expect(await recordRun(testContext(ws), ws, run)).toMatchObject({ recorded: true });
    expect((await readLedger(ws, "exp001")).entries).toMatchObject([
      { proof: { verdict: "verified", summary: expect.stringContaining("50 out-of-fold") } },
    ]);
  });

  test("takes repeats from project.yml, and names them in the note", async () => {
    const ws = await makeCompetition();
    ws.project.validation = { strategy: "RepeatedKFold", n_splits: 5, n_repeats: 2, seed: 42 };
    await writeFile(path.join(ws.root, "project.yml"), formatProject(ws.project, { guess: false }));
    const [header, ...first] = rows;
    const again = first.map((row, at) => row.replace(/[^,]*$/, String(5 + (at % 5))));
    const whole = { cv_score: 0.84, cv_is: "oof", oof, validation: {} };
    const scores = [...measured, 0.2, 1, 1, 1, 1];
    const run = await addRun(ws, "exp001", {
      metrics: metricsOf(scores, whole),
      oof: [header, ...first, ...again].join("\n"),
    });
    expect(await recordRun(testContext(ws), ws, run)).toMatchObject({ recorded: true });
    const { entries } = await readLedger(ws, "exp001");
    expect(entries).toMatchObject([
      {
        validation: { strategy: "RepeatedKFold", n_splits: 5, n_repeats: 2 },
        rows: { scored: 50, of: 50 },
      },
    ]);
    expect((await taskOf(ws)).notes).toContain("(accuracy, 2 x 5-fold RepeatedKFold, ");
  });

  test.each([
    ["cv_score", { cv_score: 0.9, cv_is: "oof" }, "cv_score is 0.9 in metrics.json, but"],
    ["a fold", { fold_scores: [0.8, 1, 0.8, 0.8, 0.8], cv_score: 0.84 }, "fold_scores[0] is 0.8"],
  ])("refuses a wrong %s with both numbers", async (_, changes, why) => {
    const ws = await makeCompetition();
    const metrics = metricsOf(measured, { oof, validation, ...changes });
    const run = await addRun(ws, "exp001", { metrics, oof: csv });
    const recorded = await recordRun(testContext(ws), ws, run);
    expect(recorded).toMatchObject({ recorded: false });
    expect(recorded.summary).toContain(why);
  });
});

test("a failed run leaves one note with its exit code and last error line", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const log = "Traceback\n\u001B[31mValueError: no column f_x\u001B[0m\nView run at x\n\n";
  const run = await addRun(ws, "exp001", { state: "failed", exitCode: 1, log });
  await recordRun(testContext(ws), ws, run);
  await recordRun(testContext(ws), ws, run);
  expect((await taskOf(ws)).notes).toBe(
    `Run ${run} failed: exit code 1: ValueError: no column f_x`,
  );
});

test.each([{ debug: true }, { kind: "script" as const }])("%o leaves nothing", async (options) => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const run = await addRun(ws, "exp001", { metrics: metricsOf(folds), ...options });
  expect((await recordRun(testContext(ws), ws, run)).recorded).toBe(false);
  expect((await taskOf(ws)).notes).toBe("");
  expect((await readLedger(ws, "exp001")).entries).toEqual([]);
});

test("a ledger cut short keeps its whole lines and takes new ones", async () => {
  const ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  const run = await addRun(ws, "exp001", { metrics: metricsOf(folds) });
  await recordRun(testContext(ws), ws, run);
  await appendFile(paths.ledger(ws, "exp001"), '{"kind":"lb","at":"2026');
  const later = await addRun(ws, "exp001", {
    id: "20261123-021530-exp001-aaaa",
    metrics: metricsOf(folds),
  });
  await recordRun(testContext(ws), ws, later);
  const { entries, problems } = await readLedger(ws, "exp001");
  expect(entries).toHaveLength(2);
  expect(problems).toMatchObject([{ at: { file: paths.ledger(ws, "exp001"), line: 2 } }]);
  expect(await readFile(paths.ledger(ws, "exp001"), "utf8")).toMatch(/"at":"2026\n\{"kind":"cv"/);
});

describe("a secret that the script wrote into metrics.json", () => {
  const secret = "k9Xq2Lm8Zp4Rt6Yw";
  const changes = {
    config: { lr: 0.1, [`to ${secret}`]: { [secret]: [secret, 1] }, zone: "eu" },
    validation: { strategy: "KFold", n_splits: 5, [secret]: 1, where: `s3://${secret}/folds` },
  };

  async function recorded(): Promise<{ ws: Workspace; run: string }> {
    const ws = await makeWorkspace();
    await writeFile(path.join(ws.root, ".env"), `BUCKET=${secret}\n`);
    await addExperiment(ws, "exp001");
    const run = await addRun(ws, "exp001", { metrics: metricsOf(folds, changes) });
    await recordRun(testContext(ws), ws, run);
    return { ws, run };
  }

  test("is in neither ledger, judgement nor task, as a key or as a value", async () => {
    const { ws, run } = await recorded();
    const files = [
      paths.ledger(ws, "exp001"),
      path.join(runFolder(ws, run), "judged.json"),
      (await taskOf(ws)).file,
    ];
    for (const file of files) expect(await readFile(file, "utf8")).not.toContain(secret);
    expect((await readLedger(ws, "exp001")).entries).toMatchObject([
      { config: { lr: 0.1, "to ***": { "***": ["***", 1] }, zone: "eu" } },
    ]);
  });

  test("does not make an honest score contradicted", async () => {
    const { ws } = await recorded();
    const { lines } = await verifyScores(testContext(ws), ws, ["exp001"]);
    expect(lines.map(({ verdict }) => verdict.outcome)).toEqual(["unverified"]);
  });

  test("hides no other change of its line", async () => {
    const { ws } = await recorded();
    const file = paths.ledger(ws, "exp001");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace('"zone":"eu"', '"zone":"us"'));
    const edited = await verifyScores(testContext(ws), ws, ["exp001"]);
    expect(edited.lines.map(({ verdict }) => verdict.outcome)).toEqual(["contradicted"]);
    // A mask stands for a text, not for the settings beside it.
    await writeFile(
      file,
      text.replace('"***",1],', "").replace(/"config":\{.*?"zone"/, '"config":{"zone"'),
    );
    const without = await verifyScores(testContext(ws), ws, ["exp001"]);
    expect(without.lines.map(({ verdict }) => verdict.outcome)).toEqual(["contradicted"]);
  });
});
