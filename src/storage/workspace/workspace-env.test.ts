import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { workspaceEnv } from "./workspace-env.ts";

async function folderWith(text: string): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), "crossfold-env-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await writeFile(path.join(root, ".env"), text);
  return root;
}

test("what is set already counts, and .env adds to it", async () => {
  const root = await folderWith("A=file\nB=file\n");
  expect(await workspaceEnv({ env: { A: "set" } }, root)).toEqual({ A: "set", B: "file" });
});

test("a command reads .env once, the next one reads it anew", async () => {
  const root = await folderWith("A=before\n");
  const command = { env: {} };
  expect((await workspaceEnv(command, root)).A).toBe("before");
  await writeFile(path.join(root, ".env"), "A=after\n");
  expect((await workspaceEnv(command, root)).A).toBe("before");
  expect((await workspaceEnv({ env: {} }, root)).A).toBe("after");
});
