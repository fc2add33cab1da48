import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";

type Env = Readonly<Record<string, string | undefined>>;

/** The environment with what the workspace's `.env` adds to it. It is handed on, never written. */
export async function workspaceEnv(
  root: string,
  env: Env,
): Promise<Record<string, string | undefined>> {
  const text = await readFile(path.join(root, ".env"), "utf8").catch(() => "");
  return { ...parseEnv(text), ...env };
}
