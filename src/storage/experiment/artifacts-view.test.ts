import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  metricsOf,
  testContext,
} from "../../../test/support/workspace.ts";
import { recordRun } from "../../operations/score/record-run.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";
import { announceView, renewView } from "./artifacts-view.ts";
import { keptViews } from "./pending-views.ts";

let ws: Workspace;
let view: string;
beforeEach(async () => {
  ws = await makeWorkspace();
  await addExperiment(ws, "exp001");
  view = paths.artifacts(ws, "exp001");
});

const folds = [0.7, 0.8, 0.7, 0.8, 0.7];
let hour = 10;

/** A run that left a model by its name, recorded unless it is a debug run. */
async function train(name: string, { debug = false } = {}): Promise<string> {
  const id = `20261123-${(hour += 1)}0000-exp001-${name}`;
  const artifacts = { [`${name}.model`]: name };
  await addRun(ws, "exp001", { id, debug, metrics: metricsOf(folds), artifacts });
  await recordRun(testContext(ws), ws, id);
  return id;
}

const shown = async (folder = view) => (await readdir(folder)).toSorted();
const read = (name: string) => readFile(path.join(view, name), "utf8");

test("shows the recorded run's files and no other's", async () => {
  await train("aaaa");
  await train("bbbb");
  expect(await shown()).toEqual(["bbbb.model", "metrics.json"]);
});

test("shows the newest debug run beside them, whichever came first", async () => {
  await train("dddd", { debug: true });
  expect(await shown(path.join(view, "debug"))).toEqual(["dddd.model", "metrics.json"]);
  await train("aaaa");
  await train("eeee", { debug: true });
  expect(await shown()).toEqual(["aaaa.model", "debug", "metrics.json"]);
  expect(await shown(path.join(view, "debug"))).toEqual(["eeee.model", "metrics.json"]);
});

test("what is written there never reaches the record", async () => {
  const run = await train("aaaa");
  await writeFile(path.join(view, "aaaa.model"), "spoilt");
  const kept = path.join(paths.run(ws, run), "artifacts/aaaa.model");
  expect(await readFile(kept, "utf8")).toBe("aaaa");
});

test("what a script started by hand wrote is moved away, not lost, and the run's is restored", async () => {
  await train("aaaa");
  await writeFile(path.join(view, "metrics.json"), '{"cv_score": 0.999}');
  await writeFile(path.join(view, "mine.txt"), "notes");
  const moved = await renewView(ws, "exp001");
  expect(moved?.files).toEqual(["metrics.json", "mine.txt"]);
  expect(await readFile(path.join(ws.root, moved!.to, "mine.txt"), "utf8")).toBe("notes");
  expect(JSON.parse(await read("metrics.json")).cv_score).toBeCloseTo(0.74);
  expect(await shown()).toEqual(["aaaa.model", "metrics.json"]);
  expect(await renewView(ws, "exp001")).toBeUndefined();
});

test("what a debug run started by hand left is let be", async () => {
  await train("aaaa");
  await mkdir(path.join(view, "debug"));
  await writeFile(path.join(view, "debug/log.txt"), "by hand");
  await train("bbbb");
  expect(await read("debug/log.txt")).toBe("by hand");
});

test("a view that is gone comes back, and one half changed is announced until it is whole", async () => {
  await train("aaaa");
  await announceView(ws, "exp001");
  await rm(view, { recursive: true });
  expect(await keptViews(ws)).toEqual({ kept: ["exp001"], pending: ["exp001"] });
  await renewView(ws, "exp001");
  expect(await shown()).toEqual(["aaaa.model", "metrics.json"]);
  expect((await keptViews(ws)).pending).toEqual([]);
});

test("without a recorded run on this machine, what lies there stays", async () => {
  const run = await train("aaaa");
  await rm(paths.run(ws, run), { recursive: true });
  await writeFile(path.join(view, "pulled.model"), "from the bucket");
  expect(await renewView(ws, "exp001")).toBeUndefined();
  expect(await read("pulled.model")).toBe("from the bucket");
});

test("leaves nothing of its work behind", async () => {
  await train("aaaa");
  await train("bbbb");
  expect(await readdir(paths.views(ws))).toEqual(["exp001.json"]);
  expect(existsSync(paths.replaced(ws))).toBe(false);
});
