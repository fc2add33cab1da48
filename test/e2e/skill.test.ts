import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { split } from "shlex";
import { x } from "tinyexec";
import { parse } from "yaml";
import { beforeAll, describe, expect, test } from "vitest";
import { crossfold, noInput } from "../support/cli.ts";
import { makeShippedCompetition } from "../support/small-competition.ts";
import { copyMlflowStore, repository, sharedPython } from "../support/tools.ts";

const folder = ".claude/skills/experiment-workflow";
const shipped = path.join(repository, "templates", "workspace", folder);

interface Block {
  file: string;
  commands: string[];
}

/** The `bash` blocks of a page, in its order. */
async function blocksOf(file: string): Promise<Block[]> {
  const text = await readFile(path.join(shipped, file), "utf8");
  const blocks = [...text.matchAll(/^```bash\n(.*?)^```$/gms)];
  return blocks.map(([, body]) => ({ file, commands: body!.trim().split("\n") }));
}

async function pages(): Promise<string[]> {
  const entries = await readdir(shipped, { recursive: true });
  return entries.filter((name) => name.endsWith(".md")).toSorted();
}

describe("the skill's text", () => {
  test("has the frontmatter an agent finds it by, in English and Japanese", async () => {
    const text = await readFile(path.join(shipped, "SKILL.md"), "utf8");
    const frontmatter = /^---\n(.*?)\n---\n/s.exec(text)![1]!;
    const { name, description } = parse(frontmatter) as { name: string; description: string };
    expect(name).toBe(path.basename(folder));
    expect(description.length).toBeLessThan(1024);
    const triggers =
      "create a new experiment, start an experiment, run training, train a model, record results, plan next experiment, review experiment history, 新しい実験, 実験を作って, 学習を実行, 結果を記録, 次の実験を考えて, 実験の履歴を見て, 提出して";
    for (const trigger of triggers.split(", ")) {
      expect(description).toContain(trigger);
    }
  });

  test("names each step of the experiment and what an agent may have for it", async () => {
    const text = await readFile(path.join(shipped, "SKILL.md"), "utf8");
    const inOrder = ["/simplify", "crossfold fmt", "crossfold ty", "/commit-commands:commit"];
    const steps = inOrder.map((step) => text.indexOf(step));
    expect(steps).toEqual(steps.filter((at) => at > 0).toSorted((a, b) => a - b));
    const named = [
      "AskUserQuestion",
      "run_in_background: true",
      "TaskOutput",
      "KAGGLE_CODE_SUB=true",
      "KAGGLE_CODE_SUB=false",
      "the skill `backlog`",
      "the skill `mlflow-primary`",
      "where your agent has it",
      "TimeSeriesSplit",
      "StratifiedGroupKFold",
      "StratifiedKFold",
      "MultilabelStratifiedKFold",
      "NVIDIA_L4",
      "NVIDIA_TESLA_V100",
      "NVIDIA_TESLA_A100",
      "--check-ac",
    ];
    expect(named.filter((name) => !text.includes(name))).toEqual([]);
  });

  test("every link leads to a page that is there", async () => {
    const files = await pages();
    for (const file of files) {
      const text = await readFile(path.join(shipped, file), "utf8");
      for (const [, target] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
        expect(files).toContain(path.join(path.dirname(file), target!));
      }
    }
  });

  test("every task it names is in the Taskfile, every Python name in the template", async () => {
    const taskfile = await readFile(
      path.join(repository, "templates/workspace/Taskfile.yml"),
      "utf8",
    );
    const known = Object.keys((parse(taskfile) as { tasks: object }).tasks);
    const templates = path.join(repository, "templates/workspace/templates");
    const code = await Promise.all(
      (await readdir(templates, { recursive: true }))
        .filter((name) => /^(models|harness)\/.*\.py$/.test(name))
        .map((name) => readFile(path.join(templates, name), "utf8")),
    );
    const all = code.join("\n");
    for (const file of await pages()) {
      const text = await readFile(path.join(shipped, file), "utf8");
      for (const [, task] of text.matchAll(/`task ([a-z-]+)/g)) expect(known).toContain(task);
      if (file === "SKILL.md") continue;
      const names = [...text.matchAll(/`([a-z]+_[a-z_]+)(?:\([^`]*\))?`/g)].map(
        ([, name]) => name!,
      );
      expect(names.filter((name) => !all.includes(name))).toEqual([]);
    }
  });
});

describe("the skill's commands, one after another as they are written", () => {
  let root = "";
  let env: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    const python = await sharedPython();
    const made = await makeShippedCompetition(python);
    ({ root } = made);
    // ty looks for packages in the environment that is active.
    env = { ...made.env, VIRTUAL_ENV: path.dirname(path.dirname(python)) };
    await copyMlflowStore(root);
    await writeFile(path.join(root, "data.md"), "# Columns\n");
    const before = [
      ["docs", "add", "Overview", "--text", "Find the threshold."],
      ["new", "exp001", "--hypothesis", "the template as it is"],
      ["train", "exp001", "--on", "local"],
    ];
    for (const args of before) {
      const { exitCode, stderr, stdout } = await crossfold(args, { cwd: root, env });
      expect({ args, exitCode, said: exitCode === 0 ? "" : stderr + stdout }).toEqual({
        args,
        exitCode: 0,
        said: "",
      });
    }
  });

  // Four trainings of the template and the start of three dozen programs, on what may be two busy cores.
  test("SKILL.md, then the references", { timeout: 900_000 }, async () => {
    const files = (await pages()).toSorted((a) => (a === "SKILL.md" ? -1 : 1));
    const blocks = (await Promise.all(files.map(blocksOf))).flat();
    const ran = [];
    for (const { file, commands } of blocks) {
      for (const command of commands) {
        const [program, ...args] = split(command);
        const { exitCode, stdout, stderr } = await x(program!, args, {
          nodeOptions: { cwd: root, env, stdio: noInput },
        });
        const fine = isExpected(command, exitCode);
        expect({ file, command, exitCode, said: fine ? "" : stdout + stderr }).toMatchObject({
          said: "",
        });
        ran.push(program);
      }
    }
    expect(new Set(ran)).toEqual(new Set(["crossfold", "backlog", "task"]));
  });

  test("leave a recorded, closed and submitted experiment behind", async () => {
    const { stdout } = await crossfold(["show", "exp002", "--json"], { cwd: root, env });
    expect(JSON.parse(stdout).summary).toMatchObject({
      parent: "exp001",
      state: "succeeded",
      cv: expect.any(Number),
      lb: expect.any(Number),
    });
    const task = await crossfold(["tasks", "view", "TASK-2"], { cwd: root, env });
    expect(task.stdout).toContain("Done");
    expect(task.stdout).toContain("The gain sits in two of the five folds");
  });
});

/** `check` and `ty` say with their exit code what they found; the commands are right all the same. */
function isExpected(command: string, exitCode: number | undefined): boolean {
  return exitCode === 0 || (command.startsWith("crossfold check") && exitCode === 3);
}

test("a workspace made by init has the skill, and an update there keeps an edit", async () => {
  const { root, env } = await makeShippedCompetition(process.execPath);
  const run = async (...args: string[]) => {
    const { stdout, exitCode } = await crossfold(["skill", "--json", ...args], { cwd: root, env });
    expect(exitCode).toBe(0);
    return Object.fromEntries(
      JSON.parse(stdout).files.map((file: { path: string; action: string }) => [
        file.path,
        file.action,
      ]),
    );
  };
  expect(new Set(Object.values(await run()))).toEqual(new Set(["same"]));
  const file = path.join(root, folder, "SKILL.md");
  await writeFile(file, `${await readFile(file, "utf8")}\n## Ours\n`);
  expect(await run()).toMatchObject({ "SKILL.md": "kept" });
  // init again does not take an edited file for its own.
  await crossfold(["init", "--no-sync"], { cwd: root, env });
  expect(await run("--dry-run", "--force")).toMatchObject({ "SKILL.md": "replaced" });
  expect(await readFile(file, "utf8")).toContain("## Ours");
  expect(await run("--force")).toMatchObject({ "SKILL.md": "replaced" });
  expect(await readFile(`${file}.orig`, "utf8")).toContain("## Ours");
  expect(await readFile(path.join(root, "AGENTS.md"), "utf8")).toContain(`${folder}/SKILL.md`);
});
