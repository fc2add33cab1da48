import { setTimeout as sleep } from "node:timers/promises";
import { KaggleError } from "./kaggle-error.ts";

/** How patiently requests are made. Tests pass shorter waits. */
export interface Backoff {
  /** Tries of one repeatable call, the first among them. */
  tries: number;
  /** Before the second try; each later wait is twice as long. */
  firstWaitMs: number;
  /** The longest Retry-After that is waited out. */
  longestWaitMs: number;
  /** One whole request with its answer. */
  timeoutMs: number;
  /** Between two pieces of a stream. */
  idleMs: number;
}

export const usualBackoff: Backoff = {
  tries: 5,
  firstWaitMs: 500,
  longestWaitMs: 120_000,
  timeoutMs: 60_000,
  idleMs: 60_000,
};

/** Milliseconds to wait before try number `next` (from 2), with jitter; what Retry-After says where it says so. */
export function waitBefore(next: number, patience: Backoff, retryAfter: string | null): number {
  const said = retryAfterMs(retryAfter);
  if (said !== undefined) return said;
  return patience.firstWaitMs * 2 ** (next - 2) * (0.75 + Math.random() / 2);
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3), in milliseconds from now; undefined where it is neither. */
function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** One request, redirects not followed. A connection that fails or times out is a KaggleError without a status. */
export async function request(
  call: string,
  url: string | URL,
  init: RequestInit & { timeoutMs: number },
): Promise<Response> {
  const { timeoutMs, signal, ...rest } = init;
  const limit = AbortSignal.timeout(Math.ceil(timeoutMs));
  const both = signal == null ? limit : AbortSignal.any([limit, signal]);
  try {
    return await fetch(url, { ...rest, redirect: "manual", signal: both });
  } catch (error) {
    throw broken(call, error);
  }
}

/** What a failed connection or a stream cut short looks like to the user. */
export function broken(call: string, error: unknown): KaggleError {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  const { name, message } = error as Error;
  const reason =
    name === "TimeoutError" ? "no answer in time" : cause?.message || cause?.code || message;
  const unsent = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(cause?.code ?? "");
  return new KaggleError({ call, status: null, reason, unsent }, { cause: error });
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return sleep(ms, undefined, signal === undefined ? {} : { signal });
}
