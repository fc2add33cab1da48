import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { x } from "tinyexec";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ensureRepository } from "./ensure-repository.ts";
import { exposedSecrets } from "./exposed-secrets.ts";
import { listKnownFiles } from "./list-files.ts";
import { runGit } from "./run-git.ts";
import { readGitState } from "./snapshot.ts";

let outer: string;
let inner: string;
beforeEach(async () => {
  outer = await realpath(await mkdtemp(path.join(tmpdir(), "crossfold-")));
  inner = path.join(outer, "work", "ws");
  await mkdir(inner, { recursive: true });
  await writeFile(path.join(inner, "project.yml"), "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(outer, { recursive: true, force: true });
});

async function git(folder: string, ...args: string[]): Promise<void> {
  const who = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
  const more = ["-c", "protocol.file.allow=always"];
  await x("git", [...who, ...more, ...args], {
    nodeOptions: { cwd: folder, env: { GIT_DIR: undefined } },
    throwOnError: true,
  });
}

async function outerRepository(ignores: string): Promise<void> {
  await git(outer, "init", "-q", "-b", "main");
  await writeFile(path.join(outer, ".gitignore"), ignores);
  await git(outer, "add", "-f", ".gitignore");
  await git(outer, "commit", "-q", "-m", "outer");
}

const topLevel = async () => (await runGit(inner, ["rev-parse", "--show-toplevel"]))?.trim();

/** The workspace's own repository: nothing of the outer one's is said of its code. */
async function expectOwn(): Promise<void> {
  expect(await readGitState(inner)).toBeNull();
  expect(await ensureRepository(inner)).toBe("made");
  expect(await topLevel()).toBe(inner);
  expect(await readGitState(inner)).toMatchObject({ commit: null });
  expect(await ensureRepository(inner)).toBe("found");
}

it.each(["work/\n", "/work/ws\n", "*\n", "work/*\n", "**/ws/**\n"])(
  "makes a repository where the outer one ignores the folder by %j",
  async (ignores) => {
    await outerRepository(ignores);
    expect(await listKnownFiles(inner)).toBeUndefined();
    await expectOwn();
  },
);

it("makes one where info/exclude, or a file of the user's own, ignores the folder", async () => {
  await outerRepository("");
  await writeFile(path.join(outer, ".git", "info", "exclude"), "work/\n");
  await expectOwn();
  await rm(path.join(inner, ".git"), { recursive: true });
  await writeFile(path.join(outer, ".git", "info", "exclude"), "");
  await writeFile(path.join(outer, "excludes"), "ws/\n");
  await git(outer, "config", "core.excludesFile", path.join(outer, "excludes"));
  await expectOwn();
});

it("uses the outer repository where it keeps the folder, or only some of its files", async () => {
  await outerRepository("*.csv\nartifacts/\n");
  expect(await ensureRepository(inner)).toBe("found");
  expect(await topLevel()).toBe(outer);
  expect(await readGitState(inner)).toMatchObject({ dirty: true });
});

it("uses the outer repository where its files were added in spite of an ignore", async () => {
  await outerRepository("work/\n");
  await git(outer, "add", "-f", "work/ws/project.yml");
  expect(await ensureRepository(inner)).toBe("found");
});

it("makes one inside a bare repository and inside a .git folder", async () => {
  await git(outer, "init", "-q", "--bare");
  await expectOwn();
});

it("makes one where the outer repository is another user's", async () => {
  await outerRepository("");
  vi.stubEnv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
  expect(await readGitState(inner)).toBeNull();
  expect(await ensureRepository(inner)).toBe("made");
  vi.unstubAllEnvs();
  expect(await topLevel()).toBe(inner);
});

it("asks the folder's repository, whatever GIT_DIR says", async () => {
  await outerRepository("work/\n");
  vi.stubEnv("GIT_DIR", path.join(outer, ".git"));
  vi.stubEnv("GIT_WORK_TREE", outer);
  await expectOwn();
});

it("makes one in an ignored folder of a submodule and of a linked work tree", async () => {
  await outerRepository("ws/\n");
  const linked = path.join(outer, "linked");
  await git(outer, "worktree", "add", "-q", linked);
  await git(outer, "submodule", "add", "-q", outer, "sub");
  for (const around of [linked, path.join(outer, "sub")]) {
    inner = path.join(around, "ws");
    await mkdir(inner);
    await writeFile(path.join(inner, "project.yml"), "");
    await expectOwn();
  }
});

it("names the secrets that git has or would take", async () => {
  await git(inner, "init", "-q");
  await writeFile(path.join(inner, ".env.example"), "A=\n");
  await writeFile(path.join(inner, "kaggle.json"), "{}");
  expect(await exposedSecrets(inner)).toEqual({
    committed: [],
    unignored: [".env", ".env.local", ".env.production", "kaggle.json"],
  });
  await writeFile(path.join(inner, ".gitignore"), ".env*\n!.env.example\nkaggle.json\n");
  expect(await exposedSecrets(inner)).toEqual({ committed: [], unignored: [] });
  await git(inner, "add", "-f", "kaggle.json", ".env.example");
  expect(await exposedSecrets(inner)).toEqual({ committed: ["kaggle.json"], unignored: [] });
});
