import path from "node:path";
import { parseEnv } from "node:util";
import type { Context } from "../../core/context.ts";
import { readText } from "../files/read-text.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What a command has read, by its context and the workspace. */
const known = new WeakMap<Pick<Context, "env">, Map<string, Promise<Env>>>();

/**
 * The environment with what the workspace's `.env` adds to it. It is passed on, never written. Read once a command: all
 * of it sees the same values, also where the file changes meanwhile.
 */
export function workspaceEnv(context: Pick<Context, "env">, root: string): Promise<Env> {
  const read = known.get(context) ?? new Map<string, Promise<Env>>();
  known.set(context, read);
  const env = read.get(root) ?? readEnv(context, root);
  read.set(root, env);
  return env;
}

async function readEnv({ env }: Pick<Context, "env">, root: string): Promise<Env> {
  const text = (await readText(path.join(root, ".env"))) ?? "";
  return { ...parseEnv(text.replace(/^\uFEFF/, "")), ...env };
}
