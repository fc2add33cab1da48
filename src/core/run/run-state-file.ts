import { z } from "zod";
import { runCauses, runStates } from "./run.ts";

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
