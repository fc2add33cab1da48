import { z } from "zod";
import { nextActionSchema } from "../../core/errors/next-action.ts";
import { runSummarySchema } from "./run-summary.ts";

/** A run that was waited for, and what recording it came to. */
export const endedRunSchema = z.object({
  run: runSummarySchema,
  recorded: z.boolean(),
  score: z.number().nullable(),
  /** What recording came to, in words. */
  summary: z.string(),
  /** Why a score that should have been recorded was not. */
  problem: z.string().nullable(),
  next: nextActionSchema.nullable(),
});
export type EndedRun = z.output<typeof endedRunSchema>;

/** 1 for a run that did not succeed, or whose score could not be recorded. */
export function exitCodeOf({ run, problem }: EndedRun): 0 | 1 {
  return run.state === "succeeded" && problem === null ? 0 : 1;
}
