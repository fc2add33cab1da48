import { z } from "zod";
import type { MachineRequest } from "../../compute/backend.ts";
import { parseDuration } from "../../core/text/duration.ts";
import { UserError } from "../../core/errors/user-error.ts";

/** The flags of `train` that say what machine to run on. */
export const machineInput = {
  gpu: z.string().optional().describe("Accelerator, such as NVIDIA_L4; none: CPU only"),
  count: z.int().positive().optional().describe("How many accelerators"),
  machine: z
    .string()
    .optional()
    .describe("Machine type; by default the usual one for the accelerator"),
  spot: z
    .boolean()
    .default(false)
    .describe("Cheaper capacity that may be taken away; the job then starts again"),
  flexStart: z
    .boolean()
    .default(false)
    .describe("Wait in line for capacity instead of failing where there is none"),
  timeout: z.string().optional().describe("End the job after this long, such as 4h or 90m"),
  maxCost: z
    .number()
    .positive()
    .optional()
    .describe("Refuse a job that could cost more than this, in US dollars"),
} as const;

/** The flags as a request. Throws a UserError for a time-out that is not a duration. */
export function readMachineRequest(
  given: z.output<z.ZodObject<typeof machineInput>>,
): MachineRequest {
  const { gpu, count, machine, spot, flexStart, maxCost } = given;
  const timeoutSeconds = given.timeout === undefined ? undefined : parseDuration(given.timeout);
  if (given.timeout !== undefined && !(timeoutSeconds! > 0)) {
    throw new UserError({
      code: "timeout",
      message: `--timeout ${given.timeout} is not a duration`,
      expected: "a number with d, h, m or s: 4h, 90m, 1h30m",
      exitCode: 2,
    });
  }
  return { gpu, count, machine, spot, flexStart, maxCost, timeoutSeconds };
}
