import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  metricsOf,
  type RunOptions,
  testContext,
  testNow,
} from "../../../../test/support/workspace.ts";
import { artifactsOf, markSubmitted } from "../../../storage/run/run-artifacts.ts";
import { paths, type Workspace } from "../../../storage/workspace/workspace.ts";
import { recordRun } from "../../score/record-run.ts";
import { clean } from "./clean.ts";

let ws: Workspace;
let count: number;
beforeEach(async () => {
  ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  count = 0;
});

const folds = [0.7, 0.8, 0.7, 0.8, 0.7];
/** A month after the runs of these tests. */
const later = new Date("2026-12-23T12:00:00Z");

async function addOne(options: RunOptions = {}, record = true): Promise<string> {
  const id = `20261123-01${String((count += 1)).padStart(2, "0")}00-exp001-k3f9`;
  const artifacts = { "model.pkl": "0123456789" };
  await addRun(ws, "exp001", { id, metrics: metricsOf(folds), artifacts, ...options });
  if (record) await recordRun(testContext(ws), ws, id);
  return id;
}

const artifacts = (run: string) => artifactsOf(paths.run(ws, run));
const model = (run: string) => existsSync(path.join(artifacts(run), "model.pkl"));

async function cleaned(request: object = {}, now = later) {
  const input = clean.input.parse({ yes: true, ...request });
  return clean.run(testContext(ws, now), input);
}

async function old(file: string): Promise<string> {
  await mkdir(file, { recursive: true });
  await writeFile(path.join(file, "data"), "12345");
  await utimes(file, testNow, testNow);
  return file;
}

/** One of everything that can go, and what must not. */
async function everyKind() {
  const failed = await addOne({ state: "failed" });
  const stopped = await addOne({ state: "cancelled" });
  const refused = await addOne({ metrics: metricsOf(folds, { cv_score: -1 }) });
  const debugs = [await addOne({ debug: true }), await addOne({ debug: true })];
  const current = await addOne();
  const submitted = await addOne({ state: "failed" });
  await markSubmitted(ws, submitted, testNow);
  const part = await old(paths.runPart(ws, "20261120-000000-exp001-aaaa"));
  const beside = await old(path.join(paths.run(ws, failed), "workspace"));
  const replaced = await old(path.join(paths.replaced(ws), "exp001-artifacts-2026"));
  const upload = await old(path.join(paths.uploadSessions(ws), "abc"));
  return { failed, stopped, refused, debugs, current, submitted, part, beside, replaced, upload };
}

test("says what could go, by kind, and removes none of it in a dry run", async () => {
  const made = await everyKind();
  const told = await cleaned({ dryRun: true });
  expect(told).toMatchObject({ dryRun: true, removed: false });
  expect(told.rows.map(({ kind, count: n }) => [kind, n])).toEqual([
    ["failed", 1],
    ["stopped", 1],
    ["refused", 1],
    ["workspaces", 1],
    ["unfinished", 1],
    ["replaced", 1],
    ["cache", 1],
  ]);
  expect(told.rows.find(({ kind }) => kind === "replaced")!.bytes).toBe(5);
  expect(told.bytes).toBe(told.rows.reduce((sum, row) => sum + row.bytes, 0));
  expect(model(made.failed) && existsSync(made.part)).toBe(true);
});

test("removes what it said, and nothing else", async () => {
  const made = await everyKind();
  const ledger = await readFile(paths.ledger(ws, "exp001"), "utf8");
  const told = await cleaned({ dryRun: true });
  expect(await cleaned()).toEqual({ ...told, dryRun: false, removed: true });
  for (const gone of [made.part, made.beside, made.replaced, made.upload])
    expect(existsSync(gone), gone).toBe(false);
  for (const run of [made.failed, made.stopped, made.refused]) {
    expect(existsSync(artifacts(run)), run).toBe(false);
    expect(await readdir(paths.run(ws, run))).toContain("spec.json");
  }
  expect(model(made.current) && model(made.submitted)).toBe(true);
  expect(existsSync(path.join(artifacts(made.debugs[1]!), "debug"))).toBe(true);
  expect(await readFile(paths.ledger(ws, "exp001"), "utf8")).toBe(ledger);
  expect(await cleaned()).toMatchObject({ count: 0, removed: false });
});

test("what was left less than --older ago stays", async () => {
  const run = await addOne({ state: "failed" });
  const soon = new Date("2026-11-24T01:16:30Z");
  expect(await cleaned({}, soon)).toMatchObject({ count: 0 });
  expect(await cleaned({ older: "2d" }, soon)).toMatchObject({ count: 0 });
  expect(await cleaned({ older: "23h" }, soon)).toMatchObject({ count: 1 });
  expect(model(run)).toBe(false);
  await expect(cleaned({ older: "a week" })).rejects.toThrow("--older a week is no length of time");
});

test("an experiment limits it", async () => {
  await addExperiment(ws, "exp002");
  const other = "20261123-000000-exp002-k3f9";
  await addRun(ws, "exp002", { id: other, state: "failed", artifacts: { "model.pkl": "x" } });
  const made = await everyKind();
  expect((await cleaned({ experiments: ["exp002"] })).rows).toEqual([
    expect.objectContaining({ kind: "failed", paths: [path.relative(ws.root, artifacts(other))] }),
  ]);
  expect(model(made.failed) && existsSync(made.upload) && existsSync(made.part)).toBe(true);
  await expect(cleaned({ experiments: ["exp009"] })).rejects.toThrow("there is no experiment");
});

test("a run that is under way, was not recorded yet or is read by one loses nothing", async () => {
  const unrecorded = await addOne({}, false);
  const used = await addOne({ state: "failed" });
  for (const [id, uses] of [
    ["20261123-020000-exp001-aaaa", undefined],
    ["20261123-020000-inference-bbbb", used],
  ] as const) {
    await addRun(ws, "exp001", {
      id,
      exitCode: null,
      artifacts: { "model.pkl": "x" },
      ...(uses && { uses }),
    });
    await old(path.join(paths.run(ws, id), "workspace"));
    const state = { state: "running", updated: "", started: null, ended: null, remote: true };
    const rest = { supervisor: null, child: null, exitCode: null, reason: null, cause: null };
    await writeFile(
      path.join(paths.run(ws, id), "state.json"),
      JSON.stringify({ ...state, ...rest }),
    );
  }
  expect(await cleaned({ older: "0s" })).toMatchObject({ rows: [], count: 0 });
  expect(model(unrecorded) && model(used)).toBe(true);
});

test("models that an earlier version left of superseded runs go; their predictions stay", async () => {
  const first = await addOne({ oof: "id\n1\n" });
  await addOne();
  await writeFile(path.join(artifacts(first), "weights.bin"), "left by mistake");
  const told = await cleaned({ older: "100d" });
  expect(told.rows).toEqual([expect.objectContaining({ kind: "superseded", count: 1, bytes: 15 })]);
  expect((await readdir(artifacts(first))).toSorted()).toEqual(["metrics.json", "oof.csv"]);
});

test("links in a workspace that was left go, what they lead to stays", async () => {
  const run = await addOne({ state: "failed" });
  const workspace = await old(path.join(paths.run(ws, run), "workspace"));
  await symlink(path.join(ws.root, "project.yml"), path.join(workspace, "project.yml"));
  await symlink(ws.root, path.join(workspace, "data-folder"));
  await cleaned();
  expect(existsSync(workspace)).toBe(false);
  expect(existsSync(path.join(ws.root, "project.yml"))).toBe(true);
});

test("without --yes it asks, and a no removes nothing; without a terminal it says what to do", async () => {
  const run = await addOne({ state: "failed" });
  const input = clean.input.parse({});
  await expect(clean.run(testContext(ws, later), input)).rejects.toMatchObject({
    code: "needs-yes",
    exitCode: 2,
    next: { operation: "clean", input: { dryRun: true } },
  });
  const questions: string[] = [];
  const ask = {
    text: async () => "",
    choose: async <T extends string>(_: string, choices: readonly { value: T }[]) =>
      choices[0]!.value,
    confirm: async (question: string) => questions.push(question) > 1,
  };
  const context = { ...testContext(ws, later), ask };
  expect(await clean.run(context, input)).toMatchObject({ removed: false, count: 1 });
  expect(model(run)).toBe(true);
  expect(await clean.run(context, input)).toMatchObject({ removed: true });
  expect(questions[0]).toMatch(/^Remove 1 leftover \(0\.0 MB\) for good\?$/);
  expect(model(run)).toBe(false);
});
