const secondsOf: Record<string, number> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** Seconds of `4h`, `90m`, `1h30m`, `2d` or `5400s`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?[dhms])+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)([dhms])/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * secondsOf[unit!]!, 0);
}

/** `4 h`, `1 h 30 min`, `45 s`: at most two units. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  const rest = whole % 60;
  if (minutes > 0) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  return `${rest} s`;
}
