import type { z } from "zod";
import { hasEnded, type RunState } from "../../core/run/run.ts";
import { sameDecimals } from "../../core/score/score.ts";
import type { logs } from "../../operations/commands/train/logs.ts";
import type { run } from "../../operations/commands/train/run.ts";
import type { RunSummary } from "../../operations/run/run-summary.ts";
import type { runs } from "../../operations/commands/train/runs.ts";
import type { stop } from "../../operations/commands/train/stop.ts";
import type { train } from "../../operations/commands/train/train.ts";
import type { wait } from "../../operations/commands/train/wait.ts";
import { nextLines } from "./next.ts";
import { markLegend, scoreMarks } from "./score-marks.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Output<T extends { output: z.ZodType }> = z.output<T["output"]>;

export function renderTrain(result: Output<typeof train>, style: Style): string {
  if (result.outcome === "skipped") return `${result.experiment} was not trained`;
  return result.outcome === "detached" ? detached(result.run, style) : ended(result, style);
}

export function renderRun(result: Output<typeof run>, style: Style): string {
  return result.outcome === "detached" ? detached(result.run, style) : ended(result, style);
}

export function renderWait(result: Output<typeof wait>, style: Style): string {
  return ended(result, style);
}

export function renderStop({ run: one, stopped }: Output<typeof stop>, style: Style): string {
  if (stopped) return headline(one, style);
  return `${headline(one, style)}\nit had ended before it could be stopped`;
}

/** Nothing: the log itself was written out as it is. */
export function renderLogs(_result: Output<typeof logs>, _style: Style): string {
  return "";
}

export function renderRuns(result: Output<typeof runs>, style: Style): string {
  const problems = result.problems.map(({ message }) => style.yellow(message));
  const left = result.total - result.runs.length;
  const more =
    left > 0 ? [style.dim(`${left} older not shown; --limit ${result.total} shows all`)] : [];
  if (result.runs.length === 0) return [style.dim("no runs"), ...problems].join("\n");
  const header = ["run", "what", "state", "started (UTC)", "took", "exit", "CV"];
  const align = ["left", "left", "left", "left", "right", "right", "right"] as const;
  const score = sameDecimals(result.runs.map((one) => one.score));
  const rows = result.runs.map((one) => row(one, score, style));
  const legend = markLegend(result.runs, style);
  return [table(rows, { header, align, style }), ...legend, ...more, ...problems].join("\n");
}

function row(one: RunSummary, score: (score: number) => string, style: Style): string[] {
  return [
    one.id,
    what(one),
    stateWord(one.state, style),
    one.started === null ? "-" : one.started.slice(0, 16).replace("T", " "),
    one.seconds === null ? "-" : duration(one.seconds),
    one.exitCode === null ? "-" : String(one.exitCode),
    one.score === null ? "-" : score(one.score) + scoreMarks(one),
  ];
}

function what(one: RunSummary): string {
  const subject = one.kind === "script" ? one.script : (one.experiment ?? one.script);
  const details = [one.backend === "local" ? "" : `on ${one.backend}`, one.debug ? "debug" : ""];
  return [subject, ...details].filter((part) => part !== "").join(", ");
}

/** `exit code 137`. */
const shortReason = 20;

function ended(result: Output<typeof wait>, style: Style): string {
  const { run: one, summary, problem, next } = result;
  const recording = problem === null && one.kind === "train" ? summary : "";
  // What recording came to gives a failed run's reason in full: a long one is said once.
  const isRepeated = (one.reason?.length ?? 0) > shortReason && recording.includes(one.reason!);
  const lines = [headline(isRepeated ? { ...one, reason: null } : one, style)];
  if (one.state !== "succeeded" && one.state !== "cancelled") {
    lines.push(
      ...nextLines([{ operation: "logs", input: { run: one.id }, why: "shows its output" }], style),
    );
  }
  if (problem !== null) lines.push(style.red(`not recorded: ${problem}`));
  else if (recording !== "") lines.push(recording);
  lines.push(...one.warnings.map((warning) => `${style.yellow("!")} ${warning}`));
  if (next !== null) lines.push(...nextLines([next], style));
  return lines.join("\n");
}

function headline(one: RunSummary, style: Style): string {
  const took =
    one.seconds === null || !hasEnded(one.state) ? "" : ` after ${duration(one.seconds)}`;
  const why = one.reason === null ? "" : `: ${one.reason}`;
  return `${style.bold(one.id)} (${what(one)}) ${stateWord(one.state, style)}${took}${why}`;
}

function detached(one: RunSummary, style: Style): string {
  return [
    headline(one, style),
    ...nextLines(
      [
        { operation: "logs", input: { run: one.id, follow: true }, why: "follows its output" },
        { operation: "wait", input: { run: one.id }, why: "waits until it has ended" },
      ],
      style,
    ),
  ].join("\n");
}

function stateWord(state: RunState, style: Style): string {
  if (state === "succeeded") return style.green(state);
  if (state === "failed" || state === "lost") return style.red(state);
  return state === "cancelled" ? style.yellow(state) : style.cyan(state);
}

/** `8.2s`, `3m05s`, `2h07m`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
