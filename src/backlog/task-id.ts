/** An id as it is shown: `3` and `task-3` become `TASK-3`; zero padding stays as it is written. */
export function taskId(id: string, prefix = "task"): string {
  const text = id.trim();
  return (/^\d+(\.\d+)*$/.test(text) ? `${prefix}-${text}` : text).toUpperCase();
}

/** Whether two ids name the same task: case and leading zeros do not count. */
export function sameTaskId(a: string, b: string, prefix = "task"): boolean {
  return comparable(a, prefix) === comparable(b, prefix);
}

function comparable(id: string, prefix: string): string {
  return taskId(id, prefix).replaceAll(/(?<=[-.])0+(?=\d)/g, "");
}

/** The id in a task's file name, `task-3 - title.md`, as it is shown; undefined where the name has none. */
export function idInFileName(name: string, prefix: string): string | undefined {
  const match = /^([A-Za-z]+-\d+(?:\.\d+)*)(?= - |\.md$)/.exec(name);
  if (match === null || !name.endsWith(".md")) return undefined;
  return match[1]!.toLowerCase().startsWith(`${prefix.toLowerCase()}-`)
    ? taskId(match[1]!)
    : undefined;
}

/** Digits of the number of a task, or of its parent where it is a subtask: 3 of TASK-3, and of TASK-03.1. */
export function taskNumber(id: string): string | undefined {
  return /-0*(\d+)/.exec(id)?.[1];
}

/** Digits up to which a number is counted on from; a longer one is a date, a hash or a slip. */
const longestNumber = 15;

/** One more than the highest of the numbers that are taken, as digits. Longer ones count as taken and no more. */
export function nextNumber(taken: readonly string[]): string {
  const all = new Set(taken);
  const counted = taken.filter((digits) => digits.length <= longestNumber).map(Number);
  let next = counted.reduce((highest, one) => Math.max(highest, one), 0) + 1;
  while (all.has(String(next))) next += 1;
  return String(next);
}
