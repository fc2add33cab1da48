import { existsSync } from "node:fs";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
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
