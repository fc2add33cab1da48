import { summariseConfig } from "./config-summary.ts";
import type { CvEntry } from "./ledger.ts";
import { formatRange, formatScore } from "./score.ts";

/** `CV score: 0.8042 (accuracy, 5-fold StratifiedKFold, 0.801-0.808; learning_rate=0.05; run 2026...)`. */
export function cvNote(entry: CvEntry, parentConfig: Record<string, unknown> | undefined): string {
  const { strategy } = entry.validation;
  const split = `${entry.folds.length}-fold${typeof strategy === "string" ? ` ${strategy}` : ""}`;
  const measured = [entry.metric, split, formatRange(entry.folds)].join(", ");
  const settings = summariseConfig(entry.config, parentConfig);
  const details = [measured, settings, `run ${entry.run}`].filter((part) => part !== "");
  return `CV score: ${formatScore(entry.score)} (${details.join("; ")})`;
}

/** The note a run that ended badly leaves; undefined where there is nothing to say. */
export function failureNote(
  run: { id: string; state: string; exitCode: number | null; reason: string | null },
  lastLine: string | undefined,
): string | undefined {
  if (run.state === "lost") return `Run ${run.id} was lost${run.reason ? `: ${run.reason}` : ""}`;
  if (run.state !== "failed") return undefined;
  const code = run.exitCode === null ? (run.reason ?? "no exit code") : `exit code ${run.exitCode}`;
  return `Run ${run.id} failed: ${code}${lastLine === undefined ? "" : `: ${lastLine}`}`;
}

const pythonError = /^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning)\b/;

/**
 * The line of a log's end that says what went wrong: the last one that names a Python exception, else the last with
 * any text. Takes text without escape sequences. Of a line drawn over itself (progress bars), what was drawn last.
 */
export function lastErrorLine(tail: string): string | undefined {
  const lines = tail
    .split("\n")
    .map((line) => line.trimEnd().split("\r").at(-1)!.trimEnd())
    .filter((line) => line.trim() !== "");
  const line = lines.findLast((text) => pythonError.test(text)) ?? lines.at(-1);
  return line === undefined ? undefined : line.trim().slice(0, 200);
}
