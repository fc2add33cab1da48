import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Workspace } from "../../src/storage/workspace/workspace.ts";
import { type FakeGoogle, startFakeGoogle } from "../google/fake-google.ts";
import { crossfold } from "../support/cli.ts";
import { makeGate } from "../support/gate.ts";
import { cliPath, toolEnv } from "../support/tools.ts";
import { makeWorkspace } from "../support/workspace.ts";

const data = "data/input/toy";
const project = `competition_name: toy
competition_platform: local
data: { id: id, target: target }
metric: { name: accuracy, direction: maximize }
vertex: { bucket: demo-bucket }
`;

let fake: FakeGoogle;
let ws: Workspace;

beforeAll(async () => {
  fake = await startFakeGoogle();
});
afterAll(() => fake.close());
beforeEach(async () => {
  await rm(fake.bucketFolder("demo-bucket"), { recursive: true, force: true });
  await mkdir(fake.bucketFolder("demo-bucket"));
  ws = await makeWorkspace(project);
});

async function fill(folder: string, sizes: readonly number[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, size] of sizes.entries()) {
    await writeFile(path.join(folder, `${index}.bin`), contents(index, size));
  }
}

function contents(index: number, size: number): Buffer {
  return Buffer.alloc(size, `file ${index}; `);
}

/** The files of a folder by name; what is on the way is left out. */
async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".bin"));
}

function run(...args: string[]) {
  return crossfold(args, { cwd: ws.root, env: fake.env });
}

/** Starts a command and kills it, so that it can tidy up nothing, once `isTime`. */
async function killed(args: string[], isTime: () => Promise<boolean>): Promise<void> {
  const child = spawn(process.execPath, [cliPath, ...args], {
    cwd: ws.root,
    env: toolEnv(fake.env),
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  while (child.exitCode === null && !(await isTime())) await sleep(5);
  expect(child.exitCode).toBeNull();
  child.kill("SIGKILL");
  await ended;
}

describe("many files", () => {
  const sizes = Array.from({ length: 40 }, (_, index) => 1000 + index);

  test("pushed by a process that is killed are whole or not there; the next one sends the rest", async () => {
    const there = path.join(fake.bucketFolder("demo-bucket"), data);
    await fill(path.join(ws.root, data), sizes);
    fake.fault({ on: "storage.upload", kind: "slow", ms: 100, times: 40 });
    await killed(["data", "push"], async () => (await filesOf(there)).length >= 10);
    const first = await filesOf(there);
    for (const name of first) {
      const index = Number.parseInt(name, 10);
      expect(await readFile(path.join(there, name))).toEqual(contents(index, sizes[index]!));
    }

    const second = await run("data", "push", "--json");
    expect(second).toMatchObject({ exitCode: 0 });
    const { moved, kept, conflicts } = JSON.parse(second.stdout);
    expect(moved + kept).toBe(40);
    expect(kept).toBeGreaterThanOrEqual(first.length);
    expect(conflicts).toEqual([]);
    expect(await filesOf(there)).toHaveLength(40);

    const third = await run("data", "push");
    expect(third.stdout).toBe("nothing pushed to gs://demo-bucket; 40 the same\n");
  });

  test("pulled by a process that is killed are whole or not there; the next one fetches the rest", async () => {
    const here = path.join(ws.root, data);
    await fill(path.join(fake.bucketFolder("demo-bucket"), data), sizes);
    fake.fault({ on: "storage.download", kind: "slow", ms: 100, times: 40 });
    await killed(["data", "pull"], async () => (await filesOf(here)).length >= 10);
    for (const name of await filesOf(here)) {
      const index = Number.parseInt(name, 10);
      expect(await readFile(path.join(here, name))).toEqual(contents(index, sizes[index]!));
    }
    const second = await run("data", "pull", "--json");
    expect(second.exitCode).toBe(0);
    expect(JSON.parse(second.stdout).kept).toBeGreaterThanOrEqual(10);
    expect((await readdir(here)).toSorted()).toEqual(
      sizes.map((_, index) => `${index}.bin`).toSorted(),
    );
  });
});

describe("a large file", () => {
  const size = 40_000_000;

  test("whose push is killed goes on with the piece after the last one that arrived", async () => {
    await fill(path.join(ws.root, data), [size]);
    const gate = makeGate();
    fake.fault({ on: "storage.upload", kind: "held", until: gate.opened, after: 2 });
    const pieces = () =>
      fake.requests.filter(({ method, status }) => method === "PUT" && status === 308);
    await killed(["data", "push"], async () => pieces().length === 1);
    gate.open();
    const before = fake.requests.length;
    const { stdout, exitCode } = await run("data", "push");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1 file (40.0 MB) pushed to gs://demo-bucket");
    const methods = fake.requests
      .slice(before)
      .filter(({ operation }) => operation === "storage.upload");
    // How far it is, and the two pieces that were missing: the upload was not begun again.
    expect(methods.map(({ method }) => method)).toEqual(["PUT", "PUT", "PUT"]);
    expect((await stat(path.join(fake.bucketFolder("demo-bucket"), data, "0.bin"))).size).toBe(
      size,
    );
  });

  test("arrives whole both ways though bodies break off half-way, again and again", async () => {
    await fill(path.join(ws.root, data), [size]);
    fake.fault({ on: "storage.upload", kind: "cut-body", after: 1, times: 2 });
    expect((await run("data", "push")).exitCode).toBe(0);
    await rm(path.join(ws.root, "data"), { recursive: true });
    fake.fault({ on: "storage.download", kind: "cut-body", times: 3 });
    const { stdout, exitCode } = await run("data", "pull");
    expect({ stdout, exitCode }).toMatchObject({ exitCode: 0 });
    const file = path.join(ws.root, data, "0.bin");
    expect((await readFile(file)).equals(contents(0, size))).toBe(true);
    expect(fake.pendingFaults()).toEqual([]);
  });
});

test("a file that is newer on the other side is named, and the exit code says so", async () => {
  await fill(path.join(ws.root, data), [10]);
  await run("data", "push");
  await sleep(1100);
  await writeFile(path.join(ws.root, data, "0.bin"), "mine");
  const { stdout, exitCode } = await run("data", "pull");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^nothing pulled from gs:\/\/demo-bucket\n! data\/input\/toy\/0\.bin differs/,
  );
  expect(stdout).toContain("--overwrite replaces");
});

test("without credentials, and without a bucket, the next step is named", async () => {
  await fill(path.join(ws.root, data), [10]);
  const none = { ...fake.env, METADATA_SERVER_DETECTION: "none" };
  const login = await crossfold(["data", "push"], { cwd: ws.root, env: none });
  expect(login).toMatchObject({ exitCode: 1, stdout: "" });
  expect(login.stderr).toContain("next: gcloud auth application-default login");
  const text = await readFile(path.join(ws.root, "project.yml"), "utf8");
  await writeFile(path.join(ws.root, "project.yml"), text.replace(/^vertex.*$/m, ""));
  const bucket = await run("data", "push");
  expect(bucket).toMatchObject({ exitCode: 2 });
  expect(bucket.stderr).toContain("vertex: { bucket: my-bucket }");
});
