import path from "node:path";
import { paths, type Workspace } from "../workspace/workspace.ts";
import { readTextIfAny } from "../files/read-text.ts";

/** `f_area`, also as part of an f-string: `f_{name}_year` gives `f_`, which says nothing and is left out. */
const featureName = /(?<![\w.])f_[a-z0-9]\w*/gi;

/**
 * Names of the `f_` columns that an experiment's train.py spells and its parent's does not; without a parent, those that
 * the template does not. An experiment that cannot be read has none.
 */
export async function newFeatureNames(
  ws: Workspace,
  experiment: string,
  parent: string | null,
): Promise<string[]> {
  const before = parent === null ? paths.template(ws) : paths.experiment(ws, parent);
  const [own, known] = await Promise.all([
    namesIn(paths.experiment(ws, experiment)),
    namesIn(before),
  ]);
  return [...own].filter((name) => !known.has(name));
}

async function namesIn(folder: string): Promise<Set<string>> {
  const text = (await readTextIfAny(path.join(folder, "train.py"))) ?? "";
  return new Set(text.match(featureName) ?? []);
}
