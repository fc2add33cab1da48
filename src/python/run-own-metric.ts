import { spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors/user-error.ts";
import type { MetricRows, MetricSide } from "../core/metrics/metric-rows.ts";
import { packageRoot } from "../package-root.ts";
import type { OwnMetric } from "../storage/competition/own-metric-file.ts";

/** What the metric is called for: which of the rows, all where undefined. */
export type RowSet = Int32Array | undefined;

/** The score of a set of rows, or why there is none and at which line of the metric's file. */
export type SetScore = number | { impossible: string; line: number | null };

const lineSchema = z.int().nullable();
const resultSchema = z.union([
  z.object({ environment: z.string() }),
  z.object({ fault: z.string(), line: lineSchema }),
  z.object({
    sets: z.array(
      z.union([z.object({ score: z.number() }), z.object({ fault: z.string(), line: lineSchema })]),
    ),
  }),
]);

/**
 * Calls a metric's function of the user's own for each set of rows, all in one process of `python` that has `cwd` as its
 * working directory. Throws a UserError where the function cannot be called at all, or is no function of the rows.
 */
export async function runOwnMetric(
  context: Pick<Context, "env">,
  python: string,
  cwd: string,
  metric: OwnMetric,
  rows: MetricRows,
  sets: readonly RowSet[],
): Promise<SetScore[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossfold-metric-"));
  try {
    await writeRequest(folder, metric, rows, sets);
    const ended = await runScript(context, python, cwd, folder, metric);
    const result = await readResult(path.join(folder, "result.json"), sets.length);
    if (result === undefined) {
      const printed = await lastLine(path.join(folder, "output"));
      throw fault(metric, `it gave no score: ${ended}${printed === "" ? "" : `, ${printed}`}`);
    }
    if ("environment" in result) throw environmentFault(result.environment);
    if ("fault" in result) throw fault(metric, result.fault, result.line);
    return result.sets.map((set) =>
      "score" in set ? set.score : { impossible: set.fault, line: set.line },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the script wrote; undefined where the function kept it from that, or wrote something there itself. */
async function readResult(file: string, sets: number) {
  try {
    const result = resultSchema.parse(JSON.parse(await readFile(file, "utf8")));
    return "sets" in result && result.sets.length !== sets ? undefined : result;
  } catch {
    return undefined;
  }
}

async function writeRequest(
  folder: string,
  metric: OwnMetric,
  { actual, predicted }: MetricRows,
  sets: readonly RowSet[],
): Promise<void> {
  const { file, name, source } = metric;
  const request = {
    file,
    name,
    actual: await writeSide(folder, "actual", actual),
    predicted: await writeSide(folder, "predicted", predicted),
    sets: sets.map((set, index) => (set === undefined ? null : `set${index}`)),
  };
  for (const [index, set] of sets.entries())
    if (set !== undefined) await writeFile(path.join(folder, `set${index}`), set);
  await writeFile(path.join(folder, "metric.py"), source);
  await writeFile(path.join(folder, "request.json"), JSON.stringify(request));
}

async function writeSide(folder: string, side: string, { kind, columns }: MetricSide) {
  const files = columns.map((_, index) => `${side}${index}`);
  for (const [index, column] of columns.entries()) {
    const file = path.join(folder, files[index]!);
    if (column instanceof Float64Array) {
      await writeFile(file, column);
      continue;
    }
    await writeFile(file, column.codes);
    await writeFile(`${file}.names`, JSON.stringify(column.names));
  }
  return { kind, files };
}

/** Runs the script to its end, and ends what it leaves running. Returns how it ended, in words. */
async function runScript(
  { env }: Pick<Context, "env">,
  python: string,
  cwd: string,
  folder: string,
  metric: OwnMetric,
): Promise<string> {
  const script = path.join(packageRoot(), "templates", "metric", "run_metric.py");
  const seconds = Number(env.CROSSFOLD_METRIC_TIMEOUT) || 600;
  const handle = await open(path.join(folder, "output"), "w");
  const child = spawn(python, [script, folder], {
    cwd,
    env: { ...env, PYTHONDONTWRITEBYTECODE: "1" },
    // A file, not a pipe: what the function leaves running could hold a pipe open.
    stdio: ["ignore", handle.fd, handle.fd],
    detached: true,
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, seconds * 1000);
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    if (late)
      throw fault(metric, `it took longer than ${seconds} s (CROSSFOLD_METRIC_TIMEOUT sets it)`);
    return ended;
  } finally {
    clearTimeout(timer);
    endGroup(child.pid);
    await handle.close();
  }
}

async function lastLine(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return "";
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read({ position: Math.max(0, size - 500) });
    return buffer.toString("utf8", 0, Math.min(bytesRead, 500)).trim().split("\n").at(-1)!;
  } finally {
    await handle.close();
  }
}

/** Ends a process and all that it started; those that are gone already are none of its concern. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended.
  }
}

function fault(metric: OwnMetric, message: string, line: number | null = null): UserError {
  return new UserError({
    code: "own-metric",
    message,
    at: { file: metric.file, ...(line === null ? {} : { line }) },
    expected: `def ${metric.name}(y_true, y_pred), which returns a number`,
    next: `fix ${metric.file}`,
  });
}

/** The metric cannot be run here, whatever its function and the predictions are. */
export function environmentFault(message: string): UserError {
  return new UserError({
    code: "metric-environment",
    message: `the metric of project.yml cannot be computed: ${message}`,
    expected: "a Python environment of the workspace that has numpy",
    next: "make the environment (uv sync), then record the run again",
  });
}
