import type { frameCodes } from "./codes.ts";
import type { Rule } from "./rule.ts";

/** What is said of codes that come before any rule. */
export const frameRules: Record<keyof typeof frameCodes, Omit<Rule, "find">> = {
  XF001: {
    summary: "a file is valid Python",
    why: "It cannot be run, and no rule can be sure of an experiment of which a part cannot be read.",
    mend: "Mend the syntax at the place named; the other rules speak again afterwards.",
    severity: "error",
    bad: `def main(debug: bool = False)\n    ...`,
    good: `def main(debug: bool = False):\n    ...`,
  },
  XF002: {
    summary: "an ignore says why",
    why: "Who reads the line later must be able to tell a decision from an oversight.",
    mend: "Write the reason after the brackets.",
    severity: "note",
    bad: `SEED = 42  # crossfold: ignore[XF108]`,
    good: `SEED = 42  # crossfold: ignore[XF108] the host's script imports it`,
  },
  XF003: {
    summary: "an ignore silences something",
    why: "What it was for is gone, and it would hide the next finding on that line.",
    mend: "Remove the comment.",
    severity: "note",
    bad: `x = 1  # crossfold: ignore[XF201] fitted on all rows on purpose`,
    good: `x = 1`,
  },
};
