import { describe, expect, it } from "vitest";
import type { RunStateFile } from "./run-state-file.ts";
import { type RunEvidence, trueState } from "./run-state.ts";

const process = { pid: 7, started: "boot 1" };
const running: RunStateFile = {
  state: "running",
  updated: "2026-11-23T01:15:30Z",
  started: "2026-11-23T01:15:30Z",
  ended: null,
  supervisor: process,
  child: process,
  exitCode: null,
  reason: null,
  cause: null,
  remote: false,
};
const starting: RunStateFile = { ...running, state: "starting", started: null, child: null };
const succeeded: RunStateFile = { ...running, state: "succeeded", exitCode: 0 };
const allGone: RunEvidence = {
  stateFile: running,
  supervisorAlive: false,
  childAlive: false,
  rc: "missing",
  cancelRequested: false,
};

describe("the true state", () => {
  it.each<[string, Partial<RunEvidence>, string, number | null]>([
    ["an exit code of 0", { rc: 0 }, "succeeded", 0],
    ["an exit code of 1", { rc: 1 }, "failed", 1],
    [
      "an exit code of a stopped run, whatever it is",
      { rc: 0, cancelRequested: true },
      "cancelled",
      0,
    ],
    [
      "a closed record, whatever else is there",
      { stateFile: succeeded, rc: "unreadable" },
      "succeeded",
      0,
    ],
    [
      "a request to stop that came after the close",
      { stateFile: succeeded, rc: 0, cancelRequested: true },
      "succeeded",
      0,
    ],
    [
      "a remote run that no supervisor here follows",
      { stateFile: { ...running, remote: true } },
      "running",
      null,
    ],
    [
      "a remote run whose exit code is downloaded before the rest",
      { stateFile: { ...running, remote: true }, rc: 0, cancelRequested: true },
      "running",
      null,
    ],
    ["both alive", { supervisorAlive: true, childAlive: true }, "running", null],
    ["the script alone", { childAlive: true }, "running", null],
    [
      "the script, its record damaged",
      { stateFile: "unreadable", childAlive: true },
      "running",
      null,
    ],
    ["a supervisor about to write the end", { supervisorAlive: true }, "running", null],
    [
      "a supervisor without a script yet",
      { stateFile: starting, supervisorAlive: true },
      "starting",
      null,
    ],
    ["no process, before the script began", { stateFile: starting }, "lost", null],
    ["no process and no exit code", {}, "lost", null],
    ["no process and half an exit code", { rc: "unreadable" }, "lost", null],
    ["nothing at all", { stateFile: "missing" }, "lost", null],
    ["an exit code without a record", { stateFile: "unreadable", rc: 3 }, "failed", 3],
  ])("with %s", (_, evidence, state, exitCode) => {
    expect(trueState({ ...allGone, ...evidence })).toMatchObject({ state, exitCode });
  });

  it("says why a run is lost, and by which signal one was ended", () => {
    expect(trueState({ ...allGone, stateFile: starting }).reason).toContain("before its script");
    expect(trueState({ ...allGone, rc: 137 }).reason).toContain("SIGKILL");
  });
});
