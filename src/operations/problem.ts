import { z } from "zod";

/** A file that could not be read, in an operation's result. */
export const problemSchema = z.object({
  message: z.string(),
  at: z.object({
    file: z.string(),
    line: z.number().exactOptional(),
    column: z.number().exactOptional(),
  }),
});
