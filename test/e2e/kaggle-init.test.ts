import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeKaggle, startFakeKaggle } from "../kaggle/fake-kaggle.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";

let fake: FakeKaggle;
let home: string;

beforeEach(async () => {
  const files = await makeTempFolder();
  home = await makeTempFolder();
  const rows = Array.from({ length: 40 }, (_, row) => `${row},${row * 3},${row % 2}`);
  await writeFile(path.join(files, "train.csv"), `id,x,y\n${rows.join("\n")}\n`);
  await writeFile(path.join(files, "test.csv"), "id,x\n1,2\n");
  await writeFile(path.join(files, "sample_submission.csv"), "id,y\n1,0\n");
  fake = await startFakeKaggle({
    competitions: [
      {
        slug: "toy",
        title: "Toy",
        files,
        deadline: new Date("2027-01-31T23:59:00Z"),
        evaluationMetric: "Categorization Accuracy",
        pages: [{ name: "description", content: "# Toy" }],
      },
      { slug: "odd", evaluationMetric: "Mean Average Precision at K" },
    ],
  });
});

afterEach(() => fake.close());

async function init(args: string[], env: NodeJS.ProcessEnv = fake.env) {
  const all = ["init", "work", "--no-sync", "--no-git", ...args, "--json"];
  const result = await crossfold(all, { cwd: home, env: { HOME: home, ...env } });
  return { ...result, output: JSON.parse(result.stdout || "{}") };
}

const read = (name: string) => readFile(path.join(home, "work", name), "utf8");

test("one command: settings, documents and data from Kaggle, columns read from the data", async () => {
  const { exitCode, stderr, output } = await init(["--competition", "toy", "--download"]);
  expect(exitCode, stderr).toBe(0);
  const project = await read("project.yml");
  expect(project).toContain("metric: { name: accuracy, direction: maximize }");
  expect(project).toContain("id: id, target: y");
  expect(project).toContain("strategy: StratifiedKFold");
  expect(project).toContain("deadline: 2027-01-31T23:59:00Z");
  expect(project).toContain("max_daily_submissions: 5");
  expect(await read("data/input/toy/test.csv")).toBe("id,x\n1,2\n");
  expect(await read("backlog/docs/doc-1 - Overview.md")).toContain("# Toy");
  expect(output.next).not.toContainEqual(expect.objectContaining({ operation: "data download" }));
});

test("without the data it says how to get it", async () => {
  const { output } = await init(["--competition", "toy"]);
  expect(output.next).toContainEqual(expect.objectContaining({ operation: "data download" }));
  expect(fake.requests.filter(({ origin }) => origin === "storage")).toEqual([]);
});

test("without credentials the workspace is made all the same", async () => {
  const none = await init(["--competition", "toy", "--metric", "rmse"], {
    KAGGLE_API_TOKEN: undefined,
  });
  expect(none.exitCode, none.stderr).toBe(0);
  expect(none.output.found.join()).toContain("no credentials were found");
});

test("where Kaggle refuses, the workspace is made all the same when the metric was said", async () => {
  fake.fault({ on: "GetCompetition", kind: "status", status: 403, message: "No such luck" });
  const { exitCode, stderr, output } = await init(["--competition", "toy", "--metric", "rmse"]);
  expect(exitCode, stderr).toBe(0);
  expect(output.found.join()).toContain("No such luck");
});

test("a metric that Crossfold does not know has to be named", async () => {
  const { exitCode, stdout } = await init(["--competition", "odd"]);
  expect(exitCode).toBe(2);
  expect(stdout).toContain("Mean Average Precision at K");
  const named = await init([
    "--competition",
    "odd",
    "--metric",
    "map_at_k",
    "--direction",
    "maximize",
  ]);
  expect(named.exitCode).toBe(0);
  expect(await read("project.yml")).toContain("evaluation_metric: Mean Average Precision at K");
});

test("a mistyped slug is said before anything is written", async () => {
  const { exitCode, stdout } = await init(["--competition", "tyo"]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("kaggle-competition");
  await expect(read("project.yml")).rejects.toMatchObject({ code: "ENOENT" });
});
