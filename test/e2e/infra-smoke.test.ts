import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { afterEach, describe, expect, it } from "vitest";
import { findPython } from "../../src/python/uv.ts";
import { type FakeGoogle, type FakeGoogleOptions, startFakeGoogle } from "../google/fake-google.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { repository, toolEnv } from "../support/tools.ts";

const image = "us-central1-docker.pkg.dev/demo-project/crossfold/training:latest";

const settings = `competition_name: toy
competition_platform: local
data: { train: train.csv }
metric: { name: accuracy, direction: maximize }
vertex: { project: demo-project, bucket: demo-bucket, image: "${image}", secrets: { WANDB_API_KEY: wandb-key } }
`;

const value = "hush-hush-0123456789";
let google: FakeGoogle | undefined;

afterEach(() => google?.close());

/** A project whose training image is the template's entrypoint, on a machine with so many GPUs. */
async function makeMachine(gpus: number, options: FakeGoogleOptions = {}) {
  const work = await makeTempFolder();
  const bin = path.join(work, "bin");
  await mkdir(bin);
  const driver = Array.from({ length: gpus }, () => "echo 'NVIDIA L4, 23034 MiB'").join("\n");
  await writeFile(path.join(bin, "nvidia-smi"), `#!/bin/sh\n${driver}\n`, { mode: 0o755 });
  const tools = toolEnv();
  const cached = await x("uv", ["cache", "dir"], { nodeOptions: { env: tools } });
  const env = {
    PATH: `${bin}:${tools.PATH!}`,
    HOME: work,
    CROSSFOLD_WORK_DIR: path.join(work, "there"),
    UV_CACHE_DIR: cached.stdout.trim(),
  };
  const entrypoint = path.join(repository, "templates/workspace/docker/entrypoint.py");
  const python = (await findPython(tools))!.file;
  const images = { [image]: { entrypoint: [python, entrypoint], env } };
  google = await startFakeGoogle({ images, secrets: { "wandb-key": value }, ...options });
  return google;
}

async function smoke(fake: FakeGoogle, ...args: string[]) {
  const root = await makeTempFolder();
  await writeFile(path.join(root, "project.yml"), settings);
  const project = `[project]\nname = "toy"\nversion = "0"\nrequires-python = ">=3.11"\n`;
  await writeFile(path.join(root, "pyproject.toml"), project);
  const nodeOptions = { cwd: root, env: toolEnv() };
  expect(await x("uv", ["lock", "--quiet"], { nodeOptions })).toMatchObject({ exitCode: 0 });
  const env = { ...fake.env, CROSSFOLD_POLL_SECONDS: "0.2" };
  const result = await crossfold(["infra", "smoke", ...args], { cwd: root, env });
  return { ...result, root };
}

describe("crossfold infra smoke", { timeout: 120_000 }, () => {
  it("proves GPU, bucket and secrets with one job, and says what it took", async () => {
    const fake = await makeMachine(1);
    const { stdout, stderr, exitCode, root } = await smoke(fake, "--max-cost", "1");
    expect(stderr).toMatch(/g2-standard-8 with 1 NVIDIA_L4, on-demand, 30 min at most/);
    expect(stdout).toMatch(/ok +GPU +NVIDIA L4, 23034 MiB \(g2-standard-8: \d+ CPUs\)/);
    expect(stdout).toMatch(/ok +bucket +a file was written, read back and removed/);
    expect(stdout).toMatch(/ok +secret WANDB_API_KEY +has a value in the container/);
    expect(stdout).toMatch(/ok +waited +\d+ s for a machine/);
    expect(stdout).toMatch(/ok +price +about \$\d+\.\d\d for \d+ s at \$0\.85 an hour/);
    expect(stdout).toMatch(/training on Vertex AI works$/m);
    expect(exitCode).toBe(0);
    expect(fake.jobs()).toHaveLength(1);
    const [run] = await readdir(path.join(root, ".crossfold/runs"));
    const log = await readFile(path.join(root, ".crossfold/runs", run!, "output.log"), "utf8");
    expect(log + stdout + stderr).not.toContain(value);
  });

  it("says so where the machine has fewer GPUs than it should", async () => {
    const { stdout, exitCode } = await smoke(await makeMachine(0));
    expect(stdout).toMatch(/problem +GPU +1 NVIDIA_L4 asked for, 0 seen on g2-standard-8/);
    expect(stdout).toMatch(/ok +bucket/);
    expect(exitCode).toBe(1);
  });

  it("says why where the container could not begin", async () => {
    const fake = await makeMachine(1, { secrets: {} });
    const { stdout, exitCode } = await smoke(fake, "--gpu", "none");
    expect(stdout).toMatch(/problem +job +failed: a secret could not be read/);
    expect(stdout).toMatch(/crossfold logs \S+crossfold_smoke-\w+/);
    expect(exitCode).toBe(1);
  });

  it("sends nothing that may cost more than allowed", async () => {
    const fake = await makeMachine(1);
    const { stderr, exitCode } = await smoke(fake, "--gpu", "A100", "--max-cost", "1");
    expect(stderr).toContain("the job may cost $1.84, more than the $1.00 allowed");
    expect(exitCode).toBe(1);
    expect(fake.jobs()).toEqual([]);
  });
});
