import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { exportRequirements } from "../../src/python/export-requirements.ts";
import { findPython } from "../../src/python/uv.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { makeContainer } from "../support/container.ts";
import { repository, sharedPython, toolEnv } from "../support/tools.ts";

const template = path.join(repository, "templates", "workspace");
const read = (name: string) => readFile(path.join(template, name), "utf8");

/** Instructions of a Dockerfile, continued lines joined. */
async function readDockerfile(): Promise<{ name: string; rest: string }[]> {
  const lines = (await read("docker/Dockerfile")).replaceAll(/^#.*\n/gm, "");
  return lines
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => ({ name: line.split(" ")[0]!, rest: line.slice(line.indexOf(" ")).trim() }));
}

test("init copies it into a workspace and keeps what the user changed there", async () => {
  const folder = await makeTempFolder();
  const init = ["init", "--metric", "accuracy", "--competition", "tiny", "--no-sync", "--json"];
  expect((await crossfold(init, { cwd: folder })).exitCode).toBe(0);
  const files = await readdir(path.join(folder, "docker"));
  expect(files.toSorted()).toEqual(
    (await readdir(path.join(template, "docker")))
      .filter((name) => name !== "__pycache__")
      .toSorted(),
  );
  await writeFile(path.join(folder, "docker/Dockerfile"), "FROM mine\n");
  const { stdout } = await crossfold(init, { cwd: folder });
  expect(JSON.parse(stdout).files).toContainEqual({
    path: "docker/Dockerfile",
    action: "kept",
    note: null,
  });
  expect(await readFile(path.join(folder, "docker/Dockerfile"), "utf8")).toBe("FROM mine\n");
});

test("is built from files that .dockerignore and .gcloudignore let in, and from no others", async () => {
  const folder = await makeTempFolder();
  const inside = ["docker/Dockerfile", "docker/entrypoint.py", "pyproject.toml", "uv.lock"];
  const outside = [
    ".env",
    "data/input/tiny/train.csv",
    "docker/__pycache__/a.pyc",
    "models/exp001/train.py",
    "project.yml",
  ];
  for (const name of [...inside, ...outside, ".dockerignore"]) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), "");
  }
  // .gcloudignore has the syntax of git; the lines of .dockerignore mean the same to both.
  const letIn = async (ignoreFile: string) => {
    await cp(path.join(template, ignoreFile), path.join(folder, "rules"));
    const nodeOptions = { cwd: folder, env: toolEnv() };
    await x("git", ["init", "--quiet"], { nodeOptions });
    const args = ["ls-files", "--others", "--exclude-from=rules"];
    return (await x("git", args, { nodeOptions })).stdout.trim().split("\n").toSorted();
  };
  expect(await letIn(".dockerignore")).toEqual(inside);
  expect(await letIn(".gcloudignore")).toEqual([".dockerignore", ...inside]);
  const copied = (await readDockerfile())
    .filter(({ name, rest }) => name === "COPY" && !rest.startsWith("--from"))
    .flatMap(({ rest }) => rest.split(" ").slice(0, -1));
  expect(copied.toSorted()).toEqual(["docker/*.py", "pyproject.toml", "uv.lock"]);
});

// https://cloud.google.com/build/docs/build-config-file-schema
const cloudBuild = z.strictObject({
  steps: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      env: z.array(z.string()),
      args: z.array(z.string()),
    }),
  ),
  images: z.array(z.string()),
  substitutions: z.record(z.string().regex(/^_[A-Z0-9_]+$/), z.string()),
  options: z.strictObject({
    dynamicSubstitutions: z.boolean(),
    machineType: z.enum(["UNSPECIFIED", "E2_MEDIUM", "E2_HIGHCPU_8", "E2_HIGHCPU_32"]),
    diskSizeGb: z.string().regex(/^\d+$/),
  }),
  timeout: z.string().regex(/^\d+s$/),
});

test("cloudbuild.yaml has the documented fields, and its arguments are the Dockerfile's", async () => {
  const text = (await read("docker/cloudbuild.yaml")).replaceAll(/^\s*#.*$/gm, "");
  const build = cloudBuild.parse(parse(text));
  const used = [...text.matchAll(/\$\{(_\w+)\}/g)].map((match) => match[1]);
  expect([...new Set(used)].toSorted()).toEqual(Object.keys(build.substitutions).toSorted());
  const defaults = (await readDockerfile())
    .filter(({ name }) => name === "ARG")
    .map(({ rest }) => rest.split("=") as [string, string]);
  const passed = build.steps[0]!.args.filter((arg) => arg.startsWith("--build-arg="));
  expect(passed).toEqual(defaults.map(([name]) => `--build-arg=${name}=\${_${name}}`));
  for (const [name, value] of defaults) expect(build.substitutions[`_${name}`]).toBe(value);
});

const project = `[project]
name = "small"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["iniconfig<2.1"]

[tool.uv]
package = false
`;

test("its steps, carried out here, make an environment with which a run has nothing to install", async () => {
  const root = await makeTempFolder();
  await writeFile(path.join(root, "pyproject.toml"), project);
  const python = (await findPython(toolEnv()))!.file;
  const env = toolEnv({
    HOME: root,
    UV_PYTHON: python,
    UV_NO_CACHE: "1",
    CROSSFOLD_VENV: path.join(root, "venv"),
  });
  const must = async (file: string, args: string[]) => {
    const result = await x(file, args, { nodeOptions: { cwd: root, env } });
    expect(result.exitCode, result.stderr).toBe(0);
  };
  await must("uv", ["lock"]);
  const steps = (await readDockerfile()).filter(
    ({ name, rest }) => name === "RUN" && rest.startsWith("uv "),
  );
  expect(steps).toHaveLength(2);
  for (const { rest } of steps) await must("sh", ["-c", rest]);

  const source = `import iniconfig, sys; print(iniconfig.__file__.startswith(sys.prefix))`;
  const container = await makeContainer(
    { "models/exp001/train.py": source },
    {
      requirements: await exportRequirements(root, env),
      env: { UV_OFFLINE: "1", UV_NO_CACHE: "1", CROSSFOLD_VENV: env.CROSSFOLD_VENV },
    },
  );
  const { exitCode, stdout } = await container.run();
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toMatch(/\nTrue\n$/);
});

test("its ENTRYPOINT names files that the image has", async () => {
  const instructions = await readDockerfile();
  const command: string[] = JSON.parse(
    instructions.find(({ name }) => name === "ENTRYPOINT")!.rest,
  );
  expect(command[0]).toMatch(/^\/opt\/venv\//);
  const [, from, to] = /COPY (docker\/\S+) (\S+)/.exec(await read("docker/Dockerfile"))!;
  expect([from, to]).toEqual(["docker/*.py", "/opt/crossfold/"]);
  expect(command.at(-1)).toBe("/opt/crossfold/entrypoint.py");
});

test("ruff and ty have nothing to say of its Python, which is Python 3.11's", async () => {
  const python = await sharedPython();
  const folder = await makeTempFolder();
  await cp(path.join(template, "docker"), folder, { recursive: true });
  const config = path.join(template, "pyproject.toml");
  const uses = [
    ["ruff", "check", "--no-cache", "--config", config, "."],
    ["ruff", "format", "--check", "--no-cache", "--config", config, "."],
    ["ty", "check", "--python-version", "3.11", "--error-on-warning", "."],
  ];
  for (const args of uses) {
    const nodeOptions = { cwd: folder, env: toolEnv() };
    const { exitCode, stdout, stderr } = await x(python, ["-m", ...args], { nodeOptions });
    expect(exitCode, `${args.join(" ")}:\n${stdout}${stderr}`).toBe(0);
  }
});
