import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { bootNow, hasEnded, identifyProcess } from "../run/process-identity.ts";

/** Who holds a lock: all that is needed to tell, on another day and another machine, whether it still runs. */
export const lockHolderSchema = z.object({
  host: z.string(),
  /** An id that a machine keeps through its boots; empty where there is none. */
  machine: z.string(),
  /** An id of the machine's boot; empty where the system gives none. */
  boot: z.string(),
  /** What the process id counts in: containers on one machine give the same ids to different processes. */
  namespace: z.string(),
  pid: z.int().positive(),
  /** When the process started, in its system's own words. */
  started: z.string(),
  /** ISO 8601, UTC; for people: no clock decides anything here. */
  since: z.string(),
  /** Tells this lock from every other, of the same process too. */
  token: z.string().regex(/^[0-9a-f]{32}$/),
});
export type LockHolder = z.output<typeof lockHolderSchema>;

let own: Omit<LockHolder, "since" | "token"> | undefined;

/** This process, as locks name it. */
export function thisProcess(): Omit<LockHolder, "since" | "token"> {
  own ??= {
    host: hostname(),
    machine: textOf(() => readFileSync("/etc/machine-id", "latin1")),
    boot: bootNow(),
    namespace: textOf(() => readlinkSync("/proc/self/ns/pid")),
    pid: process.pid,
    started: identifyProcess(process.pid)?.started ?? "",
  };
  return own;
}

/**
 * Whether the holder surely runs no more. A process of another machine or another container cannot be seen from here
 * and counts as running; so does one that another user's rights hide.
 */
export function isGone(holder: LockHolder, here = thisProcess()): boolean {
  const sameMachine =
    holder.host === here.host && holder.machine === here.machine && holder.machine !== "";
  if (holder.boot !== here.boot) return holder.boot !== "" && here.boot !== "" && sameMachine;
  // The same boot is the same machine, whatever its name is now; without boot ids the name has to do.
  if (holder.boot === "" && holder.host !== here.host) return false;
  return holder.namespace === here.namespace && hasEnded(holder);
}

function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return "";
  }
}
