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

/** The number of a task that is no subtask: 3 of TASK-3, and of TASK-3.1. */
export function idNumber(id: string): number {
  return Number(/-(\d+)/.exec(id)?.[1] ?? 0);
}
