import { z } from "zod";

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

/** `20261123-011530-exp002-k3f9`: UTC second, what runs, four random characters. */
export const runIdPattern = /^\d{8}-\d{6}-[A-Za-z0-9_.-]+-[a-z0-9]{4}$/;

/** `spec.json`: what was asked, written once before anything starts. */
export const runSpecSchema = z.looseObject({
  schema: z.literal(1),
  id: z.string().regex(runIdPattern),
  /** `train`: train.py of an experiment. `script`: any other script. */
  kind: z.enum(["train", "script"]),
  experiment: z.string().nullable(),
  /** The script, relative to the workspace. */
  script: z.string(),
  /** What follows the script on the command line. */
  args: z.array(z.string()),
  debug: z.boolean(),
  backend: z.string(),
  /** Of a remote run: what its compute target needs to know (machine, project, bucket ...), in that target's own terms. */
  target: z.record(z.string(), z.unknown()).optional(),
  /** The whole argument list that was executed. */
  command: z.array(z.string()),
  /** ISO 8601, UTC. */
  created: z.string(),
  git: z
    .object({
      commit: z.string().nullable(),
      branch: z.string().nullable(),
      /** True where tracked files differ from the commit or files are untracked; the difference is `dirty.patch`. */
      dirty: z.boolean(),
    })
    .nullable(),
  /** SHA-256, hex. `data` by path relative to the workspace. */
  hashes: z.object({
    code: z.string(),
    lock: z.string().nullable(),
    data: z.record(z.string(), z.string()),
  }),
  /** The metrics.json that was there before the run began: one that is still the same is not this run's. */
  metrics_before: z
    .object({ size: z.number(), mtime_ms: z.number(), sha256: z.string() })
    .nullable()
    .optional(),
  python: z.string(),
  host: z.object({ name: z.string(), platform: z.string(), cpus: z.number() }),
});
export type RunSpec = z.output<typeof runSpecSchema>;

/** A process by its id and the moment it started, so that a reused id is not taken for it. */
const processIdentitySchema = z.object({ pid: z.int().positive(), started: z.string() });
export type ProcessIdentity = z.output<typeof processIdentitySchema>;

/** `state.json`: replaced as a whole at every change. */
export const runStateFileSchema = z.looseObject({
  state: z.enum(runStates),
  /** ISO 8601, UTC; of the last change. */
  updated: z.string(),
  started: z.string().nullable().default(null),
  ended: z.string().nullable().default(null),
  supervisor: processIdentitySchema.nullable().default(null),
  /** Leader of the process group in which the script runs. */
  child: processIdentitySchema.nullable().default(null),
  exitCode: z.int().nullable().default(null),
  /** Why it ended as it did, in words, where there is something to say. */
  reason: z.string().nullable().default(null),
  cause: z.enum(runCauses).nullable().catch(null).default(null),
  /** True for a remote run: its processes are not on this machine, and its state is what was last heard. */
  remote: z.boolean().default(false),
});
export type RunStateFile = z.output<typeof runStateFileSchema>;

/** A run as shown: what was asked and the true state now. */
export interface Run {
  spec: RunSpec;
  state: RunState;
  exitCode: number | null;
  reason: string | null;
  cause: RunCause | null;
  started: string | null;
  ended: string | null;
}

export function hasEnded(state: RunState): boolean {
  return !["queued", "starting", "running"].includes(state);
}
