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
  utimes,
  writeFile,
} from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { paths } from "../workspace/paths.ts";
import { sweepOldLeftovers } from "../workspace/old-leftovers.ts";
import { writeAtomic } from "./atomic-write.ts";
import { sweepTemporary } from "./temporary-file.ts";

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), "crossfold-")));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const host = hostname().replaceAll(/[^A-Za-z0-9]/g, "_");
const nameOf = (pid: number, where = host) => `.crossfold-${where}-${pid}-0123456789ab.tmp`;
/** Above the highest pid there can be. */
const dead = 5_000_000;

it("writes a file whole, keeps its mode and a link to it, and leaves nothing beside it", async () => {
  await mkdir(path.join(root, ".crossfold"));
  const file = path.join(root, "models", "a.sh");
  await writeAtomic(file, "one");
  await chmod(file, 0o750);
  await symlink("a.sh", path.join(root, "models", "link"));
  await writeAtomic(path.join(root, "models", "link"), new Uint8Array([50]));
  expect(await readFile(file, "utf8")).toBe("2");
  expect((await stat(file)).mode & 0o777).toBe(0o750);
  expect((await lstat(path.join(root, "models", "link"))).isSymbolicLink()).toBe(true);
  expect((await readdir(path.join(root, "models"))).toSorted()).toEqual(["a.sh", "link"]);
  expect(await readdir(paths.temporary({ root }))).toEqual([]);
});

it("writes beside the file where the workspace's folder cannot serve", async () => {
  await writeAtomic(path.join(root, "x"), "outside a workspace");
  await mkdir(path.join(root, ".crossfold"));
  await writeFile(paths.temporary({ root }), "a file in its place");
  await writeAtomic(path.join(root, "y"), "inside");
  expect((await readdir(root)).toSorted()).toEqual([".crossfold", "x", "y"]);
});

it("keeps the names of a folder's files when many write at once", async () => {
  await mkdir(path.join(root, ".crossfold"));
  const texts = Array.from({ length: 20 }, (_, at) => String(at));
  await Promise.all(texts.map((text) => writeAtomic(path.join(root, "x"), text)));
  expect(texts).toContain(await readFile(path.join(root, "x"), "utf8"));
  expect(await readdir(paths.temporary({ root }))).toEqual([]);
});

it("sweeps what dead processes left, and nothing of the living, of other machines or of the user", async () => {
  const folder = paths.temporary({ root });
  await mkdir(folder, { recursive: true });
  const kept = [nameOf(process.pid), nameOf(dead, "elsewhere"), "notes.tmp", ".crossfold-x.tmp"];
  for (const name of [...kept, nameOf(dead)]) await writeFile(path.join(folder, name), "");
  await sweepTemporary(folder);
  expect((await readdir(folder)).toSorted()).toEqual(kept.toSorted());
});

it("moves what older versions left beside the user's files away, and no backup of the user's", async () => {
  const docs = path.join(root, "backlog", "docs");
  const submission = path.join(root, "models", "exp001", "submission");
  for (const folder of [docs, submission, path.join(root, ".crossfold")])
    await mkdir(folder, { recursive: true });
  const longAgo = new Date("2026-01-05T00:00:00Z");
  const put = async (folder: string, name: string, at = longAgo) => {
    await writeFile(path.join(folder, name), name);
    await utimes(path.join(folder, name), at, at);
  };
  const ofItsTime = String(Math.floor(longAgo.getTime() / 1000) + 60);
  const ofNow = String(Math.floor(Date.now() / 1000));
  const backups = [
    "doc-1 - Rules.md.20260105",
    `doc-1 - Rules.md.${ofItsTime}`,
    `doc-1 - Rules.md.${ofNow}`,
    "doc-1 - Rules.md.4294967296",
    "doc-1 - Rules.md.bak",
    "notes.txt.179249997",
  ];
  for (const name of ["doc-1 - Rules.md", "doc-1 - Rules.md.179249997", ...backups])
    await put(docs, name);
  await put(submission, "kernel-metadata.json.3997724004");
  await put(submission, "kernel-metadata.json.3997724005", new Date());
  await sweepOldLeftovers({ root });
  expect((await readdir(docs)).toSorted()).toEqual(["doc-1 - Rules.md", ...backups].toSorted());
  expect(await readdir(submission)).toEqual(["kernel-metadata.json.3997724005"]);
  expect((await readdir(paths.replaced({ root }))).toSorted()).toEqual([
    "backlog-docs-doc-1 - Rules.md.179249997",
    "models-exp001-submission-kernel-metadata.json.3997724004",
  ]);
  // The young one goes when it is old.
  await put(submission, "kernel-metadata.json.3997724005");
  await sweepOldLeftovers({ root });
  expect(await readdir(submission)).toEqual([]);
});
