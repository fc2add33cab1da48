import { describe, expect, it } from "vitest";
import {
  checkExperimentName,
  nextExperimentName,
  isExperimentIn,
  renameExperimentIn,
  sortExperimentNames,
} from "./experiment.ts";

describe("experiment names", () => {
  it.each(["exp001", "exp0123", "exp012_lgbm", "exp012_lgbm_v2"])("takes %s", (name) => {
    expect(checkExperimentName(name)).toBe(name);
  });

  it.each([
    "exp1",
    "exp01",
    "EXP001",
    "exp001-lgbm",
    "../exp001",
    "exp001/..",
    "exp001_",
    "exp000",
    "",
    "exp001 ",
  ])("refuses %j", (name) => {
    expect(() => checkExperimentName(name)).toThrow(/is not an experiment name/);
  });

  it("gives the number after the highest, suffixes and other folders aside", () => {
    expect(nextExperimentName([])).toBe("exp001");
    expect(nextExperimentName(["exp001", "exp012_lgbm", "notes"])).toBe("exp013");
    expect(nextExperimentName(["exp999"])).toBe("exp1000");
  });

  it("orders by number, not by letters", () => {
    expect(sortExperimentNames(["exp1000", "exp002_b", "exp002"])).toEqual([
      "exp002",
      "exp002_b",
      "exp1000",
    ]);
  });

  it("is in paths of its own only", () => {
    for (const file of ["models/exp001/scores.jsonl", "tasks/task-1 - exp001-a-title.md"])
      expect(isExperimentIn(file, "exp001")).toBe(true);
    for (const file of ["models/exp0010/scores.jsonl", "models/exp001_lgbm", "models"])
      expect(isExperimentIn(file, "exp001")).toBe(false);
  });

  it("renames whole words only", () => {
    const text = 'DirectorySettings("exp001")  # exp0010, exp001_lgbm, models/exp001/x, myexp001';
    expect(renameExperimentIn(text, "exp001", "exp002")).toBe(
      'DirectorySettings("exp002")  # exp0010, exp001_lgbm, models/exp002/x, myexp001',
    );
  });
});
