import { nearNames } from "../text/near-names.ts";
import type { Rule, RuleText } from "./rule.ts";
import { ignoreWithoutReason } from "./syntax/ignore-without-reason.ts";
import { syntaxError } from "./syntax/syntax-error.ts";
import { unusedIgnore } from "./syntax/unused-ignore.ts";
import * as table from "./table.ts";

/** The rules of the table in the order of their codes. */
export const rules: readonly Rule[] = Object.values(table).toSorted(byCode);

/** Rules about the files and comments themselves; they are always on. */
const syntax: readonly RuleText[] = [syntaxError, ignoreWithoutReason, unusedIgnore];

/** What everything stands for that check may find, in the order of the codes. */
export function ruleTexts(among: readonly Rule[] = rules): RuleText[] {
  return [...syntax, ...among.map(({ check: _check, ...text }) => text)].toSorted(byCode);
}

/** The rule of that code or name, however its letters are cased; undefined where there is none. */
export function findRule<Named extends RuleText>(
  word: string,
  among: readonly Named[],
): Named | undefined {
  const wanted = word.toLowerCase();
  return among.find(({ code, name }) => code.toLowerCase() === wanted || name === wanted);
}

/** The name or code that a word was probably meant for. */
export function nearestRule(word: string, among: readonly RuleText[]): string | undefined {
  const names = among.flatMap(({ code, name }) => [name, code]);
  return nearNames(word, names, 1)[0];
}

/** The message for a word that names no rule, with the nearest one. */
export function noSuchRule(word: string, among: readonly RuleText[]): string {
  const near = nearestRule(word, among);
  return `there is no rule "${word}"${near === undefined ? "" : ` (did you mean ${near}?)`}`;
}

function byCode(one: RuleText, other: RuleText): number {
  return one.code < other.code ? -1 : 1;
}
