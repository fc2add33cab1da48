import { existsSync } from "node:fs";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { artifactsAtWork, collectArtifacts } from "./run-artifacts.ts";
import { layOutWorkspace } from "./lay-out.ts";

let root: string;
let record: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), "crossfold-layout-")));
  record = path.join(root, ".crossfold/runs/20261123-011530-exp001-k3f9");
  await put("project.yml", "then");
  await put(".env", "SECRET=1");
  await put(".git/HEAD", "ref");
  await put("data/input/toy/train.csv", "id,y\n");
  await put("src/features.py", "x = 1");
  await put("src/cache/big.npy", "numbers");
  await put("notebooks/eda.ipynb", "{}");
  await put("models/shared.py", "y = 1");
  await put("models/exp000/artifacts/oof.csv", "id\n");
  await put("models/exp001/train.py", "edited since");
  await put("models/exp001/artifacts/old.bin", "of another run");
  await put(path.join(record, "code/train.py"), "as it was");
  await put(path.join(record, "code/harness/__init__.py"), "");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(name: string, text: string): Promise<void> {
  const file = path.resolve(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

const there = (name: string) => path.join(record, "workspace", name);
const read = (name: string) => readFile(there(name), "utf8");
const mode = async (file: string) => (await stat(file)).mode & 0o700;
const isLink = async (name: string) => (await lstat(there(name))).isSymbolicLink();

function layOut(): Promise<void> {
  const copied = ["project.yml", "src/features.py", "models/shared.py"];
  return layOutWorkspace({ root, record, folder: "models/exp001", copied });
}

test("code and settings are copies, data and other experiments links", async () => {
  await layOut();
  await put("project.yml", "now");
  await put("src/features.py", "x = 2");
  await put("models/shared.py", "y = 2");
  expect(await read("project.yml")).toBe("then");
  expect(await read("src/features.py")).toBe("x = 1");
  expect(await read("models/shared.py")).toBe("y = 1");
  expect(await read("models/exp001/train.py")).toBe("as it was");
  for (const name of ["data", ".env", "notebooks", "models/exp000", "src/cache"])
    expect([name, await isLink(name)]).toEqual([name, true]);
  expect(await read("models/exp000/artifacts/oof.csv")).toBe("id\n");
  expect(existsSync(there(".git"))).toBe(false);
  expect(existsSync(there(".crossfold"))).toBe(false);
});

test("the artifacts folder is there, empty, where the workspace has one", async () => {
  await layOut();
  expect(await readdir(there("models/exp001/artifacts"))).toEqual([]);
});

const spec = { experiment: "exp001" } as Parameters<typeof collectArtifacts>[1];

test("what the script left is collected, and nothing else is kept", async () => {
  await layOut();
  await put(path.join(artifactsAtWork(record, "exp001"), "metrics.json"), "{}");
  await put(there("models/exp001/__pycache__/train.pyc"), "");
  await collectArtifacts(record, spec);
  await collectArtifacts(record, spec);
  expect(await readdir(path.join(record, "artifacts"))).toEqual(["metrics.json"]);
  expect(existsSync(there(""))).toBe(false);
  expect(await readFile(path.join(root, "data/input/toy/train.csv"), "utf8")).toBe("id,y\n");
  expect(await readFile(path.join(root, "models/exp001/artifacts/old.bin"), "utf8")).toBe(
    "of another run",
  );
});

test("what the script wrote beside its artifacts stays in the record", async () => {
  await layOut();
  await put(there("catboost_info/log.tsv"), "1");
  await put(there("src/features.py"), "the script changed this");
  await collectArtifacts(record, spec);
  const left = await readdir(there(""), { recursive: true });
  expect(left.toSorted()).toEqual([
    "catboost_info",
    "catboost_info/log.tsv",
    "src",
    "src/features.py",
  ]);
});

test("of what a script was given, only what it changed or added is its own", async () => {
  await put(path.join(artifactsAtWork(record, "exp001"), "model.bin"), "weights");
  await put(path.join(artifactsAtWork(record, "exp001"), "submission.csv"), "before");
  await layOut();
  await put(path.join(artifactsAtWork(record, "exp001"), "submission.csv"), "made now");
  await collectArtifacts(record, spec);
  expect(await readdir(path.join(record, "artifacts"))).toEqual(["submission.csv"]);
});

test("a link in place of artifacts/ leaves nothing to the run", async () => {
  await layOut();
  await rm(artifactsAtWork(record, "exp001"), { recursive: true });
  await symlink(path.join(root, "models/exp000/artifacts"), artifactsAtWork(record, "exp001"));
  await collectArtifacts(record, spec);
  expect(existsSync(path.join(record, "artifacts"))).toBe(false);
  expect(existsSync(path.join(root, "models/exp000/artifacts/oof.csv"))).toBe(true);
});

/** As a file system without links answers. */
async function withoutLinks(): Promise<never> {
  throw Object.assign(new Error("EPERM: operation not permitted, symlink"), { code: "EPERM" });
}

test("where there are no links, what a script may read is copied, and leaves with the run", async () => {
  await put(".venv/bin/python", "an interpreter");
  await put("mlruns/0/meta.yaml", "of MLflow");
  const copied = ["project.yml", "src/features.py", "models/shared.py"];
  await layOutWorkspace({ root, record, folder: "models/exp001", copied, link: withoutLinks });
  expect(await read("data/input/toy/train.csv")).toBe("id,y\n");
  expect(await isLink("data")).toBe(false);
  expect(await read("models/exp000/artifacts/oof.csv")).toBe("id\n");
  expect((await readdir(there(""))).includes(".venv")).toBe(false);
  await put(there("models/exp001/artifacts/model.bin"), "weights");
  await collectArtifacts(record, spec);
  expect(await readFile(path.join(record, "artifacts/model.bin"), "utf8")).toBe("weights");
  expect(existsSync(there(""))).toBe(false);
  expect(await readFile(path.join(root, "data/input/toy/train.csv"), "utf8")).toBe("id,y\n");
});

test("where there are no links and too much to copy, that is said before anything runs", async () => {
  await put("data/images.bin", "");
  await truncate(path.join(root, "data/images.bin"), 2_100_000_000);
  const request = { root, record, folder: "models/exp001", copied: [], link: withoutLinks };
  await expect(layOutWorkspace(request)).rejects.toThrow("without symbolic links");
});

test("what a script locked is its owner's to read again, links not followed", async () => {
  const outside = path.join(root, "notes.txt");
  await put(outside, "mine");
  await chmod(outside, 0o200);
  await layOut();
  await put(there("models/exp001/artifacts/deep/model.bin"), "weights");
  await symlink(outside, there("models/exp001/artifacts/linked.txt"));
  await chmod(there("models/exp001/artifacts/deep/model.bin"), 0o000);
  await chmod(there("models/exp001/artifacts/deep"), 0o000);
  await chmod(there("models/exp001/artifacts"), 0o000);
  await collectArtifacts(record, spec);
  expect(await mode(path.join(record, "artifacts"))).toBe(0o700);
  expect(await mode(path.join(record, "artifacts/deep"))).toBe(0o700);
  expect(await mode(path.join(record, "artifacts/deep/model.bin"))).toBe(0o400);
  expect(await mode(outside)).toBe(0o200);
});
