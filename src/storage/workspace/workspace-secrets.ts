import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";
import { secretVariables } from "../../core/secrets/secret-variables.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Values of the workspace's `.env` and of the environment that are never to be seen, the longest first. */
export async function workspaceSecrets(root: string, env: Env): Promise<string[]> {
  const text = await readFile(path.join(root, ".env"), "utf8").catch(() => "");
  return secretVariables(parseEnv(text), env);
}
