import { setTimeout as sleep } from "node:timers/promises";
import { GoogleError } from "./google-error.ts";

export interface Backoff {
  /** Tries in all. */
  tries: number;
  /** Before the second try; doubled each time, up to 30 seconds. */
  firstPauseMs: number;
}

const usual: Backoff = { tries: 6, firstPauseMs: 400 };
const longestPauseMs = 30_000;

/** Repeats what failed in passing, with growing, scattered pauses, or as long as the server asks. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  patience: Partial<Backoff> = {},
): Promise<T> {
  const { tries, firstPauseMs } = { ...usual, ...patience };
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= tries || !isPassing(error)) throw error;
      await sleep(pauseAfter(error, tried, firstPauseMs));
    }
  }
}

/** Whether the same call may do better in a moment. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof GoogleError)) return false;
  return [0, 408, 429].includes(error.httpStatus) || error.httpStatus >= 500;
}

function pauseAfter(error: unknown, tried: number, firstPauseMs: number): number {
  const asked = error instanceof GoogleError ? error.waitMs : undefined;
  const grown = firstPauseMs * 2 ** (tried - 1) * (0.5 + Math.random());
  return Math.min(longestPauseMs, asked === undefined ? grown : Math.max(asked, firstPauseMs));
}
