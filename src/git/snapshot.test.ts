import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { x } from "tinyexec";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readGitState, writeDirtyPatch } from "./snapshot.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "crossfold-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function git(...args: string[]): Promise<string> {
  const who = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
  const { stdout } = await x("git", [...who, ...args], {
    nodeOptions: { cwd: folder },
    throwOnError: true,
  });
  return stdout.trim();
}

async function commitAll(): Promise<void> {
  await git("add", "-A");
  await git("commit", "-q", "-m", "all");
}

it("knows no commit outside a repository and before the first one", async () => {
  expect(await readGitState(folder)).toBeNull();
  await git("init", "-q", "-b", "main");
  expect(await readGitState(folder)).toEqual({ commit: null, branch: "main", dirty: false });
});

it("gives a patch that makes the same files of the commit, whatever bytes they hold", async () => {
  await git("init", "-q", "-b", "main");
  await writeFile(path.join(folder, "a.py"), "one\n");
  await writeFile(path.join(folder, "b.bin"), new Uint8Array([0, 1, 255]));
  await commitAll();
  expect(await readGitState(folder)).toMatchObject({ dirty: false });

  await writeFile(path.join(folder, "a.py"), Buffer.from([0xe9, 0x0a, 0xff, 0x0d, 0x0a]));
  await writeFile(path.join(folder, "b.bin"), new Uint8Array([0, 2, 254, 3]));
  await writeFile(path.join(folder, "new 特徴.py"), "");
  expect(await readGitState(folder)).toMatchObject({
    commit: await git("rev-parse", "HEAD"),
    dirty: true,
  });
  const patch = path.join(folder, "..", `${path.basename(folder)}.patch`);
  await writeDirtyPatch(folder, patch);
  expect(await readFile(patch, "utf8")).toContain('# untracked: "new 特徴.py"');
  await git("checkout", "-q", "--", ".");
  await git("apply", patch);
  await rm(patch);
  expect(await readFile(path.join(folder, "a.py"))).toEqual(
    Buffer.from([0xe9, 0x0a, 0xff, 0x0d, 0x0a]),
  );
  expect(await readFile(path.join(folder, "b.bin"))).toEqual(Buffer.from([0, 2, 254, 3]));
});

it("reads no .env, even one that was committed, and no run record", async () => {
  await git("init", "-q", "-b", "main");
  await mkdir(path.join(folder, "deep"));
  for (const name of [".env", "deep/.env", "deep/.env.local"]) {
    await writeFile(path.join(folder, name), "TOKEN=a\n");
  }
  await commitAll();
  for (const name of [".env", "deep/.env", "deep/.env.local"]) {
    await appendFile(path.join(folder, name), "SECRET=b\n");
  }
  await mkdir(path.join(folder, ".crossfold"));
  await writeFile(path.join(folder, ".crossfold", "x"), "");
  expect(await readGitState(folder)).toMatchObject({ dirty: false });
  const patch = path.join(folder, ".crossfold", "patch");
  await writeDirtyPatch(folder, patch);
  expect(await readFile(patch, "utf8")).toBe("");
});
