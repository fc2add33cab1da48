import { existsSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, it } from "vitest";
import { makeTempFolder } from "../support/cli.ts";
import { makeRunWorkspace, plainPython, until, writeMetrics } from "../support/run-workspace.ts";
import { cliPath, toolEnv } from "../support/tools.ts";

const train = ["train", "exp001", "--on", "local"];

it("a script that removes the folder it runs in leaves no score, and harms nothing else", async () => {
  const ws = await makeRunWorkspace({
    exp001: `${writeMetrics}\nimport os, shutil\nshutil.rmtree(os.getcwd())`,
  });
  const { stderr, stdout, exitCode } = await ws.cli(...train);
  expect([exitCode, stdout + stderr]).toEqual([1, expect.stringContaining("not recorded")]);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(existsSync(ws.file("data/input/tiny/train.csv"))).toBe(true);
  expect(existsSync(ws.file("models/exp001/train.py"))).toBe(true);
  expect((await ws.cli("history")).exitCode).toBe(0);
});

it("a script that makes its artifacts a file, or a link out of its record, leaves no score", async () => {
  const ws = await makeRunWorkspace({
    exp001: `${writeMetrics}
import os, shutil, sys
shutil.rmtree(artifacts)
if "link" in sys.argv:
    os.symlink(os.environ["OTHER_FOLDER"], artifacts)
else:
    artifacts.write_text("a file")`,
  });
  await mkdir(ws.file("other-folder"));
  await writeFile(ws.file("other-folder/metrics.json"), '{"cv_score": 0.99}');
  ws.env.OTHER_FOLDER = ws.file("other-folder");
  for (const args of [[], ["--", "link"]]) {
    const { stdout, stderr, exitCode } = await ws.cli(...train, ...args);
    expect([exitCode, stdout + stderr]).toEqual([1, expect.stringContaining("not recorded")]);
  }
  expect(await ws.scores("exp001")).toBe(0);
  expect(await readdir(ws.file("other-folder"))).toEqual(["metrics.json"]);
});

it("a process that a script leaves behind reaches neither the score nor the files that are shown", async () => {
  const ws = await makeRunWorkspace({
    exp001: `${writeMetrics}
import subprocess, sys
code = f"""
import os, time
os.chdir({str(artifacts)!r})
print("ready", flush=True)
while not os.path.exists(os.environ["GO_ON"]):
    time.sleep(0.02)
open("metrics.json", "w").write("{{\\\\"cv_score\\\\": 0.999}}")
open("done", "w").write("")
"""
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
child.stdout.readline()`,
  });
  expect((await ws.cli(...train)).exitCode).toBe(0);
  const { folder } = await ws.newest();
  await ws.goOn();
  await until(async () => existsSync(ws.file(path.join(folder, "artifacts/done"))));
  const { stdout } = await ws.cli("history", "--json");
  expect(JSON.parse(stdout).experiments[0].cv).toBe(0.75);
  const shown = await readFile(ws.file("models/exp001/artifacts/metrics.json"), "utf8");
  expect(JSON.parse(shown).cv_score).toBe(0.75);
  await writeFile(ws.file("models/exp001/inference.py"), "print(1)");
  const { stderr, exitCode } = await ws.cli("run", "models/exp001/inference.py");
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("is not what run")]);
});

it("thousands of small files are kept and shown as one is", async () => {
  const ws = await makeRunWorkspace({
    exp001: `${writeMetrics}
for number in range(3_000):
    (artifacts / f"{number}.txt").write_text(str(number))`,
  });
  const { exitCode } = await ws.cli(...train);
  expect(exitCode).toBe(0);
  expect(await readdir(ws.file("models/exp001/artifacts"))).toHaveLength(3_001);
});

it.runIf(existsSync("/dev/shm"))(
  "a .crossfold that is a link to another disk does all the same",
  async () => {
    const ws = await makeRunWorkspace({
      exp001: `${writeMetrics}\n(artifacts / "model.bin").write_text(str(len(list(artifacts.iterdir()))))`,
    });
    const disk = await mkdtemp("/dev/shm/crossfold-");
    try {
      await symlink(disk, ws.file(".crossfold"));
      for (const _ of [1, 2]) expect((await ws.cli(...train)).exitCode).toBe(0);
      expect(await ws.scores("exp001")).toBe(2);
      const shown = await readdir(ws.file("models/exp001/artifacts"));
      expect(shown.toSorted()).toEqual(["metrics.json", "model.bin"]);
      const [second, first] = await ws.runs();
      const left = async (folder: string) => readdir(ws.file(path.join(folder, "artifacts")));
      expect([await left(first!.folder), (await left(second!.folder)).length]).toEqual([
        ["metrics.json"],
        2,
      ]);
      expect((await ws.cli("show", "exp001")).stderr).toBe("");
      expect((await lstat(ws.file(".crossfold"))).isSymbolicLink()).toBe(true);
    } finally {
      await rm(disk, { recursive: true });
    }
  },
);

it.runIf(process.platform === "linux")(
  "a disk that is full when a run's files are to be shown takes no score",
  async () => {
    const ws = await makeRunWorkspace({
      exp001: `${writeMetrics}\n(artifacts / "model.bin").write_bytes(bytes(1_200_000))`,
    });
    const disk = path.join(await makeTempFolder(), "disk");
    await mkdir(disk);
    // Room for the record's file and not for a second one.
    const script = `mount -t tmpfs -o size=2m tmpfs "$1" && cp -r "$2"/. "$1" && cd "$1" &&
    { node "$CLI" train exp001 --on local --no-check --json; echo "exit $?"; ls .crossfold/views;
      mount -o remount,size=9m "$1"; node "$CLI" show exp001 --json >/dev/null;
      ls .crossfold/views models/exp001/artifacts; }`;
    const args = ["--map-root-user", "--mount", "sh", "-c", script, "sh", disk, ws.root];
    const env = toolEnv({ CLI: cliPath, CROSSFOLD_PYTHON: await plainPython() });
    const { stdout, stderr } = await x("unshare", args, { nodeOptions: { env } });
    expect(stdout).toContain('"recorded": true');
    expect(stdout).toContain("exit 0");
    expect(stdout).toContain("the disk is full");
    expect(stdout).toMatch(/exp001\.pending\n/);
    expect(stdout).not.toMatch(/exp001\.part/);
    expect(stdout.trimEnd()).toMatch(/views:\nexp001\.json\n[^]*metrics\.json\nmodel\.bin$/);
    expect(stderr).not.toMatch(/\n\s+at /);
  },
);

const forge = `
import os, signal, sys
record = pathlib.Path(__file__).absolute().parents[3]
def read(name): return json.loads((record / name).read_text())
def write(name, value): (record / name).write_text(json.dumps(value))
spec, state = read("spec.json"), read("state.json")
entry = {**scores, "kind": "cv", "at": spec["created"], "run": spec["id"], "cv_score": 0.99, "score": 0.99,
  "folds": [0.99] * 5, "cv_is": "oof", "validation": {}, "proof": {"verdict": "verified", "summary": "forged"},
  "git_commit": None, "code_sha256": spec["hashes"]["code"], "data_sha256": spec["hashes"]["data"]}
write("judged.json", {"outcome": "scored", "at": spec["created"], "entry": entry})
write("recorded.json", {"recorded": True, "score": 0.99, "summary": "CV 0.99", "problem": None})
write("metrics.json", {**scores, "cv_score": 0.99})
write("files.json", {name: {"size": 1, "sha256": "0" * 64, "dropped": True}
  for name in ["metrics.json", "../spec.json", "../../../../project.yml"]})
write("spec.json", {**spec, "debug": False, "args": []})
write("state.json", {**state, "state": "succeeded", "ended": spec["created"], "exitCode": 0})
(record / "rc").write_text("0\\n")
`;

it("what a script wrote of its own end into its record counts for nothing", async () => {
  const ws = await makeRunWorkspace({ exp001: `${writeMetrics}${forge}` });
  expect((await ws.cli(...train)).exitCode).toBe(0);
  expect(await readFile(ws.file("models/exp001/scores.jsonl"), "utf8")).toContain('"score":0.75,');
  const shown = await readFile(ws.file("models/exp001/artifacts/metrics.json"), "utf8");
  expect(JSON.parse(shown).cv_score).toBe(0.75);
  expect(JSON.parse(await ws.record("recorded.json")).score).toBe(0.75);
  expect(existsSync(ws.file("project.yml"))).toBe(true);
});

it("a debug run does not become a full one by what its script writes into its record", async () => {
  const ws = await makeRunWorkspace({ exp001: `${writeMetrics}${forge}` });
  await ws.cli(...train, "--debug");
  expect((await ws.newest()).debug).toBe(true);
  expect(await ws.scores("exp001")).toBe(0);
});

it("a script that kills its leader and leaves an exit code has failed", async () => {
  const kill = "\nos.kill(os.getppid(), signal.SIGKILL)";
  const ws = await makeRunWorkspace({ exp001: `${writeMetrics}${forge}${kill}` });
  expect((await ws.cli(...train)).exitCode).toBe(1);
  expect(await ws.newest()).toMatchObject({ state: "failed", exitCode: 137 });
  expect(await ws.scores("exp001")).toBe(0);
});
