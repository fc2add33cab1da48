import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { ProcessIdentity } from "../../core/run/run-state-file.ts";

interface ProcessFacts {
  group: number;
  zombie: boolean;
  /** When it started; together with the pid it names one process for ever. */
  started: string;
}

/** The process that has this pid now, or undefined where there is none (a zombie is none). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const facts = processFacts(pid);
  return facts === undefined || facts.zombie ? undefined : { pid, started: facts.started };
}

/** Whether it is that very process, not another one that was given its pid. */
export function isAlive(identity: ProcessIdentity | null | undefined): boolean {
  if (!identity) return false;
  return identifyProcess(identity.pid)?.started === identity.started;
}

/** Whether that process surely runs no more; false where that cannot be seen. */
export function hasEnded({ pid, started }: ProcessIdentity): boolean {
  const facts = processFacts(pid);
  if (facts === undefined) return !hasPid(pid);
  return facts.zombie || (started !== "" && facts.started !== started);
}

/** Whether any process has the pid, one that another user's rights hide among them. */
function hasPid(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * Whether the group that this process leads has a living member, the leader gone or not. A group of the same number
 * whose leader is another process, or that is of another boot, does not count.
 */
export function isGroupAlive(leader: ProcessIdentity | null | undefined): boolean {
  if (!leader) return false;
  const facts = processFacts(leader.pid);
  if (facts !== undefined) {
    if (facts.started !== leader.started) return false;
    return !facts.zombie || hasLivingMember(leader.pid);
  }
  return bootOf(leader.started) === bootNow() && hasLivingMember(leader.pid);
}

/** Sends a signal to every process of the group; false where there is none. */
export function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isGroupAlive(leader)) return false;
  try {
    return process.kill(-leader.pid, signal);
  } catch {
    return false;
  }
}

function hasLivingMember(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return process.platform === "linux" ? livesOnLinux(group) : livesByPs(group);
}

function livesOnLinux(group: number): boolean {
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const facts = linuxFacts(Number(name));
    return facts !== undefined && facts.group === group && !facts.zombie;
  });
}

function livesByPs(group: number): boolean {
  return ps(["-A", "-o", "pgid=,stat="])
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .some(([pgid, stat]) => Number(pgid) === group && !stat?.startsWith("Z"));
}

function processFacts(pid: number): ProcessFacts | undefined {
  return process.platform === "linux" ? linuxFacts(pid) : psFacts(pid);
}

/** proc_pid_stat(5): after the name in brackets come state, ppid, pgrp ...; field 22 is the start in clock ticks. */
function linuxFacts(pid: number): ProcessFacts | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    group: Number(fields[2]),
    zombie: ["Z", "X", "x"].includes(fields[0] ?? ""),
    started: `${bootNow()} ${fields[19]}`,
  };
}

function psFacts(pid: number): ProcessFacts | undefined {
  const match = /^\s*(\d+)\s+(\S+)\s+(.+?)\s*$/m.exec(
    ps(["-o", "pgid=,stat=,lstart=", "-p", `${pid}`]),
  );
  if (match === null) return undefined;
  return { group: Number(match[1]), zombie: match[2]!.startsWith("Z"), started: match[3]! };
}

function ps(args: string[]): string {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  return spawnSync("ps", args, { env, encoding: "utf8" }).stdout ?? "";
}

let boot: string | undefined;

/** An id that changes at each boot; empty on macOS, where start times are dates, so that nothing more is needed. */
export function bootNow(): string {
  boot ??= process.platform === "linux" ? bootId() : "";
  return boot;
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return "";
  }
}

function bootOf(started: string): string {
  return process.platform === "linux" ? (started.split(" ")[0] ?? "") : "";
}
