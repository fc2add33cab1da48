import { appendFile, chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { describe, expect, it } from "vitest";
import { findOnPath, findPython } from "../../src/python/uv.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";

interface Found {
  name: string;
  found: boolean;
  version: string | null;
  detail: string | null;
  how: unknown;
}

/** A machine with nothing but git, Node and Python. */
async function bareMachine() {
  const root = await makeTempFolder();
  const bin = path.join(root, "bin");
  await mkdir(bin);
  await symlink((await findOnPath("git", process.env))!, path.join(bin, "git"));
  await symlink(process.execPath, path.join(bin, "node"));
  // A wrapper, since a link would make Python look for its library in the wrong place.
  const python = (await findPython(process.env))!.file;
  await writeFile(path.join(bin, "python3"), `#!/bin/sh\nexec '${python}' "$@"\n`);
  await chmod(path.join(bin, "python3"), 0o755);
  const env = { PATH: `${bin}:/usr/bin:/bin`, XDG_DATA_HOME: path.join(root, "share"), HOME: root };
  const doctor = async (...more: string[]) => {
    const { stdout, exitCode } = await crossfold(["doctor", "--json", ...more], { cwd: root, env });
    const output = JSON.parse(stdout) as { ok: boolean; fixed: string[]; machine: Found[] };
    const of = (name: string) => output.machine.find((one) => one.name === name)!;
    return { ...output, exitCode, of };
  };
  return { root, env, doctor };
}

describe("doctor", () => {
  it("says what is missing and how to get it, and --fix gets uv without touching the machine", async () => {
    const { root, doctor } = await bareMachine();
    const before = await doctor();
    expect(before).toMatchObject({ ok: false, exitCode: 1, fixed: [] });
    expect(before.of("git")).toMatchObject({
      found: true,
      version: expect.stringMatching(/^\d+\.\d+/),
    });
    expect(before.of("uv")).toMatchObject({
      found: false,
      how: { operation: "doctor", input: { fix: true } },
    });
    expect(before.of("task").how).toContain("go-task-bin");

    const fixed = await doctor("--fix");
    expect(fixed).toMatchObject({ ok: true, exitCode: 0 });
    const uv = fixed.of("uv");
    expect(uv.detail).toContain(path.join(root, "share", "crossfold"));
    expect((await x(uv.detail!, ["--version"])).stdout).toContain(`uv ${uv.version}`);
    expect((await doctor("--fix")).fixed).toEqual([]);
  });

  it("looks at the workspace too: a setting that cannot be read, a secret git would commit", async () => {
    const { root, env } = await bareMachine();
    const folder = path.join(root, "work");
    await crossfold(["init", folder, "--metric", "rmse", "--no-sync"], { cwd: root, env });
    const look = async () => {
      const { stdout } = await crossfold(["doctor", "--json"], { cwd: folder, env });
      const { workspace } = JSON.parse(stdout) as { workspace: Found[] };
      return workspace.filter((one) => !one.found).map((one) => `${one.name}: ${one.detail}`);
    };
    expect(await look()).toEqual([
      "data: not in data/input/work: train.csv, test.csv, sample_submission.csv",
      expect.stringContaining("environment: no "),
    ]);
    await writeFile(path.join(folder, ".gitignore"), "");
    expect(await look()).toContain(
      ".env ignored: git would commit .env, .env.local, .env.production",
    );
    const project = path.join(folder, "project.yml");
    await appendFile(project, "vertex: { bucket: work-training }\n");
    const { stdout } = await crossfold(["doctor"], { cwd: folder, env });
    expect(stdout).toContain("gs://work-training; crossfold infra check looks at Google Cloud");
    await writeFile(project, (await readFile(project, "utf8")).replace("minimize", "down"));
    expect(await look()).toEqual([
      expect.stringMatching(/project\.yml:\d+:\d+: metric\.direction/),
    ]);
  });
});
