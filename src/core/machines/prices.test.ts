import { describe, expect, it } from "vitest";
import { checkMaxCost, hourlyPrice, jobPrice, priceText } from "./prices.ts";
import type { Provisioning } from "./provisioning.ts";
import { resolveMachine } from "./resolve-machine.ts";

const today = "2026-11-23";

function priceOf(gpu: string | undefined, count?: number, provisioning?: Provisioning) {
  return hourlyPrice(resolveMachine({ gpu, count }, today), provisioning);
}

describe("the price of an hour", () => {
  // Whole prices of Google's list for us-central1, not the parts that ours are made of.
  const listed: [machine: string, dollars: number][] = [
    ["n1-highmem-8", 0.4736],
    ["n1-standard-4", 0.19],
    ["n1-highcpu-16", 0.5672],
    ["n2-standard-8", 0.3885],
    ["n2-highmem-16", 1.0481],
    ["e2-standard-4", 0.134],
    ["e2-highcpu-16", 0.3958],
    ["c2-standard-8", 0.4176],
    ["m1-ultramem-40", 6.3039],
    ["g2-standard-8", 0.854],
    ["g2-standard-24", 2.0],
    ["g2-standard-96", 8.0],
    ["a2-highgpu-1g", 3.6734],
    ["a2-highgpu-8g", 29.387],
    ["a2-megagpu-16g", 55.74],
    ["a2-ultragpu-4g", 20.275],
    ["a3-highgpu-8g", 88.49],
    ["a3-ultragpu-8g", 84.81],
    ["g4-standard-96", 9.0],
  ];

  it.each(listed)("%s is that of Google's list, within 1%%", (machine, dollars) => {
    const price = hourlyPrice(resolveMachine({ machine }, today));
    expect(price?.atMost).toBe(false);
    expect(Math.abs(price!.perHour / dollars - 1)).toBeLessThan(0.01);
  });

  it("adds attached accelerators to their machine", () => {
    expect(priceOf("T4")?.perHour).toBeCloseTo(0.82, 2);
    expect(priceOf("T4", 4)?.perHour).toBeCloseTo(0.4732 + 1.4, 3);
    expect(priceOf("V100", 2)?.perHour).toBeCloseTo(0.4732 + 4.96, 3);
  });

  it("takes a spot price where it is known, and otherwise a ceiling", () => {
    expect(priceOf("A100", 2, "spot")).toEqual({ perHour: 3.82, atMost: false });
    const l4 = priceOf("L4", 1, "spot")!;
    expect(l4.atMost).toBe(true);
    expect(l4.perHour).toBeLessThan(priceOf("L4")!.perHour);
    expect(priceOf("V100", 1, "spot")).toEqual({ ...priceOf("V100"), atMost: true });
    expect(priceOf("L4", 1, "flex-start")).toEqual({ ...priceOf("L4"), atMost: true });
  });

  it.each(["B200", "H100_MEGA", "v5e", "v6e"])("says that the one of %s is not known", (gpu) => {
    expect(priceOf(gpu)).toBeUndefined();
  });
});

describe("the price of a job", () => {
  const l4 = resolveMachine({ gpu: "L4" }, today);
  const fourHours = jobPrice(l4, 4 * 3600);

  it("is that of its whole time, with the day of the price", () => {
    expect(fourHours).toMatchObject({ currency: "USD", region: "us-central1", asOf: "2026-07-22" });
    expect(priceText(fourHours)).toBe(
      "$0.85 an hour, at most $3.41 in all (us-central1, as of 2026-07-22)",
    );
    expect(priceText(jobPrice(l4, 3600, "spot"))).toMatch(/^at most \$0\.51 an hour/);
  });

  it("is held under --max-cost, by a time-out that fits", () => {
    expect(() => checkMaxCost(fourHours, 3.42)).not.toThrow();
    expect(() => checkMaxCost(fourHours, undefined)).not.toThrow();
    expect(() => checkMaxCost(fourHours, 2)).toThrow(
      expect.objectContaining({
        message: "the job may cost $3.41, more than the $2.00 allowed",
        next: "--timeout 140m or less, a smaller machine, or --max-cost 4",
      }),
    );
    expect(jobPrice(l4, 140 * 60)!.total).toBeLessThanOrEqual(2);
  });

  it("is refused with --max-cost where it is unknown", () => {
    const unknown = jobPrice(resolveMachine({ gpu: "B200" }, today), 3600);
    expect(priceText(unknown)).toBe("price unknown");
    expect(() => checkMaxCost(unknown, 1000)).toThrow(/cannot be enforced/);
    expect(() => checkMaxCost(unknown, undefined)).not.toThrow();
  });
});
