import path from "node:path";
import { readFile } from "node:fs/promises";
import type { CheckedFinding } from "../../core/rules/check-experiment.ts";
import type { Edit, Finding } from "../../core/rules/rule.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { readPythonSources } from "../../storage/experiment/python-sources.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";

export interface CheckedExperiment {
  /** How many Python files were read. */
  files: number;
  findings: CheckedFinding[];
}

/** The findings of one experiment as its files are now. */
export async function checkFolder(ws: Workspace, experiment: string): Promise<CheckedExperiment> {
  const [{ readSource }, { checkExperiment }, sources] = await Promise.all([
    // The parser and the rules load only where something is checked.
    import("../../python/source-tree.ts"),
    import("../../core/rules/check-experiment.ts"),
    readPythonSources(ws, experiment),
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
