import { z } from "zod";
import type { Finding } from "../../core/rules/rule.ts";

/** One finding, of check, ruff or ty; lines and columns count from 1, the end column is the one after the last. */
export const findingSchema = z.object({
  tool: z.enum(["crossfold", "ruff", "ty"]),
  code: z.string(),
  name: z.string().nullable().describe("The rule's readable name; null for ruff and ty"),
  severity: z.enum(["error", "warning", "note"]),
  message: z.string(),
  experiment: z.string().nullable(),
  file: z.string().describe("Relative to the workspace"),
  line: z.int(),
  column: z.int(),
  endLine: z.int(),
  endColumn: z.int(),
  source: z.string().nullable().describe("Text of the line"),
  fixable: z.boolean(),
}) satisfies z.ZodType<Finding>;
