import { expect, test } from "vitest";
import { parseRetryAfter, usualBackoff } from "./backoff.ts";
import type { Failure } from "./failure.ts";
import { withRetries } from "./retry.ts";

const backoff = { ...usualBackoff, firstWaitMs: 1, tries: 3, longestWaitMs: 1_000 };

function failure(passing: boolean, retryAfterMs?: number): Error & Failure {
  const facts: Failure = { outcome: "unknown", passing, retryAfterMs };
  return Object.assign(new Error("failed"), facts);
}

/** Fails as often as there are failures; says how often it was tried. */
async function tries(failures: readonly Error[]): Promise<{ tried: number; error?: unknown }> {
  let tried = 0;
  const attempt = async (): Promise<void> => {
    const error = failures[tried++];
    if (error !== undefined) throw error;
  };
  return withRetries(attempt, { backoff }).then(
    () => ({ tried }),
    (error: unknown) => ({ tried, error }),
  );
}

test("what failed in passing is tried again, so often and no oftener", async () => {
  const passing = failure(true);
  expect(await tries([passing, passing])).toEqual({ tried: 3 });
  expect(await tries([passing, passing, passing])).toEqual({ tried: 3, error: passing });
});

test("what did not fail in passing, or is no failed call, is not", async () => {
  const lasting = failure(false);
  expect(await tries([lasting])).toEqual({ tried: 1, error: lasting });
  const bug = new TypeError("x is not a function");
  expect(await tries([bug])).toEqual({ tried: 1, error: bug });
});

test("the server's Retry-After is waited out, but not for longer than anyone waits", async () => {
  const began = performance.now();
  expect(await tries([failure(true, 300)])).toEqual({ tried: 2 });
  expect(performance.now() - began).toBeGreaterThan(290);
  const tomorrow = failure(true, 86_400_000);
  expect(await tries([tomorrow])).toEqual({ tried: 1, error: tomorrow });
});

test.each([
  ["120", 120_000],
  ["Mon, 23 Nov 2026 01:16:00 GMT", 30_000],
  ["Mon, 23 Nov 2026 01:00:00 GMT", 0],
  ["soon", undefined],
  [null, undefined],
])("Retry-After: %s", (header, waitMs) => {
  expect(parseRetryAfter(header, Date.parse("2026-11-23T01:15:30Z"))).toBe(waitMs);
});
