import { expect, test } from "vitest";
import type { Project } from "../competition/project.ts";
import { taskTraits, type Trial, commonTechniques } from "./common-techniques.ts";

const trial = (experiment: string, told: Partial<Trial>): Trial => ({
  experiment,
  text: "",
  changed: [],
  features: [],
  ...told,
});
const plain = { time: false, logScale: false, several: false };
const regression = { ...plain, family: "regression", needs: "values" } as const;
const labels = { ...plain, family: "classification", needs: "labels" } as const;

/** The techniques that one trial shows. */
const shown = (told: Partial<Trial>, task: Parameters<typeof commonTechniques>[0] = regression) =>
  commonTechniques(task, [trial("exp002", told)])
    .filter(({ seenIn }) => seenIn.length > 0)
    .map(({ technique }) => technique);

test.each([
  ["train on the log of the target", "target transform (log, rank)"],
  ["目的変数を対数変換する", "target transform (log, rank)"],
  ["ratio of living area to lot area", "ratios and differences of columns"],
  ["CatBoost instead of histogram boosting", "another model family"],
  ["blend exp003 and exp007", "a blend or stack of models"],
  ["deeper trees", "model size"],
])("the words of %j show %j and nothing else", (text, technique) => {
  expect(shown({ text })).toEqual([technique]);
});

test("settings and feature names show techniques too", () => {
  expect(shown({ changed: ["learning_rate", "epochs"] })).toEqual([
    "learning rate and number of rounds",
  ]);
  expect(shown({ changed: ["model.max_depth"] })).toEqual(["model size"]);
  expect(shown({ features: ["f_area_per_room"] })).toEqual(["ratios and differences of columns"]);
});

test.each([
  "baseline",
  "the template as it is",
  "gradient boosting with its defaults",
  "clean the logbook entries",
  "a person's blackboard",
])("%j shows none", (text) => {
  expect(shown({ text })).toEqual([]);
});

const names = (task: Parameters<typeof commonTechniques>[0]) =>
  commonTechniques(task, []).map(({ technique }) => technique);

test("only techniques that fit the task are named", () => {
  expect(names(regression)).toContain("target transform (log, rank)");
  expect(names(regression)).not.toContain("decision thresholds tuned on OOF");
  expect(names(labels)).toContain("decision thresholds tuned on OOF");
  expect(names(labels)).not.toContain("lags and rolling windows");
  expect(names({ ...regression, time: true })).toContain("lags and rolling windows");
  // The template does it.
  const logged = names({ ...regression, logScale: true });
  expect(logged).not.toContain("target transform (log, rank)");
  const unknown = names({ ...plain, family: undefined, needs: undefined });
  expect(unknown).not.toContain("probability calibration");
  expect(unknown).toContain("another model family");
});

const project = (metric: string, strategy = "KFold", target: string | string[] = "y") =>
  ({
    metric: { name: metric },
    validation: { strategy },
    data: { target },
  }) as unknown as Project;

test("the kind of task comes from project.yml", () => {
  expect(taskTraits(project("rmse"))).toEqual(regression);
  expect(taskTraits(project("rmsle"))).toEqual({ ...regression, logScale: true });
  expect(taskTraits(project("roc_auc")).needs).toBe("probabilities");
  expect(taskTraits(project("accuracy"))).toEqual(labels);
  expect(taskTraits(project("pinball"))).toEqual({ ...plain, family: undefined, needs: undefined });
  expect(taskTraits(project("map_at_5")).family).toBe("classification");
  expect(taskTraits(project("mae", "TimeSeriesSplit")).time).toBe(true);
  expect(taskTraits(project("mae", "KFold", ["a", "b"])).several).toBe(true);
});
