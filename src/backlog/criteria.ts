import { UserError } from "../core/errors/user-error.ts";
import type { Criterion } from "./task.ts";

const itemPattern = /^- \[([ xX])\] (?:#(\d+) )?(.*)$/;

/** Acceptance criteria in the lines of their section: `- [x] #1 text`. One without a number counts by its position. */
export function parseCriteria(lines: readonly string[]): Criterion[] {
  return itemsIn(lines).map(({ index, checked, text }) => ({ index, checked, text }));
}

/** Lines with criteria added after the last one. */
export function addCriteria(lines: readonly string[], texts: readonly string[]): string[] {
  const items = itemsIn(lines);
  const highest = Math.max(0, ...items.map((item) => item.index));
  const added = texts.map((text, at) => `- [ ] #${highest + at + 1} ${text}`);
  const last = items.at(-1);
  const at = last === undefined ? lines.length : endOfItem(lines, last.line);
  return lines.toSpliced(at, 0, ...added);
}

/** Lines with one box ticked or cleared. Throws a UserError that names the numbers there are. */
export function markCriterion(
  lines: readonly string[],
  index: number,
  checked: boolean,
  taskId: string,
): string[] {
  const items = itemsIn(lines);
  const item = items.find((one) => one.index === index);
  if (item === undefined) throw noCriterion(index, items, taskId);
  const line = lines[item.line]!;
  if (item.checked === checked) return [...lines];
  return lines.with(item.line, `- [${checked ? "x" : " "}]${line.slice(5)}`);
}

function itemsIn(lines: readonly string[]): (Criterion & { line: number })[] {
  const items: (Criterion & { line: number })[] = [];
  for (const [line, content] of lines.entries()) {
    const match = itemPattern.exec(content);
    if (match === null) continue;
    const written = Number(match[2]);
    const index = Number.isSafeInteger(written) ? written : items.length + 1;
    items.push({ index, checked: match[1] !== " ", text: match[3]!.trim(), line });
  }
  return items;
}

function endOfItem(lines: readonly string[], line: number): number {
  let end = line + 1;
  while (end < lines.length && lines[end]!.trim() !== "") end += 1;
  return end;
}

function noCriterion(index: number, items: readonly Criterion[], taskId: string): UserError {
  return new UserError({
    code: "no-criterion",
    message: `${taskId} has no acceptance criterion #${index}`,
    expected:
      items.length === 0
        ? "the task has none"
        : `one of ${items.map((item) => `#${item.index}`).join(", ")}`,
    next: {
      operation: "tasks view",
      input: { id: taskId },
      why: "lists its criteria with their numbers",
    },
    exitCode: 2,
  });
}
