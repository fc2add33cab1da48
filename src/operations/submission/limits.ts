import type { ExperimentRecord } from "../experiment/read-experiments.ts";

/** What is left of what a competition allows; null where project.yml does not say. */
export interface Limits {
  daysLeft: number | null;
  submissionsADay: number | null;
  /** Leaderboard scores recorded since midnight UTC; a submission without a score is not counted. */
  submissionsToday: number;
  submissionsLeftToday: number | null;
}

/** `metadata.deadline` and `metadata.max_daily_submissions` of project.yml against the clock and the ledgers. */
export function limitsLeft(
  metadata: Record<string, unknown>,
  records: readonly ExperimentRecord[],
  now: Date,
): Limits {
  const end = deadlineText(metadata);
  const left = (Date.parse(end ?? "") - now.getTime()) / 86_400_000;
  const aDay = metadata.max_daily_submissions;
  const allowed = typeof aDay === "number" && aDay >= 0 ? aDay : null;
  const used = submittedOn(now.toISOString().slice(0, 10), records);
  return {
    daysLeft: Number.isNaN(left) ? null : Math.floor(left),
    submissionsADay: allowed,
    submissionsToday: used,
    submissionsLeftToday: allowed === null ? null : Math.max(0, allowed - used),
  };
}

/** The deadline as project.yml has it; null where there is none. */
export function deadlineText({ deadline }: Record<string, unknown>): string | null {
  const text = deadline instanceof Date ? deadline.toISOString() : String(deadline ?? "");
  return text === "" ? null : text;
}

function submittedOn(day: string, records: readonly ExperimentRecord[]): number {
  const entries = records.flatMap(({ scores }) => scores);
  return entries.filter(
    (entry) => entry.kind === "lb" && entry.side === "public" && utcDay(entry.at) === day,
  ).length;
}

function utcDay(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? "" : new Date(time).toISOString().slice(0, 10);
}
