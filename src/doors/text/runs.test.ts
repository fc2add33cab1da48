import { expect, it } from "vitest";
import type { RunSummary } from "../../operations/run/run-summary.ts";
import { duration, renderRuns, renderTrain, renderWait } from "./runs.ts";
import { makeStyle } from "./style.ts";

const style = makeStyle({ color: false, width: Infinity });
const succeeded: RunSummary = {
  id: "20261123-011530-exp002-k3f9",
  kind: "train",
  experiment: "exp002",
  script: "models/exp002/train.py",
  args: [],
  debug: false,
  backend: "local",
  state: "succeeded",
  reason: null,
  cause: null,
  exitCode: 0,
  created: "2026-11-23T01:15:30.000Z",
  started: "2026-11-23T01:15:31.000Z",
  ended: "2026-11-23T01:18:36.000Z",
  seconds: 185,
  score: 0.8042,
  standing: "ranked",
  proof: "verified",
  scoredRows: null,
  splitDiffers: [],
  warnings: [],
  folder: ".crossfold/runs/20261123-011530-exp002-k3f9",
};
const failed: RunSummary = {
  ...succeeded,
  id: "20261123-010000-exp002-aaaa",
  debug: true,
  backend: "vertex",
  state: "failed",
  reason: "exit code 3",
  exitCode: 3,
  seconds: 1.25,
  score: null,
};

it("lists runs, what is not shown and what cannot be read", () => {
  const problems = [{ id: "x", message: "spec.json of run x cannot be read" }];
  expect(renderRuns({ runs: [succeeded, failed], total: 5, problems }, style))
    .toMatchInlineSnapshot(`
      "run                          what                      state      started (UTC)      took  exit      CV
      20261123-011530-exp002-k3f9  exp002                    succeeded  2026-11-23 01:15  3m05s     0  0.8042
      20261123-010000-exp002-aaaa  exp002, on vertex, debug  failed     2026-11-23 01:15   1.3s     3       -
      3 older not shown; --limit 5 shows all
      spec.json of run x cannot be read"
    `);
  expect(renderRuns({ runs: [], total: 0, problems: [] }, style)).toBe("no runs");
});

it("says how a run ended and what was recorded", () => {
  const recorded = {
    recorded: true,
    score: 0.8042,
    summary: "CV 0.8042 accuracy recorded",
    problem: null,
    next: null,
  };
  expect(renderWait({ run: succeeded, ...recorded }, style)).toMatchInlineSnapshot(`
    "20261123-011530-exp002-k3f9 (exp002) succeeded after 3m05s
    CV 0.8042 accuracy recorded"
  `);
  const refused = {
    recorded: false,
    score: null,
    summary: "",
    problem: "cv_score is NaN",
    next: null,
  };
  expect(renderWait({ run: succeeded, ...refused }, style)).toContain(
    "not recorded: cv_score is NaN",
  );
  const nothing = {
    recorded: false,
    score: null,
    summary: "a debug run is never recorded",
    problem: null,
    next: null,
  };
  expect(renderWait({ run: failed, ...nothing }, style)).toMatchInlineSnapshot(`
    "20261123-010000-exp002-aaaa (exp002, on vertex, debug) failed after 1.3s: exit code 3
    next  logs   shows its output
    a debug run is never recorded"
  `);
});

it("gives a long reason once", () => {
  const reason = "The replica workerpool0-0 ran out of capacity in us-central1; try vertex.region";
  const run: RunSummary = { ...failed, debug: false, reason };
  const said = {
    recorded: false,
    score: null,
    summary: `Run ${run.id} failed: ${reason}; noted in TASK-1`,
    problem: null,
    next: null,
  };
  expect(renderWait({ run, ...said }, style).split(reason)).toHaveLength(2);
  expect(renderWait({ run, ...said, problem: "no task" }, style).split(reason)).toHaveLength(2);
  expect(renderWait({ run: { ...run, kind: "script" }, ...said }, style)).toContain(reason);
});

it("says what to do after a detached start", () => {
  const run = { ...succeeded, state: "running" as const, ended: null };
  expect(renderTrain({ outcome: "detached", run }, style)).toMatchInlineSnapshot(`
    "20261123-011530-exp002-k3f9 (exp002) running
    next  logs   follows its output
          wait   waits until it has ended"
  `);
});

it.each([
  [0, "0.0s"],
  [59.96, "1m00s"],
  [185, "3m05s"],
  [7620, "2h07m"],
])("shows %d seconds", (seconds, shown) => {
  expect(duration(seconds)).toBe(shown);
});

it("marks a run's score, and shows what to mind about it", () => {
  const doubtful: RunSummary = {
    ...succeeded,
    standing: "partial",
    proof: "unverifiable",
    scoredRows: { scored: 519, of: 600 },
    warnings: ["near perfect: look for a leak"],
  };
  const text = renderRuns({ runs: [doubtful], total: 1, problems: [] }, style);
  expect(text).toContain("0.8042?~");
  expect(text).toContain("~ on part of the rows, not ranked: exp002 519 of 600 rows");
  const outcome = { recorded: true, score: 0.8042, summary: "CV recorded", problem: null };
  const waited = renderWait({ run: doubtful, ...outcome, next: null }, style);
  expect(waited.split("\n").slice(1)).toEqual(["CV recorded", "! near perfect: look for a leak"]);
});
