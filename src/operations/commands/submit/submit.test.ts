import { mkdir, readFile, utimes, writeFile, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readTask } from "../../../backlog/read-tasks.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import { readLedger } from "../../../storage/score/ledger-file.ts";
import { paths, type Workspace } from "../../../storage/workspace/workspace.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  markVerified,
  metricsOf,
  testContext,
} from "../../../../test/support/workspace.ts";
import { recordRun } from "../../score/record-run.ts";
import { submit } from "./submit.ts";

const answers = ["True", "False", "True", "True", "False", "False", "True", "False"];

const rows = answers.map((value, row) => `t${row},${value}`);

async function competition(platform = "local"): Promise<Workspace> {
  const ws = await makeWorkspace(`competition_name: toy
competition_platform: ${platform}
data: { id: id, target: target }
metric: { name: accuracy, direction: maximize }
`);
  await put(path.join(paths.input(ws), "sample_submission.csv"), [
    "id,target",
    ...rows.map((line) => line.replace("True", "False")),
  ]);
  const usage = answers.map((value, row) => `t${row},${value},${row < 4 ? "Public" : "Private"}`);
  await put(path.join(paths.grading(ws), "solution.csv"), ["id,target,Usage", ...usage]);
  await addExperiment(ws, "exp001");
  const run = await addRun(ws, "exp001", { metrics: metricsOf([0.7, 0.8, 0.7, 0.8, 0.7]) });
  await recordRun(testContext(ws), ws, run);
  await markVerified(ws, "exp001");
  return ws;
}

async function put(file: string, lines: readonly string[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${lines.join("\n")}\n`);
}

async function predict(ws: Workspace, lines: readonly string[]): Promise<string> {
  const file = path.join(paths.artifacts(ws, "exp001"), "submission.csv");
  await put(file, ["id,target", ...lines]);
  return file;
}

const ask = (ws: Workspace, more: object = {}) =>
  submit.run(testContext(ws), submit.input.parse({ experiment: "exp001", ...more }));

// Right on 3 of 4 public rows and 1 of 4 private ones, in another order than asked.
const guesses = answers.map((_, row) => `t${row},${row < 4 ? "true" : "1"}`).toReversed();

test("grades, keeps the private score to itself, and notes the public one beside the CV", async () => {
  const ws = await competition();
  await predict(ws, guesses);
  const result = await ask(ws, { message: "first" });
  expect(result).toMatchObject({
    status: "graded",
    public: 0.75,
    private: null,
    submission: "local-1",
    gap: expect.closeTo(0.01),
  });
  const { notes } = await readTask(await findBacklog(ws.root), "TASK-1");
  expect(notes).toContain("Public LB: 0.7500");
  const { entries } = await readLedger(ws, "exp001");
  expect(entries.filter(({ kind }) => kind === "lb")).toMatchObject([
    { side: "public", source: "local" },
  ]);
});

test("--final tells the private score", async () => {
  const ws = await competition();
  await predict(ws, guesses);
  expect(await ask(ws, { final: true })).toMatchObject({ public: 0.75, private: 0.25 });
});

test("the very same file again is said and gives no second line", async () => {
  const ws = await competition();
  await predict(ws, guesses);
  await ask(ws);
  expect(await ask(ws)).toMatchObject({ status: "repeated", public: 0.75, submission: "local-1" });
  const board = await readFile(path.join(paths.grading(ws), "leaderboard.jsonl"), "utf8");
  expect(board.trim().split("\n")).toHaveLength(1);
  expect((await readLedger(ws, "exp001")).entries.filter(({ kind }) => kind === "lb")).toHaveLength(
    1,
  );
});

const refusals: Record<string, [lines: string[], message: string, line?: number]> = {
  "missing ids": [rows.slice(2), "2 ids missing: t0, t1"],
  "duplicate ids": [[...rows, "t0,True"], "1 id repeated: t0 (line 10)", 10],
  "unknown ids": [[...rows, "x9,True"], "1 id not in sample_submission: x9 (line 10)", 10],
  "empty values": [rows.with(1, "t1,"), '1 value of target empty or not finite: "" (line 3)', 3],
  NaN: [rows.with(7, "t7,NaN"), "1 value of target empty or not finite: NaN (line 9)", 9],
};

test.each(Object.entries(refusals))(
  "%s are refused and nothing changes",
  async (_, [lines, message, line]) => {
    const ws = await competition();
    await predict(ws, lines);
    const error = await ask(ws).catch((caught: UserError) => caught);
    expect(error).toMatchObject({ code: "submission", message: expect.stringContaining(message) });
    if (line !== undefined) expect((error as UserError).at?.line).toBe(line);
    await expect(readFile(path.join(paths.grading(ws), "leaderboard.jsonl"))).rejects.toThrow(
      "ENOENT",
    );
  },
);

test("the error stands at the first faulty line, whatever is wrong there", async () => {
  const ws = await competition();
  await predict(ws, [...rows.with(1, "t1,").with(4, "x9,True"), "t0,True"]);
  await expect(ask(ws)).rejects.toMatchObject({ at: { line: 3 } });
});

test("a file that is not there is named once, with what to do", async () => {
  const ws = await competition();
  await expect(ask(ws, { file: "nope.csv" })).rejects.toMatchObject({
    message: "there is no such file",
    at: { file: "nope.csv" },
    next: { operation: "submit", input: { experiment: "exp001" } },
    exitCode: 2,
  });
});

test("a column too few or too many is named", async () => {
  const ws = await competition();
  const file = path.join(ws.root, "other.csv");
  await put(file, ["id,pred", ...rows]);
  await expect(ask(ws, { file })).rejects.toThrow(
    "1 column missing: target; 1 column too many: pred",
  );
});

test("no submission, or one older than the recorded run, points to inference.py", async () => {
  const ws = await competition();
  const next = { operation: "run", input: { script: "models/exp001/inference.py" } };
  await expect(ask(ws)).rejects.toMatchObject({ message: "there is no submission yet", next });
  const file = await predict(ws, guesses);
  await utimes(file, new Date("2026-01-01"), new Date("2026-01-01"));
  await expect(ask(ws)).rejects.toMatchObject({
    message: expect.stringContaining("older than run"),
    next,
  });
});

test("--dry-run only checks", async () => {
  const ws = await competition();
  await predict(ws, guesses);
  expect(await ask(ws, { dryRun: true })).toMatchObject({
    status: "checked",
    rows: 8,
    preflight: null,
  });
  expect((await readLedger(ws, "exp001")).entries).toHaveLength(1);
});

test("on a platform it does not know it checks and says where to upload", async () => {
  const ws = await competition("signate");
  await predict(ws, guesses);
  const result = await ask(ws);
  expect(result).toMatchObject({
    status: "by-hand",
    uploadTo: "the competition's page on signate",
    next: [{ operation: "lb", input: { experiment: "exp001" } }],
  });
  expect(result.summary).toContain("the competition's page on signate");
});

test("a CV of part of the rows is said to be that, and the LB is not set against it", async () => {
  const ws = await competition();
  await predict(ws, guesses);
  const file = paths.ledger(ws, "exp001");
  const line = JSON.parse(await readFile(file, "utf8"));
  const part = { partial: { kind: "sample", why: null }, rows: { scored: 519, of: 600 } };
  await writeFile(file, `${JSON.stringify({ ...line, ...part })}\n`);
  expect(await ask(ws)).toMatchObject({
    cv: expect.closeTo(0.74),
    standing: "partial",
    gap: null,
    warnings: ["the CV of exp001 is of 519 of 600 rows"],
  });
});
