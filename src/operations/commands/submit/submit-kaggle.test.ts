import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readTask } from "../../../backlog/read-tasks.ts";
import { lbSync } from "../record/lb-sync.ts";
import { recordRun } from "../../score/record-run.ts";
import { submit } from "./submit.ts";
import { latestLb } from "../../../core/score/ledger.ts";
import { readLedger } from "../../../storage/score/ledger-file.ts";
import { paths, type Workspace } from "../../../storage/workspace/workspace.ts";
import { type FakeKaggle, startFakeKaggle } from "../../../../test/kaggle/fake-kaggle.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  markVerified,
  metricsOf,
  testContext,
  testNow,
} from "../../../../test/support/workspace.ts";

vi.mock("node:timers/promises", () => import("../../../../test/support/quick-timers.ts"));

const slug = "toy";
let fake: FakeKaggle;
let ws: Workspace;

beforeEach(async () => {
  fake = await startFakeKaggle({
    now: () => testNow,
    competitions: [{ slug, score: (file) => score(file.toString()) }],
  });
  ws = await makeWorkspace(`competition_name: ${slug}
competition_platform: kaggle
data: { id: id, target: target }
metric: { name: accuracy, direction: maximize }
`);
  await put(path.join(paths.input(ws), "sample_submission.csv"), "id,target\na,0\nb,0\n");
  await trained("exp001", [0.7, 0.8, 0.7, 0.8, 0.7]);
});

afterEach(() => fake.close());

function score(text: string): { public: number; private: number } {
  const [a, b] = text.trim().split("\n").slice(1);
  if (a === "a,9") throw new Error("Submission contains values that are out of range (row 1)");
  return { public: a === "a,1" ? 1 : 0.5, private: b === "b,1" ? 0.9 : 0.4 };
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function trained(name: string, folds: readonly number[]): Promise<void> {
  await addExperiment(ws, name);
  const run = await addRun(ws, name, {
    metrics: metricsOf(folds),
    id: `20261123-011530-${name}-k3f9`,
    artifacts: { "submission.csv": "id,target\na,1\nb,1\n" },
  });
  await recordRun(testContext(ws), ws, run);
  await markVerified(ws, name);
}

const context = (answer?: boolean) => ({
  ...testContext(ws),
  env: { ...fake.env },
  ...(answer === undefined
    ? {}
    : {
        ask: {
          confirm: async () => answer,
          text: async () => "",
          choose: async () => {
            throw new Error("not asked");
          },
        },
      }),
});

const hand = (name: string, more: object = {}) =>
  submit.run(context(), submit.input.parse({ experiment: name, ...more }));
const asked = (answer: boolean) =>
  submit.run(context(answer), submit.input.parse({ experiment: "exp001" }));
const sync = () => lbSync.run(context(), {});
let inferences = 0;
/** Another submission from the same artifacts, as an edited inference.py makes it. */
const rewrite = (name: string, text: string) =>
  addRun(ws, name, {
    kind: "script",
    id: `20261123-0216${`${(inferences += 1)}`.padStart(2, "0")}-inference-aaaa`,
    created: new Date(testNow.getTime() + inferences * 1000).toISOString(),
    uses: `20261123-011530-${name}-k3f9`,
    artifacts: { "submission.csv": text },
  });
const lbLines = async (name: string) =>
  (await readLedger(ws, name)).entries.filter(({ kind }) => kind === "lb");
const journal = async () => {
  const folder = path.join(ws.root, ".crossfold", "submissions");
  const [name] = await readdir(folder);
  return JSON.parse(await readFile(path.join(folder, name!), "utf8"));
};
const sends = () => fake.requests.filter(({ call }) => call === "CreateSubmission").length;

test("submits, waits, and records the score in ledger and task", async () => {
  const result = await hand("exp001", { wait: true });
  expect(result).toMatchObject({
    status: "graded",
    public: 1,
    private: null,
    preflight: { left: 5, doubts: [] },
  });
  expect(fake.submissions[0]!.description).toMatch(
    /^exp001: CV 0\.7400 \(20261123-011530-exp001-k3f9\) #cf-[0-9a-f]{12}$/,
  );
  expect(await lbLines("exp001")).toMatchObject([
    { side: "public", score: 1, source: "kaggle", submission: String(fake.submissions[0]!.ref) },
  ]);
  const { notes } = await readTask(await findBacklog(ws.root), "TASK-1");
  expect(notes).toContain("Public LB: 1.0000");
});

test("a user's message is kept and names the experiment", async () => {
  await hand("exp001", { message: "blend of two" });
  expect(fake.submissions[0]!.description).toMatch(/^exp001: blend of two #cf-/);
});

test("without --wait it says where the score will come from", async () => {
  expect(await hand("exp001")).toMatchObject({ status: "sent", next: [{ operation: "lb sync" }] });
  expect(await lbLines("exp001")).toEqual([]);
});

test("the very same file is not sent twice, also where the journal is gone, but --again does", async () => {
  await hand("exp001", { wait: true });
  await rm(path.join(ws.root, ".crossfold"), { recursive: true });
  expect(await hand("exp001")).toMatchObject({ status: "repeated", public: 1 });
  expect(sends()).toBe(1);
  await hand("exp001", { again: true, yes: true });
  expect(sends()).toBe(2);
  expect(fake.submissions[1]!.description).toMatch(/-2$/);
  expect(await hand("exp001")).toMatchObject({ status: "repeated" });
  expect(sends()).toBe(2);
});

test("two commands at once submit once", async () => {
  const results = await Promise.all([hand("exp001"), hand("exp001")]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(["repeated", "sent"]);
  expect(sends()).toBe(1);
});

test("a lost answer is looked for and nothing is sent a second time", async () => {
  fake.fault({ on: "CreateSubmission", kind: "lost-response" });
  expect(await hand("exp001", { wait: true })).toMatchObject({ status: "graded", public: 1 });
  expect(await hand("exp001")).toMatchObject({ status: "repeated" });
  expect(fake.submissions).toHaveLength(1);
  expect(sends()).toBe(1);
});

test("an answer of 200 that is a page is no refusal: it is looked for, and nothing is sent twice", async () => {
  fake.fault({ on: "CreateSubmission", kind: "page" });
  expect(await hand("exp001", { wait: true })).toMatchObject({ status: "graded", public: 1 });
  expect(await hand("exp001")).toMatchObject({ status: "repeated" });
  expect(fake.submissions).toHaveLength(1);
  expect(sends()).toBe(1);
});

test("answer lost and no list to look in: the next command finds it by its content", async () => {
  fake.fault({ on: "CreateSubmission", kind: "lost-response" });
  fake.fault({ on: "ListSubmissions", kind: "status", status: 403, after: 2, times: 5 });
  await expect(hand("exp001")).rejects.toMatchObject({ code: "submission-unconfirmed" });
  expect(await journal()).toMatchObject({ state: "sending", reference: null, today_before: 0 });
  expect(await hand("exp001", { wait: true })).toMatchObject({ status: "repeated", public: 1 });
  expect(await journal()).toMatchObject({ state: "scored", reference: expect.any(String) });
  expect(sends()).toBe(1);
});

test("counted by Kaggle but not in its list: nothing is sent without --again", async () => {
  fake.fault({ on: "CreateSubmission", kind: "lost-response" });
  fake.fault({ on: "ListSubmissions", kind: "status", status: 403, after: 2, times: 5 });
  await expect(hand("exp001")).rejects.toMatchObject({ code: "submission-unconfirmed" });
  fake.submissions[0]!.description = "";
  const error = await hand("exp001").catch((caught) => caught);
  expect(error).toMatchObject({ code: "submission-unconfirmed" });
  expect(error.message).toContain("it counts 1 submissions today, 0 before");
  expect(sends()).toBe(1);
  expect(await hand("exp001", { again: true })).toMatchObject({ status: "sent" });
});

test("one that never arrived is said so, and sent by the next command", async () => {
  fake.fault({ on: "CreateSubmission", kind: "broken-connection" });
  await expect(hand("exp001")).rejects.toMatchObject({ code: "submission-unconfirmed" });
  expect(fake.submissions).toHaveLength(0);
  expect(await hand("exp001")).toMatchObject({ status: "sent" });
  expect(fake.submissions).toHaveLength(1);
});

test.each([500, 429])(
  "an HTTP %i on the way is never answered by sending again",
  async (status) => {
    fake.fault({ on: "CreateSubmission", kind: "status", status });
    await expect(hand("exp001")).rejects.toBeInstanceOf(Error);
    expect(sends()).toBe(1);
    expect(fake.submissions).toHaveLength(0);
  },
);

test("a gain within the noise wants a yes: refused without a terminal, with the command", async () => {
  await hand("exp001", { wait: true });
  await trained("exp002", [0.71, 0.79, 0.7, 0.8, 0.71]);
  await rewrite("exp002", "id,target\na,0\nb,1\n");
  const error = await hand("exp002", { message: "it's new", wait: true }).catch((caught) => caught);
  expect(error).toMatchObject({ code: "needs-yes", exitCode: 2 });
  expect(error.message).toContain("within the noise of the folds");
  const input = { experiment: "exp002", message: "it's new", wait: true, yes: true };
  expect(error.next).toMatchObject({ operation: "submit", input });
  expect(sends()).toBe(1);
  expect(await hand("exp002", { yes: true })).toMatchObject({ status: "sent" });
});

test("a gain beyond the noise is submitted without a question", async () => {
  await hand("exp001", { wait: true });
  await trained("exp002", [0.8, 0.91, 0.8, 0.9, 0.8]);
  await rewrite("exp002", "id,target\na,0\nb,1\n");
  expect(await hand("exp002")).toMatchObject({ status: "sent", preflight: { verdict: "better" } });
});

test("the day's last one is asked for on a terminal, and a no spends nothing", async () => {
  fake.competitions.get(slug)!.maxDailySubmissions = 1;
  await expect(asked(false)).rejects.toMatchObject({ code: "not-submitted" });
  expect(sends()).toBe(0);
  expect(await asked(true)).toMatchObject({ status: "sent" });
  await rewrite("exp001", "id,target\na,0\nb,0\n");
  await expect(hand("exp001", { yes: true })).rejects.toMatchObject({ code: "submission-limit" });
  expect(sends()).toBe(1);
});

test("--dry-run shows what would be known, and spends nothing", async () => {
  const result = await hand("exp001", { dryRun: true });
  expect(result).toMatchObject({ status: "checked", preflight: { left: 5, verdict: "none" } });
  expect(sends()).toBe(0);
});

test("what Kaggle cannot score is an error with its words in full", async () => {
  await rewrite("exp001", "id,target\na,9\nb,1\n");
  await expect(hand("exp001", { wait: true })).rejects.toMatchObject({
    code: "submission-failed",
    message: expect.stringContaining("Submission contains values that are out of range (row 1)"),
  });
});

test.each([
  ["rulesAccepted", false, "kaggle-rules", /competitions\/toy\/rules/],
  ["submissionsDisabled", true, "kaggle-closed", /competitions\/toy/],
] as const)("%s %s: said with the page to open", async (key, value, code, next) => {
  Object.assign(fake.competitions.get(slug)!, { [key]: value });
  const error = await hand("exp001").catch((caught) => caught);
  expect(error).toMatchObject({ code });
  expect(error.next).toMatch(next);
  expect(fake.submissions).toHaveLength(0);
});

test("lb sync records every score once, knows its own and those from the browser, and lists the rest", async () => {
  await hand("exp001");
  const [own] = fake.submissions;
  const byHand = (fileName: string, description: string, at: string) =>
    fake.submissions.push({
      ...own!,
      ref: own!.ref + fake.submissions.length,
      fileName,
      description,
      date: new Date(at),
    });
  await trained("exp002", [0.8, 0.9, 0.8, 0.9, 0.8]);
  byHand("sub_exp002.csv", "in the browser", "2026-11-23T13:00:00Z");
  byHand("submission.csv", "exp001 + exp002", "2026-11-23T14:00:00Z");
  await sync();
  const first = await sync();
  expect(first.submissions.map(({ experiment, by }) => [experiment, by])).toEqual([
    ["exp001", "journal"],
    ["exp002", "file-name"],
    [null, "unknown"],
  ]);
  expect(first.submissions[2]!.next).toMatchObject({
    operation: "lb",
    input: { score: 1, submission: `${own!.ref + 2}` },
  });
  expect(await lbLines("exp001")).toHaveLength(1);
  expect(await lbLines("exp002")).toHaveLength(1);
  expect(await sync()).toMatchObject({ recorded: 0, unknown: 1 });

  fake.competitions.get(slug)!.deadline = new Date("2026-11-22T00:00:00Z");
  expect(await sync()).toMatchObject({ recorded: 2 });
  expect(await lbLines("exp002")).toMatchObject([
    { side: "public" },
    { side: "private", score: 0.9 },
  ]);
  expect(await sync()).toMatchObject({ recorded: 0 });
});

test("lb sync names the run that was submitted, trained again since or not", async () => {
  const submitted = "20261123-011530-exp001-k3f9";
  await hand("exp001");
  const [own] = fake.submissions;
  const again = "20261123-021530-exp001-n3w0";
  await addRun(ws, "exp001", { id: again, metrics: metricsOf([0.9, 0.8, 0.9, 0.8, 0.9]) });
  await recordRun(testContext(ws), ws, again);
  const byHand = (ref: number, description: string) =>
    fake.submissions.push({ ...own!, ref: own!.ref + ref, description, fileName: "mine.csv" });
  byHand(1, `CV 0.86 of ${again}`);
  byHand(2, "exp001 in the browser");
  await sync();
  await sync();
  const lines = await lbLines("exp001");
  expect(lines.map((line) => [line["submission"], line["run"]])).toEqual([
    [`${own!.ref}`, submitted],
    [`${own!.ref + 1}`, again],
    [`${own!.ref + 2}`, null],
  ]);
});

test("lb sync writes each of an experiment's scores once, and the newest submission's counts", async () => {
  await hand("exp001", { wait: true });
  const [own] = fake.submissions;
  const made = (ref: number, publicScore: string, at: string) =>
    fake.submissions.push({
      ...own!,
      ref,
      publicScore,
      description: "exp001 again",
      date: new Date(at),
    });
  made(own!.ref + 2, "0.30000", "2026-11-23T15:00:00Z");
  await sync();
  made(own!.ref + 1, "0.20000", "2026-11-23T14:00:00Z");
  await sync();
  expect(await sync()).toMatchObject({ recorded: 0 });
  expect(await lbLines("exp001")).toHaveLength(3);
  const { entries } = await readLedger(ws, "exp001");
  expect(latestLb(entries, "public")).toMatchObject({ score: 0.3 });
});

test("lb sync records all new scores of an experiment in the order they were submitted", async () => {
  await hand("exp001");
  const [own] = fake.submissions;
  for (const [more, publicScore] of ["0.30000", "0.20000", "0.30000"].entries()) {
    const date = new Date(Date.UTC(2026, 10, 23, 13 + more));
    const description = `exp001 try ${more}`;
    fake.submissions.push({
      ...own!,
      ref: own!.ref + 1 + more,
      publicScore,
      description,
      date,
      pollsLeft: 0,
    });
  }
  own!.pollsLeft = 0;
  expect(await sync()).toMatchObject({ recorded: 4 });
  expect((await lbLines("exp001")).map(({ score: one }) => one)).toEqual([1, 0.3, 0.2, 0.3]);
  const { notes } = await readTask(await findBacklog(ws.root), "TASK-1");
  expect(notes.match(/Public LB: .*/g)).toEqual([
    "Public LB: 1.0000",
    "Public LB: 0.3000",
    "Public LB: 0.2000",
    "Public LB: 0.3000",
  ]);
  expect(await sync()).toMatchObject({ recorded: 0 });
});

test("lb sync reads every page", async () => {
  await hand("exp001");
  const [own] = fake.submissions;
  for (let more = 1; more <= 250; more += 1)
    fake.submissions.push({
      ...own!,
      ref: own!.ref + more,
      description: `try ${more}`,
      pollsLeft: 0,
    });
  const { submissions } = await sync();
  expect(submissions).toHaveLength(251);
  expect(submissions[0]!.by).toBe("journal");
});

test("takes the credentials from the workspace's .env", async () => {
  const { KAGGLE_API_TOKEN, ...env } = fake.env;
  const inside = () => ({ ...context(), env });
  const input = submit.input.parse({ experiment: "exp001", yes: true });
  await expect(submit.run(inside(), input)).rejects.toThrow("no Kaggle credentials");
  await put(path.join(ws.root, ".env"), `KAGGLE_API_TOKEN=${KAGGLE_API_TOKEN}\n`);
  expect(await submit.run(inside(), input)).toMatchObject({ status: "sent" });
});
