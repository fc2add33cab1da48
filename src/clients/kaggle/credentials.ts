import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../../core/errors/user-error.ts";
import { settingsPage } from "./addresses.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** `from` says where it was found, for a message; it never holds a secret. */
export type Credentials =
  | { kind: "token"; token: string; from: string }
  | { kind: "key"; username: string; key: string; from: string }
  | { kind: "oauth"; refreshToken: string; username: string | null; from: string };

const keyFile = z.looseObject({ username: z.string().min(1), key: z.string().min(1) });
const oauthFile = z.looseObject({
  refresh_token: z.string().min(1),
  username: z.string().nullish(),
});

/**
 * The credentials in the official client's order: access token, user name with key (the environment over the file),
 * OAuth. Undefined where there are none.
 */
export async function findCredentials(env: Env): Promise<Credentials | undefined> {
  return (await findToken(env)) ?? (await findKey(env)) ?? (await findOauth(env));
}

/** The same; throws a UserError that says how to get credentials where there are none. */
export async function requireCredentials(env: Env): Promise<Credentials> {
  const found = await findCredentials(env);
  if (found !== undefined) return found;
  throw new UserError({
    code: "kaggle-login",
    message: "no Kaggle credentials were found",
    expected:
      "KAGGLE_API_TOKEN in the environment or in .env (a token, or the file it is in), or the token in ~/.kaggle/access_token; or a legacy key: ~/.kaggle/kaggle.json, or KAGGLE_USERNAME and KAGGLE_KEY",
    next: `make a token at ${settingsPage} (API), then put KAGGLE_API_TOKEN=... into .env`,
    exitCode: 2,
  });
}

async function findToken(env: Env): Promise<Credentials | undefined> {
  const given = env.KAGGLE_API_TOKEN?.trim();
  if (given) {
    const file = await firstLine(given);
    const token = file ?? given;
    if (token !== "") return { kind: "token", token, from: "KAGGLE_API_TOKEN" };
  }
  for (const name of ["access_token", "access_token.txt"]) {
    const file = path.join(home(env), ".kaggle", name);
    const token = await firstLine(file);
    if (token) return { kind: "token", token, from: file };
  }
  return undefined;
}

/** A file's whole text, trimmed; undefined where it is no file. */
async function firstLine(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}

async function findKey(env: Env): Promise<Credentials | undefined> {
  const file = path.join(configFolder(env), "kaggle.json");
  const kept = await readJson(file);
  const merged = keyFile.safeParse({
    ...(typeof kept === "object" ? kept : {}),
    ...(env.KAGGLE_USERNAME ? { username: env.KAGGLE_USERNAME } : {}),
    ...(env.KAGGLE_KEY ? { key: env.KAGGLE_KEY } : {}),
  });
  if (!merged.success) return undefined;
  const { username, key } = merged.data;
  return { kind: "key", username, key, from: env.KAGGLE_KEY ? "KAGGLE_KEY" : file };
}

async function findOauth(env: Env): Promise<Credentials | undefined> {
  const file = path.join(home(env), ".kaggle", "credentials.json");
  const kept = oauthFile.safeParse(await readJson(file));
  if (!kept.success) return undefined;
  const { refresh_token: refreshToken, username } = kept.data;
  return { kind: "oauth", refreshToken, username: username || null, from: file };
}

/** KAGGLE_CONFIG_DIR, else `~/.kaggle`, else on Linux `~/.config/kaggle`. */
function configFolder(env: Env): string {
  if (env.KAGGLE_CONFIG_DIR) return env.KAGGLE_CONFIG_DIR;
  const usual = path.join(home(env), ".kaggle");
  if (process.platform !== "linux" || existsSync(path.join(usual, "kaggle.json"))) return usual;
  return path.join(env.XDG_CONFIG_HOME || path.join(home(env), ".config"), "kaggle");
}

function home(env: Env): string {
  return env.HOME || homedir();
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}
