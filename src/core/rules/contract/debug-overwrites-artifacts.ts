import { debugScope, namesSetInDebug } from "../analysis/debug-scope.ts";
import { type ExperimentSource, trainingFiles } from "../analysis/experiment-source.ts";
import { walkKind } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";

export const debugOverwritesArtifacts: Rule = {
  code: "XF112",
  name: "debug-overwrites-artifacts",
  severity: "error",
  summary: "a debug run has its own artifact_dir and output_dir",
  why: "Otherwise a one-minute test overwrites the models, scores and submission of the full run.",
  fix: 'In main, under `if debug:`, set settings.artifact_dir to settings.artifact_dir / "debug", and settings.output_dir to the same folder.',
  bad: `if debug:\n    config.epochs = 1`,
  good: `if debug:\n    settings.artifact_dir = settings.artifact_dir / "debug"\n    settings.output_dir = settings.artifact_dir\n    config.epochs = 1`,
  check(source) {
    const scope = debugScope(source);
    if (scope === undefined || scope.passedOn || settingsKnowDebug(source)) return [];
    const set = namesSetInDebug(source, scope);
    return ["artifact_dir", "output_dir"]
      .filter((name) => !set.has(name) && usesFolder(source, name))
      .map((name) => ({
        file: scope.train,
        at: scope.at,
        message: `a debug run writes to the ${name} of the full run`,
        severity: writesTo(source, name) ? "error" : "warning",
      }));
  },
};

/** Whether the training itself says the folder's name, settings.py aside. */
function writesTo(source: ExperimentSource, folder: string): boolean {
  return trainingFiles(source).some(
    (file) =>
      file.name !== "settings.py" &&
      file.nodes.some((node) => node.nodeType === "Attribute" && node.attr === folder),
  );
}

function settingsKnowDebug({ settings }: ExperimentSource): boolean {
  const found = settings?.classes.get("DirectorySettings");
  if (found === undefined) return true;
  return [...walkKind(found, "Name")].some(({ id }) => /debug/i.test(id));
}

/** A folder that settings.py computes from another one follows it. */
function usesFolder({ settings }: ExperimentSource, name: string): boolean {
  const found = settings?.classes.get("DirectorySettings");
  return (
    found === undefined ||
    !found.body.some((node) => node.nodeType === "FunctionDef" && node.name === name)
  );
}
