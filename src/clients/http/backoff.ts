/** How long and how often a client tries. Tests pass shorter waits. */
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

/** Milliseconds to wait before try number `next` (from 2), with jitter; what the server asks for where it does. */
export function waitBefore(
  next: number,
  { firstWaitMs }: Pick<Backoff, "firstWaitMs">,
  retryAfterMs: number | undefined,
): number {
  return retryAfterMs ?? firstWaitMs * 2 ** (next - 2) * (0.75 + Math.random() / 2);
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3), in milliseconds from now; undefined where it is neither. */
export function parseRetryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
