import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "tsdown";
import { expect, it } from "vitest";
import { afterFile } from "../../../test/support/after-file.ts";
import { trueState } from "../../core/run/run-state.ts";
import { readEvidence } from "../../storage/run/run-record.ts";

const id = "20261123-011530-exp001-k3f9";
const canMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
    .status === 0;

/** A run on a file system of 1 MiB that its script fills to the brim. What is left of its record is copied here. */
async function runOnFullDisk(lastWords: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossfold-full-"));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  const disk = path.join(folder, "disk");
  await mkdir(disk);
  const spec = {
    schema: 1,
    id,
    kind: "train",
    experiment: "exp001",
    script: "models/exp001/train.py",
    args: [],
    debug: false,
    backend: "local",
    command: ["sh", "-c", `dd if=/dev/zero of=${disk}/filler bs=1k 2>/dev/null; ${lastWords}`],
    created: "2026-11-23T01:15:30Z",
    git: null,
    hashes: { code: "c0de", lock: null, data: {} },
    python: "3.12.1",
    host: { name: "here", platform: "linux", cpus: 2 },
  };
  await writeFile(path.join(folder, "spec.json"), JSON.stringify(spec));
  await build({
    entry: ["src/compute/local/supervisor.ts"],
    config: false,
    outDir: path.join(folder, "built"),
    format: "esm",
    dts: false,
    logLevel: "silent",
  });
  const supervise = `import("${folder}/built/supervisor.mjs").then((m) => m.superviseScript("${disk}/${id}", { cwd: "${disk}", env: process.env }))`;
  const script = [
    `mount -t tmpfs -o size=1m tmpfs ${disk}`,
    `mkdir ${disk}/${id}`,
    `cp ${folder}/spec.json ${disk}/${id}/`,
    `node -e '${supervise}'`,
    `cp -a ${disk}/${id} ${folder}/kept`,
  ].join(" && ");
  execFileSync("unshare", ["--map-root-user", "--mount", "sh", "-c", script]);
  return path.join(folder, "kept");
}

it.runIf(canMount).each([
  ["exit 0", "succeeded", 0],
  ["exit 3", "failed", 3],
  ["kill -9 $PPID", "failed", 137],
])("a run whose script fills the disk and does %s has %s", async (lastWords, state, exitCode) => {
  const record = await runOnFullDisk(lastWords);
  expect(await readlink(path.join(record, "rc"))).toBe(`${exitCode}`);
  expect(trueState((await readEvidence(record)).evidence)).toMatchObject({ state, exitCode });
});
