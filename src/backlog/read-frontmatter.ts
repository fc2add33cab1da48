import type { z } from "zod";
import { findConflict } from "./conflict.ts";
import { lineOfKey, parseFrontmatter } from "./frontmatter.ts";
import type { Problem } from "./task.ts";

type ReadFrontmatter<Values> =
  | { ok: true; values: Values; bodyStart: number }
  | { ok: false; problem: Problem };

/** The frontmatter of a backlog file by its schema and where the body begins, or what is wrong with it on which line. */
export function readFrontmatter<Schema extends z.ZodType>(
  lines: readonly string[],
  file: string,
  schema: Schema,
): ReadFrontmatter<z.output<Schema>> {
  const fail = (line: number, message: string) => ({
    ok: false as const,
    problem: { message, at: { file, line } },
  });
  const conflict = findConflict(lines);
  if (conflict !== undefined) return fail(conflict, "the file has merge conflict markers");
  const parsed = parseFrontmatter(lines);
  if (!parsed.ok) return fail(parsed.line, parsed.message);
  const values = schema.safeParse(parsed.values);
  if (values.success) return { ok: true, values: values.data, bodyStart: parsed.span.close + 1 };
  const key = String(values.error.issues[0]!.path[0]);
  const message = key in parsed.values ? `${key} has the wrong type` : `${key} is missing`;
  return fail(lineOfKey(lines, parsed.span, key), message);
}
