/** The minute in UTC as Backlog.md writes it: `2026-11-23 08:15`. */
export function backlogDate(now: Date): string {
  return now.toISOString().slice(0, 16).replace("T", " ");
}
