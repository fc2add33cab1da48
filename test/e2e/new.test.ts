import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { toolEnv } from "../support/tools.ts";

async function makeWorkspace(...more: string[]): Promise<string> {
  const folder = await makeTempFolder();
  const args = ["init", "--competition", "c", "--metric", "accuracy", "--no-sync", ...more];
  const { exitCode, stderr } = await crossfold(args, { cwd: folder });
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return folder;
}

const read = (folder: string, file: string) => readFile(path.join(folder, file), "utf8");
const backlog = (folder: string, ...args: string[]) =>
  x("backlog", args, { nodeOptions: { cwd: folder, env: toolEnv() } });

describe("new", () => {
  it("makes an experiment from the template, under its own name, with a task the real tool reads", async () => {
    const folder = await makeWorkspace();
    const { stdout } = await crossfold(["new"], { cwd: folder });
    expect(stdout).toContain("exp001 made from the template");
    expect(await read(folder, "models/exp001/train.py")).toContain(
      'DirectorySettings(exp_name="exp001")',
    );
    expect(await read(folder, "models/exp001/train.py")).not.toContain("exp000");
    expect(existsSync(path.join(folder, "models/exp001/submission"))).toBe(false);
    const listed = await backlog(folder, "search", "--type", "task", "exp", "--plain");
    expect(listed.stdout).toContain("exp001: baseline from the template");
    const task = await backlog(folder, "task", "view", "TASK-1", "--plain");
    expect(task.stdout).toMatch(/Labels: exp, exp001/);
    expect(task.stdout).toContain("#2 CV score recorded");
  });

  it("copies another experiment without its artifacts and scores, and keeps the parent", async () => {
    const folder = await makeWorkspace();
    await crossfold(["new"], { cwd: folder });
    await mkdir(path.join(folder, "models/exp001/artifacts"));
    await writeFile(path.join(folder, "models/exp001/artifacts/models.joblib"), "x");
    await writeFile(path.join(folder, "models/exp001/scores.jsonl"), "");
    await writeFile(path.join(folder, "models/exp001/notes.ipynb"), '{"a": "exp001 exp0010"}');
    const { stdout } = await crossfold(
      ["new", "exp002_lgbm", "--from", "exp001", "--hypothesis", '深い木: "x"'],
      {
        cwd: folder,
      },
    );
    expect(stdout).toContain("exp002_lgbm made from exp001");
    const files = await readdir(path.join(folder, "models/exp002_lgbm"));
    expect(files).not.toContain("artifacts");
    expect(files).not.toContain("scores.jsonl");
    expect(await read(folder, "models/exp002_lgbm/notes.ipynb")).toBe(
      '{"a": "exp002_lgbm exp0010"}',
    );
    expect(parse(await read(folder, "models/exp002_lgbm/experiment.yml"))).toMatchObject({
      name: "exp002_lgbm",
      parent: "exp001",
      task: "TASK-2",
      criteria: [1, 2],
      hypothesis: '深い木: "x"',
    });
    const task = await backlog(folder, "task", "view", "2", "--plain");
    expect(task.stdout).toContain('exp002_lgbm: 深い木: "x"');
    expect(task.stdout).toMatch(/Depends on[^]*TASK-1 - exp001/);
  });

  it("takes the task that the plan made first", async () => {
    const folder = await makeWorkspace();
    await crossfold(["plan", "add", "Trees like dates"], { cwd: folder });
    const { stdout } = await crossfold(["new", "--json"], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      experiment: "exp001",
      task: "TASK-1",
      taskOrigin: "found",
    });
    expect(await readdir(path.join(folder, "backlog/tasks"))).toHaveLength(1);
    expect(parse(await read(folder, "models/exp001/experiment.yml")).hypothesis).toBe(
      "Trees like dates",
    );
  });

  it("gives submission/ to a Kaggle code competition, and follows KAGGLE_CODE_SUB", async () => {
    const folder = await makeWorkspace("--platform", "kaggle", "--code");
    await crossfold(["new"], { cwd: folder });
    expect(existsSync(path.join(folder, "models/exp001/submission/submission.ipynb"))).toBe(true);
    await crossfold(["new", "--from", "exp001"], {
      cwd: folder,
      env: { KAGGLE_CODE_SUB: "false" },
    });
    expect(existsSync(path.join(folder, "models/exp002/submission"))).toBe(false);
    await crossfold(["new", "--from", "exp002"], { cwd: folder });
    expect(await read(folder, "models/exp003/submission/kernel-metadata.json")).toContain("exp003");
    const wrong = await crossfold(["new"], { cwd: folder, env: { KAGGLE_CODE_SUB: "maybe" } });
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("true or false") });
  });
});

describe("new refuses, and leaves nothing behind", () => {
  it.each([
    ["a name of the wrong form", ["new", "experiment1"], "is not an experiment name"],
    ["a path", ["new", "../exp001"], "is not an experiment name"],
    ["a name that is taken", ["new", "exp001"], "exp001 is there already"],
    ["a source that is not there", ["new", "--from", "exp007"], "there is no experiment exp007"],
    ["a source that is a path", ["new", "--from", "../exp001"], "is not an experiment name"],
  ])("%s", async (_, args, message) => {
    const folder = await makeWorkspace();
    await crossfold(["new", "exp001"], { cwd: folder });
    const { stderr, exitCode } = await crossfold(args, { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain("next:");
    expect(await readdir(path.join(folder, "models"))).toEqual(["exp001"]);
    expect(await readdir(path.join(folder, "backlog/tasks"))).toHaveLength(1);
  });
});

it("50 at once, notes of the real tool between them, give 50 experiments and lose no note", async () => {
  const folder = await makeWorkspace();
  await crossfold(["new"], { cwd: folder });
  const notes = async (writer: number) => {
    const kept = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const note = `note ${writer}-${turn}`;
      const { exitCode } = await backlog(folder, "task", "edit", "1", "--append-notes", note);
      if (exitCode === 0) kept.push(note);
    }
    return kept;
  };
  const make = async () => {
    const { stdout, stderr } = await crossfold(["new", "--json"], { cwd: folder });
    expect(stderr).toBe("");
    return JSON.parse(stdout) as { experiment: string; task: string };
  };
  const [kept, made] = await Promise.all([
    Promise.all([notes(1), notes(2)]),
    Promise.all(Array.from({ length: 50 }, make)),
  ]);
  expect(new Set(made.map((one) => one.experiment)).size).toBe(50);
  expect(new Set(made.map((one) => one.task)).size).toBe(50);
  expect(await readdir(path.join(folder, "models"))).toHaveLength(51);
  expect(await readdir(path.join(folder, "backlog/tasks"))).toHaveLength(51);
  const task = await read(folder, "backlog/tasks/task-1 - exp001-baseline-from-the-template.md");
  for (const note of kept.flat()) expect(task.split(note)).toHaveLength(2);
  expect(kept.flat().length).toBeGreaterThan(0);
});
