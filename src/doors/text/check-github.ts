import type { Finding } from "../../core/rules/rule.ts";

/**
 * Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request
 * (docs.github.com, "Workflow commands for GitHub Actions").
 */
export function githubAnnotations(findings: readonly Finding[]): string {
  return findings.map(annotation).join("\n");
}

const commands = { error: "error", warning: "warning", note: "notice" } as const;

function annotation(finding: Finding): string {
  const { severity, file, line, column, endLine, endColumn, code, name, message } = finding;
  const properties = {
    file,
    line,
    endLine,
    col: column,
    endColumn: Math.max(column, endColumn - 1),
    title: name === null ? code : `${code} ${name}`,
  };
  const listed = Object.entries(properties).map(([key, value]) => `${key}=${property(value)}`);
  return `::${commands[severity]} ${listed.join(",")}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(value: string | number): string {
  return data(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
