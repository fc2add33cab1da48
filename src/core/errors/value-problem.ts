import type { z } from "zod";
import { nearNames } from "../text/near-names.ts";

/** What is wrong with a value that a schema refused, in words: `expected a whole number, got 20.5`. */
export function valueProblem(issue: z.core.$ZodIssue, value: unknown): string {
  const near =
    issue.code === "invalid_value" ? nearNames(String(value), choicesOf(issue))[0] : undefined;
  return `${expectation(issue)}, got ${shown(value)}${near === undefined ? "" : ` (did you mean ${near}?)`}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `expected ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value") return `expected ${oneOf(choicesOf(issue))}`;
  if (issue.code === "too_small") {
    if (issue.origin === "string") return "must not be empty";
    if (issue.origin === "array") return `expected at least ${issue.minimum} of them`;
    return `expected a number ${issue.inclusive === false ? "above" : "of at least"} ${issue.minimum}`;
  }
  if (issue.code === "too_big") {
    return `expected a number ${issue.inclusive === false ? "below" : "of at most"} ${issue.maximum}`;
  }
  // What a schema says itself.
  return issue.message;
}

const kinds: Record<string, string> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
  record: "keys with values",
};

function choicesOf(issue: z.core.$ZodIssueInvalidValue): string[] {
  return issue.values.map(String);
}

/** `thin, thick`, led by `one of` where there are several. */
export function oneOf(choices: readonly string[]): string {
  return choices.length === 1 ? choices[0]! : `one of ${choices.join(", ")}`;
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
