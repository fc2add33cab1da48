import { readFileSync } from "node:fs";
import path from "node:path";
import { type Project, projectSchema } from "../../src/core/competition/project.ts";
import { type CheckedFinding, checkExperiment } from "../../src/core/rules/check-experiment.ts";
import { walk } from "../../src/core/rules/analysis/python-tree.ts";
import type { SourceFile } from "../../src/core/rules/analysis/source-file.ts";
import { packageRoot } from "../../src/package-root.ts";
import { readSource } from "../../src/python/source-tree.ts";

/** Scripts with one planted leak or none, written apart from the rules; its README says how they are judged. */
const leakFolder = path.join(packageRoot(), "test", "fixtures", "leaks");

interface PlantedLeak {
  kind: string;
  severity: "error" | "warning";
  line: number;
  sentence: string;
}

export interface LeakScript {
  file: string;
  project: { id: string; target: string; validation: Record<string, string> };
  leak: PlantedLeak | null;
  accepted?: boolean;
  note?: string;
}

/** What check says of one script, beside what it should say. */
export interface Judged {
  script: LeakScript;
  /** Whether the planted leak is among the findings, at least as severe as it is. */
  found: boolean;
  /** Findings that accuse an honest script. */
  accusations: CheckedFinding[];
  /** Findings about leaks that are none of both: to be looked at by hand. */
  others: CheckedFinding[];
}

export function leakScripts(): LeakScript[] {
  const text = readFileSync(path.join(leakFolder, "leaks.json"), "utf8");
  return (JSON.parse(text) as { scripts: LeakScript[] }).scripts;
}

export function judgeScript(script: LeakScript): Judged {
  const text = readFileSync(path.join(leakFolder, script.file), "utf8");
  const source = readSource("train.py", text);
  const findings = leakFindings(source, script.project);
  const { leak } = script;
  if (leak === null) {
    const accusations = findings.filter((one) => accuses(one, script.accepted === true));
    const others = findings.filter((one) => !accusations.includes(one));
    return { script, found: false, accusations, others };
  }
  if ("fault" in source) throw new Error(`${script.file} is no valid Python`);
  const [first, last] = statementAt(source, leak.line);
  const hits = findings.filter(
    ({ line, severity }) =>
      line >= first && line <= last && (severity === "error" || severity === leak.severity),
  );
  const others = findings.filter((one) => !hits.includes(one));
  return { script, found: hits.length > 0, accusations: [], others };
}

/** A warning already accuses; where the community accepts a practice, an error does. */
function accuses({ severity }: CheckedFinding, accepted: boolean): boolean {
  return severity === "error" || (severity === "warning" && !accepted);
}

/** The findings about leaks; conventions, seeds and the rest are another matter. */
export function leakFindings(
  source: ReturnType<typeof readSource>,
  { id, target, validation }: LeakScript["project"],
): CheckedFinding[] {
  const project: Project = projectSchema.parse({
    competition_name: "corpus",
    competition_platform: "local",
    data: { id, target },
    metric: { name: "own", direction: "maximize" },
    validation,
  });
  const subject = { name: "exp001", folder: "models/exp001", project, files: [source] };
  return checkExperiment(subject).filter(({ code }) => /^XF(2\d\d|119)$/.test(code));
}

/** The lines of the smallest statement that touches a line; a compound one counts with its head alone. */
function statementAt({ tree }: SourceFile, line: number): [first: number, last: number] {
  let best: [number, number] = [line, line];
  for (const node of walk(tree)) {
    if (!/^(Assign|AugAssign|AnnAssign|Expr|Return|Import|ImportFrom)$/.test(node.nodeType))
      continue;
    const last = node.end_lineno ?? node.lineno;
    if (node.lineno <= line && last >= line) best = [node.lineno, last];
  }
  return best;
}
