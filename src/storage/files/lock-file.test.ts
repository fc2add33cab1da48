import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "tsdown";
import { describe, expect, test } from "vitest";
import { afterFile } from "../../../test/support/after-file.ts";
import { identifyProcess } from "../run/process-identity.ts";
import { takeLock } from "./lock-file.ts";
import { isGone, type LockHolder, thisProcess } from "./lock-holder.ts";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossfold-lock-"));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function holderOf(pid: number, changes: Partial<LockHolder> = {}): LockHolder {
  const started = identifyProcess(pid)?.started ?? "";
  const token = `${pid}`.padStart(32, "0");
  return { ...thisProcess(), since: "2026-11-23T12:00:00.000Z", pid, started, token, ...changes };
}

async function lockOf(holder: LockHolder): Promise<string> {
  const file = path.join(await makeFolder(), "busy");
  await writeFile(file, JSON.stringify(holder));
  return file;
}

function startSleeper(): ChildProcess {
  const child = spawn("sleep", ["600"]);
  afterFile(() => child.kill("SIGKILL"));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

describe("a lock of a process that was killed", () => {
  test("is taken over at the first look", async () => {
    const child = startSleeper();
    const file = await lockOf(holderOf(child.pid!));
    await expect(takeLock(file, 0)).rejects.toThrow(`held by process ${child.pid}`);
    await kill(child);
    const release = await takeLock(file, 0);
    await release();
    expect(await readdir(path.dirname(file))).toEqual([]);
  });

  test("is taken over though another process was given its id", async () => {
    const file = await lockOf(holderOf(process.pid, { started: `${thisProcess().boot} 1` }));
    await (
      await takeLock(file, 0)
    )();
    expect(await readdir(path.dirname(file))).toEqual([]);
  });

  test("is taken over after the machine was started anew", async () => {
    const own = { ...thisProcess(), machine: "0123" };
    expect(isGone(holderOf(process.pid, { ...own, boot: "another" }), own)).toBe(true);
  });

  test("goes to one of many that wait, and what dead successors left goes with it", async () => {
    const child = startSleeper();
    const first = holderOf(child.pid!);
    const second = { ...first, token: "a".repeat(32) };
    const file = await lockOf(first);
    await writeFile(`${file}.${first.token}`, JSON.stringify(second));
    await writeFile(`${file}.${"b".repeat(32)}.part`, JSON.stringify(first));
    await kill(child);
    let inside = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const release = await takeLock(file, 20_000);
        inside += 1;
        expect(inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 2));
        inside -= 1;
        await release();
      }),
    );
    expect(await readdir(path.dirname(file))).toEqual([]);
  });
});

describe("a lock of a living process stays its own", () => {
  test("however old or new the clocks make its file", async () => {
    for (const time of [new Date("1999-01-01"), new Date("2199-01-01")]) {
      const file = await lockOf(holderOf(startSleeper().pid!));
      await utimes(file, time, time);
      await expect(takeLock(file, 30)).rejects.toThrow("held by process");
    }
  });

  test("while the process is stopped", async () => {
    const child = startSleeper();
    const file = await lockOf(holderOf(child.pid!));
    child.kill("SIGSTOP");
    await expect(takeLock(file, 30)).rejects.toThrow(`held by process ${child.pid}`);
  });

  test.each([
    ["another machine", { host: "elsewhere", boot: "b" }],
    ["another machine of the same name", { machine: "another", boot: "b" }],
    ["a container of another machine, named as this one", { machine: "", boot: "b" }],
    ["a container on this machine", { namespace: "pid:[1]" }],
  ])("on %s, whose processes cannot be seen from here", async (_, changes) => {
    const file = await lockOf(holderOf(2 ** 22 - 1, changes));
    await expect(takeLock(file, 0)).rejects.toMatchObject({
      code: "locked",
      message: expect.stringContaining("held by process 4194303 of "),
      next: expect.stringContaining(`remove ${file}`),
    });
  });

  test("where its lock was removed by hand and another has taken it", async () => {
    const file = path.join(await makeFolder(), "busy");
    const release = await takeLock(file, 0);
    await rm(file);
    const releaseOther = await takeLock(file, 0);
    await release();
    await expect(takeLock(file, 0)).rejects.toThrow("held by process");
    await releaseOther();
  });
});

test.each<[string, (file: string) => unknown]>([
  ["an empty file", (file) => writeFile(file, "")],
  ["half a lock", (file) => writeFile(file, '{"host":"h"')],
  [
    "a token that leads out of the folder",
    (file) => writeFile(file, JSON.stringify({ ...holderOf(process.pid), token: "/../../x" })),
  ],
  ["binary", (file) => writeFile(file, Buffer.alloc(9000, 0xff))],
  ["a folder, as older versions made", (file) => mkdir(file)],
  ["a link to nothing", (file) => symlink("nothing", file)],
  ["a link to itself", (file) => symlink(path.basename(file), file)],
  ["a pipe that nobody writes to", (file) => spawnSync("mkfifo", [file])],
])("%s in the lock's place is a held lock that the error names", async (_, put) => {
  const file = path.join(await makeFolder(), "busy");
  await put(file);
  await expect(takeLock(file, 0)).rejects.toMatchObject({
    code: "locked",
    message: expect.stringContaining(file),
    next: expect.stringContaining(`remove ${file}`),
  });
});

test("a file where the locks' folder belongs is named", async () => {
  const folder = await makeFolder();
  await writeFile(path.join(folder, "locks"), "");
  await expect(takeLock(path.join(folder, "locks", "busy"), 0)).rejects.toMatchObject({
    code: "cannot-write",
    message: expect.stringContaining(path.join(folder, "locks", "busy")),
  });
});

test("of 20 processes, most of them killed at any moment, never two are inside", async () => {
  const folder = await makeFolder();
  const built = path.join(folder, "built");
  await build({
    entry: ["src/storage/files/lock-file.ts"],
    config: false,
    outDir: built,
    format: "esm",
    dts: false,
    logLevel: "silent",
  });
  const start = (rounds: number): ChildProcess => {
    const module = path.join(built, "lock-file.mjs");
    const args = ["test/support/lock-worker.mjs", module, folder, `${rounds}`];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    afterFile(() => child.kill("SIGKILL"));
    return child;
  };
  const survivors = Array.from({ length: 3 }, () => once(start(10), "exit"));
  const victims = Array.from({ length: 17 }, () => start(1_000_000));
  for (let kills = 0; kills < 40; kills += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
    const index = Math.floor(Math.random() * victims.length);
    victims[index]!.kill("SIGKILL");
    victims[index] = start(1_000_000);
  }
  for (const victim of victims) victim.kill("SIGKILL");
  expect(await Promise.all(survivors)).toEqual(Array.from({ length: 3 }, () => [0, null]));
  expect(await readdir(folder)).not.toContain("violations");
  expect((await readFile(path.join(folder, "rounds"), "utf8")).length).toBeGreaterThanOrEqual(30);
});
