import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { hasEnded, type Run, runCauses, runStates } from "../../core/run/run.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** A run as every command of this phase gives it. Times are ISO 8601, UTC. */
export const runSummarySchema = z.object({
  id: z.string(),
  kind: z.enum(["train", "script"]),
  experiment: z.string().nullable(),
  script: z.string(),
  args: z.array(z.string()),
  debug: z.boolean(),
  backend: z.string(),
  state: z.enum(runStates),
  /** Why it is so, where there is something to say. */
  reason: z.string().nullable(),
  /** Why it ended, where it was not the script's own doing. */
  cause: z.enum(runCauses).nullable(),
  exitCode: z.number().nullable(),
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  /** From start to end, or until now for a run under way. */
  seconds: z.number().nullable(),
  /** cv_score of the metrics.json that the run left. */
  score: z.number().nullable(),
  /** Relative to the workspace. */
  folder: z.string(),
});
export type RunSummary = z.output<typeof runSummarySchema>;

export async function summariseRun(ws: Workspace, run: Run, now: Date): Promise<RunSummary> {
  const { id, kind, experiment, script, args, debug, backend, created } = run.spec;
  const { state, reason, cause, exitCode, started, ended } = run;
  const folder = runFolder(ws, id);
  return {
    id,
    kind,
    experiment,
    script,
    args,
    debug,
    backend,
    state,
    reason,
    cause,
    exitCode,
    created,
    started,
    ended,
    seconds: secondsOf(run, now),
    score: state === "succeeded" ? await readScore(folder) : null,
    folder: path.relative(ws.root, folder),
  };
}

/** Unknown where it never started, or where its end was not seen. */
function secondsOf({ started, ended, state }: Run, now: Date): number | null {
  if (started === null || (ended === null && hasEnded(state))) return null;
  const until = ended === null ? now : new Date(ended);
  return Math.max(0, Math.round((until.getTime() - Date.parse(started)) / 100) / 10);
}

const scoreSchema = z.object({ cv_score: z.number() });

async function readScore(folder: string): Promise<number | null> {
  const text = await readFile(path.join(folder, recordFiles.metrics), "utf8").catch(() => "");
  try {
    return scoreSchema.parse(JSON.parse(text)).cv_score;
  } catch {
    return null;
  }
}
