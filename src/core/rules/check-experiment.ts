import type { Project } from "../project.ts";
import type { RuleCode } from "./codes.ts";
import { makeExperimentSource } from "./analysis/experiment-source.ts";
import { type Ignore, ignoresIn } from "./ignores.ts";
import type { Edit, Finding, Found, Severity } from "./rule.ts";
import { columnAt, type SourceFile, type SyntaxFault } from "./analysis/source-file.ts";
import { rules } from "./table.ts";

export interface CheckedFinding extends Finding {
  fix: Edit[] | undefined;
}

export interface Subject {
  /** The experiment's name. */
  name: string;
  /** Its folder, relative to the workspace. */
  folder: string;
  project: Project;
  files: readonly (SourceFile | SyntaxFault)[];
}

/**
 * Every finding of one experiment in the order of its files and lines. While one file is no valid Python the rules say
 * nothing: what they miss may stand in it.
 */
export function checkExperiment(subject: Subject): CheckedFinding[] {
  const faults = subject.files.filter((file) => "fault" in file);
  if (faults.length > 0) return faults.map((file) => faultFinding(subject, file));
  const files = subject.files.filter((file) => "tree" in file);
  const source = makeExperimentSource(subject.name, subject.project, files);
  const off: readonly string[] = subject.project.check?.ignore ?? [];
  const found = Object.entries(rules).flatMap(([code, rule]) =>
    off.includes(code)
      ? []
      : rule.find(source).map((one) => place(subject, code, rule.severity, one)),
  );
  return inOrder(silence(subject, files, found, off));
}

function faultFinding(subject: Subject, { name, fault, lines }: SyntaxFault): CheckedFinding {
  const { line, column } = fault;
  return {
    ...frameFinding(subject, name, line, "XF001", fault.message, lines),
    severity: "error",
    column,
    endColumn: column + 1,
  };
}

function place(
  subject: Subject,
  code: string,
  usual: Severity,
  { file, at, message, maybe, severity = usual, fix }: Found,
): CheckedFinding {
  const line = at?.lineno ?? 1;
  const text = file.lines[line - 1] ?? "";
  const column = at === undefined ? 1 : columnAt(file.lines, line, at.col_offset);
  const ends = at?.end_lineno === line && at.end_col_offset !== undefined;
  const endColumn = ends
    ? columnAt(file.lines, line, at.end_col_offset!)
    : Math.max(column + 1, text.trimEnd().length + 1);
  return {
    tool: "crossfold",
    code,
    severity: maybe ? "note" : severity,
    message: maybe ? `maybe: ${message}` : message,
    experiment: subject.name,
    file: `${subject.folder}/${file.name}`,
    line,
    column,
    endLine: line,
    endColumn,
    source: text,
    fixable: fix !== undefined,
    fix,
  };
}

/** Takes away what a comment silences, and says which comments give no reason or silence nothing. */
function silence(
  subject: Subject,
  files: readonly SourceFile[],
  found: readonly CheckedFinding[],
  off: readonly string[],
): CheckedFinding[] {
  const kept = new Set(found);
  const notes: CheckedFinding[] = [];
  for (const file of files) {
    for (const ignore of ignoresIn(file)) {
      const hits = found.filter((finding) => matches(finding, ignore, subject.folder));
      for (const hit of hits) kept.delete(hit);
      const note = (code: string, message: string) =>
        notes.push(frameFinding(subject, file.name, ignore.line, code, message, file.lines));
      if (ignore.reason === "") note("XF002", "this ignore gives no reason");
      for (const code of ignore.codes) {
        if (off.includes(code) || hits.some((hit) => hit.code === code)) continue;
        note("XF003", `ignore[${code}] silences nothing here`);
      }
    }
  }
  return [...kept, ...notes];
}

function matches(finding: CheckedFinding, ignore: Ignore, folder: string): boolean {
  return (
    finding.file === `${folder}/${ignore.file}` &&
    finding.line === ignore.silences &&
    ignore.codes.includes(finding.code)
  );
}

function frameFinding(
  subject: Subject,
  file: string,
  line: number,
  code: string,
  message: string,
  lines: readonly string[],
): CheckedFinding {
  const source = lines[line - 1] ?? "";
  const column = Math.max(1, source.search(/\S/) + 1);
  return {
    tool: "crossfold",
    code,
    severity: "note",
    message,
    experiment: subject.name,
    file: `${subject.folder}/${file}`,
    line,
    column,
    endLine: line,
    endColumn: Math.max(column + 1, source.length + 1),
    source,
    fixable: false,
    fix: undefined,
  };
}

function inOrder(findings: readonly CheckedFinding[]): CheckedFinding[] {
  const key = ({ file, line, column, code }: CheckedFinding) => [file, line, column, code] as const;
  return findings.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    const at = left.findIndex((part, index) => part !== right[index]);
    return at === -1 ? 0 : left[at]! < right[at]! ? -1 : 1;
  });
}

/** Whether a text is the code of a rule. */
export function isRuleCode(code: string): code is RuleCode {
  return Object.hasOwn(rules, code);
}
