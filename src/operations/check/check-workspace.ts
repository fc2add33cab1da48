import path from "node:path";
import { readFile } from "node:fs/promises";
import type { CheckedFinding } from "../../core/rules/check-experiment.ts";
import type { Edit, Finding } from "../../core/rules/rule.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { checkedKey, keepChecked, readChecked } from "../../storage/experiment/checked-file.ts";
import { readPythonSources } from "../../storage/experiment/python-sources.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";

export interface CheckedExperiment {
  /** How many Python files were read. */
  files: number;
  findings: CheckedFinding[];
}

/** The findings of one experiment as its files are now: those of the last time where nothing has changed. */
export async function checkFolder(ws: Workspace, experiment: string): Promise<CheckedExperiment> {
  const sources = await readPythonSources(ws, experiment);
  const key = checkedKey(ws, experiment, sources);
  const known = readChecked<CheckedExperiment>(ws, experiment, key);
  if (known !== undefined) return known;
  const checked = await checkSources(ws, experiment, sources);
  await keepChecked(ws, experiment, key, checked);
  return checked;
}

async function checkSources(
  ws: Workspace,
  experiment: string,
  sources: ReadonlyMap<string, string>,
): Promise<CheckedExperiment> {
  // The parser and the rules load only where something is checked.
  const [{ readSource }, { checkExperiment }] = await Promise.all([
    import("../../python/source-tree.ts"),
    import("../../core/rules/check-experiment.ts"),
  ]);
  const folder = path.relative(ws.root, paths.experiment(ws, experiment));
  const files = [...sources].map(([name, text]) => readSource(name, text));
  const { project } = ws;
  return {
    files: files.length,
    findings: checkExperiment({ name: experiment, folder, project, files }),
  };
}

/** Makes the edits that the findings offer and returns how many findings they fix. */
export async function fixFindings(
  ws: Workspace,
  findings: readonly CheckedFinding[],
): Promise<number> {
  const { applyEdits } = await import("../../core/rules/apply-edits.ts");
  const fixable = findings.filter((finding) => finding.fix !== undefined);
  for (const [name, edits] of editsByFile(fixable)) {
    const file = path.join(ws.root, name);
    await writeAtomic(file, applyEdits(await readFile(file, "utf8"), edits));
  }
  return fixable.length;
}

function editsByFile(findings: readonly CheckedFinding[]): Map<string, Edit[]> {
  const edits = new Map<string, Edit[]>();
  for (const { file, fix = [] } of findings) edits.set(file, [...(edits.get(file) ?? []), ...fix]);
  return edits;
}

/** Without the edits: what is shown. */
export function shown(checked: CheckedFinding): Finding {
  const { fix: _fix, ...finding } = checked;
  return finding;
}
