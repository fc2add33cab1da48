import type { RunSpec } from "./run-spec.ts";

type Ordered = Pick<RunSpec, "id" | "created" | "sequence">;

/**
 * Order of runs, the newest first: by the number that each was given when it was started. Runs of older versions have none
 * and come after those, by their time: a clock that was ahead makes no run the newest for ever.
 */
export function newestFirst(a: Ordered, b: Ordered): number {
  const numbers = (b.sequence ?? 0) - (a.sequence ?? 0);
  if (numbers !== 0) return numbers;
  return a.created === b.created ? (a.id < b.id ? 1 : -1) : a.created < b.created ? 1 : -1;
}
