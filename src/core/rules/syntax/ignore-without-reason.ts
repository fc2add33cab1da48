import type { RuleText } from "../rule.ts";

export const ignoreWithoutReason: RuleText = {
  code: "XF002",
  name: "ignore-without-reason",
  severity: "note",
  summary: "an ignore comment gives its reason",
  why: "Whoever reads the line later must be able to tell a decision from an oversight.",
  fix: "Write the reason after the brackets.",
  bad: `SEED = 42  # crossfold: ignore[constant-outside-config]`,
  good: `SEED = 42  # crossfold: ignore[constant-outside-config] the host's script imports it`,
};
