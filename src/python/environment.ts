import path from "node:path";
import { x } from "tinyexec";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors/user-error.ts";
import { requireUv } from "./uv.ts";

export interface Interpreter {
  file: string;
  version: string;
}

/**
 * The Python that runs a workspace's scripts: `CROSSFOLD_PYTHON` where it is set, otherwise the workspace's own
 * `.venv` after `uv sync`. Throws a UserError with uv's words when the environment cannot be made.
 */
export async function prepareInterpreter(
  context: Pick<Context, "env" | "progress">,
  root: string,
): Promise<Interpreter> {
  const given = context.env.CROSSFOLD_PYTHON;
  const file = given || (await syncEnvironment(context, root));
  const { stdout, stderr, exitCode } = await x(file, ["--version"]);
  const version = /Python (\S+)/.exec(stdout + stderr)?.[1];
  if (exitCode === 0 && version !== undefined) return { file, version };
  throw new UserError({
    code: "no-python",
    message: `${file} does not run as a Python interpreter`,
    next: given ? "fix or unset CROSSFOLD_PYTHON" : "remove .venv and run: uv sync",
  });
}

/** `uv sync`: makes `.venv` agree with pyproject.toml and uv.lock; quick where it already does. */
async function syncEnvironment(
  context: Pick<Context, "env" | "progress">,
  root: string,
): Promise<string> {
  const uv = await requireUv(context.env);
  const env = { ...context.env, VIRTUAL_ENV: undefined };
  const result = x(uv, ["sync", "--no-progress"], { nodeOptions: { cwd: root, env } });
  const slow = setTimeout(
    () => context.progress.step("making the Python environment (uv sync)"),
    800,
  );
  const { stderr, exitCode } = await result;
  clearTimeout(slow);
  if (exitCode !== 0) {
    throw new UserError({
      code: "uv-sync",
      message: `uv sync failed in ${root}:\n${stderr.trim()}`,
      next: "fix pyproject.toml, then: uv sync",
    });
  }
  const folder = context.env.UV_PROJECT_ENVIRONMENT || ".venv";
  return path.join(path.resolve(root, folder), "bin", "python");
}
