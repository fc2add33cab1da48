/** Milliseconds to wait before looking again: short at first, growing by half each time up to `mostMs`. */
export function* backoffWaits(firstMs = 500, mostMs = 20_000): Generator<number, never> {
  for (let wait = firstMs; ; wait = Math.min(wait * 1.5, mostMs)) yield Math.round(wait);
}
