import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { describe, expect, it } from "vitest";
import { makeTempFolder } from "../support/cli.ts";
import {
  holdOn,
  makeRunWorkspace,
  until,
  untilPrinted,
  writeMetrics,
} from "../support/run-workspace.ts";

const local = ["--on", "local"];
const printArguments = "import json, sys\nprint(json.dumps(sys.argv[1:]))\n";

describe("a training in the foreground", () => {
  it("shows the output, keeps what was run and records the score", async () => {
    const ws = await makeRunWorkspace({ exp001: `print("fold 1/5 done")\n${writeMetrics}` });
    await mkdir(ws.file("models/exp001/artifacts"));
    await writeFile(ws.file("models/exp001/artifacts/model.bin"), "heavy");
    const { stdout, stderr, exitCode } = await ws.cli("train", "exp001", ...local, "--json");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("fold 1/5 done\n");
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ outcome: "ended", recorded: true, score: 0.75, problem: null });
    expect(result.run).toMatchObject({ state: "succeeded", exitCode: 0, experiment: "exp001" });
    expect(await ws.scores("exp001")).toBe(1);
    expect(await readdir(ws.file(`${result.run.folder}/code`))).toEqual(["train.py"]);
    expect(JSON.parse(await ws.record("spec.json")).hashes.data).toHaveProperty([
      "data/input/tiny/train.csv",
    ]);
  });

  it("passes every argument on as data", async () => {
    const ws = await makeRunWorkspace({ exp001: printArguments });
    const hostile = [
      "; touch pwned",
      "$(touch pwned)",
      "`touch pwned`",
      "a 'b' \"c\"",
      "x\ny",
      "",
      "*",
    ];
    await ws.cli("train", "exp001", ...local, "--", ...hostile);
    expect(JSON.parse(await ws.record("output.log"))).toEqual(hostile);
    await ws.cli(
      "train",
      "exp001",
      ...local,
      "--extra-args",
      `--name 'two words' "; touch pwned" $HOME`,
    );
    expect(JSON.parse(await ws.record("output.log"))).toEqual([
      "--name",
      "two words",
      "; touch pwned",
      "$HOME",
    ]);
    expect(existsSync(ws.file("pwned"))).toBe(false);
  });

  it("gives the script what stands in .env and writes none of it down", async () => {
    const ws = await makeRunWorkspace({
      exp001: `import os, hashlib\nfor name in ("TOKEN", "PATH_X"): print(hashlib.sha256(os.environ[name].encode()).hexdigest()[:8])\n`,
    });
    await writeFile(ws.file(".env"), "TOKEN=s3cr3t-value\nPATH_X=from-file\n");
    await writeFile(ws.file("models/exp001/.env"), "TOKEN=s3cr3t-value\n");
    ws.env.PATH_X = "from-shell";
    await ws.cli("train", "exp001", ...local);
    expect(await ws.record("output.log")).toBe(
      `${short("s3cr3t-value")}\n${short("from-shell")}\n`,
    );
    const files = await readdir(ws.file(".crossfold"), { recursive: true, withFileTypes: true });
    for (const entry of files.filter((one) => one.isFile())) {
      const text = await readFile(path.join(entry.parentPath, entry.name), "latin1");
      expect(text, entry.name).not.toMatch(/s3cr3t|from-file|from-shell/);
    }
  });

  it("moves the task on, ticks its two criteria and reads the LB written there; a debug run leaves it alone", async () => {
    const ws = await makeRunWorkspace({ exp001: writeMetrics });
    const backlog = (...args: string[]) =>
      x("backlog", args, { nodeOptions: { cwd: ws.root, env: ws.env }, throwOnError: true });
    await x("git", ["init", "-q"], { nodeOptions: { cwd: ws.root, env: ws.env } });
    await backlog("init", "tiny", "--defaults", "--agent-instructions", "none");
    const criteria = ["--ac", "学習が終わる", "--ac", "CVを記録する"];
    await backlog("task", "create", "exp001: 基準", "-l", "exp", "-l", "exp001", ...criteria);
    const task = async () => (await backlog("task", "view", "1", "--plain")).stdout;
    await ws.cli("train", "exp001", ...local, "--debug");
    expect(await task()).toContain("Status: ○ To Do");
    const { stderr } = await ws.cli("train", "exp001", ...local);
    expect(stderr).toContain("TASK-1 is In Progress");
    expect(await task()).toMatch(/Status: . In Progress/);
    expect(await task()).toContain("- [x] #2 CVを記録する");
    await backlog("task", "edit", "1", "-s", "Done");
    await ws.cli("train", "exp001", ...local);
    expect(await task()).toMatch(/Status: . Done/);
    await backlog("task", "edit", "1", "--append-notes", "Public LB: 0.8750");
    await backlog("task", "edit", "1", "--final-summary", "CV=0.9999, LB=0.8760. Next: TASK-2");
    const { stdout } = await ws.cli("history", "--json");
    expect(JSON.parse(stdout).experiments).toMatchObject([
      { cv: 0.75, lb: 0.876, lbFrom: "task", gap: null },
    ]);
  });

  it("says how a script failed and records no score", async () => {
    const ws = await makeRunWorkspace({ exp001: `${writeMetrics}\nraise SystemExit(3)\n` });
    const { stdout, exitCode } = await ws.cli("train", "exp001", ...local);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("failed");
    expect(await ws.newest()).toMatchObject({ state: "failed", exitCode: 3, score: null });
    expect(await ws.scores("exp001")).toBe(0);
  });

  it("never records the metrics.json of an earlier run", async () => {
    const ws = await makeRunWorkspace({ exp001: writeMetrics });
    await ws.cli("train", "exp001", ...local);
    await writeFile(ws.file("models/exp001/train.py"), "print('forgot to write')\n");
    const { stdout, exitCode } = await ws.cli("train", "exp001", ...local, "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      recorded: false,
      run: { state: "succeeded", score: null },
    });
    expect(JSON.parse(stdout).problem).toContain("metrics.json");
    expect(await ws.scores("exp001")).toBe(1);
  });

  it("passes --debug once and never records such a run", async () => {
    const ws = await makeRunWorkspace({ exp001: `${printArguments}${writeMetrics}` });
    for (const flags of [["--debug"], ["--debug", "--", "--debug"], ["--extra-args", "--debug"]]) {
      const { stdout } = await ws.cli("train", "exp001", ...local, "--json", ...flags);
      expect(JSON.parse(stdout)).toMatchObject({
        recorded: false,
        problem: null,
        run: { debug: true },
      });
      expect(JSON.parse(await ws.record("output.log"))).toEqual(["--debug"]);
    }
    expect(await ws.scores("exp001")).toBe(0);
  });
});

describe("a training that cannot start", () => {
  it("lists the compute targets without a terminal", async () => {
    const ws = await makeRunWorkspace({ exp001: "" });
    const { stderr, exitCode } = await ws.cli("train", "exp001");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("crossfold train exp001 --on local");
    expect(stderr).toContain("crossfold train exp001 --on local --debug");
  });

  it("names what is missing and leaves no record", async () => {
    const ws = await makeRunWorkspace({ exp001: "" });
    expect((await ws.cli("train", "exp009", ...local)).stderr).toContain("exp009");
    expect((await ws.cli("train", "../exp001", ...local)).exitCode).toBe(2);
    expect((await ws.cli("train", "exp001", ...local, "--extra-args", "'open")).exitCode).toBe(2);
    await rm(ws.file("data/input/tiny/train.csv"));
    expect((await ws.cli("train", "exp001", ...local)).stderr).toContain(
      "data/input/tiny/train.csv",
    );
    await rm(ws.file("models/exp001/train.py"));
    expect((await ws.cli("train", "exp001", ...local)).stderr).toContain("train.py");
    expect(await ws.runs()).toEqual([]);
    expect(existsSync(ws.file(".crossfold/runs"))).toBe(false);
  });

  it("names a column that project.yml wants and train.csv lacks", async () => {
    const ws = await makeRunWorkspace({ exp001: "" });
    const project = await readFile(ws.file("project.yml"), "utf8");
    await writeFile(ws.file("project.yml"), project.replace("train.csv", "train.csv, target: yy"));
    const { stderr, exitCode } = await ws.cli("train", "exp001", ...local);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'train.csv has no column "yy", which project.yml names as data.target',
    );
    expect(stderr).toContain("one of id, y");
    expect(existsSync(ws.file(".crossfold/runs"))).toBe(false);
  });
});

describe("output", () => {
  const bytes = `
import sys
out = sys.stdout.buffer
out.write(bytes(range(256)) + "日本".encode()[:4])
out.flush()
sys.stderr.buffer.write(b"\\xff\\x00err")
sys.stderr.buffer.flush()
`;

  it("is kept byte for byte, and shown without what would command a terminal", async () => {
    const ws = await makeRunWorkspace({ exp001: bytes });
    await ws.cli("train", "exp001", ...local);
    const expected = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
      Buffer.from("日本").subarray(0, 4),
      Buffer.from([0xff, 0, ...Buffer.from("err")]),
    ]);
    const { folder } = await ws.newest();
    expect(await readFile(ws.file(path.join(folder, "output.log")))).toEqual(expected);
    const ascii = String.fromCodePoint(...Array.from({ length: 95 }, (_, at) => at + 0x20));
    // What is no UTF-8 is shown as such.
    const invalid = "\uFFFD".repeat(128);
    expect((await ws.bytes("logs", "exp001")).toString()).toBe(
      `\t\n\n${ascii}${invalid}日\uFFFD\uFFFDerr`,
    );
  });

  it("loses no line of a million", async () => {
    const ws = await makeRunWorkspace({
      exp001:
        "import sys\nsys.stdout = open(1, 'w', buffering=1 << 16)\nfor n in range(1_000_000): print(n)\n",
    });
    await ws.cli("train", "exp001", ...local, "--debug");
    const lines = (await ws.bytes("logs", "exp001")).toString().split("\n");
    expect(lines).toHaveLength(1_000_001);
    expect(lines[999_999]).toBe("999999");
    const tail = await ws.bytes("logs", "exp001", "--tail", "2");
    expect(tail.toString()).toBe("999998\n999999\n");
  });

  it("is followed until the run ends", async () => {
    const ws = await makeRunWorkspace({ exp001: `${holdOn}\nprint("last words")\n` });
    await ws.cli("train", "exp001", ...local, "--detach");
    await untilPrinted(ws, "ready");
    const followed = ws.bytes("logs", "exp001", "-f");
    await ws.goOn();
    expect((await followed).toString()).toBe("ready\nlast words\n");
  });
});

describe("a run that is left alone", () => {
  it("survives its command, ends and is recorded", async () => {
    const ws = await makeRunWorkspace({ exp001: `${holdOn}\n${writeMetrics}` });
    const command = ws.start("train", "exp001", ...local);
    await untilPrinted(ws, "ready");
    command.kill("SIGKILL");
    expect(await ws.newest()).toMatchObject({ state: "running" });
    await ws.goOn();
    // The supervisor records without anybody waiting.
    await until(async () => (await ws.scores("exp001")) === 1);
    expect((await ws.newest()).state).toBe("succeeded");
    const { stdout, exitCode } = await ws.cli("wait", "exp001", "--json");
    expect([exitCode, JSON.parse(stdout).recorded]).toEqual([0, true]);
    expect(await ws.scores("exp001")).toBe(1);
  });

  it("is waited for no longer than asked", async () => {
    const ws = await makeRunWorkspace({ exp001: holdOn });
    await ws.cli("train", "exp001", ...local, "--detach");
    const { exitCode, stderr } = await ws.cli("wait", "exp001", "--timeout", "0.1");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("still")]);
    expect((await ws.newest()).state).toBe("running");
    await ws.goOn();
    await ws.cli("wait", "exp001");
  });
});

describe("stopping", () => {
  const polite = `
import time, pathlib
try:
    print("ready", flush=True)
    while True: time.sleep(0.02)
except KeyboardInterrupt:
    pathlib.Path("said-goodbye").write_text("")
    raise
`;
  const stubborn = `
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(f"helper {child.pid} ready", flush=True)
while True: time.sleep(0.02)
`;

  it("interrupts the script at the first Ctrl-C", async () => {
    const ws = await makeRunWorkspace({ exp001: `${writeMetrics}\n${polite}` });
    const command = ws.start("train", "exp001", ...local);
    await untilPrinted(ws, "ready");
    command.kill("SIGINT");
    await new Promise((resolve) => command.on("exit", resolve));
    const run = await ws.newest();
    expect(existsSync(ws.file(`${run.folder}/workspace/said-goodbye`))).toBe(true);
    expect(run).toMatchObject({ state: "cancelled", score: null });
    expect(await ws.scores("exp001")).toBe(0);
  });

  it("kills at the third Ctrl-C, helpers included", async () => {
    const ws = await makeRunWorkspace({ exp001: stubborn });
    const command = ws.start("train", "exp001", ...local);
    const ended = new Promise((resolve) => command.on("exit", resolve));
    await untilPrinted(ws, "ready");
    const helper = Number(/helper (\d+)/.exec(await ws.record("output.log"))![1]);
    const pressing = setInterval(() => command.kill("SIGINT"), 200);
    await ended;
    clearInterval(pressing);
    expect(await ws.newest()).toMatchObject({ state: "cancelled" });
    await until(async () => !isRunning(helper));
  });

  it("kills at once where there is no grace", async () => {
    const slow = `
import signal, time
def leave(number, frame):
    time.sleep(3)
    open("said-goodbye", "w").close()
    raise SystemExit(1)
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
while True: time.sleep(0.02)
`;
    const ws = await makeRunWorkspace({ exp001: slow });
    await ws.cli("train", "exp001", ...local, "--detach");
    await untilPrinted(ws, "ready");
    await ws.cli("stop", "exp001", "--grace", "0");
    expect((await ws.newest()).state).toBe("cancelled");
    expect(existsSync(ws.file("said-goodbye"))).toBe(false);
  });

  it("ends a stubborn script after the grace", async () => {
    const ws = await makeRunWorkspace({ exp001: stubborn });
    await ws.cli("train", "exp001", ...local, "--detach");
    await untilPrinted(ws, "ready");
    const { exitCode, stdout } = await ws.cli("stop", "exp001", "--grace", "0", "--json");
    expect([exitCode, JSON.parse(stdout).stopped]).toEqual([0, true]);
    expect((await ws.newest()).state).toBe("cancelled");
    const again = await ws.cli("stop", "exp001", "--json");
    expect(JSON.parse(again.stdout).stopped).toBe(false);
  });
});

describe("run", () => {
  it("runs any script of the workspace and never takes it for a score", async () => {
    const ws = await makeRunWorkspace({ exp001: writeMetrics });
    const { stdout, exitCode } = await ws.cli("run", "models/exp001/train.py", "--json");
    expect([exitCode, JSON.parse(stdout).recorded]).toEqual([0, false]);
    expect(await ws.scores("exp001")).toBe(0);
  });

  it("refuses a script outside the workspace", async () => {
    const ws = await makeRunWorkspace({ exp001: "" });
    const outside = path.join(await makeTempFolder(), "x.py");
    await writeFile(outside, "");
    for (const script of [outside, "../x.py", "missing.py"]) {
      const { stderr, exitCode } = await ws.cli("run", script);
      expect(exitCode).toBe(2);
      // The place is named once, and there is something to do.
      expect(stderr.split(path.basename(script))).toHaveLength(2);
      expect(stderr).toContain("next:");
    }
  });
});

describe("references to runs", () => {
  it("take an id, its end, or an experiment, and list what could be meant", async () => {
    const ws = await makeRunWorkspace({ exp001: "print(1)", exp002: "print(2)" });
    await ws.cli("train", "exp001", ...local, "--debug");
    await ws.cli("train", "exp002", ...local, "--debug");
    const [newest, older] = await ws.runs();
    for (const reference of [older!.id, older!.id.slice(-4), older!.id.slice(0, -1), "exp001"]) {
      expect((await ws.bytes("logs", reference)).toString()).toBe("1\n");
    }
    const ambiguous = await ws.cli("logs", newest!.id.slice(0, 4));
    expect(ambiguous.exitCode).toBe(2);
    expect(ambiguous.stderr).toContain(newest!.id);
    expect((await ws.cli("logs", "exp003")).exitCode).toBe(2);
  });
});

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
