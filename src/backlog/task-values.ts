import { UserError } from "../core/errors/user-error.ts";
import type { BacklogConfig } from "./backlog.ts";
import { tidyLine } from "./lines.ts";
import { knownSections } from "./sections.ts";

/** A status as the project spells it, given in any case. Throws a UserError that lists those there are. */
export function knownStatus(status: string, config: BacklogConfig): string {
  return pick(status, config.statuses, "status", "task-status");
}

/** A priority as it is written, in lower case. Throws a UserError that lists those there are. */
export function knownPriority(priority: string, config: BacklogConfig): string {
  return pick(priority, config.priorities, "priority", "task-priority").toLowerCase();
}

/** A title on one line. Throws a UserError where nothing is left of it. */
export function knownTitle(title: string): string {
  const line = tidyLine(title);
  if (line !== "") return line;
  throw new UserError({
    code: "task-title",
    message: "the title is empty",
    expected: "a few words: exp002: Target encoding of the cabin",
    exitCode: 2,
  });
}

/**
 * Lines of a section's text, outer blank space gone. Throws a UserError where a line is one of Backlog.md's own
 * markers, which would end the section early.
 */
export function sectionLines(text: string): string[] {
  const tidy = text.replaceAll(/\r\n?/g, "\n").trim();
  if (tidy === "") return [];
  const lines = tidy.split("\n");
  const marker = lines.find((line) => markers.has(line));
  if (marker === undefined) return lines;
  throw new UserError({
    code: "reserved-marker",
    message: `a line of the text is Backlog.md's own marker ${marker}`,
    expected: "the same line with a space before it",
    exitCode: 2,
  });
}

const markers = new Set(
  knownSections.flatMap(({ marker }) => [`<!-- ${marker}:BEGIN -->`, `<!-- ${marker}:END -->`]),
);

/** Labels in order, without blank ones and repetitions. */
export function tidyLabels(labels: readonly string[]): string[] {
  return [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ""))];
}

function pick(value: string, known: readonly string[], what: string, code: string): string {
  const found = known.find((one) => one.toLowerCase() === value.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UserError({
    code,
    message: `"${value}" is not a ${what} of this backlog`,
    expected: `one of ${known.join(", ")}`,
    exitCode: 2,
  });
}
