import { counted } from "../../core/text/counted.ts";
import stringWidth from "fast-string-width";
import type { Finding, Severity } from "../../core/rules/rule.ts";
import type { CheckOutput } from "../../operations/commands/implement/check.ts";
import type { OperationCall } from "../../core/errors/next-action.ts";
import { githubAnnotations } from "./check-github.ts";
import { sarifLog } from "./check-sarif.ts";
import { nextLines } from "./next.ts";
import type { Style } from "./style.ts";
import { shorten } from "./table.ts";

export function renderCheck(output: CheckOutput, style: Style): string {
  if (output.explained !== null) return output.rules.map((rule) => explain(rule, style)).join("\n");
  if (output.format === "json") return JSON.stringify(output.findings, null, 2);
  if (output.format === "github") return githubAnnotations(output.findings);
  if (output.format === "sarif")
    return JSON.stringify(sarifLog(output.findings, output.rules), null, 2);
  return [
    ...output.findings.map((finding) => findingText(finding, style)),
    summary(output, style),
  ].join("\n\n");
}

function colored(severity: Severity, style: Style): (text: string) => string {
  return { error: style.red, warning: style.yellow, note: style.cyan }[severity];
}

/** Location and message, then the line with a caret under what is meant. */
export function findingText(finding: Finding, style: Style): string {
  const { file, line, column, severity, code, name, message, source } = finding;
  const color = colored(severity, style);
  const location = style.bold(`${file}:${line}:${column}`);
  const rule = [color(code), name].filter((part) => part !== null).join(" ");
  const head = `${location}  ${color(severity)} ${rule}  ${message}`;
  if (source === null || source.trim() === "") return head;
  return [head, ...excerpt(finding, source, color, style)].join("\n");
}

function excerpt(
  { line, column, endColumn }: Finding,
  source: string,
  color: (text: string) => string,
  style: Style,
): string[] {
  const number = String(line).padStart(5);
  const text = source.replaceAll("\t", " ");
  const room = Math.max(20, style.width - number.length - 3);
  const before = stringWidth(text.slice(0, column - 1));
  const shownText = shorten(text, room);
  const width = Math.max(1, stringWidth(text.slice(column - 1, endColumn - 1)));
  const bar = style.dim("|");
  const lines = [`${style.dim(number)} ${bar} ${shownText}`];
  if (before < room) {
    const caret = "^".repeat(Math.min(width, room - before));
    lines.push(`${" ".repeat(number.length)} ${bar} ${" ".repeat(before)}${color(caret)}`);
  }
  return lines;
}

function summary({ findings, experiments, files, fixed }: CheckOutput, style: Style): string {
  const where = `${counted(experiments, "experiment")}, ${counted(files, "file")}`;
  const done = fixed > 0 ? `${counted(fixed, "finding")} fixed. ` : "";
  if (findings.length === 0) return `${done}${style.green("no problems found")} in ${where}`;
  const counts = (["error", "warning", "note"] as const)
    .map(
      (severity) => [severity, findings.filter((one) => one.severity === severity).length] as const,
    )
    .filter(([, many]) => many > 0)
    .map(([severity, many]) => colored(severity, style)(counted(many, severity)));
  const fixable = findings.filter((finding) => finding.fixable).length;
  const { name, code } = findings[0]!;
  const next: OperationCall[] = [
    { operation: "check", input: { explain: name ?? code }, why: "explains the rule" },
  ];
  if (fixable > 0) next.push({ operation: "check", input: { fix: true }, why: `fixes ${fixable}` });
  return [`${done}${counts.join(", ")} in ${where}`, ...nextLines(next, style)].join("\n");
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}

function explain(rule: CheckOutput["rules"][number], style: Style): string {
  return [
    `${style.bold(`${rule.code} ${rule.name}`)}  ${rule.summary}  (${colored(rule.severity, style)(rule.severity)})`,
    "",
    `${style.bold("why")}  ${rule.why}`,
    `${style.bold("fix")}  ${rule.fix}`,
    "",
    style.red("breaks it:"),
    indented(rule.bad),
    "",
    style.green("follows it:"),
    indented(rule.good),
    "",
    style.dim(`one line: # crossfold: ignore[${rule.name}] reason`),
  ].join("\n");
}
