import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { z } from "zod";
import { packageRoot } from "../package-root.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Folder of the Python that guards a run's MLflow, and sends what it noted while its server was not there. */
function guardFolder(): string {
  return path.join(packageRoot(), "templates", "tracking");
}

/**
 * Environment in which a Python script that uses MLflow goes on without its server, whatever way it calls it: the calls
 * that the server missed are kept in `folder`.
 */
export function mlflowGuard(folder: string, { PYTHONPATH }: Env): Record<string, string> {
  return {
    PYTHONPATH: [guardFolder(), PYTHONPATH || []].flat().join(path.delimiter),
    CROSSFOLD_MLFLOW_MISSED: folder,
  };
}

/** A guarded sender would keep what it cannot send, and call it sent. */
const unguarded = { CROSSFOLD_MLFLOW_MISSED: undefined };

const resultSchema = z.object({
  calls: z.int(),
  left: z.int(),
  /** What the server refused, each in its own words: it is not asked again. */
  refused: z.array(z.string()),
  problem: z.string().nullable(),
});
/** What sending came to: how many calls there were, how many are left, and why. */
export type SentCalls = z.output<typeof resultSchema>;

export interface MissedCalls {
  /** Where the guard wrote them. */
  folder: string;
  /** The file that says what was sent of them. */
  done: string;
}

/** Whether a run noted something that its server has not. */
export function hasMissedCalls({ folder }: MissedCalls): boolean {
  return existsSync(folder);
}

/** Sends them with the MLflow of this Python; a second call goes on where the first one stopped. Never throws. */
export async function sendMissedCalls(
  python: string,
  { folder, done }: MissedCalls,
  env: Env,
): Promise<SentCalls> {
  const script = path.join(guardFolder(), "send_missed.py");
  const limits = { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "1", MLFLOW_HTTP_REQUEST_TIMEOUT: "30" };
  try {
    const options = { nodeOptions: { env: { ...limits, ...env, ...unguarded } } };
    const { stdout, stderr } = await x(python, [script, folder, done], options);
    return readResult(stdout) ?? failed(lastLine(stderr));
  } catch (error) {
    return failed((error as Error).message);
  }
}

/** Forgets calls that were all sent. */
export async function removeMissedCalls({ folder, done }: MissedCalls): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rm(done, { force: true });
}

function readResult(stdout: string): SentCalls | undefined {
  try {
    return resultSchema.parse(JSON.parse(lastLine(stdout)));
  } catch {
    return undefined;
  }
}

function failed(problem: string): SentCalls {
  return { calls: 0, left: 0, refused: [], problem: problem || "nothing was answered" };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
