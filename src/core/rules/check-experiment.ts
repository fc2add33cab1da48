import type { Project } from "../competition/project.ts";
import { makeExperimentSource } from "./analysis/experiment-source.ts";
import { type Ignore, ignoresIn } from "./ignores.ts";
import type { Edit, Finding, Found, Rule, RuleText } from "./rule.ts";
import { findRule, noSuchRule, rules, ruleTexts } from "./rules.ts";
import { columnAt, type SourceFile, type SyntaxFault } from "./analysis/source-file.ts";
import { ignoreWithoutReason } from "./syntax/ignore-without-reason.ts";
import { syntaxError } from "./syntax/syntax-error.ts";
import { unusedIgnore } from "./syntax/unused-ignore.ts";

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
 * Every finding of one experiment in the order of its files and lines. While one file is not valid Python the rules say
 * nothing: what they miss may be in it.
 */
export function checkExperiment(
  subject: Subject,
  table: readonly Rule[] = rules,
): CheckedFinding[] {
  const faults = subject.files.filter((file) => "fault" in file);
  if (faults.length > 0) return faults.map((file) => faultFinding(subject, file));
  const files = subject.files.filter((file) => "tree" in file);
  const source = makeExperimentSource(subject.name, subject.project, files);
  const ignored = subject.project.check?.ignore ?? [];
  const off = new Set(ignored.map((word) => findRule(word, table)?.code));
  const found = table
    .filter((rule) => !off.has(rule.code))
    .flatMap((rule) => rule.check(source).map((one) => place(subject, rule, one)));
  return inOrder(silence(subject, files, found, table, off));
}

function faultFinding(subject: Subject, { name, fault, lines }: SyntaxFault): CheckedFinding {
  const { line, column } = fault;
  return {
    ...lineFinding(subject, { name, lines }, line, syntaxError, fault.message),
    column,
    endColumn: column + 1,
  };
}

function place(
  subject: Subject,
  rule: Rule,
  { file, at, message, maybe, severity = rule.severity, fix }: Found,
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
    code: rule.code,
    name: rule.name,
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
  table: readonly Rule[],
  off: ReadonlySet<string | undefined>,
): CheckedFinding[] {
  const kept = new Set(found);
  const notes: CheckedFinding[] = [];
  const known = ruleTexts(table);
  for (const file of files) {
    for (const ignore of ignoresIn(file)) {
      const named = ignore.rules.map((word) => ({ word, rule: findRule(word, known) }));
      const hits = found.filter(
        (finding) =>
          isAt(finding, ignore, subject.folder) &&
          named.some(({ rule }) => rule?.code === finding.code),
      );
      for (const hit of hits) kept.delete(hit);
      const note = (rule: RuleText, message: string) =>
        notes.push(lineFinding(subject, file, ignore.line, rule, message));
      if (ignore.reason === "") note(ignoreWithoutReason, "this ignore comment has no reason");
      for (const { word, rule } of named) {
        if (rule === undefined) note(unusedIgnore, noSuchRule(word, known));
        else if (!off.has(rule.code) && !hits.some(({ code }) => code === rule.code))
          note(unusedIgnore, `ignore[${word}] silences nothing here`);
      }
    }
  }
  return [...kept, ...notes];
}

function isAt(finding: CheckedFinding, ignore: Ignore, folder: string): boolean {
  return finding.file === `${folder}/${ignore.file}` && finding.line === ignore.silences;
}

/** A finding about a whole line: one that cannot be read, or a comment. */
function lineFinding(
  subject: Subject,
  file: Pick<SourceFile, "name" | "lines">,
  line: number,
  { code, name, severity }: RuleText,
  message: string,
): CheckedFinding {
  const source = file.lines[line - 1] ?? "";
  const column = Math.max(1, source.search(/\S/) + 1);
  return {
    tool: "crossfold",
    code,
    name,
    severity,
    message,
    experiment: subject.name,
    file: `${subject.folder}/${file.name}`,
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
