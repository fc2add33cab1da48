import path from "node:path";
import { parseEnv } from "node:util";
import { readRunSecrets } from "../../core/secrets/run-secrets.ts";
import { readTextIfAny } from "../files/read-text.ts";
import { longestFirst } from "../../core/secrets/spellings.ts";
import { secretVariables } from "../../core/secrets/secret-variables.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Values that are never to be seen, the longest first: of the workspace's `.env`, of the environment and, in a run's
 * supervisor, of the run's arguments. `root` is undefined outside a workspace.
 */
export async function workspaceSecrets(root: string | undefined, env: Env): Promise<string[]> {
  const file = root === undefined ? undefined : path.join(root, ".env");
  const text = file === undefined ? "" : ((await readTextIfAny(file)) ?? "");
  return longestFirst([
    ...secretVariables(parseEnv(text), env),
    ...secretVariables(writtenValues(text), {}),
    ...readRunSecrets(env).values,
  ]);
}

/** Values as they stand in the lines: other readers of `.env` end none at `#`, and whoever prints the file quotes nothing. */
function writtenValues(text: string): Record<string, string> {
  const lines = text.matchAll(/^\s*(?:export\s+)?([\w.-]+)\s*[=:][^\S\n]*(.*)$/gm);
  return Object.fromEntries(
    [...lines].map(([, name = "", value = ""]) => [name, withoutQuotes(value.trim())]),
  );
}

function withoutQuotes(value: string): string {
  const [, , within] = /^(["'`])(.*)\1$/.exec(value) ?? [];
  return within ?? value;
}
