import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type CheckedFinding, checkExperiment } from "../../src/core/rules/check-experiment.ts";
import { readSource } from "../../src/python/source-tree.ts";
import { parseProject } from "../../src/storage/competition/project-file.ts";
import { packageRoot } from "../../src/package-root.ts";

/** One folder a case: an experiment's files, project.yml where it matters, expected.txt. */
export const corpusFolder = path.join(packageRoot(), "test", "fixtures", "check");

const plainProject = `competition_name: toy
competition_platform: kaggle
data: { id: id, target: target }
metric: { name: roc_auc, direction: maximize }
validation: { strategy: StratifiedKFold, n_splits: 5, seed: 42 }
`;

/** The Python files of a folder, their names with what goes before. */
function sourcesIn(folder: string, before: string) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".py"))
    .toSorted()
    .map((file) => readSource(`${before}${file}`, readFileSync(path.join(folder, file), "utf8")));
}

/** The findings of a folder checked as an experiment of that name. */
export function checkCase(folder: string, name = "exp001", harness?: string): CheckedFinding[] {
  const settings = path.join(folder, "project.yml");
  const text = existsSync(settings) ? readFileSync(settings, "utf8") : plainProject;
  const files = [
    ...sourcesIn(folder, ""),
    ...(harness === undefined ? [] : sourcesIn(harness, "harness/")),
  ];
  const project = parseProject(text, settings);
  return checkExperiment({ name, folder: `models/${name}`, project, files });
}

/** `train.py:14 XF201 warning`, a line a finding. */
export function findingLines(findings: readonly CheckedFinding[]): string[] {
  return findings.map(
    ({ file, line, code, severity }) => `${path.posix.basename(file)}:${line} ${code} ${severity}`,
  );
}
