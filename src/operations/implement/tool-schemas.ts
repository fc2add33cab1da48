import { z } from "zod";

export const toolInput = z.object({
  experiments: z
    .array(z.string())
    .default([])
    .describe("Experiments to look at; by default the whole workspace"),
});

export const toolOutput = z.object({
  results: z.array(z.object({ command: z.string(), exitCode: z.int(), output: z.string() })),
});
export type ToolOutput = z.output<typeof toolOutput>;
