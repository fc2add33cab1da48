import type { RuleText } from "../rule.ts";

export const syntaxError: RuleText = {
  code: "XF001",
  name: "syntax-error",
  severity: "error",
  summary: "every file is valid Python",
  why: "The file cannot be run, and while part of an experiment cannot be read, no other rule can be sure of it.",
  fix: "Fix the syntax at the line shown; the other rules are checked again afterwards.",
  bad: `def main(debug: bool = False)\n    ...`,
  good: `def main(debug: bool = False):\n    ...`,
};
