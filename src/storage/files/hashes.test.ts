import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashData, hashFile, hashFolder } from "./hashes.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "crossfold-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

it("hashes a file's bytes", async () => {
  await writeFile(path.join(root, "x"), "abc");
  expect(await hashFile(path.join(root, "x"))).toBe(abc);
});

it("hashes a folder by names and contents, not by how a name is split from a content", async () => {
  const one = await make("one", { "a.py": "1", "sub/b.py": "2" });
  expect(await make("same", { "sub/b.py": "2", "a.py": "1" })).toBe(one);
  expect(await make("content", { "a.py": "1", "sub/b.py": "3" })).not.toBe(one);
  expect(await make("name", { "a.py": "1", "sub/c.py": "2" })).not.toBe(one);
});

describe("the hashes of the data", () => {
  it("are of the files that are there", async () => {
    await writeFile(file(), "abc");
    expect(await hashData({ root }, [file(), path.join(root, "none.csv")])).toEqual({
      "train.csv": abc,
    });
  });

  it("follow a change that keeps size and time of change", async () => {
    await writeFile(file(), "abc");
    const { atime, mtime } = await stat(file());
    await hashData({ root }, [file()]);
    await writeFile(file(), "abd");
    await utimes(file(), atime, mtime);
    expect(await hashData({ root }, [file()])).toEqual({ "train.csv": await hashFile(file()) });
  });

  it("survive a cache that is no cache", async () => {
    await writeFile(file(), "abc");
    const cache = path.join(root, ".crossfold/cache/hashes.json");
    await mkdir(path.dirname(cache), { recursive: true });
    await writeFile(cache, "{ half");
    expect(await hashData({ root }, [file()])).toEqual({ "train.csv": abc });
    expect(await readFile(cache, "utf8")).toBe("{ half");
  });
});

function file(): string {
  return path.join(root, "train.csv");
}

async function make(name: string, files: Record<string, string>): Promise<string> {
  await mkdir(path.join(root, name, "sub"), { recursive: true });
  for (const [inner, text] of Object.entries(files)) {
    await writeFile(path.join(root, name, inner), text);
  }
  return hashFolder(path.join(root, name));
}
