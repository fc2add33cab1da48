import { counted } from "../text/counted.ts";
import { UserError } from "../errors/user-error.ts";
import { acceleratorNames, acceleratorOf, type AcceleratorName } from "./accelerators.ts";

/** How a machine is paid for, and what may happen to it. */
export type Provisioning = "on-demand" | "spot" | "flex-start";

/** `scheduling.strategy` of a CustomJob. */
export const strategies = {
  "on-demand": "STANDARD",
  spot: "SPOT",
  "flex-start": "FLEX_START",
} as const satisfies Record<Provisioning, string>;

/** The flags as one way. Throws a UserError for both at once. */
export function provisioningOf({
  spot = false,
  flexStart = false,
}: {
  spot?: boolean | undefined;
  flexStart?: boolean | undefined;
}): Provisioning {
  if (!spot) return flexStart ? "flex-start" : "on-demand";
  if (!flexStart) return "spot";
  throw new UserError({
    code: "spot-and-flex-start",
    message: "--spot and --flex-start exclude each other",
    next: "leave one of them out",
    exitCode: 2,
  });
}

const sevenDays = 7 * 86_400;

/** H100 machines with fewer than eight GPUs, which Compute Engine gives as spot or flex-start only. */
const neverOnDemand = new Set(["a3-highgpu-1g", "a3-highgpu-2g", "a3-highgpu-4g"]);

interface Asked {
  machineType: string;
  accelerator: AcceleratorName | undefined;
  /** Of the job, in seconds. */
  timeout: number;
}

/** What to know about a machine taken in that way. Throws a UserError where Vertex AI takes no such job. */
export function checkProvisioning(provisioning: Provisioning, asked: Asked): string[] {
  if (provisioning === "flex-start") checkFlexStart(asked);
  return warnings(provisioning, asked);
}

function checkFlexStart({ accelerator, timeout }: Asked): void {
  if (accelerator === undefined || !acceleratorOf(accelerator).flexStart) {
    const able = acceleratorNames.filter((name) => acceleratorOf(name).flexStart);
    throw new UserError({
      code: "no-flex-start",
      message: `${accelerator ?? "a machine without an accelerator"} is not available with --flex-start`,
      expected: `one of ${able.join(", ")}`,
      next: "leave --flex-start out, or use --spot",
      exitCode: 2,
    });
  }
  if (timeout <= sevenDays) return;
  throw new UserError({
    code: "flex-start-too-long",
    message: `a job with --flex-start may take 7 days, not ${counted(Math.ceil(timeout / 3600), "hour")}`,
    next: "--timeout 168h, or less",
    exitCode: 2,
  });
}

function warnings(provisioning: Provisioning, { machineType }: Asked): string[] {
  if (provisioning !== "on-demand" || !neverOnDemand.has(machineType)) return [];
  return [
    `Compute Engine offers ${machineType} as --spot or --flex-start only; on demand only a3-highgpu-8g`,
  ];
}
