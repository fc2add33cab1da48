import { z } from "zod";

/**
 * What to do next: an operation to call, or, where it is none, a sentence (a file to edit, a page to open). Each door
 * spells the operation its own way; an input that the operation requires and that is not here is the caller's to fill in.
 */
export const nextActionSchema = z.union([
  z.string(),
  z.object({ operation: z.string(), input: z.record(z.string(), z.unknown()), why: z.string() }),
]);
export type NextAction = z.output<typeof nextActionSchema>;

/** An operation to call, with the reason. test/next-actions.test.ts holds names and keys against the operations. */
export type OperationCall = Exclude<NextAction, string>;
