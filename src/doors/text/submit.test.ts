import { expect, test } from "vitest";
import { makeStyle } from "./style.ts";
import { renderSubmit } from "./submit.ts";

type Output = Parameters<typeof renderSubmit>[0];

const graded: Output = {
  experiment: "exp001",
  platform: "local",
  status: "graded",
  file: "models/exp001/artifacts/submission.csv",
  fileSha256: "f11e",
  rows: 1,
  submission: "local-1",
  metric: "rmsle",
  direction: "minimize",
  public: 0.1124,
  private: null,
  standing: "ranked",
  proof: "verified",
  scoredRows: null,
  splitDiffers: [],
  cv: 0.11247,
  std: 0.002,
  gap: -0.00007,
  preflight: null,
  steps: [],
  run: null,
  leaderboard: [
    { experiment: "exp001", score: 0.1124, at: "" },
    { experiment: "exp002", score: 0.11251, at: "" },
  ],
  warnings: [],
  summary: "noted in TASK-1",
  next: [],
};

test("scores that stand beside each other have as many decimals; one row is one row", () => {
  const text = renderSubmit(graded, makeStyle({ color: false, width: Infinity }));
  expect(text).toContain("Public LB 0.11240   CV 0.11247   LB-CV -0.00007");
  expect(text).toMatch(/exp001 +0\.11240\n.*exp002 +0\.11251/);
  expect(text).toContain("1 row: fine");
});

test("a gap beyond the noise of the folds names split", () => {
  const style = makeStyle({ color: false, width: Infinity });
  expect(renderSubmit({ ...graded, gap: 0.0039 }, style)).toContain(
    "within the noise of the folds",
  );
  expect(renderSubmit({ ...graded, gap: 0.0039 }, style)).not.toContain("`split` looks");
  expect(renderSubmit({ ...graded, gap: 0.0041 }, style)).toMatch(
    /beyond the noise of the folds\)\n.*`split` looks/,
  );
});
