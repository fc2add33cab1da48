import type { Finding, RuleText } from "../../core/rules/rule.ts";

/** What the log says of a rule. */
type Described = Omit<RuleText, "code" | "bad" | "good"> & { code: string };

/** Findings as a SARIF 2.1.0 log (OASIS standard), one run a tool. */
export function sarifLog(findings: readonly Finding[], rules: readonly Described[]): object {
  const tools = new Set(findings.map(({ tool }) => tool)).add("crossfold");
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [...tools].map((tool) => ({
      tool: { driver: { name: tool, rules: tool === "crossfold" ? rules.map(descriptor) : [] } },
      columnKind: "utf16CodeUnits",
      results: findings.filter((finding) => finding.tool === tool).map(result),
    })),
  };
}

function descriptor({ code, name, severity, summary, why, fix }: Described): object {
  return {
    id: code,
    name,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: { text: fix },
    defaultConfiguration: { level: severity },
  };
}

function result({ code, severity, message, file, ...at }: Finding): object {
  const { line, column, endLine, endColumn } = at;
  return {
    ruleId: code,
    level: severity,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: file.split("/").map(encodeURIComponent).join("/"),
            uriBaseId: "%SRCROOT%",
          },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
  };
}
