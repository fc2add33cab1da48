import path from "node:path";
import { z } from "zod";
import type { Problem } from "../../backlog/task.ts";

/** A file of the backlog that cannot be read; it is shown beside the result, and the others still work. */
export const problemSchema = z.object({
  message: z.string(),
  /** Relative to the workspace. */
  file: z.string(),
  line: z.int().nullable(),
});

/** Each once, whoever came upon it. */
export function showProblems(
  root: string,
  problems: readonly Problem[],
): z.output<typeof problemSchema>[] {
  const shown = problems.map(({ message, at }) => ({
    message,
    file: path.relative(root, at.file),
    line: at.line ?? null,
  }));
  return [...new Map(shown.map((one) => [JSON.stringify(one), one])).values()];
}
