import { writeFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { renderCompare } from "../../doors/text/compare.ts";
import { renderHistory } from "../../doors/text/history.ts";
import { renderLb } from "../../doors/text/record.ts";
import { renderShow } from "../../doors/text/show.ts";
import { makeStyle } from "../../doors/text/style.ts";
import { renderVerify } from "../../doors/text/verify.ts";
import { readLedger } from "../../storage/score/ledger-file.ts";
import { artifactsOf } from "../../storage/run/run-artifacts.ts";
import { runFolder } from "../../storage/run/run-record.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  markVerified,
  metricsOf,
  testContext,
} from "../../../test/support/workspace.ts";
import { lb } from "../commands/record/lb.ts";
import { verify } from "../commands/record/verify.ts";
import { compare } from "../commands/review/compare.ts";
import { history } from "../commands/review/history.ts";
import { show } from "../commands/review/show.ts";
import { submit } from "../commands/submit/submit.ts";
import { recordRun } from "./record-run.ts";

const style = makeStyle({ color: false, width: Number.POSITIVE_INFINITY });
const first = "20261123-011530-exp001-aaaa";
const second = "20261123-021530-exp001-bbbb";
const answers = ["t0,1", "t1,0", "t2,1", "t3,1"];
const table = (lines: readonly string[]) => `${["id,target", ...lines].join("\n")}\n`;

/** exp001 trained once: CV 0.74, and a submission that is right on 3 of 4 rows. */
async function lab(platform = "local"): Promise<Workspace> {
  const ws = await makeWorkspace(`competition_name: toy
competition_platform: ${platform}
data: { id: id, target: target }
metric: { name: accuracy, direction: maximize }
`);
  await put(path.join(paths.input(ws), "sample_submission.csv"), table(answers));
  const solution = ["id,target,Usage", ...answers.map((line) => `${line},Public`)];
  await put(path.join(paths.grading(ws), "solution.csv"), `${solution.join("\n")}\n`);
  await addExperiment(ws, "exp001");
  await train(ws, first, [0.7, 0.8, 0.7, 0.8, 0.7], [...answers.slice(0, 3), "t3,0"]);
  return ws;
}

async function train(ws: Workspace, id: string, folds: number[], lines: readonly string[]) {
  const created = id === first ? "2026-11-23T01:15:30Z" : "2026-11-23T02:15:30Z";
  const artifacts = { "submission.csv": table(lines) };
  await addRun(ws, "exp001", { id, created, metrics: metricsOf(folds), artifacts });
  await recordRun(testContext(ws), ws, id);
  await markVerified(ws, "exp001");
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

const hand = (ws: Workspace, more: object = {}) =>
  submit.run(testContext(ws), submit.input.parse({ experiment: "exp001", ...more }));
const type = (ws: Workspace, score: number, more: object = {}) =>
  lb.run(testContext(ws), lb.input.parse({ experiment: "exp001", score, ...more }));
const past = async (ws: Workspace) => history.run(testContext(ws), history.input.parse({}));

async function lbLines(ws: Workspace) {
  const { entries } = await readLedger(ws, "exp001");
  return entries.flatMap((entry) => (entry.kind === "lb" ? [[entry.score, entry.run]] : []));
}

test("a graded LB names its run, and stays with its CV after a better training", async () => {
  const ws = await lab();
  expect(await hand(ws)).toMatchObject({ public: 0.75, gap: expect.closeTo(0.01), run: first });
  await train(ws, second, [0.9, 0.91, 0.9, 0.92, 0.9], answers);

  const output = await past(ws);
  const { experiments } = output;
  expect(experiments[0]).toMatchObject({
    cv: expect.closeTo(0.906),
    cvRun: second,
    lbRun: first,
    lbCv: { run: first, score: expect.closeTo(0.74) },
    lbPaired: "run",
    gap: expect.closeTo(0.01),
  });
  const text = `LB of run ${first}, CV 0.7400`;
  expect(renderHistory(output, style)).toContain(`exp001: ${text}`);
  const shown = await show.run(testContext(ws), { experiment: "exp001" });
  expect(renderShow(shown, style)).toContain(
    `public 0.7500 (LB-CV +0.01000, of run ${first}, CV 0.7400)`,
  );
  expect(shown.scores.find(({ kind }) => kind === "lb")).toMatchObject({
    run: first,
    paired: { run: first, by: "run" },
  });

  expect(await hand(ws)).toMatchObject({ public: 1, gap: expect.closeTo(0.094), run: second });
  expect(await lbLines(ws)).toEqual([
    [0.75, first],
    [1, second],
  ]);
  const board = await readFile(path.join(paths.grading(ws), "leaderboard.jsonl"), "utf8");
  expect(board.match(/"run":"[^"]+"/g)).toEqual([`"run":"${first}"`, `"run":"${second}"`]);
  expect(renderHistory(await past(ws), style)).not.toContain("of run");
});

test("a file that the user names is of the run that wrote it, and of none where none did", async () => {
  const ws = await lab();
  const copy = path.join(ws.root, "mine.csv");
  await put(
    copy,
    await readFile(path.join(artifactsOf(runFolder(ws, first)), "submission.csv"), "utf8"),
  );
  await train(ws, second, [0.9, 0.91, 0.9, 0.92, 0.9], answers);
  const old = await hand(ws, { file: copy });
  expect(old).toMatchObject({ run: first, cv: expect.closeTo(0.74), gap: expect.closeTo(0.01) });
  await put(copy, table(["t0,1", "t1,1", "t2,0", "t3,0"]));
  expect(await hand(ws, { file: copy })).toMatchObject({ run: null, cv: expect.closeTo(0.906) });
  expect(await lbLines(ws)).toEqual([
    [0.75, first],
    [0.25, null],
  ]);
});

test("a typed LB is of the run that was submitted last, whatever was trained since", async () => {
  const ws = await lab("signate");
  expect(await hand(ws)).toMatchObject({ status: "by-hand", run: first });
  await train(ws, second, [0.9, 0.91, 0.9, 0.92, 0.9], answers);
  const typed = await type(ws, 0.83);
  expect(typed).toMatchObject({
    run: first,
    paired: "run",
    cv: expect.closeTo(0.74),
    gap: expect.closeTo(0.09),
  });
  expect(renderLb(typed, style)).not.toContain("paired by time");
  expect(await type(ws, 0.83)).toMatchObject({ already: true });

  const later = { ...testContext(ws), now: () => new Date("2026-11-23T13:00:00Z") };
  await submit.run(later, submit.input.parse({ experiment: "exp001" }));
  // The same number, but of another run.
  expect(await type(ws, 0.83)).toMatchObject({ run: second, already: false });
  expect(await lbLines(ws)).toEqual([
    [0.83, first],
    [0.83, second],
  ]);
});

/** Both runs of exp001 submitted, the second last. */
async function submittedTwice(): Promise<Workspace> {
  const ws = await lab("signate");
  await hand(ws);
  await train(ws, second, [0.9, 0.91, 0.9, 0.92, 0.9], answers);
  const later = { ...testContext(ws), now: () => new Date("2026-11-23T13:00:00Z") };
  await submit.run(later, submit.input.parse({ experiment: "exp001" }));
  return ws;
}

test("a typed LB of a submission that names its run is of that run", async () => {
  const ws = await submittedTwice();
  const typed = await type(ws, 0.83, { submission: `exp001: CV 0.7400 (${first})` });
  expect(typed).toMatchObject({ run: first, paired: "run", cv: expect.closeTo(0.74) });
});

test("a typed LB of one of several submissions that nothing is known of is of no run", async () => {
  const ws = await submittedTwice();
  const typed = await type(ws, 0.83, { submission: "1103" });
  expect(typed).toMatchObject({ run: null, paired: "time" });
  expect(await type(ws, 0.84)).toMatchObject({ run: second, paired: "run" });
});

test("a typed LB after a file of no run was submitted is of no run", async () => {
  const ws = await lab("signate");
  await hand(ws);
  const copy = path.join(ws.root, "mine.csv");
  await put(copy, table(["t0,1", "t1,1", "t2,0", "t3,0"]));
  const later = { ...testContext(ws), now: () => new Date("2026-11-23T13:00:00Z") };
  const request = submit.input.parse({ experiment: "exp001", file: copy });
  expect(await submit.run(later, request)).toMatchObject({ status: "by-hand", run: null });
  expect(await type(ws, 0.83)).toMatchObject({ run: null, paired: "time" });
});

test("an LB typed without a submission is paired by time, and marked everywhere", async () => {
  const ws = await lab("signate");
  const typed = await type(ws, 0.7);
  expect(typed).toMatchObject({ run: null, paired: "time", gap: expect.closeTo(-0.04) });
  expect(renderLb(typed, style)).toContain("paired by time");
  await train(ws, second, [0.9, 0.91, 0.9, 0.92, 0.9], answers);
  await addExperiment(ws, "exp002");

  const output = await past(ws);
  expect(output.experiments.find(({ experiment }) => experiment === "exp001")).toMatchObject({
    lbRun: null,
    lbPaired: "time",
    lbCv: { run: first },
    gap: expect.closeTo(-0.04),
  });
  expect(renderHistory(output, style)).toMatch(/-0\.04000!?‡[^]*‡ paired by time/);
  const shown = await show.run(testContext(ws), { experiment: "exp001" });
  expect(renderShow(shown, style)).toContain(`of run ${first}, CV 0.7400, paired by time)`);
  const both = await compare.run(testContext(ws), { a: "exp001", b: "exp002" });
  expect(renderCompare(both, style)).toMatch(/LB-CV +-0\.04000‡ +-/);
});

test("verify names an LB line whose run the ledger does not have", async () => {
  const ws = await lab();
  await hand(ws);
  const file = paths.ledger(ws, "exp001");
  const [, graded] = (await readFile(file, "utf8")).trim().split("\n");
  await writeFile(file, `${graded}\n`);
  const output = await verify.run(testContext(ws), { experiments: [] });
  expect(output.problems).toMatchObject([{ line: 1, message: expect.stringContaining(first) }]);
  expect(renderVerify(output, style)).toContain(`the LB is of run ${first}, which has no CV line`);
  const { experiments } = await past(ws);
  expect(experiments[0]).toMatchObject({ lb: 0.75, lbCv: null, gap: null, lbPaired: null });
});

test.each([
  ["the experiment's own", {}],
  ["a named", { file: "mine.csv" }],
])(
  "%s file that changes after its run was found is not submitted as that run's",
  async (_, more) => {
    const ws = await lab();
    const own = path.join(artifactsOf(runFolder(ws, first)), "submission.csv");
    const named = path.join(ws.root, "mine.csv");
    await writeFile(named, await readFile(own));
    const context = testContext(ws);
    context.progress.step = () => {
      for (const file of [own, named]) writeFileSync(file, table(answers));
    };
    const request = submit.input.parse({ experiment: "exp001", ...more });
    await expect(submit.run(context, request)).rejects.toMatchObject({ code: "file-changed" });
    expect(await lbLines(ws)).toEqual([]);
  },
);
