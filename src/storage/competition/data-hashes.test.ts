import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { makeWorkspace } from "../../../test/support/workspace.ts";
import { openWorkspace, paths, type Workspace } from "../workspace/workspace.ts";
import { hasDataEntry } from "./data-entry.ts";
import { hashCompetitionData } from "./data-hashes.ts";

async function workspaceWith(data: string): Promise<Workspace> {
  const ws = await makeWorkspace(
    `competition_name: toy\ncompetition_platform: local\ndata: ${data}\nmetric: { name: accuracy, direction: maximize }\n`,
  );
  for (const [name, text] of Object.entries({
    "train.csv": "id,y\n1,0\n",
    "画像 [1]/a b.png": "a",
    "画像 [1]/deep/c.png": "c",
    "画像 1/d.png": "d",
    "texts/1.txt": "one",
    "texts/skip.md": "two",
  })) {
    const file = path.join(paths.input(ws), name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    await utimes(file, 1_700_000_000, 1_700_000_000);
  }
  return openWorkspace(ws.root);
}

test("each entry of data.files has a hash under its own name: a folder, a file, a glob", async () => {
  const ws = await workspaceWith('{ files: ["画像 [1]/", train.csv, texts/*.txt, gone] }');
  const hashes = await hashCompetitionData(ws);
  expect(Object.keys(hashes).toSorted()).toEqual([
    "data/input/toy/texts/*.txt",
    "data/input/toy/train.csv",
    "data/input/toy/画像 [1]",
  ]);
  expect(hashes["data/input/toy/画像 [1]"]).toMatch(/^size-and-time:[0-9a-f]{64}$/);
  expect(hashes["data/input/toy/train.csv"]).toMatch(/^[0-9a-f]{64}$/);
});

test("a folder is told by path, size and time; a glob only by what it names", async () => {
  const ws = await workspaceWith('{ files: ["画像 [1]", "texts/*.txt"] }');
  const before = await hashCompetitionData(ws);
  await writeFile(path.join(paths.input(ws), "texts/skip.md"), "other");
  await writeFile(path.join(paths.input(ws), "画像 1/d.png"), "other");
  expect(await hashCompetitionData(ws)).toEqual(before);
  const image = path.join(paths.input(ws), "画像 [1]/deep/c.png");
  await utimes(image, 1_700_000_001, 1_700_000_001);
  const after = await hashCompetitionData(ws);
  expect(after["data/input/toy/画像 [1]"]).not.toBe(before["data/input/toy/画像 [1]"]);
  expect(after["data/input/toy/texts/*.txt"]).toBe(before["data/input/toy/texts/*.txt"]);
});

test("asked for contents, a folder is told by nothing else, also through a link", async () => {
  const ws = await workspaceWith('{ files: "linked", hash: contents }');
  await symlink("画像 [1]", path.join(paths.input(ws), "linked"));
  const before = await hashCompetitionData(ws);
  expect(before["data/input/toy/linked"]).toMatch(/^[0-9a-f]{64}$/);
  const image = path.join(paths.input(ws), "画像 [1]/deep/c.png");
  await utimes(image, 1_700_000_001, 1_700_000_001);
  expect(await hashCompetitionData(ws)).toEqual(before);
  await writeFile(image, "C");
  expect(await hashCompetitionData(ws)).not.toEqual(before);
});

test("what is there is found by its name before it is read as a glob", async () => {
  const base = paths.input(await workspaceWith("{}"));
  expect(await hasDataEntry(base, "画像 [1]")).toBe(true);
  expect(await hasDataEntry(base, "画像 [1]/*.png")).toBe(true);
  expect(await hasDataEntry(base, "画像 [1]/*.jpg")).toBe(false);
  expect(await hasDataEntry(base, "画像 [2]")).toBe(false);
});

test("labels in a file of their own have a hash beside the tables'", async () => {
  const ws = await workspaceWith("{ labels: texts/1.txt }");
  expect(Object.keys(await hashCompetitionData(ws))).toEqual([
    "data/input/toy/train.csv",
    "data/input/toy/texts/1.txt",
  ]);
});
