import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readState, recordFiles } from "../storage/run/run-record.ts";
import type { JobRequest } from "./backend.ts";

/**
 * Starts `program... supervise <folder>` in a session of its own and returns once it stands in the run's record as the
 * supervisor: from then on this process may die. Gives what went wrong where it did not start.
 */
export async function startSupervisor(
  program: readonly string[],
  { folder, root, env }: Pick<JobRequest, "folder" | "root" | "env">,
): Promise<string | undefined> {
  const supervisor = await spawnSupervisor([...program, "supervise", folder], root, env, folder);
  const problem = await takenOver(supervisor, folder);
  supervisor.child.unref();
  return problem;
}

interface Supervisor {
  child: ChildProcess;
  /** It has ended, or could not be started. */
  ended: boolean;
}

async function spawnSupervisor(
  [file, ...args]: string[],
  cwd: string,
  env: JobRequest["env"],
  folder: string,
): Promise<Supervisor> {
  const log = await open(path.join(folder, recordFiles.supervisorLog), "a");
  try {
    const stdio = ["ignore", log.fd, log.fd] as const;
    const options = { cwd, env: { ...env }, detached: true, stdio: [...stdio] };
    const child = spawn(file!, args, options);
    // It may be over before it is watched.
    const supervisor = { child, ended: false };
    child.on("error", () => (supervisor.ended = true)).on("exit", () => (supervisor.ended = true));
    return supervisor;
  } finally {
    await log.close();
  }
}

/** Waits until the supervisor's own id stands in the record; says what went wrong if it ends before. */
async function takenOver(supervisor: Supervisor, folder: string): Promise<string | undefined> {
  const { pid } = supervisor.child;
  for (;;) {
    const over = supervisor.ended;
    const state = await readState(folder);
    if (pid !== undefined && state?.supervisor?.pid === pid) return undefined;
    if (over) return `the run's supervisor did not start: ${await lastWords(folder)}`;
    await pause(10);
  }
}

async function lastWords(folder: string): Promise<string> {
  const log = await readFile(path.join(folder, recordFiles.supervisorLog), "utf8");
  return log.trim().split("\n").slice(-3).join("\n") || "it printed nothing";
}
