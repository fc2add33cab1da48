import { z } from "zod";
import { nextActionSchema } from "../../core/errors/next-action.ts";

/** One thing that `doctor` looked for. */
export const checkSchema = z.object({
  name: z.string(),
  found: z.boolean(),
  version: z.string().nullable(),
  /** Where it was found, or what is wrong. */
  detail: z.string().nullable(),
  neededFor: z.string(),
  /** Nothing works without it; otherwise a convenience. */
  required: z.boolean(),
  /** How to get it or fix it. */
  how: nextActionSchema.nullable(),
});
export type Check = z.output<typeof checkSchema>;
