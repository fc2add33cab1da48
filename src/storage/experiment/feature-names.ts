import path from "node:path";
import { mapInSlices } from "../files/slices.ts";
import { type IndexKind, openIndex, textOf } from "../index/file-index.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

/** `f_area`, also as part of an f-string: `f_{name}_year` gives `f_`, which says nothing and is left out. */
const featureName = /(?<![\w.])f_[a-z0-9]\w*/gi;

/**
 * Of each experiment in its order, names of the `f_` columns that its train.py spells and its parent's does not; without a
 * parent, those that the template does not. An experiment that cannot be read has none.
 */
export async function newFeatureNames(
  ws: Workspace,
  experiments: readonly { name: string; parent: string | null }[],
): Promise<string[][]> {
  const index = openIndex(ws, featureIndex);
  const keyOf = (folder: string) => path.relative(ws.root, folder);
  const own = experiments.map(({ name }) => keyOf(paths.experiment(ws, name)));
  const before = experiments.map(({ parent }) =>
    keyOf(parent === null ? paths.template(ws) : paths.experiment(ws, parent)),
  );
  const folders = [...new Set([...own, ...before])];
  index.retain(folders);
  const read = await mapInSlices(folders, (folder) => index.read(folder)!.head);
  const spelled = new Map(folders.map((folder, at) => [folder, read[at]!]));
  return own.map((folder, at) => {
    const known = new Set(spelled.get(before[at]!)!);
    return spelled.get(folder)!.filter((name) => !known.has(name));
  });
}

/** By folder, relative to the workspace. */
const featureIndex: IndexKind<string[], null> = {
  name: "features",
  shape: 1,
  text: "loose",
  filesIn:
    ({ root }) =>
    (folder) => [[root, folder, "train.py"].join(path.sep)],
  derive: ([source]) => ({ head: namesIn(textOf(source!) ?? ""), rest: null }),
};

function namesIn(text: string): string[] {
  return [...new Set(text.match(featureName) ?? [])];
}
