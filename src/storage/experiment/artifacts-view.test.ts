import { existsSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
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
import { announceView, movedAway, renewView } from "./artifacts-view.ts";
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
/** A file of those that were moved away last. */
async function movedFile(name: string): Promise<string> {
  const folders = await readdir(paths.replaced(ws));
  return readFile(path.join(paths.replaced(ws), folders.toSorted().at(-1)!, name), "utf8");
}
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

test("a folder that the user made a link to another disk stays one, and is filled anew", async () => {
  const disk = path.join(ws.root, "disk");
  await mkdir(disk);
  await symlink(disk, view);
  await train("aaaa");
  await train("bbbb");
  expect((await lstat(view)).isSymbolicLink()).toBe(true);
  expect(await shown(disk)).toEqual(["bbbb.model", "metrics.json"]);
  await writeFile(path.join(view, "mine.txt"), "notes");
  expect((await renewView(ws, "exp001"))?.files).toEqual(["mine.txt"]);
});

test("a link to a disk that is away is said, and neither removed nor followed", async () => {
  await symlink(path.join(ws.root, "away/artifacts"), view);
  await train("aaaa");
  await expect(renewView(ws, "exp001")).rejects.toThrow("which is no folder now");
  expect((await lstat(view)).isSymbolicLink()).toBe(true);
  expect((await keptViews(ws)).pending).toEqual(["exp001"]);
  await mkdir(path.join(ws.root, "away/artifacts"), { recursive: true });
  await renewView(ws, "exp001");
  expect(await shown()).toEqual(["aaaa.model", "metrics.json"]);
});

test("a file in the folder's place, links and a virtual environment are moved away, not lost", async () => {
  await writeFile(view, "a file of mine");
  await train("aaaa");
  expect(await movedFile("artifacts")).toBe("a file of mine");
  await mkdir(path.join(view, "venv"));
  await writeFile(path.join(view, "venv/pyvenv.cfg"), "home");
  await symlink("../train.py", path.join(view, "script.py"));
  await train("bbbb");
  expect(await movedFile("venv/pyvenv.cfg")).toBe("home");
  expect(await movedFile("script.py")).toBe(`print("exp001")\n`);
});

test("names of any kind are shown, and said on one line", async () => {
  const odd = "予測\n結果 #1?.txt";
  const id = "20261123-090000-exp001-odds";
  await addRun(ws, "exp001", { id, metrics: metricsOf(folds), artifacts: { [odd]: "x" } });
  await recordRun(testContext(ws), ws, id);
  expect(await read(odd)).toBe("x");
  await writeFile(path.join(view, "a\nb"), "by hand");
  const moved = await renewView(ws, "exp001");
  expect(movedAway("exp001", moved!)).toContain("(a?b): moved to");
});

test("two commands at once put the same view right, once", async () => {
  await train("aaaa");
  await writeFile(path.join(view, "mine.txt"), "notes");
  await rm(path.join(view, "aaaa.model"));
  const moved = await Promise.all([1, 2, 3].map(() => renewView(ws, "exp001")));
  expect(moved.filter((one) => one !== undefined)).toHaveLength(1);
  expect(await shown()).toEqual(["aaaa.model", "metrics.json"]);
});

test("a debug/ made by hand survives a command that was killed with it in its hands", async () => {
  await train("aaaa");
  await mkdir(paths.viewPart(ws, "exp001"), { recursive: true });
  await mkdir(path.join(paths.viewPart(ws, "exp001"), "debug"));
  await writeFile(path.join(paths.viewPart(ws, "exp001"), "debug/log.txt"), "by hand");
  await rm(view, { recursive: true });
  await renewView(ws, "exp001");
  expect(await read("debug/log.txt")).toBe("by hand");
  expect(await shown()).toEqual(["aaaa.model", "debug", "metrics.json"]);
});

test("an experiment that is gone is not made again", async () => {
  await train("dddd", { debug: true });
  await rm(paths.experiment(ws, "exp001"), { recursive: true });
  await announceView(ws, "exp001");
  await renewView(ws, "exp001");
  expect(existsSync(paths.experiment(ws, "exp001"))).toBe(false);
  expect((await keptViews(ws)).pending).toEqual([]);
});

/** Another disk, where this machine has one. */
const otherDisk = "/dev/shm";

test.runIf(existsSync(otherDisk))("on two disks it is the same view, times and all", async () => {
  const disk = await mkdtemp(path.join(otherDisk, "crossfold-"));
  try {
    await symlink(disk, view);
    await train("aaaa");
    await mkdir(path.join(view, "debug"));
    await writeFile(path.join(view, "debug/log.txt"), "by hand");
    await writeFile(path.join(view, "aaaa.model.crossfold-part"), "half");
    await train("bbbb");
    expect(await shown(disk)).toEqual(["bbbb.model", "debug", "metrics.json"]);
    expect(await read("debug/log.txt")).toBe("by hand");
    expect(await renewView(ws, "exp001")).toBeUndefined();
    expect(existsSync(paths.replaced(ws))).toBe(false);
  } finally {
    await rm(disk, { recursive: true });
  }
});
