import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { describe, expect, it } from "vitest";
import { identifyProcess } from "../../src/storage/run/process-identity.ts";
import {
  holdOn,
  makeRunWorkspace,
  type RunWorkspace,
  until,
  untilPrinted,
  writeMetrics,
} from "../support/run-workspace.ts";

const train = ["train", "exp001", "--on", "local"];
const ofEnv = "k3yOfTheEnvFile99";
const ofArgs = "k3yOfTheArguments77";

const script = `
import hashlib, os, sys, time
key = os.environ["WANDB_API_KEY"]
given = sys.argv[sys.argv.index("--api-key") + 1]
print("hash", hashlib.sha256((key + given).encode()).hexdigest())
sys.stdout.write("begin " + key[:7]); sys.stdout.flush()
time.sleep(0.2)
print(key[7:] + " DEBUG=" + os.environ["DEBUG"] + " lr=1 /data", flush=True)
print("in an error:", given, file=sys.stderr, flush=True)
print("left", [name for name in os.environ if "MASK" in name or "FILTER" in name or "RUN_COMMAND" in name])
${writeMetrics}
scores["config"] = {"lr": 1, "api_key": given, "note": "with " + key}
(artifacts / "metrics.json").write_text(json.dumps(scores))
`;

async function withEnvFile(source: string): Promise<RunWorkspace> {
  const ws = await makeRunWorkspace({ exp001: source });
  await writeFile(ws.file(".env"), `WANDB_API_KEY=${ofEnv}\nDEBUG=1\nDATA_DIR=/data\n`);
  return ws;
}

/** Every file of the workspace but `.env`, metrics.json of the script's own, and what it was given to. */
async function filesWith(ws: RunWorkspace, text: string): Promise<string[]> {
  const entries = await readdir(ws.root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const found = [];
  for (const file of files)
    if ((await readFile(file)).includes(text)) found.push(path.relative(ws.root, file));
  return found.filter((name) => name !== ".env" && !name.endsWith("metrics.json"));
}

describe("secrets of .env and of arguments", () => {
  it("reach the script, and no log, record, ledger, output or error", async () => {
    const ws = await withEnvFile(script);
    const { stdout, stderr, exitCode } = await ws.cli(
      ...train,
      "--json",
      "--",
      "--api-key",
      ofArgs,
    );
    expect(exitCode).toBe(0);
    const log = await ws.record("output.log");
    expect(log).toContain("begin *** DEBUG=1 lr=1 /data\nin an error: ***\n");
    expect(log).toContain("left []");
    expect(log).toContain(
      createHash("sha256")
        .update(ofEnv + ofArgs)
        .digest("hex"),
    );
    for (const text of [stdout, stderr]) {
      expect(text).not.toContain(ofEnv);
      expect(text).not.toContain(ofArgs);
    }
    expect(JSON.parse(await ws.record("spec.json"))).toMatchObject({
      args: ["--api-key", "***"],
      command: expect.arrayContaining(["--api-key", "***"]),
    });
    expect(await filesWith(ws, ofEnv)).toEqual([]);
    expect(await filesWith(ws, ofArgs)).toEqual([]);
    expect(await ws.scores("exp001")).toBe(1);
    const ledger = JSON.parse(await readFile(ws.file("models/exp001/scores.jsonl"), "utf8"));
    expect(ledger.config).toEqual({ lr: 1, api_key: "***", note: "with ***" });
    const shown = await ws.cli("verify", "exp001", "--json");
    expect(shown.stdout).not.toContain("config is not that");

    const again = await ws.cli(...train, "--", "--api-key", "***");
    expect([again.exitCode, again.stderr]).toEqual([
      2,
      expect.stringContaining("is a secret that was masked in a run's record"),
    ]);
  });

  it("stay masked, and no output is lost, when the supervisor is killed and the run is stopped", async () => {
    const ws = await withEnvFile(
      `import os\nprint(os.environ["WANDB_API_KEY"], flush=True)\ntry:\n  ${holdOn.trim().replaceAll("\n", "\n  ")}\nexcept KeyboardInterrupt:\n  print("last words", os.environ["WANDB_API_KEY"])\n  raise SystemExit(3)`,
    );
    await ws.cli(...train, "--detach");
    await untilPrinted(ws, "ready");
    const { supervisor } = JSON.parse(await ws.record("state.json"));
    process.kill(supervisor.pid, "SIGKILL");
    await until(async () => identifyProcess(supervisor.pid) === undefined);
    expect((await ws.newest()).state).toBe("running");
    await ws.cli("stop", "exp001");
    expect(await ws.record("output.log")).toBe("***\nready\nlast words ***\n");
    expect((await ws.newest()).state).toBe("cancelled");
  });

  it("of a script that leaves something in the background ends all the same", async () => {
    const ws = await withEnvFile(
      `import subprocess\nsubprocess.Popen(["sleep", "20"])\n${writeMetrics}`,
    );
    const started = performance.now();
    expect((await ws.cli(...train)).exitCode).toBe(0);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

it("in files beside the code are read by the script, and are in no record", async () => {
  const ws = await makeRunWorkspace({
    exp001: `import pathlib\nhere = pathlib.Path(__file__).parent\nprint([len((here / name).read_text()) for name in ("kaggle.json", "keys/me.pem", "sa.json", ".env.local")])\n${writeMetrics}`,
  });
  const key = "-----BEGIN PRIVATE KEY-----\nMIIsecretsecret\n";
  const files = {
    "kaggle.json": '{"username": "me", "key": "secretsecret"}',
    "keys/me.pem": key,
    "sa.json": JSON.stringify({ private_key: "secretsecret" }),
    ".env.local": "A=secretsecret",
    id_rsa: "secretsecret",
    ".netrc": "secretsecret",
  };
  await mkdir(ws.file("models/exp001/keys"));
  for (const [name, text] of Object.entries({ ...files, "settings.json": '{"lr": 1}' }))
    await writeFile(ws.file(`models/exp001/${name}`), text);
  const given = { cwd: ws.root };
  for (const args of [
    ["init", "-q"],
    ["add", "-f", "models/exp001/sa.json"],
  ])
    await x("git", args, { nodeOptions: given, throwOnError: true });
  const who = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
  await x("git", [...who, "commit", "-qm", "a"], { nodeOptions: given, throwOnError: true });
  await writeFile(ws.file("models/exp001/sa.json"), `${files["sa.json"]} `);
  expect((await ws.cli(...train)).exitCode).toBe(0);
  expect(await ws.record("output.log")).toBe("[41, 44, 31, 14]\n");
  const code = path.join(ws.root, (await ws.newest()).folder, "code");
  expect((await readdir(code)).toSorted()).toEqual(["keys", "settings.json", "train.py"]);
  expect(await ws.record("dirty.patch")).not.toContain("secretsecret");
  const record = path.join(ws.root, ".crossfold");
  const found = await filesWith(ws, "secretsecret");
  expect(found.filter((name) => name.startsWith(path.relative(ws.root, record)))).toEqual([]);
});
