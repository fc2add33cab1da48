import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
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
} from "../../../test/support/workspace.ts";
import {
  artifactsOf,
  markSubmitted,
  notedArtifacts,
  readNotes,
} from "../../storage/run/run-artifacts.ts";
import { recordFiles } from "../../storage/run/run-record.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { measureRun } from "../score/measure-run.ts";
import { recordRun } from "../score/record-run.ts";
import { readRun } from "../../storage/run/run-record.ts";

let ws: Workspace;
let hour: number;
beforeEach(async () => {
  ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  hour = 1;
  const rows = [...labels.keys()].map((id) => `${id},${labels[id]}`);
  await writeData("train.csv", `id,target\n${rows.join("\n")}\n`);
});

const labels = Array.from({ length: 2000 }, (_, id) => (id * 7) % 3);
const folds = [1, 1, 1, 1, 1];

async function writeData(name: string, text: string): Promise<void> {
  await mkdir(paths.input(ws), { recursive: true });
  await writeFile(path.join(paths.input(ws), name), text);
}

const oof = `id,target,pred,fold\n${[...labels.keys()]
  .map((id) => `${id},${labels[id]},${labels[id]},${id % 5}`)
  .join("\n")}\n`;

/** What a training leaves, and of it what is kept. */
const left = {
  "model.pkl": "weights",
  "checkpoints/step-100/weights.bin": "more",
  "submission.csv": "id,target\n1,0\n",
  "folds.csv": "id,fold\n1,0\n",
  "test_predictions.csv": `id,fold,pred\n${"7,0,0.125\n".repeat(4000)}`,
  "plots/importance.png": "png",
  "project.yml": "competition_name: toy\n",
};
const kept = [
  "folds.csv",
  "metrics.json",
  "oof.parquet",
  "plots/importance.png",
  "project.yml",
  "submission.csv",
  "test_predictions.parquet",
];

/** A run that has ended, a later one each time; recorded unless told otherwise. */
async function train(options: RunOptions & { record?: boolean } = {}): Promise<string> {
  const { record = true, ...rest } = options;
  const id = `20261123-${String((hour += 1)).padStart(2, "0")}0000-exp001-k3f9`;
  const metrics = metricsOf(folds, { cv_is: "oof", cv_score: 1, validation: {} });
  await addRun(ws, "exp001", { id, metrics, oof, artifacts: left, ...rest });
  if (record) await recordRun(testContext(ws), ws, id);
  return id;
}

async function filesOf(run: string): Promise<string[]> {
  const folder = artifactsOf(paths.run(ws, run));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

const everything = [...Object.keys(left), "metrics.json", "oof.csv"].toSorted();

test("a run that another takes the place of keeps its predictions and loses its models", async () => {
  const first = await train();
  expect(await filesOf(first)).toEqual(everything);
  const second = await train();
  expect(await filesOf(first)).toEqual(kept);
  expect(await filesOf(second)).toEqual(everything);
  expect((await readdir(paths.artifacts(ws, "exp001"))).includes("model.pkl")).toBe(true);
});

test("what went is written down with its hash, and nothing that is left looks changed", async () => {
  const first = await train();
  const before = (await notedArtifacts(paths.run(ws, first)))!;
  await train();
  const record = paths.run(ws, first);
  expect(Object.keys((await notedArtifacts(record))!).toSorted()).toEqual(kept);
  const notes = (await readNotes(record))!;
  expect(notes["model.pkl"]).toEqual({ ...before["model.pkl"], dropped: true });
  expect(notes["oof.csv"]).toEqual({ ...before["oof.csv"], dropped: true, as: "oof.parquet" });
  expect(notes["oof.parquet"]).toMatchObject({ from: "oof.csv" });
  expect(await readdir(record)).not.toContain(recordFiles.compactPart);
});

test("its score is computed from what is left as it was from what there was", async () => {
  const first = await train();
  const measure = async () => measureRun(testContext(ws), ws, await readRun(ws, first), "exp001");
  const before = await measure();
  expect(before.proof.verdict).toBe("verified");
  await train();
  expect(await filesOf(first)).toContain("oof.parquet");
  expect(await measure()).toEqual(before);
});

test("an OOF file in its place that is not what was made of it proves nothing", async () => {
  const first = await train();
  const second = await train();
  const other = await readFile(path.join(artifactsOf(paths.run(ws, second)), "oof.csv"), "utf8");
  await writeFile(path.join(artifactsOf(paths.run(ws, first)), "oof.parquet"), other);
  await expect(measureRun(testContext(ws), ws, await readRun(ws, first), "exp001")).rejects.toThrow(
    "there is no OOF file oof.csv",
  );
});

test("a table that was changed since, is malformed or too small stays as it is", async () => {
  const artifacts = {
    ...left,
    "test_predictions.csv": 'id,"pred\n1,2,3\n',
    "test_predictions_b.csv": "a\n1\n",
  };
  const first = await train({ artifacts });
  const file = path.join(artifactsOf(paths.run(ws, first)), "oof.csv");
  await writeFile(file, oof.replace("1,1,1,1", "1,1,0,1"));
  await train();
  expect(await filesOf(first)).toEqual(
    expect.arrayContaining(["oof.csv", "test_predictions.csv", "test_predictions_b.csv"]),
  );
});

test("every value stays the text that it is", async () => {
  const table = `id,名前,"a ""b""",x\n${'007,"改\n行",,0.10\n 1 ,NULL,NA,1e5\n'.repeat(300)}`;
  const first = await train({ artifacts: { "test_predictions.csv": table } });
  await train();
  const { makeDatabase } = await import("../../tables/database.ts");
  const { loadTextTable, readHeader } = await import("../../tables/text-table.ts");
  const database = await makeDatabase(paths.cache(ws));
  const file = path.join(artifactsOf(paths.run(ws, first)), "test_predictions.parquet");
  const header = await readHeader(database, file);
  expect(header).toEqual(["id", "名前", 'a "b"', "x"]);
  const columns = header.map((column, index) => ({ column, as: `c${index}` }));
  await loadTextTable(database, "t", file, columns);
  const rows = await database.connection.runAndReadAll("SELECT * FROM t ORDER BY rowid LIMIT 2");
  expect(rows.getRowsJS()).toEqual([
    ["007", "改\n行", null, "0.10"],
    [" 1 ", "NULL", "NA", "1e5"],
  ]);
  await database.close();
});

test("links and folders that only held models go, what they lead to stays", async () => {
  const outside = path.join(ws.root, "weights.bin");
  await writeFile(outside, "mine");
  const first = await train();
  await symlink(outside, path.join(artifactsOf(paths.run(ws, first)), "linked.png"));
  await train();
  expect(await filesOf(first)).toEqual(kept);
  expect(existsSync(path.join(artifactsOf(paths.run(ws, first)), "checkpoints"))).toBe(false);
  expect(await readFile(outside, "utf8")).toBe("mine");
});

test("runs that failed, were refused, were submitted or are in use keep what they left", async () => {
  const failed = await train({ state: "failed" });
  const refused = await train({ metrics: metricsOf(folds, { cv_score: 0.5 }) });
  const submitted = await train();
  await markSubmitted(ws, submitted, testNow);
  const used = await train();
  const script = `20261123-230000-inference-k3f9`;
  await addRun(ws, "exp001", { id: script, kind: "script", state: "running", uses: used });
  await rm(path.join(paths.run(ws, script), "rc"), { force: true });
  const processes = { supervisor: null, child: null };
  const running = { state: "running", exitCode: null, updated: "", started: null, ended: null };
  await writeFile(
    path.join(paths.run(ws, script), "state.json"),
    JSON.stringify({ ...running, ...processes, reason: null, cause: null, remote: true }),
  );
  await train();
  for (const run of [failed, refused, submitted, used])
    expect(await filesOf(run), run).toEqual(everything);
});

test("of debug runs only the newest keeps what it left", async () => {
  const debug = { debug: true, artifacts: { "model.pkl": "x" } };
  const [a, b, c] = [await train(debug), await train(debug), await train(debug)];
  await train();
  expect(await filesOf(a)).toEqual([]);
  expect(await filesOf(b)).toEqual([]);
  expect(await filesOf(c)).not.toEqual([]);
  expect(existsSync(path.join(paths.artifacts(ws, "exp001"), "debug/model.pkl"))).toBe(true);
});

test("another experiment's runs are no concern of it", async () => {
  await addExperiment(ws, "exp002");
  const other = `20261123-000000-exp002-k3f9`;
  await addRun(ws, "exp002", { id: other, metrics: metricsOf(folds), artifacts: left, oof });
  await recordRun(testContext(ws), ws, other);
  await train();
  await train();
  expect(await filesOf(other)).toEqual(everything);
});

test("an earlier run whose record is recorded once more gets no model taken that counts", async () => {
  const first = await train();
  const second = await train();
  await recordRun(testContext(ws), ws, first);
  expect(await filesOf(second)).toEqual(everything);
  expect(await filesOf(first)).toEqual(kept);
});

test("a table that a killed command had put there is made anew, and stays", async () => {
  const first = await train();
  await writeFile(path.join(artifactsOf(paths.run(ws, first)), "oof.parquet"), "half");
  await train();
  expect(await filesOf(first)).toEqual(kept);
  const { size } = (await readNotes(paths.run(ws, first)))!["oof.parquet"]!;
  expect(size).toBeGreaterThan(4);
});
