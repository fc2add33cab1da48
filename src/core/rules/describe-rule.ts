import { isRuleCode } from "./check-experiment.ts";
import { frameRules } from "./frame-rules.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./table.ts";

export type RuleText = { code: string } & Omit<Rule, "find">;

/** What a code stands for; undefined where there is no such code. */
export function describeRule(code: string): RuleText | undefined {
  const rule = isRuleCode(code) ? rules[code] : undefined;
  if (rule !== undefined) {
    const { find: _find, ...text }: Rule = rule;
    return { code, ...text };
  }
  const frame = Object.entries(frameRules).find(([name]) => name === code)?.[1];
  return frame && { code, ...frame };
}
