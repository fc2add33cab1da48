import { copyFile, rename, stat } from "node:fs/promises";
import path from "node:path";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { hashFile } from "../files/hashes.ts";
import { recordFiles } from "./run-record.ts";

/** What tells one metrics.json from another; null where there is none. */
export async function metricsStamp(file: string): Promise<RunSpec["metrics_before"]> {
  const facts = await stat(file).catch(() => undefined);
  if (facts === undefined) return null;
  return { size: facts.size, mtime_ms: facts.mtimeMs, sha256: await hashFile(file) };
}

/**
 * Copies metrics.json into the run's folder if this run wrote it: it differs from what was there before, and is not
 * younger than the exit code (then a later run wrote it).
 */
export async function saveMetrics(file: string, folder: string, spec: RunSpec): Promise<void> {
  const now = await metricsStamp(file);
  if (!now) return;
  const before = spec.metrics_before;
  if (before && before.sha256 === now.sha256 && before.mtime_ms === now.mtime_ms) return;
  const rc = await stat(path.join(folder, recordFiles.rc)).catch(() => undefined);
  if (rc !== undefined && now.mtime_ms > rc.mtimeMs) return;
  await copyMetrics(file, folder);
}

/** Copies a metrics.json that is known to be this run's into the run's folder. */
export async function copyMetrics(file: string, folder: string): Promise<void> {
  const kept = path.join(folder, recordFiles.metrics);
  await copyFile(file, `${kept}.part`);
  await rename(`${kept}.part`, kept);
}
