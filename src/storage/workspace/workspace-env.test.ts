import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
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

test("what is in the place of .env, or is no text, is named", async () => {
  const root = await folderWith("");
  const file = path.join(root, ".env");
  await rm(file);
  await mkdir(file);
  await expect(workspaceEnv({ env: {} }, root)).rejects.toThrow(
    `${file} cannot be read: a folder is in its place`,
  );
});

test("a byte order mark and Windows line ends are no part of a name or value", async () => {
  const root = await folderWith("\uFEFFA=1\r\nB=2\r\n");
  expect(await workspaceEnv({ env: {} }, root)).toEqual({ A: "1", B: "2" });
});
