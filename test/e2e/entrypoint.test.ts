import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { create } from "tar";
import { x } from "tinyexec";
import { afterAll, describe, expect, test } from "vitest";
import { findPython } from "../../src/python/uv.ts";
import { identifyProcess } from "../../src/storage/run/process-identity.ts";
import { startFakeGoogle } from "../google/fake-google.ts";
import { type Container, makeContainer } from "../support/container.ts";
import { repository, toolEnv } from "../support/tools.ts";

const script = (source: string) => ({ "models/exp001/train.py": source });
const facts = async (container: Container, attempt = "01") =>
  JSON.parse(await container.read(`attempt-${attempt}.json`));

const reportItself = `
import json, os, sys
print("to stderr", file=sys.stderr)
print(json.dumps([sys.argv, os.getcwd(), os.environ["AIP_MODEL_DIR"], sys.prefix != sys.base_prefix]))
model = os.environ["AIP_MODEL_DIR"].replace("gs://", os.environ["CROSSFOLD_GCS_ROOT"] + "/")
os.makedirs(model, exist_ok=True)
open(model + "metrics.json", "w").write("{}")
`;

describe.concurrent("a run", () => {
  test("leaves its log, its facts, its artifacts and its exit code in the bucket", async () => {
    const container = await makeContainer(script(reportItself));
    const { exitCode, stdout } = await container.run();
    expect(exitCode, stdout).toBe(0);
    expect(await container.left()).toEqual([
      "attempt-01.json",
      "log",
      "model",
      "rc",
      "requirements.txt",
      "source.tar.gz",
    ]);
    expect(await container.read("rc")).toBe("0\n");
    expect(await container.log()).toBe(stdout);
    expect(stdout).toMatch(/^crossfold: Python environment ready in .*\nto stderr\n\[\[/);
    expect(await facts(container)).toMatchObject({
      attempt: 1,
      exit_code: 0,
      failure: null,
      log_chunks: 1,
      gpus: expect.any(Array),
    });
    const [, cwd, , inVenv] = JSON.parse(stdout.trim().split("\n").at(-1)!);
    expect(cwd).toBe(path.join(container.env.CROSSFOLD_WORK_DIR!, "20261123-011530-exp001-k3f9"));
    expect(inVenv).toBe(true);
  });

  test("hands arguments on as they are", async () => {
    const args = ["--", "--run", "gs://x", "", "a b", "$(touch x)`x`;'\"", "改行\n", "*", "-"];
    const { stdout } = await (await makeContainer(script(reportItself))).run(...args);
    expect(JSON.parse(stdout.trim().split("\n").at(-1)!)[0].slice(1)).toEqual(args);
  });

  test("has the script's exit code, and 128 + N for a signal", async () => {
    const failing = await makeContainer(script("raise SystemExit(17)"));
    expect((await failing.run()).exitCode).toBe(17);
    expect(await failing.read("rc")).toBe("17\n");
    const killed = await makeContainer(script("import os; os.kill(os.getpid(), 9)"));
    expect((await killed.run()).exitCode).toBe(137);
    expect(await facts(killed)).toMatchObject({ exit_code: 137 });
  });

  test("loses and reorders nothing of much output", async () => {
    const source = `
import os, sys
for i in range(50_000):
    line = f"{i:06d} {'x' * 93}\\n".encode()
    os.write(2 if i % 3 else 1, line)
sys.stdout.write("no newline at the end")
`;
    const container = await makeContainer(script(source));
    const { stdout } = await container.run();
    const log = await container.log();
    expect(log === stdout).toBe(true);
    const lines = log.split("\n").slice(1);
    expect(lines.pop()).toBe("no newline at the end");
    expect(lines.every((line, i) => line.startsWith(`${String(i).padStart(6, "0")} x`))).toBe(true);
    expect(lines).toHaveLength(50_000);
    const sizes = await readdir(path.join(container.folder, "log"));
    expect(sizes.length).toBeLessThan(20);
  });

  test("shows its log while it goes on", async () => {
    const source = `
import os, time
print("early", flush=True)
while not os.path.exists(os.environ["HOME"] + "/go-on"):
    time.sleep(0.05)
`;
    const container = await makeContainer(script(source));
    const { ended, printed } = container.start();
    await printed("early");
    while (!(await container.log().catch(() => "")).includes("early")) await pause(50);
    expect(await container.left()).not.toContain("rc");
    expect(await facts(container)).toMatchObject({ end: null, exit_code: null });
    await writeFile(path.join(container.env.HOME!, "go-on"), "");
    expect((await ended).exitCode).toBe(0);
  });

  test("ends although the script leaves a process behind", async () => {
    const source = `import subprocess; subprocess.Popen(["sleep", "600"]); print("done")`;
    const { exitCode, stdout } = await (await makeContainer(script(source))).run();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/done\n$/);
  });
});

const holdOn = `
import os, signal, sys, time
def leave(number, frame):
    print("told to stop", flush=True)
    sys.exit(int(os.environ.get("LEAVE_WITH", "0")))
if os.environ.get("STUBBORN"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    signal.signal(signal.SIGTERM, leave)
print("at work", flush=True)
time.sleep(600)
`;

async function stopped(env: NodeJS.ProcessEnv) {
  const container = await makeContainer(script(holdOn), { env });
  const { process, ended, printed } = container.start();
  await printed("at work\n");
  process.kill("SIGTERM");
  return { container, ...(await ended) };
}

describe.concurrent("a signal", () => {
  test("reaches the script; one that ends well for it has not succeeded", async () => {
    const { container, exitCode } = await stopped({});
    expect(exitCode).toBe(143);
    expect(await container.log()).toMatch(
      /at work\ntold to stop\ncrossfold: stopped by SIGTERM\n$/,
    );
    expect(await container.read("rc")).toBe("143\n");
    expect(await facts(container)).toMatchObject({ failure: "stopped by SIGTERM" });
  });

  test("leaves the script an exit code of its own", async () => {
    const { container, exitCode } = await stopped({ LEAVE_WITH: "3" });
    expect(exitCode).toBe(3);
    expect(await facts(container)).toMatchObject({ exit_code: 3, failure: "stopped by SIGTERM" });
  });

  test("becomes SIGKILL for a script that stays", async () => {
    const { container, exitCode } = await stopped({
      STUBBORN: "1",
      CROSSFOLD_GRACE_SECONDS: "0.3",
    });
    expect(exitCode).toBe(137);
    expect(await container.read("rc")).toBe("137\n");
  });
});

describe.concurrent("run again", () => {
  test("after success it does nothing", async () => {
    const container = await makeContainer(script(`print("once")`));
    await container.run();
    const before = await container.log();
    expect((await container.run()).exitCode).toBe(0);
    expect(await container.log()).toBe(before);
    expect(await container.left()).not.toContain("attempt-02.json");
  });

  test("after kill -9 it is another attempt, beside what the first left", async () => {
    const source = `
import os, time
model = os.environ["AIP_MODEL_DIR"].replace("gs://", os.environ["CROSSFOLD_GCS_ROOT"] + "/")
os.makedirs(model, exist_ok=True)
if os.path.exists(model + "checkpoint"):
    print("going on from", open(model + "checkpoint").read())
else:
    with open(model + "checkpoint", "w") as file:
        file.write("epoch 3")
    print("first", os.getpid(), "part", flush=True)
    time.sleep(600)
`;
    const container = await makeContainer(script(source));
    const { process: first, ended, printed } = container.start();
    await printed(" part\n");
    while (!(await container.log().catch(() => "")).includes(" part\n")) await pause(50);
    const kept = await container.log();
    first.kill("SIGKILL");
    await ended;
    expect(await container.left()).not.toContain("rc");

    const { exitCode } = await container.run();
    expect(exitCode).toBe(0);
    const log = await container.log();
    expect(log.startsWith(kept)).toBe(true);
    expect(log.slice(kept.length)).toMatch(/going on from epoch 3\n$/);
    expect(await facts(container)).toMatchObject({ attempt: 1, end: null });
    expect(await facts(container, "02")).toMatchObject({ attempt: 2, exit_code: 0 });
    const pid = Number(/first (\d+) part/.exec(kept)![1]);
    if (process.platform === "linux") expect(identifyProcess(pid)).toBeUndefined();
  });

  test("after a failure the old exit code is gone before anything starts", async () => {
    const source = `import os; print(os.path.exists(os.environ["HOME"] + "/gcs/bucket/crossfold/tiny/runs/20261123-011530-exp001-k3f9/rc")); raise SystemExit(5)`;
    const container = await makeContainer(script(source));
    await container.run();
    expect((await container.run()).stdout).toMatch(/\nFalse\n$/);
    expect(await container.left()).toContain("attempt-02.json");
    expect(await container.read("rc")).toBe("5\n");
  });
});

const key = `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END PRIVATE KEY-----\n`;
const values: Record<string, string> = { token: "s3cret-välue", key, padded: "padded-value\n" };
const google = await startFakeGoogle({ secrets: values });
afterAll(() => google.close());

function secrets(...names: string[]): NodeJS.ProcessEnv {
  const wanted = names.map((name) => [
    name.toUpperCase(),
    `projects/${google.project}/secrets/${name}/versions/latest`,
  ]);
  return { ...google.env, CROSSFOLD_SECRETS: JSON.stringify(Object.fromEntries(wanted)) };
}

describe("secrets", () => {
  test("reach the script and are masked in all that is kept", async () => {
    const source = `
import hashlib, json, os, sys, time, traceback
token, key, padded = (os.environ[n] for n in ("TOKEN", "KEY", "PADDED"))
print(hashlib.sha256((token + key + padded).encode()).hexdigest())
print("plain", token, "twice", token + token)
print(key)
for line in key.splitlines():
    print("line:", line)
print(json.dumps({"key": key, "token": token}))
print(repr([padded]), padded, end="")
sys.stdout.flush()
for byte in f"slowly {token}.".encode():
    os.write(1, bytes([byte]))
    time.sleep(0.005)
os.write(1, b"\\nbegun: " + token.encode()[:6])
`;
    const env = secrets("token", "key", "padded");
    const container = await makeContainer(script(source), { env });
    google.fault({ on: "secrets.access", kind: "status", code: 503 });
    const { exitCode, stdout } = await container.run();
    expect(exitCode, stdout).toBe(0);
    expect(google.pendingFaults()).toEqual([]);
    const all = values.token! + values.key! + values.padded!;
    expect(stdout).toContain(createHash("sha256").update(all).digest("hex"));
    const said = stdout.slice(stdout.indexOf("plain"));
    expect(said).toBe(
      [
        "plain *** twice ******",
        "***",
        "",
        ...Array.from({ length: 4 }, () => "line: ***"),
        `{"key": "***\\n", "token": "***"}`,
        "['***\\n'] ***",
        "slowly ***.",
        "begun: s3cret",
      ].join("\n"),
    );
    expect(await container.log()).toBe(stdout);
    for (const name of (await container.left()).filter((entry) => /json|rc/.test(entry))) {
      expect(await container.read(name)).not.toMatch(/s3cret|MIIE|padded-/);
    }
  });

  test("are found however the output is cut, and nothing else is touched", async () => {
    const program = `
import itertools, json, sys
from masking import Masker
found = {}
for text in ["aba", "ababac", "xbaabax", "aaaaab", "cab", "baaxxbabxbbabaa"]:
    cuts = {}
    for sizes in itertools.product([1, 2, 3], repeat=3):
        masker = Masker(["aba", "bac", "aa", "bbb"])
        shown, rest, turn = b"", text.encode(), itertools.cycle(sizes)
        while rest:
            size = next(turn)
            shown, rest = shown + masker.feed(rest[:size]), rest[size:]
        cuts[(shown + masker.flush()).decode()] = True
    found[text] = list(cuts)
print(json.dumps(found))
`;
    const folder = path.join(repository, "templates/workspace/docker");
    const env = toolEnv({ PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" });
    const python = (await findPython(env))!.file;
    const { stdout } = await x(python, ["-c", program], { nodeOptions: { env } });
    expect(JSON.parse(stdout)).toEqual({
      aba: ["***"],
      ababac: ["***"],
      xbaabax: ["xb***x"],
      aaaaab: ["***b"],
      cab: ["cab"],
      baaxxbabxbbabaa: ["b***xxbabxbb***"],
    });
  });

  test("a refused one is named, and the script never starts", async () => {
    const container = await makeContainer(script("print('started')"), { env: secrets("other") });
    const { exitCode, stdout } = await container.run();
    expect(exitCode).toBe(75);
    expect(stdout).toMatch(
      /^crossfold: projects\/demo-project\/secrets\/other\/versions\/latest: HTTP 404 NOT_FOUND: .*\n$/,
    );
    expect(await container.log()).toBe(stdout);
    expect(await container.read("rc")).toBe("75\n");
  });
});

const iniconfig = `iniconfig==2.0.0 \\
    --hash=sha256:2d91e135bf72d31a410b17c16da610a82cb55f6b0477d1a902134b24a455b8b3 \\
    --hash=sha256:b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374
`;

describe.concurrent("packages", () => {
  test("are exactly those of requirements.txt; again there is nothing to do", async () => {
    const source = `
import importlib.metadata as m
print(sorted((d.name, d.version) for d in m.distributions()))
raise SystemExit(1)
`;
    const container = await makeContainer(script(source), { requirements: iniconfig });
    expect((await container.run()).stdout).toContain("[('iniconfig', '2.0.0')]");
    const { UV_FIND_LINKS: _, ...env } = container.env;
    Object.assign(container.env, { ...env, UV_OFFLINE: "1", UV_NO_CACHE: "1" });
    expect((await container.run()).stdout).toContain("[('iniconfig', '2.0.0')]");
    await writeFile(path.join(container.folder, "requirements.txt"), "");
    expect((await container.run()).stdout).toContain("\n[]\n");
  });

  test("with another hash are refused in uv's words", async () => {
    const requirements = iniconfig.replaceAll(/sha256:..../g, "sha256:0000");
    const container = await makeContainer(script("print('started')"), { requirements });
    const { exitCode, stdout } = await container.run();
    expect(exitCode).toBe(74);
    expect(stdout).toMatch(/hash(.|\n)*\ncrossfold: uv pip sync ended with exit code \d+\n$/i);
    expect(stdout).not.toContain("started");
  });
});

describe.concurrent("what cannot run says why in one line, with a code of its own", () => {
  const plain = script("print('started')");
  const failures: [string, (container: Container) => Promise<void>, number, RegExp][] = [
    [
      "a broken archive",
      (c) => writeFile(path.join(c.folder, "source.tar.gz"), "no archive"),
      73,
      /^crossfold: .*source\.tar\.gz: .*\n$/,
    ],
    ["an archive with a link", (c) => hostile(c, "link"), 73, /neither a file nor a folder\n$/],
    ["an archive that climbs", (c) => hostile(c, "climb"), 73, /outside the work folder\n$/],
    ["no script", (c) => hostile(c, "empty"), 76, /holds no models\/exp001\/train\.py\n$/],
    [
      "no requirements",
      (c) => rm(path.join(c.folder, "requirements.txt")),
      74,
      /requirements\.txt is not there\n$/,
    ],
    [
      "no archive",
      (c) => rm(path.join(c.folder, "source.tar.gz")),
      72,
      /is the bucket mounted\?\n$/,
    ],
  ];
  test.for(failures)("%s", async ([, breakIt, code, summary]) => {
    const container = await makeContainer(plain);
    await breakIt(container);
    const { exitCode, stdout } = await container.run();
    expect([exitCode, stdout.split("\n").length], stdout).toEqual([code, 2]);
    expect(stdout).toMatch(summary);
    if (code === 72) return;
    expect(await container.log()).toBe(stdout);
    expect(await container.read("rc")).toBe(`${code}\n`);
    expect(await facts(container)).toMatchObject({ exit_code: code, failure: expect.any(String) });
  });
});

async function hostile({ folder, env }: Container, kind: "link" | "climb" | "empty") {
  const below = path.join(env.HOME!, "made/below");
  await mkdir(below, { recursive: true });
  if (kind === "link") await symlink("/etc/passwd", path.join(below, "link"));
  if (kind === "climb") await writeFile(path.join(below, "../climbed.py"), "");
  const file = path.join(folder, "source.tar.gz");
  const entries = kind === "climb" ? ["../climbed.py"] : ["."];
  await create({ cwd: below, file, gzip: true, preservePaths: true }, entries);
}

describe.concurrent("MLflow's store", () => {
  const source = `
import os, sqlite3, sys
db = sqlite3.connect(os.environ["MLFLOW_TRACKING_URI"].removeprefix("sqlite:///"))
db.execute("create table if not exists runs (name)")
db.execute("insert into runs values ('run')")
db.commit()
print(db.execute("select count(*) from runs").fetchone()[0], "runs")
raise SystemExit(4)
`;

  test("is kept, also of a failed run, and goes on in the next attempt", async () => {
    const container = await makeContainer(script(source));
    expect((await container.run()).exitCode).toBe(4);
    const head = await readFile(path.join(container.folder, "mlflow.db"));
    expect(head.subarray(0, 15).toString()).toBe("SQLite format 3");
    expect((await container.run()).stdout).toMatch(/\n2 runs\n$/);
  });

  test("is left alone where a server is named", async () => {
    const uri = "http://mlflow.example";
    const env = { MLFLOW_TRACKING_URI: uri };
    const print = script(`import os; print(os.environ["MLFLOW_TRACKING_URI"])`);
    const container = await makeContainer(print, { env });
    expect((await container.run()).stdout).toContain(`\n${uri}\n`);
    expect(await container.left()).not.toContain("mlflow.db");
  });
});
