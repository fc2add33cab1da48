import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { describe, expect, it } from "vitest";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { toolEnv } from "../support/tools.ts";

const train = "PassengerId,Age,Transported\n1,20,True\n2,,False\n3,30,True\n4,41,False\n";
const test = "PassengerId,Age\n5,20\n6,31\n";
const sample = "PassengerId,Transported\n5,False\n6,False\n";

async function init(folder: string, ...more: string[]) {
  const args = ["init", "--metric", "accuracy", "--no-sync", "--json", ...more];
  const { stdout, stderr, exitCode } = await crossfold(args, { cwd: folder });
  return { stderr, exitCode, output: JSON.parse(stdout) };
}

async function folderWith(files: Record<string, string>, name = "Space Ship! タイタニック") {
  const folder = path.join(await makeTempFolder(), name);
  await mkdir(folder);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
  }
  return folder;
}

const git = (folder: string, ...args: string[]) =>
  x("git", args, { nodeOptions: { cwd: folder, env: toolEnv() } });

async function added(folder: string): Promise<string[]> {
  await git(folder, "add", "--all");
  const { stdout } = await git(folder, "-c", "core.quotepath=false", "ls-files");
  return stdout.split("\n");
}

/** What is to be done while project.yml holds a guess. */
const split = {
  operation: "split",
  input: { write: true },
  why: expect.any(String) as string,
};

describe("init in an empty folder", () => {
  it("makes every file of a workspace and names the next step", async () => {
    const folder = await folderWith({});
    const { output, exitCode } = await init(folder);
    expect(exitCode).toBe(0);
    expect(output).toMatchObject({ competition: "space-ship", project: "created", git: "made" });
    expect(output.found[0]).toContain("data/input/space-ship/");
    for (const file of [
      "project.yml",
      "pyproject.toml",
      "Taskfile.yml",
      "AGENTS.md",
      "CLAUDE.md",
      ".gitignore",
      ".env.example",
      "backlog/config.yml",
      "templates/models/train.py",
    ]) {
      expect(existsSync(path.join(folder, file)), file).toBe(true);
    }
    expect(await readFile(path.join(folder, "pyproject.toml"), "utf8")).toContain(
      'name = "space-ship"',
    );
  });

  it("keeps secrets, data and records out of git", async () => {
    const folder = await folderWith({ ".env": "KEY=1", "data/input/x/train.csv": train });
    await init(folder);
    await mkdir(path.join(folder, ".crossfold", "runs"), { recursive: true });
    await writeFile(path.join(folder, ".crossfold", "runs", "a"), "");
    await git(folder, "add", "--all");
    const { stdout } = await git(folder, "ls-files");
    expect(stdout).toContain("project.yml");
    expect(stdout).not.toMatch(/^\.env$|^data\/|^\.crossfold\//m);
  });

  it("refuses to guess the metric without a terminal, and writes nothing", async () => {
    const folder = await folderWith({ "train.csv": train });
    const { stderr, exitCode } = await crossfold(["init"], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--metric with one of accuracy");
    expect(existsSync(path.join(folder, "Taskfile.yml"))).toBe(false);
    const unknown = await crossfold(["init", "--metric", "my_score"], { cwd: folder });
    expect(unknown.stderr).toContain("crossfold init --metric my_score --direction maximize");
  });
});

describe("init beside data", () => {
  it("reads id, target and a first strategy from the files and links them into place", async () => {
    const folder = await folderWith({
      "train.csv": train,
      "test.csv": test,
      "sample_submission.csv": sample,
    });
    const { output } = await init(folder, "--competition", "titanic");
    const project = await readFile(path.join(folder, "project.yml"), "utf8");
    expect(project).toContain("id: PassengerId, target: Transported");
    expect(project).toContain("strategy: StratifiedKFold");
    expect(output.found).toContain(
      "linked into data/input/titanic: train.csv, test.csv, sample_submission.csv",
    );
    expect(await readFile(path.join(folder, "data/input/titanic/train.csv"), "utf8")).toBe(train);
    expect(await readFile(path.join(folder, "train.csv"), "utf8")).toBe(train);
  });

  it("names split until it, or the user, has decided on the validation", async () => {
    const folder = await folderWith({
      "train.csv": train,
      "test.csv": test,
      "sample_submission.csv": sample,
    });
    const { output } = await init(folder, "--competition", "titanic");
    expect(output.found).toContainEqual(
      expect.stringMatching(/^validation: StratifiedKFold \(.*; a guess\)$/),
    );
    expect(output.next).toContainEqual(split);
    const next = async (command: string) => {
      const { stdout } = await crossfold([command, "--json"], { cwd: folder });
      return JSON.parse(stdout).next as unknown[];
    };
    expect((await next("plan"))[0]).toEqual(split);
    expect(await next("new")).toContainEqual(split);
    expect((await crossfold(["plan"], { cwd: folder })).stdout).toContain(
      "5-fold StratifiedKFold, seed 42 (init's guess, until 'split' decides)",
    );
    const trained = await crossfold(["train", "exp001", "--on", "local"], {
      cwd: folder,
      env: { CROSSFOLD_PYTHON: "/bin/false" },
    });
    expect(trained.stderr).toContain("validation is still init's guess (5-fold StratifiedKFold)");

    const before = await readFile(path.join(folder, "project.yml"), "utf8");
    expect((await crossfold(["split", "--write"], { cwd: folder })).exitCode).toBe(0);
    const after = await readFile(path.join(folder, "project.yml"), "utf8");
    expect(before.split("\n").find((line) => !after.includes(line))).toMatch(/^# init's guess/);
    expect(await next("plan")).not.toContainEqual(split);
    expect(await next("new")).not.toContainEqual(split);
    expect((await crossfold(["plan"], { cwd: folder })).stdout).not.toContain("guess");
  });

  it("takes a strategy that is given as decided", async () => {
    const folder = await folderWith({ "train.csv": train });
    const { output } = await init(folder, "--time", "Age");
    expect(output.next).not.toContainEqual(split);
    expect(await readFile(path.join(folder, "project.yml"), "utf8")).not.toContain("guess");
  });

  it("takes repeats with a strategy that repeats alone", async () => {
    const folder = await folderWith({ "train.csv": train });
    const { exitCode, stderr } = await init(folder, "--repeats", "3");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--repeats was given, but KFold splits the rows once");
    await init(folder, "--strategy", "RepeatedKFold", "--repeats", "3");
    expect(await readFile(path.join(folder, "project.yml"), "utf8")).toContain(
      "validation: { strategy: RepeatedKFold, n_splits: 5, n_repeats: 3, seed: 42 }",
    );
  });

  it("takes the name that the data's folder bears", async () => {
    const folder = await folderWith({ "data/input/spaceship-titanic/train.csv": train });
    expect((await init(folder)).output).toMatchObject({
      competition: "spaceship-titanic",
      found: expect.arrayContaining(["files: train.csv"]),
    });
  });

  it("takes a hidden solution for a competition held here", async () => {
    const folder = await folderWith({ "data/grading/solution.csv": sample });
    await init(folder);
    expect(await readFile(path.join(folder, "project.yml"), "utf8")).toContain(
      "competition_platform: local",
    );
  });
});

describe("init beside data that git would take", () => {
  const awkward = "画像 [1]*";
  const files = {
    "train.csv": train,
    "archive.zip": "PK",
    "notes.md": "mine\n",
    "main.py": "print()\n",
    [`${awkward}/犬/a b.png`]: "x",
    [`${awkward}/cat?.png`]: "x",
    "画像 1/keep.py": "print()\n",
  };

  it("keeps it out, says so, and keeps everything else in", async () => {
    const folder = await folderWith(files);
    const { output } = await init(folder);
    expect(output.found).toContain(
      `kept out of git by .gitignore: archive.zip, train.csv, ${awkward}/ (2 files)`,
    );
    const inGit = await added(folder);
    expect(inGit).toEqual(expect.arrayContaining(["main.py", "notes.md", "画像 1/keep.py"]));
    expect(inGit.filter((name) => /csv|zip|png/.test(name))).toEqual([]);
    const ignores = await readFile(path.join(folder, ".gitignore"), "utf8");
    expect((await init(folder)).output.found).toEqual([]);
    expect(await readFile(path.join(folder, ".gitignore"), "utf8")).toBe(ignores);
  });

  it("keeps out a file that is named as data, whatever its ending", async () => {
    const folder = await folderWith({ "learn.rows": train, "other.rows": train });
    await init(folder, "--train", "learn.rows");
    const inGit = await added(folder);
    expect(inGit).toContain("other.rows");
    expect(inGit).not.toContain("learn.rows");
  });

  it("keeps it out of a repository that is made later", async () => {
    const folder = await folderWith(files);
    await init(folder, "--no-git");
    await git(folder, "init", "--quiet");
    expect((await added(folder)).filter((name) => /csv|zip|png/.test(name))).toEqual([]);
  });

  it("leaves what is in git there and says so, and keeps the user's lines of .gitignore", async () => {
    const mine = "*.bak\n!archive.zip\n";
    const folder = await folderWith({ ...files, ".gitignore": mine, "old.csv": train });
    await git(folder, "init", "--quiet");
    await git(folder, "add", "old.csv", "archive.zip");
    await git(folder, "commit", "--quiet", "-m", "mine");
    const { output } = await init(folder);
    expect(output.found).toContain(
      "in git already, and stays there: archive.zip, old.csv (git rm --cached takes it out)",
    );
    expect(await added(folder)).toEqual(expect.arrayContaining(["archive.zip", "old.csv"]));
    const ignores = await readFile(path.join(folder, ".gitignore"), "utf8");
    expect(ignores.startsWith(mine)).toBe(true);
    expect(ignores).not.toContain("/old.csv");
  });
});

describe("init where no table can be learnt from", () => {
  it("names the folders and files of data in data.files, links them into place and trains on them", async () => {
    const folder = await folderWith({
      "画像 [1]*/cats/a b.png": "x",
      "画像 [1]*/dogs/c.png": "y",
      "labels.npz": "z",
      "main.py": "print()\n",
      "train.csv": "id,label\n1,0\n2,1\n",
      "sample_submission.csv": "id,label\n3,0\n",
    });
    const { output } = await init(folder, "--competition", "pets");
    expect(output.found).toContain(
      "no table with columns to learn from; data.files: labels.npz, 画像 [1]*",
    );
    const input = path.join(folder, "data/input/pets");
    expect(await readFile(path.join(input, "画像 [1]*/cats/a b.png"), "utf8")).toBe("x");
    expect(await readFile(path.join(input, "labels.npz"), "utf8")).toBe("z");
    await git(folder, "add", "--all");
    expect((await git(folder, "ls-files")).stdout).not.toMatch(/png|npz|csv/);

    const doctor = await crossfold(["doctor"], { cwd: folder });
    expect(doctor.stdout).toMatch(/ok +data/);
    await rm(path.join(input, "labels.npz"));
    const missing = await crossfold(["doctor"], { cwd: folder });
    expect(missing.stdout).toContain("not in data/input/pets: labels.npz");
  });

  it("without any table, says so and leaves split out; many loose files are a glob", async () => {
    const images = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => [`data/input/pets/${n}.png`, "x"]),
    );
    const folder = await folderWith({ ...images, "data/input/pets/テキスト/1.txt": "x" });
    const { output } = await init(folder);
    expect(output.next).not.toContainEqual(split);
    expect(await readFile(path.join(folder, "project.yml"), "utf8")).toMatch(
      /files: \[ ?テキスト, "\*\.png" ?\]/,
    );
    await crossfold(["new"], { cwd: folder });
    const env = { CROSSFOLD_PYTHON: "/usr/bin/python3" };
    await writeFile(path.join(folder, "models/exp001/train.py"), "print('seen')\n");
    const args = ["train", "exp001", "--on", "local", "--no-check"];
    const { stdout } = await crossfold(args, { cwd: folder, env });
    expect(stdout).toContain("succeeded");
    const shown = await crossfold(["runs", "--json"], { cwd: folder });
    const { id } = JSON.parse(shown.stdout).runs[0];
    const spec = JSON.parse(
      await readFile(path.join(folder, ".crossfold/runs", id, "spec.json"), "utf8"),
    );
    expect(Object.keys(spec.hashes.data)).toEqual([
      "data/input/pets/テキスト",
      "data/input/pets/*.png",
    ]);
  });
});

describe("init in a repository that is there", () => {
  it("keeps the user's files, says so, and adds what must be ignored", async () => {
    const folder = await folderWith({
      "pyproject.toml": '[project]\nname = "mine"\nversion = "1"\ndependencies = ["polars"]\n',
      ".gitignore": "*.bak",
      "AGENTS.md": "mine\n",
    });
    await git(folder, "init", "--quiet");
    const { output } = await init(folder);
    expect(output.git).toBe("found");
    const told = Object.fromEntries(
      output.files.map((file: { path: string; action: string; note: string }) => [file.path, file]),
    );
    expect(told["AGENTS.md"].action).toBe("kept");
    expect(told["pyproject.toml"].note).toMatch(/uv add .*scikit-learn/);
    expect(told["pyproject.toml"].note).not.toContain("polars");
    expect(told[".gitignore"].action).toBe("extended");
    expect(await readFile(path.join(folder, ".gitignore"), "utf8")).toMatch(
      /^\*\.bak\n[^]*^\.env\*$/m,
    );
    expect(await readFile(path.join(folder, "AGENTS.md"), "utf8")).toBe("mine\n");
  });
});

describe("init twice", () => {
  it("changes nothing that is there, and restores what is gone", async () => {
    const folder = await folderWith({});
    await init(folder);
    const script = path.join(folder, "templates", "models", "train.py");
    await writeFile(script, "# mine\n");
    await rename(path.join(folder, "Taskfile.yml"), path.join(folder, "gone"));
    const before = await readFile(path.join(folder, "project.yml"), "utf8");
    const { output } = await init(folder, "--metric", "rmse");
    const acted = output.files.filter((file: { action: string }) => file.action !== "same");
    expect(acted).toEqual([
      { path: "Taskfile.yml", action: "created", note: null },
      { path: "templates/models/train.py", action: "kept", note: null },
    ]);
    expect(output).toMatchObject({ project: "kept", backlog: "kept", git: "found" });
    expect(await readFile(path.join(folder, "project.yml"), "utf8")).toBe(before);
    expect(await readFile(script, "utf8")).toBe("# mine\n");
  });

  it("names file and line of a broken project.yml and writes nothing", async () => {
    const folder = await folderWith({ "project.yml": "competition_name: [\n" });
    const { stderr, exitCode } = await crossfold(["init"], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/project\.yml:\d+:\d+: not valid YAML/);
    expect(existsSync(path.join(folder, "Taskfile.yml"))).toBe(false);
  });

  it("is refused inside another workspace", async () => {
    const folder = await folderWith({});
    await init(folder);
    const { stderr, exitCode } = await crossfold(["init", "models/inner", "--metric", "rmse"], {
      cwd: folder,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("lies inside the workspace");
  });
});
