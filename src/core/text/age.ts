const units = [
  { letter: "y", seconds: 365 * 86_400 },
  { letter: "w", seconds: 7 * 86_400 },
  { letter: "d", seconds: 86_400 },
  { letter: "h", seconds: 3_600 },
  { letter: "m", seconds: 60 },
] as const;

/** A stretch of time in its largest unit: `12s`, `5m`, `3h`, `2d`, `6w`, `1y`. */
export function formatAge(seconds: number): string {
  const unit = units.find((one) => seconds >= one.seconds);
  if (unit === undefined) return `${Math.max(0, Math.floor(seconds))}s`;
  return `${Math.floor(seconds / unit.seconds)}${unit.letter}`;
}

/** Seconds from an ISO 8601 time to `now`; null where it is no time. */
export function secondsSince(time: string, now: Date): number | null {
  const then = Date.parse(time);
  return Number.isNaN(then) ? null : Math.max(0, Math.round((now.getTime() - then) / 1000));
}
