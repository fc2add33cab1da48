import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, waitBefore } from "./backoff.ts";
import { isPassing } from "./failure.ts";

export interface Retries {
  backoff: Backoff;
  /** A line to show where a wait is long enough to wonder about. */
  notice?: ((text: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Repeats what failed in passing, with growing, scattered waits, or as long as the server asks. */
export async function withRetries<T>(attempt: () => Promise<T>, retries: Retries): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      await waitOrThrow(error, failures, retries);
    }
  }
}

/** Waits before the next try after `failures` in a row; throws the error where no more is to be tried. */
export async function waitOrThrow(
  error: unknown,
  failures: number,
  { backoff, notice, signal }: Retries,
): Promise<void> {
  if (!isPassing(error) || failures >= backoff.tries || signal?.aborted === true) throw error;
  const { message, retryAfterMs } = error as Error & { retryAfterMs: number | undefined };
  const wait = waitBefore(failures + 1, backoff, retryAfterMs);
  if (wait > backoff.longestWaitMs) throw error;
  if (wait >= 3000) notice?.(`${message}; again in ${Math.round(wait / 1000)} s`);
  await sleep(wait, undefined, signal === undefined ? {} : { signal });
}
