import { writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { expect, onTestFinished, test } from "vitest";
import { exportRequirements } from "../../src/python/export-requirements.ts";
import { makeTempFolder } from "../support/cli.ts";
import { makeContainer } from "../support/container.ts";
import { startPackageIndex } from "../support/package-index.ts";
import { toolEnv } from "../support/tools.ts";

const project = (...packages: string[]) => `[project]
name = "small"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ${JSON.stringify(packages)}

[dependency-groups]
dev = ["tomli==2.2.1"]

[tool.uv]
package = false
`;

async function makeProject(...packages: string[]): Promise<string> {
  const root = await makeTempFolder();
  await writeFile(path.join(root, "pyproject.toml"), project(...packages));
  return root;
}

const lock = (cwd: string) => x("uv", ["lock"], { nodeOptions: { cwd, env: toolEnv() } });

test("the exact versions of uv.lock with their hashes, and nothing of development", async () => {
  const root = await makeProject("iniconfig<2.1");
  await lock(root);
  const text = await exportRequirements(root, toolEnv());
  expect(text).toMatch(/^iniconfig==2\.0\.0 \\\n( {4}--hash=sha256:[0-9a-f]{64}( \\)?\n)+$/);
});

test("a workspace without packages has empty requirements", async () => {
  const root = await makeProject();
  await lock(root);
  expect((await exportRequirements(root, toolEnv())).trim()).toBe("");
});

test("no uv.lock, and one that is older than pyproject.toml, say `uv lock`", async () => {
  const root = await makeProject("iniconfig<2.1");
  const exported = () => exportRequirements(root, toolEnv());
  await expect(exported()).rejects.toMatchObject({ code: "no-lock", next: "uv lock" });
  await lock(root);
  await writeFile(path.join(root, "pyproject.toml"), project("iniconfig<2.1", "tomli"));
  await expect(exported()).rejects.toMatchObject({ code: "stale-lock", next: "uv lock" });
});

test("a package of another index is found in the container, too, whatever else that index has", async () => {
  const index = await startPackageIndex({ tinypkg: "1.0+here", iniconfig: "1.9" });
  onTestFinished(() => index.close());
  const address = index.url.replace("://", "://user:hidden@");
  const root = await makeTempFolder();
  const sources = `
[[tool.uv.index]]
name = "other"
url = "${address}"
explicit = true

[tool.uv.sources]
tinypkg = { index = "other" }
`;
  const text = project("iniconfig<2.1", "tinypkg") + sources;
  await writeFile(path.join(root, "pyproject.toml"), text);
  await lock(root);
  const requirements = await exportRequirements(root, toolEnv());
  expect(requirements).toContain(`--extra-index-url ${index.url}`);
  expect(requirements).not.toContain("hidden");
  const source = `
from importlib.metadata import version
print(version("tinypkg"), version("iniconfig"))
`;
  const container = await makeContainer({ "models/exp001/train.py": source }, { requirements });
  const { stdout } = await container.run();
  expect(stdout).toMatch(/\n1\.0\+here 2\.0\.0\n$/);
});
