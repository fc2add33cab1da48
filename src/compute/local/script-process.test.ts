import { execFileSync } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { type FileHandle, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { identifyProcess, isAlive } from "../../storage/run/process-identity.ts";
import { prepareScript, type ScriptProcess } from "./script-process.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "crossfold-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function prepare(command: string[]): Promise<ScriptProcess> {
  const log = await open(path.join(folder, "output.log"), "a");
  const script = await prepareScript(folder, command, {
    cwd: folder,
    env: process.env,
    log: log.fd,
  });
  await log.close();
  return script;
}

it("runs nothing before it is told to", async () => {
  const script = await prepare(["touch", "ran"]);
  const leader = identifyProcess(script.pid);
  expect(isAlive(leader)).toBe(true);
  expect(existsSync(path.join(folder, "ran"))).toBe(false);
  script.go();
  await script.ended;
  expect(existsSync(path.join(folder, "ran"))).toBe(true);
  expect(await readFile(path.join(folder, "rc"), "utf8")).toBe("0\n");
});

it.each(["refused", "interrupted", "killed"])("runs nothing when %s before that", async (how) => {
  const script = await prepare(["touch", "ran"]);
  if (how === "refused") script.refuse();
  else process.kill(-script.pid, how === "killed" ? "SIGKILL" : "SIGINT");
  if (how === "interrupted") script.go();
  await script.ended;
  expect(existsSync(path.join(folder, "ran"))).toBe(false);
  expect(existsSync(path.join(folder, "rc"))).toBe(false);
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("runs nothing when %s comes while the record is read", async (signal, code) => {
  const spec = path.join(folder, "spec.json");
  execFileSync("mkfifo", [spec]);
  const script = await prepare(["touch", "ran"]);
  script.go();
  const pipe = await whenRead(spec);
  process.kill(-script.pid, signal);
  await pipe.close();
  expect((await script.ended).code).toBe(code);
  expect(existsSync(path.join(folder, "ran"))).toBe(false);
  expect(await readFile(path.join(folder, "rc"), "utf8")).toBe(`${code}\n`);
});

/** A pipe's other end, once someone reads it. */
async function whenRead(pipe: string): Promise<FileHandle> {
  for (;;) {
    const end = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
    if (end !== undefined) return end;
    await pause(10);
  }
}

it("leaves the exit code, and both outputs in order", async () => {
  const script = await prepare(["sh", "-c", "echo 1; echo 2 >&2; cat; echo 3; exit 42"]);
  script.go();
  expect(await script.ended).toEqual({ code: 42, signal: null });
  expect(await readFile(path.join(folder, "rc"), "utf8")).toBe("42\n");
  expect(await readFile(path.join(folder, "output.log"), "utf8")).toBe("1\n2\n3\n");
});

it("says 127 for a command that is not there", async () => {
  const script = await prepare(["no-such-program-here"]);
  script.go();
  expect((await script.ended).code).toBe(127);
});
