import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { splitFunction } from "../../core/competition/metric-setting.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readBytes } from "../files/read-text.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** A metric's function of the user's own, as its file was when it was read. */
export interface OwnMetric {
  /** The metric's name in project.yml. */
  metric: string;
  /** As project.yml names it: relative to the workspace. */
  file: string;
  /** Name of the function. */
  name: string;
  source: Buffer;
  sha256: string;
}

/** Where project.yml says that the metric's function stands; undefined where it names none. */
function ownMetricFile({ root, project }: Workspace): string | undefined {
  const { function: given } = project.metric;
  return given === undefined ? undefined : path.join(root, splitFunction(given).file);
}

/** Keeps that file, as it is now, at its path below a folder. Throws a UserError where it is not there. */
export async function keepOwnMetric(ws: Workspace, folder: string): Promise<void> {
  const own = await readOwnMetric(ws);
  if (own === undefined) return;
  const to = path.join(folder, own.file);
  await mkdir(path.dirname(to), { recursive: true });
  await writeFile(to, own.source);
}

/** Reads that file. Throws a UserError where it is not there. */
export async function readOwnMetric(ws: Workspace): Promise<OwnMetric | undefined> {
  const at = ownMetricFile(ws);
  if (at === undefined) return undefined;
  const { file, name } = splitFunction(ws.project.metric.function!);
  const source = await readBytes(at);
  if (source === undefined)
    throw new UserError({
      code: "own-metric",
      message: `${file} is not there; metric.function in project.yml names it`,
      at: { file: "project.yml" },
      expected: `a Python file with def ${name}(y_true, y_pred)`,
      next: `write ${file}, or change metric.function`,
    });
  const sha256 = createHash("sha256").update(source).digest("hex");
  return { metric: ws.project.metric.name, file, name, source, sha256 };
}
