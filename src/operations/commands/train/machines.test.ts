import { describe, expect, it } from "vitest";
import { renderMachines } from "../../../doors/text/machines.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import type { Context } from "../../../core/context.ts";
import { machines } from "./machines.ts";

const style = makeStyle({ color: false, width: 160 });

async function shown(gpu?: string, now = "2026-11-23T12:00:00Z"): Promise<string> {
  const context = { now: () => new Date(now) } as Context;
  return renderMachines(await machines.run(context, { gpu }), style);
}

describe("crossfold machines", () => {
  it("shows the usual machine of every accelerator and count, and the one without", async () => {
    const text = await shown();
    expect(text).toMatch(/^- +- +- +n1-highmem-8 +8 +52 +0\.47 +<=0\.47$/m);
    expect(text).toMatch(/^NVIDIA_L4 +2 +24 +g2-standard-24 +24 +96 +2\.00/m);
    expect(text).toMatch(/^NVIDIA_TESLA_T4 +1 .* ends 2027-08-01$/m);
    expect(text).toMatch(/^NVIDIA_B200 .* \? +\?$/m);
    expect(text).toContain("prices of us-central1 as of 2026-07-22");
    expect(text).not.toContain("P100");
  });

  it("shows every machine that takes one accelerator, and where they are", async () => {
    const text = await shown("v100");
    expect(text).toMatch(/^NVIDIA_TESLA_V100 +8 +16 +n1-standard-96/m);
    expect(text).toContain("NVIDIA_L4 has more memory");
    expect(text).toContain("without --flex-start; regions: us-central1, us-east1, us-west1, ");
  });

  it("shows none that is shut down, from the day on", async () => {
    expect(await shown("P100")).toContain("Google shut NVIDIA_TESLA_P100 down on 2026-09-15");
    expect(await shown(undefined, "2027-08-01T00:00:00Z")).not.toContain("TESLA_T4");
  });

  it("shows machines without an accelerator", async () => {
    const text = await shown("none");
    expect(text).toContain("m1-ultramem-160");
    expect(text).not.toContain("g2-standard-4");
  });
});
