import { z } from "zod";
import { nextActionSchema } from "../errors/next-action.ts";
import { UserError } from "../errors/user-error.ts";
import { cvEntrySchema } from "./ledger.ts";

const refusalSchema = z.object({
  code: z.string(),
  message: z.string(),
  at: z
    .object({ file: z.string(), line: z.number().optional(), column: z.number().optional() })
    .optional(),
  expected: z.string().optional(),
  next: nextActionSchema.optional(),
});

/** `judged.json` of a run's record: what its score was found to be when it ended. Written once, and final. */
export const judgementSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("scored"), at: z.string(), entry: cvEntrySchema }),
  /** A score that must not be recorded, and why. */
  z.object({ outcome: z.literal("refused"), at: z.string(), refusal: refusalSchema }),
  /** A run that gives no score, such as one that failed, and how it ended. */
  z.object({ outcome: z.literal("none"), at: z.string(), summary: z.string() }),
]);
export type Judgement = z.output<typeof judgementSchema>;

/** A refusal as it is written down. */
export function refusedAs({ code, message, at, expected, next }: UserError) {
  return {
    code,
    message,
    ...(at === undefined ? {} : { at }),
    ...(expected === undefined ? {} : { expected }),
    ...(next === undefined ? {} : { next }),
  };
}

/** The refusal that was written down, to be shown again. */
export function asRefusal(written: z.output<typeof refusalSchema>): UserError {
  return new UserError(written as ConstructorParameters<typeof UserError>[0]);
}
