import { cp, mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, it } from "vitest";
import { makeTempFolder } from "../support/cli.ts";
import { holdOn, makeRunWorkspace, untilPrinted, writeMetrics } from "../support/run-workspace.ts";
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
