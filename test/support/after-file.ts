type Task = () => unknown;

const tasks: Task[] = [];

/** Does this when the test file that is running has ended, what was asked for last first. */
export function afterFile(task: Task): void {
  tasks.push(task);
}

/** Called by `after-file.setup.ts`, which every test file has, also where files share their modules. */
export async function doAfterFile(): Promise<void> {
  for (const task of tasks.splice(0).toReversed()) await task();
}
