import path from "node:path";
import { parseEnv } from "node:util";
import { readRunSecrets } from "../../core/secrets/run-secrets.ts";
import { longestFirst } from "../../core/secrets/secret-arguments.ts";
import { readTextIfAny } from "../files/read-text.ts";
import { secretVariables } from "../../core/secrets/secret-variables.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Values that are never to be seen, the longest first: of the workspace's `.env`, of the environment and, in a run's
 * supervisor, of the run's arguments. `root` is undefined outside a workspace.
 */
export async function workspaceSecrets(root: string | undefined, env: Env): Promise<string[]> {
  const file = root === undefined ? undefined : path.join(root, ".env");
  const text = file === undefined ? "" : ((await readTextIfAny(file)) ?? "");
  return longestFirst([...secretVariables(parseEnv(text), env), ...readRunSecrets(env).values]);
}
