import { readExperimentCode } from "./experiment-code.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Text of an experiment's own Python files by name; what goes with a submission (`submission/`) is no part of it. */
export async function readPythonSources(
  ws: Workspace,
  experiment: string,
): Promise<Map<string, string>> {
  const { files } = await readExperimentCode(ws, experiment, undefined);
  const own = [...files].filter(
    ([name]) => name.endsWith(".py") && !name.startsWith("submission/"),
  );
  return new Map(own);
}
