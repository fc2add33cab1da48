import { readdir } from "node:fs/promises";
import { experimentNamePattern } from "../../core/experiment/experiment.ts";
import { paths } from "../workspace/paths.ts";

/** The experiments whose `artifacts/` Crossfold keeps, and those of them whose change was announced and not ended. */
export async function keptViews(ws: {
  root: string;
}): Promise<{ kept: string[]; pending: string[] }> {
  const names = await readdir(paths.views(ws)).catch(() => []);
  const ending = (suffix: string) =>
    names
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length))
      .filter((name) => experimentNamePattern.test(name));
  return { kept: ending(".json"), pending: ending(".pending") };
}
