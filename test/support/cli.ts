import type { StdioOptions } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { x } from "tinyexec";
import { afterFile } from "./after-file.ts";
import { cliPath, toolEnv } from "./tools.ts";

export interface CliResult {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
}

export interface CliOptions {
  cwd?: string;
  /** Beside `toolEnv()`; undefined takes a variable away. */
  env?: NodeJS.ProcessEnv;
  /** Standard input; without it there is none. */
  input?: string;
}

/**
 * Standard input of a program that is given none. An empty text written into a program that has ended already would be
 * an error.
 */
export const noInput: StdioOptions = ["ignore", "pipe", "pipe"];

/** Runs the built command line as a user without a terminal would. */
export async function crossfold(
  args: readonly string[],
  { cwd = tmpdir(), env, input }: CliOptions = {},
): Promise<CliResult> {
  const { stdout, stderr, exitCode } = await x(process.execPath, [cliPath, ...args], {
    nodeOptions: { cwd, env: toolEnv(env), ...(input === undefined ? { stdio: noInput } : {}) },
    ...(input === undefined ? {} : { stdin: input }),
  });
  return { stdout, stderr, exitCode };
}

/** An empty folder that is gone after the test file. */
export async function makeTempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "crossfold-")));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
