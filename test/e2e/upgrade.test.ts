import { cp, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, it } from "vitest";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { copyOldWorkspace } from "../support/old-workspace.ts";
import {
  holdOn,
  makeRunWorkspace,
  plainPython,
  untilPrinted,
  writeMetrics,
} from "../support/run-workspace.ts";
import { repository, toolEnv } from "../support/tools.ts";

/** A copy of the installed package that can be taken away. */
async function installCopy(only?: string): Promise<string> {
  const folder = await makeTempFolder();
  const dist = path.join("dist", only ?? "");
  await mkdir(path.join(folder, "dist"));
  await cp(path.join(repository, dist), path.join(folder, dist), { recursive: true });
  await cp(path.join(repository, "package.json"), path.join(folder, "package.json"));
  return folder;
}

it("a training goes on and is recorded when the package is replaced under it", async () => {
  const ws = await makeRunWorkspace({ exp001: `${holdOn}\n${writeMetrics}` });
  const copy = await installCopy();
  const args = [
    path.join(copy, "dist", "main.js"),
    "train",
    "exp001",
    "--on",
    "local",
    "--no-check",
  ];
  const training = x(process.execPath, args, { nodeOptions: { cwd: ws.root, env: ws.env } });
  await untilPrinted(ws, "ready");
  await rename(path.join(copy, "dist"), path.join(copy, "replaced"));
  await ws.goOn();
  const { stdout, exitCode } = await training;
  expect(exitCode).toBe(0);
  expect(stdout).toContain("CV 0.7500 accuracy recorded");
  expect(await ws.scores("exp001")).toBe(1);
});

it("a program whose files are gone says so once and ends", async () => {
  const copy = await installCopy("main.js");
  const options = { nodeOptions: { env: toolEnv() } };
  const result = await x(process.execPath, [path.join(copy, "dist", "main.js"), "runs"], options);
  expect(result.exitCode).toBe(70);
  expect(result.stderr.match(/run the same command again/g)).toHaveLength(1);
});

it("a workspace that version 0.1.0 made is trained, submitted and gone on with", async () => {
  const root = await copyOldWorkspace();
  const env = { CROSSFOLD_PYTHON: await plainPython() };
  const ours = async (...args: string[]) => {
    const { stdout, stderr, exitCode } = await crossfold([...args, "--json"], { cwd: root, env });
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  await ours("new", "exp006", "--from", "exp002");
  const settings = path.join(root, "models/exp006/settings.py");
  await writeFile(settings, (await readFile(settings, "utf8")).replace("0.55", "0.5"));
  expect(await ours("train", "exp006", "--on", "local", "--no-check")).toMatchObject({
    run: { state: "succeeded" },
    recorded: true,
    score: 1,
  });
  expect(await ours("submit", "exp006")).toMatchObject({ status: "graded", public: 1 });
  expect(await ours("compare", "exp002", "exp006")).toMatchObject({ improved: true });
  const again = await ours("train", "exp001", "--on", "local", "--no-check");
  expect(again).toMatchObject({ recorded: true, score: 0.6 });
  const { runs, problems } = await ours("runs");
  expect({ count: runs.length, problems }).toEqual({ count: 8, problems: [] });
});
