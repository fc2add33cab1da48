import { z } from "zod";
import { findingSchema } from "./finding-schema.ts";

export const toolInput = z.object({
  experiments: z
    .array(z.string())
    .default([])
    .describe("Experiments to look at; by default the whole workspace"),
});

export const toolOutput = z.object({
  results: z.array(z.object({ command: z.string(), exitCode: z.int(), output: z.string() })),
  findings: z.array(findingSchema).describe("The same as data, in the shape of check's findings"),
});
export type ToolOutput = z.output<typeof toolOutput>;

/** 3 where the tool found something, as `check` has it; 1 where it failed without saying what it found. */
export function toolExitCode({ results, findings }: ToolOutput): 0 | 1 | 3 {
  if (results.every(({ exitCode }) => exitCode === 0)) return 0;
  return findings.length > 0 ? 3 : 1;
}
