import { describe, expect, test } from "vitest";
import type { Finding } from "../../core/rules/rule.ts";
import { findingText, renderCheck } from "./check.ts";
import { makeStyle } from "./style.ts";

const finding: Finding = {
  tool: "crossfold",
  code: "XF108",
  name: "constant-outside-config",
  severity: "warning",
  message: "SEED, 100%: it belongs\nin Config",
  experiment: "exp001",
  file: "models/exp001/学習.py",
  line: 3,
  column: 14,
  endLine: 3,
  endColumn: 18,
  source: 'x = "東京都"; SEED = 42',
  fixable: false,
};
const output = (format: "text" | "json" | "github" | "sarif") => ({
  format,
  experiments: 1,
  files: 3,
  fixed: 0,
  findings: [finding],
  rules: [
    {
      code: "XF108",
      name: "constant-outside-config",
      severity: "warning" as const,
      summary: "s",
      why: "w",
      fix: "f",
      bad: "b",
      good: "g",
    },
  ],
  explained: null,
});
const wide = makeStyle({ color: false, width: Number.POSITIVE_INFINITY });

describe("a finding as text", () => {
  test("the head names the rule by code and name; a tool's finding has its code alone", () => {
    const [head] = findingText({ ...finding, message: "m" }, wide).split("\n");
    expect(head).toBe("models/exp001/学習.py:3:14  warning XF108 constant-outside-config  m");
    const ruff = { ...finding, tool: "ruff" as const, code: "F401", name: null, message: "m" };
    expect(findingText(ruff, wide).split("\n")[0]).toContain("warning F401  m");
  });

  test("the caret stands below the word, wide characters before it", () => {
    const at = 'x = "東京都"; '.length + 1;
    const text = findingText({ ...finding, message: "m", column: at, endColumn: at + 4 }, wide);
    expect(text.split("\n").slice(1)).toEqual([
      '    3 | x = "東京都"; SEED = 42',
      "      |               ^^^^",
    ]);
  });

  test("a line longer than the terminal is cut, and a caret beyond it left out", () => {
    const narrow = makeStyle({ color: false, width: 30 });
    const source = `${"a".repeat(60)} b`;
    const lines = findingText({ ...finding, source, column: 62, endColumn: 63 }, narrow).split(
      "\n",
    );
    expect(lines.at(-1)).toBe(`    3 | ${"a".repeat(21)}…`);
  });
});

test("GitHub annotations escape what would end them", () => {
  expect(renderCheck(output("github"), wide)).toBe(
    "::warning file=models/exp001/学習.py,line=3,endLine=3,col=14,endColumn=17,title=XF108 constant-outside-config::SEED, 100%25: it belongs%0Ain Config",
  );
});

test("SARIF 2.1.0 names the rule, its level and the place, with a path that is a URI", () => {
  const log = JSON.parse(renderCheck(output("sarif"), wide));
  expect(log).toMatchObject({
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "crossfold",
            rules: [{ id: "XF108", name: "constant-outside-config", help: { text: "f" } }],
          },
        },
        results: [
          {
            ruleId: "XF108",
            level: "warning",
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "models/exp001/%E5%AD%A6%E7%BF%92.py" },
                  region: { startLine: 3, startColumn: 14, endLine: 3, endColumn: 18 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});
