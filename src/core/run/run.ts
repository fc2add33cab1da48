import type { RunSpec } from "./run-spec.ts";

export const runStates = [
  "queued",
  "starting",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "lost",
] as const;
export type RunState = (typeof runStates)[number];

/** Why a run ended, where that is known and not the script's own doing. */
export const runCauses = [
  "user",
  "quota",
  "stockout",
  "preempted",
  "permission",
  "timeout",
  "memory",
  "image",
] as const;
export type RunCause = (typeof runCauses)[number];

/** What lists of runs show of a spec. */
export type RunHead = Pick<
  RunSpec,
  | "id"
  | "kind"
  | "experiment"
  | "script"
  | "args"
  | "debug"
  | "backend"
  | "target"
  | "created"
  | "uses"
  | "sequence"
>;

/** What a run has come to. */
export interface RunStanding {
  state: RunState;
  exitCode: number | null;
  reason: string | null;
  cause: RunCause | null;
  started: string | null;
  ended: string | null;
}

/** A run as shown: what was asked and the true state now. */
export interface Run extends RunStanding {
  spec: RunHead;
}

/** A run with all that was asked. */
export interface WholeRun extends Run {
  spec: RunSpec;
}

export function hasEnded(state: RunState): boolean {
  return !["queued", "starting", "running"].includes(state);
}
