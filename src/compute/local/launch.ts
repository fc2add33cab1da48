import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RunStateFile } from "../../core/run.ts";
import { UserError } from "../../core/user-error.ts";
import { identifyProcess } from "../../storage/process-identity.ts";
import { readState, recordFiles, writeState } from "../../storage/run-record.ts";
import type { RunHandle, Submission } from "../backend.ts";

/**
 * Starts `program... supervise <folder>` in a session of its own and returns once it has taken the run over: from then
 * on this process may die. Until then the record names this process as the supervisor.
 */
export async function launchSupervisor(
  program: readonly string[],
  { spec, folder, root, env }: Submission,
): Promise<RunHandle> {
  const known = await readState(folder);
  if (known !== undefined) return { id: spec.id, folder };
  const starting = startingState(process.pid);
  await writeState(folder, starting);
  const supervisor = await spawnSupervisor([...program, "supervise", folder], root, env, folder);
  const problem = await handedOver(supervisor, folder);
  supervisor.unref();
  if (problem === undefined) return { id: spec.id, folder };
  const now = new Date().toISOString();
  await writeState(folder, {
    ...starting,
    state: "failed",
    ended: now,
    updated: now,
    reason: problem,
  });
  throw new UserError({
    code: "no-supervisor",
    message: problem,
    next: "run the same command again",
  });
}

/** The state of a run that `pid` looks after and that has no process of its own yet. */
export function startingState(pid: number): RunStateFile {
  return {
    state: "starting",
    updated: new Date().toISOString(),
    started: null,
    ended: null,
    supervisor: identifyProcess(pid) ?? null,
    child: null,
    exitCode: null,
    reason: null,
  };
}

async function spawnSupervisor(
  [file, ...args]: string[],
  cwd: string,
  env: Submission["env"],
  folder: string,
): Promise<ChildProcess> {
  const log = await open(path.join(folder, recordFiles.supervisorLog), "a");
  try {
    const stdio = ["ignore", log.fd, log.fd] as const;
    return spawn(file!, args, { cwd, env: { ...env }, detached: true, stdio: [...stdio] });
  } finally {
    await log.close();
  }
}

/** Waits until the supervisor's own id stands in the record; says what went wrong if it ends before. */
async function handedOver(supervisor: ChildProcess, folder: string): Promise<string | undefined> {
  let ended = false;
  supervisor.on("error", () => (ended = true)).on("exit", () => (ended = true));
  for (;;) {
    const over = ended;
    const state = await readState(folder);
    if (supervisor.pid !== undefined && state?.supervisor?.pid === supervisor.pid) return undefined;
    if (over) return `the run's supervisor did not start: ${await lastWords(folder)}`;
    await pause(10);
  }
}

async function lastWords(folder: string): Promise<string> {
  const log = await readFile(path.join(folder, recordFiles.supervisorLog), "utf8");
  return log.trim().split("\n").slice(-3).join("\n") || "it said nothing";
}
