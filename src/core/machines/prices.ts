import { UserError } from "../errors/user-error.ts";
import type { AcceleratorName } from "./accelerators.ts";
import { findMachineType } from "./machine-types.ts";
import type { Provisioning } from "./provisioning.ts";

/** Day up to which the prices below were read from Google's lists, for `pricesRegion`, in US dollars. */
export const pricesAsOf = "2026-07-22";
export const pricesRegion = "us-central1";

/** Said wherever a price is. */
export const priceNote =
  "machine and accelerators only: Vertex AI adds a management fee, and disk and storage are billed separately";

interface Part {
  /** Dollars an hour. */
  onDemand: number;
  /** Spot prices move from month to month; null where none was read. */
  spot: number | null;
}

/** Dollars an hour of a vCPU and of a GiB, by series. G2's are without the GPU. */
const rates: Record<string, { vcpu: number; gib: number }> = {
  e2: { vcpu: 0.021811, gib: 0.002923 },
  n1: { vcpu: 0.031611, gib: 0.004237 },
  n2: { vcpu: 0.031611, gib: 0.004237 },
  n4: { vcpu: 0.030821, gib: 0.004131 },
  c2: { vcpu: 0.03398, gib: 0.00455 },
  m1: { vcpu: 0.0348, gib: 0.0051 },
  g2: { vcpu: 0.024988, gib: 0.002927 },
};

/** Dollars an hour of one accelerator beside its machine. */
const beside: Partial<Record<AcceleratorName, Part>> = {
  NVIDIA_L4: { onDemand: 0.56, spot: 0.22 },
  NVIDIA_TESLA_T4: { onDemand: 0.35, spot: 0.19 },
  NVIDIA_TESLA_P4: { onDemand: 0.6, spot: null },
  NVIDIA_TESLA_V100: { onDemand: 2.48, spot: null },
};

/** Dollars an hour of one accelerator with its share of the machine. */
const withMachine: Partial<Record<AcceleratorName, Part>> = {
  NVIDIA_TESLA_A100: { onDemand: 3.6734, spot: 1.91 },
  NVIDIA_A100_80GB: { onDemand: 5.0688, spot: 2.71 },
  NVIDIA_H100_80GB: { onDemand: 11.06, spot: 5.7 },
  NVIDIA_H200_141GB: { onDemand: 10.6, spot: 5.125 },
  NVIDIA_RTX_PRO_6000: { onDemand: 4.5, spot: null },
};

/** Machines whose price is no multiple of the smallest one's. */
const whole: Record<string, Part> = { "a2-megagpu-16g": { onDemand: 55.74, spot: null } };

/** What is paid for: a machine type and what is in it. */
export interface PricedMachine {
  machineType: string;
  accelerator?: AcceleratorName | undefined;
  /** How many accelerators; 0 or left out without one. */
  count?: number | undefined;
}

export interface HourlyPrice {
  /** Dollars. */
  perHour: number;
  /** The true price is this or less: the on-demand price stands in for a spot or flex-start one that is not known. */
  atMost: boolean;
}

/** Dollars an hour in `pricesRegion`, without Vertex AI's fee; undefined where it is not known. */
export function hourlyPrice(
  machine: PricedMachine,
  provisioning: Provisioning = "on-demand",
): HourlyPrice | undefined {
  const parts = partsOf(machine);
  if (parts === undefined) return undefined;
  const known = provisioning === "on-demand" || parts.every((part) => spotOf(part, provisioning));
  const perPart = parts.map((part) => spotOf(part, provisioning) ?? part.onDemand);
  return { perHour: perPart.reduce((sum, one) => sum + one, 0), atMost: !known };
}

function spotOf(part: Part, provisioning: Provisioning): number | null {
  return provisioning === "spot" ? part.spot : null;
}

function partsOf({ machineType, accelerator, count = 0 }: PricedMachine): Part[] | undefined {
  const type = findMachineType(machineType);
  if (type === undefined) return undefined;
  const fixed = whole[type.name];
  if (fixed !== undefined) return [fixed];
  const inclusive = accelerator === undefined ? undefined : withMachine[accelerator];
  if (inclusive !== undefined) return [times(inclusive, count)];
  const rate = rates[type.name.split("-")[0]!];
  if (rate === undefined) return undefined;
  const bare = { onDemand: rate.vcpu * type.vcpus + rate.gib * type.memoryGib, spot: null };
  if (accelerator === undefined) return [bare];
  const apart = beside[accelerator];
  return apart === undefined ? undefined : [bare, times(apart, count)];
}

function times(part: Part, count: number): Part {
  return { onDemand: part.onDemand * count, spot: part.spot === null ? null : part.spot * count };
}

export interface JobPrice extends HourlyPrice {
  /** Dollars for the whole time. */
  total: number;
  currency: "USD";
  region: typeof pricesRegion;
  asOf: typeof pricesAsOf;
}

/** What `seconds` of the machine cost; undefined where the price is not known. */
export function jobPrice(
  machine: PricedMachine,
  seconds: number,
  provisioning: Provisioning = "on-demand",
): JobPrice | undefined {
  const price = hourlyPrice(machine, provisioning);
  if (price === undefined) return undefined;
  const total = (price.perHour * seconds) / 3600;
  return { ...price, total, currency: "USD", region: pricesRegion, asOf: pricesAsOf };
}

/** `$0.85 an hour, at most $3.42 in all (us-central1, as of 2026-07-22)`. The total is a ceiling: a job may end before its time. */
export function priceText(price: JobPrice | undefined): string {
  if (price === undefined) return "price unknown";
  const hour = `${price.atMost ? "at most " : ""}${dollars(price.perHour)} an hour`;
  return `${hour}, at most ${dollars(price.total)} in all (${price.region}, as of ${price.asOf})`;
}

/** `$3.42`. */
export function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** Throws a UserError where a job may cost more than the user allows, or its cost is unknown. */
export function checkMaxCost(price: JobPrice | undefined, maxCost: number | undefined): void {
  if (maxCost === undefined) return;
  if (price === undefined) {
    throw new UserError({
      code: "price-unknown",
      message: "--max-cost cannot be enforced: the price of this machine is unknown",
      expected: "a machine with a known price (crossfold machines shows them)",
      next: "choose another machine, or leave --max-cost out",
    });
  }
  if (price.total <= maxCost) return;
  const hours = Math.floor((maxCost / price.perHour) * 100) / 100;
  throw new UserError({
    code: "over-max-cost",
    message: `the job may cost ${dollars(price.total)}, more than the ${dollars(maxCost)} allowed`,
    expected: `${priceText(price)}; ${priceNote}`,
    next: `--timeout ${Math.max(1, Math.floor(hours * 60))}m or less, a smaller machine, or --max-cost ${Math.ceil(price.total)}`,
  });
}
