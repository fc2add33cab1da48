import { cp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { RunStateFile } from "../../src/core/run/run-state-file.ts";
import { identifyProcess } from "../../src/storage/run/process-identity.ts";
import {
  holdOn,
  makeRunWorkspace,
  type RunWorkspace,
  until,
  untilPrinted,
  writeMetrics,
} from "../support/run-workspace.ts";

const train = ["train", "exp001", "--on", "local"];
const waiting = `import os\nprint("pid", os.getpid())\n${holdOn}\n${writeMetrics}`;

interface Processes {
  supervisor: number;
  leader: number;
  script: number;
}

/** A run under way, detached, with the processes that make it up. */
async function underWay(): Promise<{ ws: RunWorkspace; pids: Processes }> {
  const ws = await makeRunWorkspace({ exp001: waiting });
  await ws.cli(...train, "--detach");
  await untilPrinted(ws, "ready");
  const state = await readStateFile(ws);
  const script = Number(/pid (\d+)/.exec(await ws.record("output.log"))![1]);
  return { ws, pids: { supervisor: state.supervisor!.pid, leader: state.child!.pid, script } };
}

async function readStateFile(ws: RunWorkspace): Promise<RunStateFile> {
  return JSON.parse(await ws.record("state.json"));
}

/** kill -9, and until the process is really gone. */
async function kill(...pids: number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await until(async () => pids.every((pid) => identifyProcess(pid) === undefined));
}

describe("kill -9", () => {
  it("of the supervisor: the run goes on, ends, and is recorded by whoever waits", async () => {
    const { ws, pids } = await underWay();
    await kill(pids.supervisor);
    expect(await ws.newest()).toMatchObject({
      state: "running",
      reason: expect.stringContaining("supervisor"),
    });
    await ws.goOn();
    const { stdout, exitCode } = await ws.cli("wait", "exp001", "--json");
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ recorded: true, score: 0.75 }),
    ]);
    expect(await ws.scores("exp001")).toBe(1);
  });

  it("of the supervisor: record by hand takes the run for what it is", async () => {
    const { ws, pids } = await underWay();
    await kill(pids.supervisor);
    await ws.goOn();
    await until(async () => (await ws.newest()).state === "succeeded");
    const { stdout, exitCode } = await ws.cli("record", "exp001", "--json");
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ already: false, score: 0.75 }),
    ]);
  });

  it("of the supervisor: stop still stops", async () => {
    const { ws, pids } = await underWay();
    await kill(pids.supervisor);
    const { stdout } = await ws.cli("stop", "exp001", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ stopped: true, run: { state: "cancelled" } });
    expect(identifyProcess(pids.script)).toBeUndefined();
  });

  it("of the script: it failed, by signal 9", async () => {
    const { ws, pids } = await underWay();
    await kill(pids.script);
    await ws.cli("wait", "exp001");
    expect(await ws.newest()).toMatchObject({ state: "failed", exitCode: 137 });
  });

  it("of the script's leader: it failed, and the script does not live on unseen", async () => {
    const { ws, pids } = await underWay();
    await kill(pids.leader);
    await ws.cli("wait", "exp001");
    expect(await ws.newest()).toMatchObject({ state: "failed", exitCode: 137 });
    expect(identifyProcess(pids.script)).toBeUndefined();
  });

  it("of everything: it is lost, which nothing turns into a score", async () => {
    const { ws, pids } = await underWay();
    await kill(pids.supervisor, pids.leader, pids.script);
    const { stdout, exitCode } = await ws.cli("wait", "exp001", "--json");
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({
        recorded: false,
        run: expect.objectContaining({ state: "lost", score: null }),
      }),
    ]);
    // A lost run is no obstacle.
    await ws.goOn();
    expect((await ws.cli(...train)).exitCode).toBe(0);
  });

  it("of supervisor and leader: what is left of it counts as running and can be stopped", async () => {
    const { ws, pids } = await underWay();
    await kill(pids.supervisor, pids.leader);
    expect((await ws.newest()).state).toBe("running");
    await ws.cli("stop", "exp001");
    expect((await ws.newest()).state).toBe("cancelled");
    expect(identifyProcess(pids.script)).toBeUndefined();
  });
});

describe("a process id", () => {
  it("that now belongs to another process is not the run", async () => {
    const { ws, pids } = await underWay();
    await kill(pids.supervisor, pids.leader, pids.script);
    const state = await readStateFile(ws);
    const another = { pid: process.pid, started: state.child!.started };
    await replaceState(ws, { ...state, child: another, supervisor: another });
    expect((await ws.newest()).state).toBe("lost");
    await ws.cli("stop", "exp001");
    expect(identifyProcess(process.pid)).toBeDefined();
  });

  it.runIf(process.platform === "linux")("of an earlier boot is not the run", async () => {
    const { ws } = await underWay();
    const state = await readStateFile(ws);
    await replaceState(ws, {
      ...state,
      child: earlier(state.child),
      supervisor: earlier(state.supervisor),
    });
    expect((await ws.newest()).state).toBe("lost");
    await replaceState(ws, state);
    expect((await ws.newest()).state).toBe("running");
    await ws.goOn();
    await ws.cli("wait", "exp001");
  });
});

/** The same process ids and times, of another boot. */
function earlier(one: RunStateFile["child"]): RunStateFile["child"] {
  const started = one!.started.replace(/^\S+/, "00000000-0000-4000-8000-000000000000");
  return { pid: one!.pid, started };
}

async function replaceState(ws: RunWorkspace, state: RunStateFile): Promise<void> {
  const folder = ws.file((await ws.newest()).folder);
  await writeFile(path.join(folder, "state.json"), JSON.stringify(state));
  await writeFile(path.join(folder, "processes.json"), JSON.stringify(state));
}

describe("a record cut short", () => {
  const expected: Record<string, string | undefined> = { "spec.json": undefined };

  it("at any file of an ended run tells the truth, and the other runs still show", async () => {
    const ws = await makeRunWorkspace({
      exp001: `print("out")\n${writeMetrics}`,
      exp002: "print(2)",
    });
    await ws.cli(...train);
    await ws.cli("train", "exp002", "--on", "local", "--debug");
    const [other, whole] = await ws.runs();
    const names = (await readdir(ws.file(whole!.folder))).filter(
      (name) => !["code", "artifacts"].includes(name),
    );
    expect(names).toEqual(
      expect.arrayContaining(["spec.json", "state.json", "rc", "output.log", "metrics.json"]),
    );
    for (const name of names) {
      for (const size of [0, 1]) {
        const id = `20200101-000000-exp001-${String(names.indexOf(name)).padStart(3, "0")}${size}`;
        await copyRecord(ws, whole!.folder, id);
        await truncate(ws.file(`.crossfold/runs/${id}/${name}`), size);
        const { stdout, exitCode } = await ws.cli("runs", "--json", "--limit", "100");
        expect(exitCode, name).toBe(0);
        const shown = JSON.parse(stdout);
        const found = shown.runs.find((one: { id: string }) => one.id === id);
        const state = name in expected ? expected[name] : "succeeded";
        expect(found?.state, `${name} cut to ${size}`).toBe(state);
        if (name === "metrics.json") expect(found.score).toBeNull();
        if (state === undefined)
          expect(shown.problems).toContainEqual(expect.objectContaining({ id }));
        expect(shown.runs).toContainEqual(expect.objectContaining({ id: other!.id }));
      }
    }
  });

  it("in state.json while it runs: the run is still found, stopped and told", async () => {
    const { ws } = await underWay();
    const folder = ws.file((await ws.newest()).folder);
    await truncate(path.join(folder, "state.json"), 20);
    expect((await ws.newest()).state).toBe("running");
    await ws.cli("stop", "exp001");
    expect((await ws.newest()).state).toBe("cancelled");
  });

  it("in every file that tells of its end: it is lost", async () => {
    const ws = await makeRunWorkspace({ exp001: writeMetrics });
    await ws.cli(...train);
    const folder = ws.file((await ws.newest()).folder);
    for (const name of ["state.json", "rc"]) await truncate(path.join(folder, name), 0);
    // Its supervisor may be about to end.
    await until(async () => (await ws.newest()).state === "lost");
  });
});

async function copyRecord(ws: RunWorkspace, folder: string, id: string): Promise<void> {
  const target = ws.file(`.crossfold/runs/${id}`);
  await cp(ws.file(folder), target, { recursive: true, preserveTimestamps: true });
  const spec = JSON.parse(await readFile(path.join(target, "spec.json"), "utf8"));
  await writeFile(path.join(target, "spec.json"), JSON.stringify({ ...spec, id }));
}
