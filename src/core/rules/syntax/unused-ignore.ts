import type { RuleText } from "../rule.ts";

export const unusedIgnore: RuleText = {
  code: "XF003",
  name: "unused-ignore",
  severity: "note",
  summary: "an ignore comment silences something",
  why: "What it was written for is gone, and it would hide the next finding on that line.",
  fix: "Remove the comment.",
  bad: `x = 1  # crossfold: ignore[fit-before-split] fitted on all rows on purpose`,
  good: `x = 1`,
};
