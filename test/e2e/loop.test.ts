import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { beforeAll, describe, expect, it } from "vitest";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { copyMlflowStore, sharedPython, toolEnv } from "../support/tools.ts";

/** Points around two centres: enough for a score well above chance, small enough to train in seconds. */
function makeRows(from: number, to: number): { id: number; x: string; kind: string; y: number }[] {
  return Array.from({ length: to - from }, (_, index) => {
    const id = from + index;
    const y = (id * 7) % 3 === 0 ? 1 : 0;
    const noise = ((id * 7919) % 100) / 100;
    return { id, x: (y * 0.6 + noise).toFixed(2), kind: id % 4 === 0 ? "" : `k${id % 3}`, y };
  });
}

const csv = (header: string, rows: (string | number)[][]) =>
  [header, ...rows.map((row) => row.join(","))].join("\n") + "\n";

async function makeCompetition(root: string): Promise<void> {
  const [train, test] = [makeRows(1, 201), makeRows(201, 281)];
  const files = {
    "data/input/points/train.csv": csv(
      "id,x,kind,y",
      train.map((row) => Object.values(row)),
    ),
    "data/input/points/test.csv": csv(
      "id,x,kind",
      test.map(({ id, x: value, kind }) => [id, value, kind]),
    ),
    "data/input/points/sample_submission.csv": csv(
      "id,y",
      test.map(({ id }) => [id, 0]),
    ),
    "data/grading/solution.csv": csv(
      "id,y,Usage",
      test.map(({ id, y }) => [id, y, id % 2 === 0 ? "Public" : "Private"]),
    ),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
}

describe("the seed's commands, word for word, on one workspace", () => {
  let root: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    root = await makeTempFolder();
    env = { CROSSFOLD_PYTHON: await sharedPython() };
    await makeCompetition(root);
    const args = ["init", "--competition", "points", "--metric", "accuracy"];
    expect((await crossfold(args, { cwd: root, env })).exitCode).toBe(0);
    await copyMlflowStore(root);
  });

  /** A line as a person types it, its quotes read by a shell. */
  const type = async (line: string) => {
    const { stdout, stderr, exitCode } = await x("sh", ["-c", line], {
      nodeOptions: { cwd: root, env: toolEnv(env) },
    });
    return { stdout, stderr, exitCode, all: stdout + stderr };
  };
  const ours = async (...args: string[]) => {
    const { stdout, stderr, exitCode } = await crossfold([...args, "--json"], { cwd: root, env });
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  const file = (name: string) => readFile(path.join(root, name), "utf8");

  it("understand and plan: documents and tasks are the real tool's", async () => {
    await writeFile(path.join(root, "rules.md"), "# 規則\n\nOne submission a day.\n");
    await ours("docs", "add", "Rules", "--file", "rules.md");
    expect((await type("backlog doc list --plain")).stdout).toContain("doc-1 - Rules");
    expect((await type("backlog doc view doc-1")).stdout).toContain("One submission a day.");
    const created = await type(
      `backlog task create "exp001: 最初のベースライン" -d "Hypothesis: trees see it / Changes from base: none / Expected outcome: 0.7" -l exp -l exp001 --ac "Training completes without errors" --ac "CV score recorded" --priority medium`,
    );
    expect(created.exitCode).toBe(0);
    expect((await ours("tasks", "search", "--label", "exp001")).tasks[0].id).toBe("TASK-1");
  });

  it("create: task new-exp finds the planned task", async () => {
    expect((await type("task new-exp EXP=exp001")).all).toContain("TASK-1, made by the plan");
    const settings = path.join(root, "models/exp001/settings.py");
    await writeFile(
      settings,
      (await readFile(settings, "utf8")).replace("epochs: int = 200", "epochs: int = 20"),
    );
  });

  it("train: a debug run never reaches the task, a full one is recorded in it", async () => {
    const debug = await type(`task train-local EXP=exp001 EXTRA_ARGS="--debug"`);
    expect(debug.exitCode, debug.all).toBe(0);
    expect(existsSync(path.join(root, "models/exp001/artifacts/debug/metrics.json"))).toBe(true);
    expect((await ours("tasks", "view", "1")).notes).toBe("");

    const full = await type("task train-local EXP=exp001");
    expect(full.exitCode, full.all).toBe(0);
    const task = await type("backlog task TASK-1 --plain");
    expect(task.stdout).toMatch(
      /CV score: 0\.\d+ \(accuracy, 5-fold StratifiedKFold, .*; run \d{8}-/,
    );
    expect(task.stdout).toContain("[x] #1");
    expect(task.stdout).toContain("[x] #2");
    const [line] = (await file("models/exp001/scores.jsonl")).trim().split("\n");
    const metrics = JSON.parse(await file("models/exp001/artifacts/metrics.json"));
    expect(JSON.parse(line!)).toMatchObject({
      kind: "cv",
      score: metrics.cv_score,
      proof: { verdict: "verified" },
    });
    expect(metrics.cv_score).toBeGreaterThan(0.7);
  });

  it("records what the real tool edits beside, and the other way round", async () => {
    await type(`backlog task edit TASK-1 --append-notes "A note of mine: 目視確認"`);
    await ours("lb", "exp001", "0.875");
    await type(`backlog task edit TASK-1 --plan "Next: more folds"`);
    const { notes, plan } = await ours("tasks", "view", "1");
    expect(notes).toMatch(/CV score[^]*A note of mine: 目視確認[^]*Public LB: 0\.8750?/);
    expect(plan).toBe("Next: more folds");
    expect((await type("backlog search --type task exp --plain")).stdout).toContain("TASK-1");
  });

  it("submit: inference.py alone writes what is graded here", async () => {
    const run = await type("task run-local SCRIPT=models/exp001/inference.py");
    expect(run.exitCode, run.all).toBe(0);
    const submitted = await ours("submit", "exp001");
    expect(submitted.public).toBeGreaterThan(0.7);
    const again = await crossfold(["submit", "exp001"], { cwd: root, env });
    expect(again.stdout + again.stderr).toContain("the very same file was submitted");
  });

  it("a child experiment shows its parent and difference", async () => {
    expect((await type("task new-exp EXP=exp002 SOURCE=exp001")).exitCode).toBe(0);
    expect((await type("task train-local EXP=exp002")).exitCode).toBe(0);
    const { experiments } = await ours("history");
    const child = experiments.find((one: { experiment: string }) => one.experiment === "exp002");
    expect(child).toMatchObject({ parent: "exp001", difference: 0 });
    await ours("done", "exp002", "--summary", "no change, no gain");
    expect((await type("backlog task 2 --plain")).stdout).toMatch(
      /Status: .*Done[^]*no change, no gain/,
    );
  });

  it("verify finds what was recorded in what the runs kept, and an edited number not", async () => {
    const { counts, scores } = await ours("verify");
    expect(scores).toMatchObject([{ experiment: "exp001" }, { experiment: "exp002" }]);
    expect(counts, JSON.stringify(scores)).toMatchObject({ verified: 2 });
    const ledger = path.join(root, "models/exp002/scores.jsonl");
    const text = await readFile(ledger, "utf8");
    await writeFile(ledger, text.replace(/"score":0\.\d+/, '"score":0.9999'));
    const forged = await crossfold(["verify"], { cwd: root, env });
    expect(forged.exitCode).toBe(3);
    expect(forged.stdout).toMatch(/exp002:1 .*contradicted .*score is 0.9999/);
    await writeFile(ledger, text);
  });

  it("MLflow knows each run by our tags", async () => {
    const code = `
import json, os, mlflow
mlflow.set_tracking_uri("sqlite:///" + os.path.abspath("mlflow.db"))
runs = mlflow.search_runs(search_all_experiments=True, filter_string="tags.\`crossfold.experiment\` = 'exp001'", output_format="list")
print(json.dumps([[r.data.tags["debug"], r.data.tags["crossfold.run_id"], r.data.tags["mlflow.runName"]] for r in runs]))`;
    const { stdout } = await x(env.CROSSFOLD_PYTHON!, ["-c", code], {
      nodeOptions: { cwd: root, env: toolEnv(env) },
    });
    const found = JSON.parse(stdout.trim().split("\n").at(-1)!) as string[][];
    const { runs } = await ours("runs", "exp001");
    const trained = runs.filter((one: { kind: string }) => one.kind === "train");
    expect(found.map(([, id]) => id).toSorted()).toEqual(
      trained.map((one: { id: string }) => one.id).toSorted(),
    );
    expect(found.map(([debug]) => debug).toSorted()).toEqual(["false", "true"]);
  });

  it("hostile values arrive as data", async () => {
    const name = await type("task new-exp EXP='x; touch pwned'");
    expect(name.all).toContain('"x; touch pwned" is not an experiment name');
    const echo = `import json, sys\nprint(json.dumps(sys.argv[1:], separators=(",", ":")))\n`;
    await writeFile(path.join(root, "echo.py"), echo);
    const words = `--note 'it is "quoted"; touch pwned' --glob '*' --var '$(touch pwned)'`;
    const run = await type(
      `task run-local SCRIPT=echo.py EXTRA_ARGS='${words.replaceAll("'", `'\\''`)}'`,
    );
    expect(run.all).toContain(
      JSON.stringify([
        "--note",
        'it is "quoted"; touch pwned',
        "--glob",
        "*",
        "--var",
        "$(touch pwned)",
      ]),
    );
    expect(existsSync(path.join(root, "pwned"))).toBe(false);
  });

  it("fmt and ty speak through task", async () => {
    expect((await type("task fmt")).exitCode).toBe(0);
    const { exitCode, all } = await type("task ty");
    expect(exitCode, all).toBe(0);
  });

  it("fmt formats whatever ruff finds that it cannot fix, and reports what is left", async () => {
    const script = path.join(root, "models/exp002/extra.py");
    const long = `# ${"long ".repeat(25)}`.trim();
    const call = `print(${Array.from({ length: 5 }, (_, n) => `"${String(n).repeat(20)}"`).join(",")})`;
    await writeFile(script, `import os\n${long}\nx = {  'a':1 }\n${call}\n`);
    const { exitCode, all } = await type("task --exit-code fmt");
    expect(exitCode, all).toBe(3);
    expect(all).toContain("E501 Line too long");
    expect(all).toContain("Found 1 error.");
    const text = await readFile(script, "utf8");
    expect(text).toContain(`${long}\nx = {"a": 1}\nprint(\n`);
    expect(text).not.toContain("import os");

    await writeFile(path.join(root, "models/exp002/broken.py"), "def f(:\n");
    await writeFile(script, "x = {  'a':1 }\n");
    const broken = await crossfold(["fmt", "exp002", "--json"], { cwd: root, env });
    expect(broken.exitCode).toBe(3);
    expect(JSON.parse(broken.stdout).findings).toContainEqual(
      expect.objectContaining({ code: "invalid-syntax", file: "models/exp002/broken.py" }),
    );
    expect(await readFile(script, "utf8")).toBe('x = {"a": 1}\n');
    await rm(path.join(root, "models/exp002/broken.py"));
    await rm(script);
  });

  it("fmt says once that ruff cannot read its settings", async () => {
    const settings = path.join(root, "models/exp002/ruff.toml");
    await writeFile(settings, "line-length = [\n");
    const { exitCode, stdout } = await crossfold(["fmt", "exp002"], { cwd: root, env });
    expect(exitCode).toBe(1);
    expect(stdout.match(/TOML parse error/g)).toHaveLength(1);
    await rm(settings);
  });

  it("what ruff and ty find has the shape of check's findings, and fails with check's exit code", async () => {
    await writeFile(
      path.join(root, "models/exp002/extra.py"),
      'count: int = "many"\nprint(missing)\n',
    );
    const findings = async (...args: string[]) => {
      const { stdout, exitCode } = await crossfold([...args, "--json"], { cwd: root, env });
      const found = JSON.parse(stdout).findings as Record<string, unknown>[];
      return { exitCode, found: found.filter((one) => one.file === "models/exp002/extra.py") };
    };
    const missing = { experiment: "exp002", line: 2, column: 7, source: "print(missing)" };
    const ruff = await findings("fmt", "exp002");
    expect(ruff.exitCode).toBe(3);
    expect(ruff.found).toEqual([
      expect.objectContaining({ tool: "ruff", code: "F821", ...missing }),
    ]);
    const ty = await findings("ty", "exp002");
    expect(ty.exitCode).toBe(3);
    expect(ty.found.map((one) => [one.tool, one.code, one.line])).toEqual([
      ["ty", "invalid-assignment", 1],
      ["ty", "unresolved-reference", 2],
    ]);
    expect(ty.found[1]).toMatchObject(missing);
    await rm(path.join(root, "models/exp002/extra.py"));
  });
});
