import { existsSync } from "node:fs";
import { access, constants, mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { x } from "tinyexec";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors/user-error.ts";

type Env = Context["env"];

/** The uv that `doctor --fix` installs; newest when this release was made. */
const pinnedUv = "0.13.9";

/** Where Crossfold keeps programs of its own: `$XDG_DATA_HOME/crossfold`, by default `~/.local/share/crossfold`. */
function privateToolsFolder(env: Env): string {
  const data = env.XDG_DATA_HOME || path.join(env.HOME || homedir(), ".local", "share");
  return path.join(data, "crossfold");
}

/** Full path of a program on PATH, or undefined. */
export async function findOnPath(program: string, env: Env): Promise<string | undefined> {
  for (const folder of (env.PATH ?? "").split(path.delimiter)) {
    if (folder === "") continue;
    const file = path.join(folder, program);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}

/** uv from PATH, else the private one; undefined where there is none. */
export async function findUv(env: Env): Promise<string | undefined> {
  const onPath = await findOnPath("uv", env);
  if (onPath !== undefined) return onPath;
  const own = privateUv(env);
  return existsSync(own) ? own : undefined;
}

function privateUv(env: Env): string {
  return path.join(privateToolsFolder(env), `uv-${pinnedUv}`, "bin", "uv");
}

export async function requireUv(env: Env): Promise<string> {
  const uv = await findUv(env);
  if (uv !== undefined) return uv;
  throw new UserError({
    code: "no-uv",
    message: "uv is not installed; it makes the Python environment of a workspace",
    next: { operation: "doctor", input: { fix: true }, why: "puts uv into a private folder" },
  });
}

/** A Python of at least 3.11 on PATH with its version, or undefined. */
export async function findPython(env: Env): Promise<{ file: string; version: string } | undefined> {
  const names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  for (const name of names) {
    const file = await findOnPath(name, env);
    if (file === undefined) continue;
    const { stdout } = await x(file, ["--version"], { nodeOptions: { env: { ...env } } });
    const version = /Python (\d+)\.(\d+)\.(\d+)/.exec(stdout);
    if (version !== null && (Number(version[1]) > 3 || Number(version[2]) >= 11)) {
      return { file, version: version[0].slice("Python ".length) };
    }
  }
  return undefined;
}

/**
 * Installs uv with the machine's Python and pip into the private folder, whole or not at all, and returns its path.
 * Throws a UserError with pip's last words where that fails.
 */
export async function installUv(env: Env): Promise<string> {
  const python = await findPython(env);
  if (python === undefined) {
    throw new UserError({
      code: "no-python",
      message: "no Python of at least 3.11 on PATH; it is needed to install uv",
      next: {
        operation: "doctor",
        input: { fix: true },
        why: "once Python 3.11 or newer is installed",
      },
    });
  }
  const target = path.dirname(path.dirname(privateUv(env)));
  const part = `${target}.part-${process.pid}`;
  await mkdir(path.dirname(target), { recursive: true });
  const pip = ["-m", "pip", "install", "--quiet", "--target", part, `uv==${pinnedUv}`];
  const result = await x(python.file, pip, { nodeOptions: { env: { ...env } } });
  if (result.exitCode !== 0) {
    await rm(part, { recursive: true, force: true });
    throw new UserError({
      code: "uv-install",
      message: `pip could not install uv: ${lastLine(result.stderr)}`,
      next: "install uv by hand: pipx install uv, or your system's package",
    });
  }
  await rm(target, { recursive: true, force: true });
  await rename(part, target);
  return privateUv(env);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
