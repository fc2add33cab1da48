import { summariseConfig } from "../experiment/config-summary.ts";
import { withoutPanels } from "./drawn-panels.ts";
import { foldText } from "../competition/validation-setting.ts";
import { readFoldLine } from "./fold-progress.ts";
import type { CvEntry } from "../score/ledger.ts";
import { signalName } from "./run-state.ts";
import { splitsOf } from "../score/repeats.ts";
import { formatRange, formatScore } from "../score/score.ts";
import { worth } from "../score/shown-score.ts";

/**
 * `CV score: 0.8042 (accuracy, 5-fold StratifiedKFold, 0.801-0.808; learning_rate=0.05; run 2026...)`; behind the number
 * what it is worth less for: `CV score: 0.8042 unverified (...)`, `CV score: 0.8042 on 519 of 600 rows (...)`.
 */
export function cvNote(entry: CvEntry, parentConfig: Record<string, unknown> | undefined): string {
  const { strategy } = entry.validation;
  const { splits, repeats } = splitsOf(entry);
  const split = `${foldText(splits, repeats)}${typeof strategy === "string" ? ` ${strategy}` : ""}`;
  const measured = [entry.metric, split, formatRange(entry.folds)].join(", ");
  const settings = summariseConfig(entry.config, parentConfig);
  const details = [measured, settings, `run ${entry.run}`].filter((part) => part !== "");
  return `CV score: ${formatScore(entry.score)}${worth(entry)} (${details.join("; ")})`;
}

/**
 * The note a run that ended badly leaves; undefined where there is nothing to say. `logEnd` is read for what the script
 * said was wrong, unless the compute target said why it ended or a signal ended it: then its last words are about
 * something else.
 */
export function failureNote(
  run: { id: string; state: string; exitCode: number | null; reason: string | null },
  logEnd: string,
): string | undefined {
  if (run.state === "lost") return `Run ${run.id} was lost${run.reason ? `: ${run.reason}` : ""}`;
  if (run.state !== "failed") return undefined;
  if (run.exitCode === null) return `Run ${run.id} failed: ${run.reason ?? "no exit code"}`;
  const exit = `exit code ${run.exitCode}`;
  if (run.reason !== null && run.reason !== exit) return `Run ${run.id} failed: ${run.reason}`;
  const signal = signalName(run.exitCode);
  if (signal !== undefined) return `Run ${run.id} failed: ${signal}`;
  const error = errorLine(logEnd);
  return `Run ${run.id} failed: ${exit}${error === undefined ? "" : `: ${error}`}`;
}

/** `ValueError: bad`, `torch.cuda.OutOfMemoryError: 2 GiB`, `train.py: error: unrecognized arguments`. */
const namedError =
  /^(?:[A-Za-z_][\w.]*(?:Error|Exception|Exit|Group|Interrupt)(?::|$)|\S+: error: )/;

/**
 * The line of a log's end that says what went wrong: a message in a panel that ends the log, else what ends the last
 * traceback, else the last line that names an error, else where the last words begin. Takes text without escape
 * sequences.
 */
export function errorLine(logEnd: string): string | undefined {
  const { lines, messages } = withoutPanels(logEnd.split("\n").map(drawnLast));
  const since = lines.slice(lines.findLastIndex((line) => isNews(line)) + 1);
  const last = lastWords(lines);
  const line =
    messages.find((message) => message === last) ??
    tracebackError(since) ??
    since.findLast((text) => namedError.test(text)) ??
    last;
  return line?.trim().slice(0, 200);
}

/** Of a line drawn over itself (progress bars), what was drawn last. */
function drawnLast(line: string): string {
  return line.trimEnd().split("\r").at(-1)!.trimEnd();
}

/** The first line that is not indented after the last traceback's head: `SomeError: why`. */
function tracebackError(lines: readonly string[]): string | undefined {
  const head = lines.findLastIndex((line) => line.startsWith("Traceback (most recent call last):"));
  return head === -1 ? undefined : lines.slice(head + 1).find((line) => /^[^\s+|]/.test(line));
}

const longestMessage = 8;

/**
 * A message to the person (`raise SystemExit("...")`) begins with what is wrong and may go on for lines, an example
 * last: its first line counts. Where the last lines are too many to be one message, the last of them.
 */
function lastWords(lines: readonly string[]): string | undefined {
  const end = lines.findLastIndex((line) => isWords(line) && !isAddress(line)) + 1;
  const before = lines.slice(0, end);
  const start =
    before.findLastIndex((line) => !isWords(line) || isNews(line) || isAddress(line)) + 1;
  const message = start === end ? before.slice(-1) : before.slice(start);
  return message.length > longestMessage ? message.at(-1) : message[0];
}

/** Not blank, and no part of a table, a panel or a border. */
function isWords(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line) && !/^\s*[│┃║]/.test(line);
}

/** A line that reports progress: what stands before it did not end the run. */
function isNews(line: string): boolean {
  return readFoldLine(line) !== undefined || /\d%\|/.test(line);
}

/** What MLflow prints when a run ends, badly or not. */
function isAddress(line: string): boolean {
  return /View (?:run|experiment)\b.* at:? /.test(line);
}
