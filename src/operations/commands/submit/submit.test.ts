import { mkdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readTask } from "../../../backlog/read-tasks.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import { readNotes, writeNotes } from "../../../storage/run/run-artifacts.ts";
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
import { lb } from "../record/lb.ts";
import { submit } from "./submit.ts";

const answers = ["True", "False", "True", "True", "False", "False", "True", "False"];

const rows = answers.map((value, row) => `t${row},${value}`);

/** A competition with exp001, which predicted these lines; without any, it wrote no submission. */
async function competition(
  lines: readonly string[] | undefined,
  platform = "local",
): Promise<Workspace> {
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
  const run = await addRun(ws, "exp001", {
    metrics: metricsOf([0.7, 0.8, 0.7, 0.8, 0.7]),
    artifacts:
      lines === undefined ? {} : { "submission.csv": `${["id,target", ...lines].join("\n")}\n` },
  });
  await recordRun(testContext(ws), ws, run);
  await markVerified(ws, "exp001");
  return ws;
}

async function put(file: string, lines: readonly string[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${lines.join("\n")}\n`);
}

const ask = (ws: Workspace, more: object = {}) =>
  submit.run(testContext(ws), submit.input.parse({ experiment: "exp001", ...more }));

// Right on 3 of 4 public rows and 1 of 4 private ones, in another order than asked.
const guesses = answers.map((_, row) => `t${row},${row < 4 ? "true" : "1"}`).toReversed();

test("grades, keeps the private score to itself, and notes the public one beside the CV", async () => {
  const ws = await competition(guesses);
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
  const ws = await competition(guesses);
  expect(await ask(ws, { final: true })).toMatchObject({ public: 0.75, private: 0.25 });
});

test("a typed score never takes the place of a graded one", async () => {
  const ws = await competition(guesses);
  const type = (score: number, more = {}) =>
    lb.run(testContext(ws), lb.input.parse({ experiment: "exp001", score, ...more }));
  await type(0.5);
  await ask(ws);
  for (const score of [0.9, 0.75])
    await expect(type(score)).rejects.toMatchObject({
      code: "lb-graded",
      message: expect.stringContaining("Public LB: 0.7500 (local-1)"),
      next: { operation: "submit", input: { experiment: "exp001" } },
    });
  const { entries } = await readLedger(ws, "exp001");
  expect(entries.filter(({ kind }) => kind === "lb")).toMatchObject([
    { score: 0.5, source: "given" },
    { score: 0.75, source: "local" },
  ]);
  // The other side was not graded yet.
  expect(await type(0.25, { private: true })).toMatchObject({ side: "private", already: false });
});

test("the very same file again is said and gives no second line", async () => {
  const ws = await competition(guesses);
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
    const ws = await competition(lines);
    const error = await ask(ws).catch((caught: UserError) => caught);
    expect(error).toMatchObject({ code: "submission", message: expect.stringContaining(message) });
    if (line !== undefined) expect((error as UserError).at?.line).toBe(line);
    await expect(readFile(path.join(paths.grading(ws), "leaderboard.jsonl"))).rejects.toThrow(
      "ENOENT",
    );
  },
);

test("the error stands at the first faulty line, whatever is wrong there", async () => {
  const ws = await competition([...rows.with(1, "t1,").with(4, "x9,True"), "t0,True"]);
  await expect(ask(ws)).rejects.toMatchObject({ at: { line: 3 } });
});

test("a file that is not there is named once, with what to do", async () => {
  const ws = await competition(undefined);
  await expect(ask(ws, { file: "nope.csv" })).rejects.toMatchObject({
    message: "there is no such file",
    at: { file: "nope.csv" },
    next: { operation: "submit", input: { experiment: "exp001" } },
    exitCode: 2,
  });
});

test("a column too few or too many is named", async () => {
  const ws = await competition(undefined);
  const file = path.join(ws.root, "other.csv");
  await put(file, ["id,pred", ...rows]);
  await expect(ask(ws, { file })).rejects.toThrow(
    "1 column missing: target; 1 column too many: pred",
  );
});

const inference = { operation: "run", input: { script: "models/exp001/inference.py" } };

test("a run that wrote no submission points to inference.py", async () => {
  const ws = await competition(undefined);
  await expect(ask(ws)).rejects.toMatchObject({
    message: expect.stringContaining("wrote no submission.csv"),
    next: inference,
  });
});

test("a file that a script started by hand left in artifacts/ is not what was scored", async () => {
  const ws = await competition(undefined);
  await put(path.join(paths.artifacts(ws, "exp001"), "submission.csv"), ["id,target", ...rows]);
  await expect(ask(ws)).rejects.toMatchObject({ code: "no-submission" });
});

test("what inference.py made of the recorded run's artifacts goes before what the run wrote", async () => {
  const ws = await competition(guesses);
  const made = ["id,target", ...rows].join("\n");
  const uses = "20261123-011530-exp001-k3f9";
  const script = { kind: "script" as const, uses, artifacts: { "submission.csv": made } };
  await addRun(ws, "exp001", { ...script, id: "20261123-021530-inference-aaaa" });
  // One of another run's artifacts says nothing of this score.
  await addRun(ws, "exp001", {
    ...script,
    id: "20261123-031530-inference-bbbb",
    created: "2026-11-23T03:15:30Z",
    uses: "20261101-000000-exp001-zzzz",
  });
  const result = await ask(ws, { dryRun: true });
  expect(result).toMatchObject({
    run: uses,
    file: ".crossfold/runs/20261123-021530-inference-aaaa/artifacts/submission.csv",
    warnings: [],
  });
});

test("what inference.py wrote last counts, also where the run had written the very same", async () => {
  const ws = await competition(guesses);
  const uses = "20261123-011530-exp001-k3f9";
  const script = { kind: "script" as const, uses };
  const other = { "submission.csv": ["id,target", ...rows].join("\n") };
  const times = ["2026-11-23T02:15:30Z", "2026-11-23T03:15:30Z"] as const;
  await addRun(ws, "exp001", {
    ...script,
    id: "20261123-021530-inference-aaaa",
    created: times[0],
    artifacts: other,
  });
  const id = "20261123-031530-inference-bbbb";
  await addRun(ws, "exp001", { ...script, id, created: times[1] });
  const given = (await readNotes(path.join(paths.runs(ws), uses)))!["submission.csv"]!;
  await writeNotes(path.join(paths.runs(ws), id), {
    "submission.csv": { ...given, dropped: true },
  });
  expect(await ask(ws, { dryRun: true })).toMatchObject({
    run: uses,
    file: `.crossfold/runs/${uses}/artifacts/submission.csv`,
  });
});

test("a folder in place of a submission is named, with what to do", async () => {
  const ws = await competition(guesses);
  await expect(ask(ws, { file: paths.input(ws) })).rejects.toMatchObject({
    code: "unreadable",
    message: expect.stringContaining("a folder is in its place"),
  });
});

test("a submission of code that was edited since is said", async () => {
  const ws = await competition(guesses);
  await put(path.join(paths.experiment(ws, "exp001"), "inference.py"), ["# other"]);
  const { warnings } = await ask(ws, { dryRun: true });
  expect(warnings).toEqual([expect.stringContaining("inference.py was edited since run")]);
});

test("a submission that was changed in the record is refused", async () => {
  const ws = await competition(guesses);
  const record = path.join(paths.runs(ws), "20261123-011530-exp001-k3f9", "artifacts");
  await put(path.join(record, "submission.csv"), ["id,target", ...rows]);
  await expect(ask(ws)).rejects.toMatchObject({ code: "artifacts-changed" });
});

test("without a recorded run, one older than the run whose CV is recorded points to inference.py", async () => {
  const ws = await competition(undefined);
  await rm(path.join(paths.runs(ws), "20261123-011530-exp001-k3f9", "artifacts"), {
    recursive: true,
  });
  await expect(ask(ws)).rejects.toMatchObject({
    message: "there is no submission yet",
    next: inference,
  });
  const file = path.join(paths.artifacts(ws, "exp001"), "submission.csv");
  await put(file, ["id,target", ...guesses]);
  await utimes(file, new Date("2026-01-01"), new Date("2026-01-01"));
  await expect(ask(ws)).rejects.toMatchObject({
    message: expect.stringContaining("older than run"),
    next: inference,
  });
});

test("--dry-run only checks", async () => {
  const ws = await competition(guesses);
  expect(await ask(ws, { dryRun: true })).toMatchObject({
    status: "checked",
    rows: 8,
    preflight: null,
  });
  expect((await readLedger(ws, "exp001")).entries).toHaveLength(1);
});

test("on a platform it does not know it checks and says where to upload", async () => {
  const ws = await competition(guesses, "signate");
  const result = await ask(ws);
  expect(result).toMatchObject({
    status: "by-hand",
    uploadTo: "the competition's page on signate",
    next: [{ operation: "lb", input: { experiment: "exp001" } }],
  });
  expect(result.summary).toContain("the competition's page on signate");
});

test("a CV of part of the rows is said to be that, and the LB is not set against it", async () => {
  const ws = await competition(guesses);
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
