import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
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

  it("starts from any folder of templates/, with the shared harness where the template uses one", async () => {
    const folder = await makeWorkspace();
    const own = path.join(folder, "templates", "mine");
    await mkdir(path.join(own, "harness"), { recursive: true });
    await writeFile(path.join(own, "train.py"), "from harness import run\n");
    await writeFile(path.join(own, "harness", "__init__.py"), "run = print  # exp000\n");
    await mkdir(path.join(folder, "templates", "plain"));
    await writeFile(path.join(folder, "templates", "plain", "train.py"), "print(1)\n");
    const make = async (...args: string[]) => {
      const { stdout } = await crossfold(["new", "--json", ...args], { cwd: folder });
      return JSON.parse(stdout) as { template: string; harness: object | null; files: string[] };
    };
    const usual = await make();
    expect(usual).toMatchObject({ template: "models", harness: { version: 4, shipped: 4 } });
    expect(usual.files).toContain("harness/cross_validation.py");
    expect(await read(folder, "models/exp001/train.py")).toContain("TargetEncoder");
    const bare = await make("--template", "bare");
    expect(bare.files).toEqual(usual.files);
    expect(await read(folder, "models/exp002/train.py")).not.toContain("TargetEncoder");
    expect(await make("--template", "mine")).toMatchObject({ template: "mine", harness: null });
    expect(await read(folder, "models/exp003/harness/__init__.py")).toContain("exp003");
    expect((await make("--template", "plain")).files).toEqual(["experiment.yml", "train.py"]);
  });

  it("keeps an older harness and says so; doctor replaces it when asked, and keeps the old one", async () => {
    const folder = await makeWorkspace();
    await crossfold(["new"], { cwd: folder });
    const version = path.join("models", "exp001", "harness", "__init__.py");
    const text = (await read(folder, version)).replace(/^VERSION = \d+/m, "VERSION = 0");
    await writeFile(path.join(folder, version), text);
    const { stdout } = await crossfold(["new", "--from", "exp001"], { cwd: folder });
    expect(stdout).toContain("version 0, kept from exp001; Crossfold ships version 4");
    expect(stdout).toContain("crossfold doctor --upgrade-harness exp002");
    expect(await read(folder, "models/exp002/harness/__init__.py")).toContain("VERSION = 0");

    const looked = await crossfold(["doctor"], { cwd: folder });
    expect(looked.stdout).toMatch(
      /harness +4 +older in exp001 \(version 0\), exp002 \(version 0\)/,
    );
    expect(await read(folder, version)).toBe(text);
    const asked = [
      "doctor",
      "--json",
      "--upgrade-harness",
      "exp001",
      "--upgrade-harness",
      "templates",
    ];
    const { fixed } = JSON.parse((await crossfold(asked, { cwd: folder })).stdout);
    expect(fixed).toEqual([
      expect.stringMatching(/^harness of exp001: version 0 -> 4; the old one is in \.crossfold\//),
      "harness of templates: up-to-date (version 4)",
    ]);
    expect(await read(folder, version)).toContain("VERSION = 4");
    expect(await read(folder, "models/exp002/harness/__init__.py")).toContain("VERSION = 0");
    const kept = fixed[0].split(" is in ")[1] as string;
    expect(await read(folder, path.join(kept, "__init__.py"))).toBe(text);
    await rm(path.join(folder, "models", "exp002", "harness"), { recursive: true });
    const none = await crossfold(["doctor", "--upgrade-harness", "exp002"], { cwd: folder });
    expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("has no harness/") });
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
    ["a name that is taken", ["new", "exp001"], "exp001 already exists"],
    ["a source that is not there", ["new", "--from", "exp007"], "there is no experiment exp007"],
    ["a template that is not there", ["new", "--template", "nn"], "expected: one of bare, models"],
    ["a template that is a path", ["new", "--template", "../models"], 'no template "../models"'],
    ["a source and a template", ["new", "--from", "exp001", "--template", "bare"], "not from both"],
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
