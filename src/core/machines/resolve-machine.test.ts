import { describe, expect, it } from "vitest";
import { UserError } from "../errors/user-error.ts";
import { acceleratorNames, accelerators } from "./accelerators.ts";
import { machineTypes } from "./machine-types.ts";
import { checkProvisioning, provisioningOf } from "./provisioning.ts";
import { regionsWith } from "./regions.ts";
import { resolveMachine } from "./resolve-machine.ts";

const today = "2026-11-23";

/** Google's table "Valid numbers of GPUs for each machine type", row by row as the page has it, without P100. */
const table = `
a3-megagpu-8g   H100_MEGA_80GB 8
a3-highgpu-1g   H100_80GB 1
a3-highgpu-2g   H100_80GB 2
a3-highgpu-4g   H100_80GB 4
a3-highgpu-8g   H100_80GB 8
a3-ultragpu-8g  H200_141GB 8
a4-highgpu-8g   B200 8
a2-ultragpu-1g  A100_80GB 1
a2-ultragpu-2g  A100_80GB 2
a2-ultragpu-4g  A100_80GB 4
a2-ultragpu-8g  A100_80GB 8
a2-highgpu-1g   TESLA_A100 1
a2-highgpu-2g   TESLA_A100 2
a2-highgpu-4g   TESLA_A100 4
a2-highgpu-8g   TESLA_A100 8
a2-megagpu-16g  TESLA_A100 16
n1-standard-4   TESLA_P4 1,2,4  TESLA_T4 1,2,4  TESLA_V100 1,2,4,8
n1-standard-8   TESLA_P4 1,2,4  TESLA_T4 1,2,4  TESLA_V100 1,2,4,8
n1-standard-16  TESLA_P4 1,2,4  TESLA_T4 1,2,4  TESLA_V100 2,4,8
n1-standard-32  TESLA_P4 2,4    TESLA_T4 2,4    TESLA_V100 4,8
n1-standard-64  TESLA_P4 4      TESLA_T4 4      TESLA_V100 8
n1-standard-96  TESLA_P4 4      TESLA_T4 4      TESLA_V100 8
n1-highmem-2    TESLA_P4 1,2,4  TESLA_T4 1,2,4  TESLA_V100 1,2,4,8
n1-highmem-4    TESLA_P4 1,2,4  TESLA_T4 1,2,4  TESLA_V100 1,2,4,8
n1-highmem-8    TESLA_P4 1,2,4  TESLA_T4 1,2,4  TESLA_V100 1,2,4,8
n1-highmem-16   TESLA_P4 1,2,4  TESLA_T4 1,2,4  TESLA_V100 2,4,8
n1-highmem-32   TESLA_P4 2,4    TESLA_T4 2,4    TESLA_V100 4,8
n1-highmem-64   TESLA_P4 4      TESLA_T4 4      TESLA_V100 8
n1-highmem-96   TESLA_P4 4      TESLA_T4 4      TESLA_V100 8
n1-highcpu-16   TESLA_P4 1,2,4  TESLA_T4 1,2,4  TESLA_V100 2,4,8
n1-highcpu-32   TESLA_P4 2,4    TESLA_T4 2,4    TESLA_V100 4,8
n1-highcpu-64   TESLA_P4 4      TESLA_T4 4      TESLA_V100 8
n1-highcpu-96   TESLA_P4 4      TESLA_T4 4      TESLA_V100 8
g2-standard-4   L4 1
g2-standard-8   L4 1
g2-standard-12  L4 1
g2-standard-16  L4 1
g2-standard-24  L4 2
g2-standard-32  L4 1
g2-standard-48  L4 4
g2-standard-96  L4 8
g4-standard-48  RTX_PRO_6000 1
g4-standard-96  RTX_PRO_6000 2
g4-standard-192 RTX_PRO_6000 4
g4-standard-384 RTX_PRO_6000 8
`;

const valid = new Set(
  table
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [machine, ...rest] = line.split(/\s+/);
      return rest.flatMap((word, index) =>
        index % 2 === 0
          ? rest[index + 1]!.split(",").map((count) => `${machine} ${count} NVIDIA_${word}`)
          : [],
      );
    }),
);

function attempt(gpu: string, count: number, machine: string) {
  try {
    return resolveMachine({ gpu, count, machine }, today);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const gpus = acceleratorNames.filter((name) => accelerators[name].kind === "gpu");
const counts = Array.from({ length: 16 }, (_, index) => index + 1);

describe("an accelerator, a count and a machine", () => {
  it("is taken exactly where Google's table has it", () => {
    const taken = gpus.flatMap((gpu) =>
      counts.flatMap((count) =>
        machineTypes
          .filter(({ name }) => !(attempt(gpu, count, name) instanceof UserError))
          .map(({ name }) => `${name} ${count} ${gpu}`),
      ),
    );
    expect(taken.toSorted()).toEqual([...valid].toSorted());
  });

  it("has a machine for every count in the table, and for no other", () => {
    for (const gpu of gpus) {
      for (const count of counts) {
        const listed = [...valid].filter((one) => one.endsWith(` ${count} ${gpu}`));
        const found = attemptAny(gpu, count);
        if (found instanceof UserError)
          expect({ gpu, count, listed }).toMatchObject({ listed: [] });
        else expect(listed).toContain(`${found.machineType} ${count} ${gpu}`);
      }
    }
  });
});

function attemptAny(gpu: string, count: number) {
  try {
    return resolveMachine({ gpu, count }, today);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

describe("what is left out is chosen", () => {
  const cases: [request: Parameters<typeof resolveMachine>[0], machine: string, spec: object][] = [
    [{}, "n1-highmem-8", { count: 0 }],
    [{ gpu: "" }, "n1-highmem-8", { count: 0 }],
    [{ gpu: "none", machine: "e2-standard-4" }, "e2-standard-4", { vcpus: 4, memoryGib: 16 }],
    [{ gpu: "NVIDIA_L4" }, "g2-standard-8", { acceleratorType: "NVIDIA_L4", acceleratorCount: 1 }],
    [{ gpu: "L4", count: 2 }, "g2-standard-24", { acceleratorCount: 2 }],
    [{ gpu: "nvidia-l4", count: 4 }, "g2-standard-48", {}],
    [{ gpu: "l4", count: 8 }, "g2-standard-96", {}],
    [{ gpu: "NVIDIA_TESLA_V100" }, "n1-highmem-8", { acceleratorType: "NVIDIA_TESLA_V100" }],
    [{ gpu: "V100", count: 8 }, "n1-highmem-8", { acceleratorCount: 8 }],
    [{ gpu: "tesla-t4", count: 4 }, "n1-highmem-8", {}],
    [{ gpu: "A100" }, "a2-highgpu-1g", { acceleratorType: "NVIDIA_TESLA_A100" }],
    [{ gpu: "A100", count: 16 }, "a2-megagpu-16g", {}],
    [{ gpu: "A100-80GB" }, "a2-ultragpu-1g", { acceleratorType: "NVIDIA_A100_80GB" }],
    [{ gpu: "H100" }, "a3-highgpu-1g", { acceleratorType: "NVIDIA_H100_80GB" }],
    [{ gpu: "H200" }, "a3-ultragpu-8g", { acceleratorCount: 8 }],
    [{ gpu: "rtx-pro-6000", count: 2 }, "g4-standard-96", {}],
    [{ machine: "g2-standard-24" }, "g2-standard-24", { accelerator: "NVIDIA_L4", count: 2 }],
    [{ machine: "N1-HIGHMEM-16" }, "n1-highmem-16", { count: 0 }],
    [{ gpu: "V100", machine: "n1-standard-32" }, "n1-standard-32", { acceleratorCount: 4 }],
    [{ gpu: "TPU_V5E" }, "ct5lp-hightpu-1t", { tpuTopology: "1x1", count: 1 }],
    [{ gpu: "v5e", count: 8 }, "ct5lp-hightpu-8t", { tpuTopology: "2x4" }],
    [{ gpu: "tpu-v6e", count: 4 }, "ct6e-standard-4t", { tpuTopology: "2x2" }],
  ];

  it.each(cases)("%j", (request, machineType, spec) => {
    expect(resolveMachine(request, today)).toMatchObject({ machineType, ...spec });
  });

  it("gives a CPU machine and a TPU no acceleratorType", () => {
    for (const request of [{}, { gpu: "v5e" }]) {
      const keys = Object.keys(resolveMachine(request, today));
      expect(keys).not.toContain("acceleratorType");
      expect(keys).not.toContain("acceleratorCount");
    }
  });
});

describe("what cannot be had says what can", () => {
  const cases: [Parameters<typeof resolveMachine>[0], Partial<UserError>][] = [
    [
      { gpu: "NVIDIA_L40" },
      { message: expect.stringContaining("(did you mean NVIDIA_L4?)"), next: "--gpu NVIDIA_L4" },
    ],
    [{ gpu: "MI300" }, { expected: expect.stringContaining("NVIDIA_H100_80GB, ") }],
    [
      { gpu: "P100" },
      { message: "Google shut NVIDIA_TESLA_P100 down on 2026-09-15", next: "--gpu NVIDIA_L4" },
    ],
    [{ gpu: "GB200" }, { message: expect.stringContaining("only through a reservation") }],
    [{ machine: "a4x-highgpu-4g" }, { next: "--gpu NVIDIA_B200" }],
    [
      { gpu: "L4", count: 3 },
      {
        message: "no machine type has 3 NVIDIA_L4",
        expected: expect.stringContaining("\n2: g2-standard-24\n4: g2-standard-48\n"),
        next: "--gpu NVIDIA_L4 --count 4",
      },
    ],
    [
      { gpu: "L4", count: 2, machine: "g2-standard-8" },
      { message: "g2-standard-8 does not take 2 NVIDIA_L4", next: "--gpu NVIDIA_L4 --count 2" },
    ],
    [{ gpu: "L4", machine: "n1-highmem-8" }, { message: "n1-highmem-8 does not take 1 NVIDIA_L4" }],
    [{ gpu: "A100", count: 99 }, { next: "--gpu NVIDIA_TESLA_A100 --count 16" }],
    [
      { machine: "g2-standard-9" },
      { message: expect.stringContaining("did you mean g2-standard-") },
    ],
    [{ count: 2 }, { next: "--gpu NVIDIA_L4 --count 2" }],
    [{ machine: "n1-standard-8", count: 2 }, { code: "count-of-nothing" }],
  ];

  it.each(cases)("%j", (request, error) => {
    expect(() => resolveMachine(request, today)).toThrow(expect.objectContaining(error));
  });
});

describe("warnings", () => {
  it("say when Google shuts an accelerator down, and refuse it from that day", () => {
    expect(resolveMachine({ gpu: "T4" }, today).warnings).toEqual([
      "Google shuts NVIDIA_TESLA_T4 down on 2027-08-01; NVIDIA_L4 stays",
    ]);
    expect(() => resolveMachine({ gpu: "T4" }, "2027-08-01")).toThrow(/shut NVIDIA_TESLA_T4 down/);
  });

  it("speak for the L4 where a V100 is asked for, and against nothing in an L4", () => {
    expect(resolveMachine({ gpu: "V100" }, today).warnings.join()).toContain("NVIDIA_L4");
    expect(resolveMachine({ gpu: "L4", region: "us-central1" }, today).warnings).toEqual([]);
  });

  it("name near regions where Google lists none in this one", () => {
    const { warnings } = resolveMachine({ gpu: "L4", region: "europe-west1" }, today);
    expect(warnings.join()).toContain("it does in europe-west2, europe-west4, ");
    expect(regionsWith("NVIDIA_L4", "asia-east1")[0]).toBe("asia-northeast3");
  });
});

describe("flex-start and spot", () => {
  const l4 = { machineType: "g2-standard-8", accelerator: "NVIDIA_L4", timeout: 3600 } as const;

  it("flex-start is for the accelerators that Google names, for 7 days at most", () => {
    expect(checkProvisioning("flex-start", l4)).toEqual([]);
    const v100 = { ...l4, machineType: "n1-highmem-8", accelerator: "NVIDIA_TESLA_V100" } as const;
    expect(() => checkProvisioning("flex-start", v100)).toThrow(
      /V100 is not available with --flex/,
    );
    expect(() => checkProvisioning("flex-start", { ...l4, accelerator: undefined })).toThrow(
      /without an accelerator is not/,
    );
    expect(() => checkProvisioning("flex-start", { ...l4, timeout: 8 * 86_400 })).toThrow(/7 days/);
    expect(checkProvisioning("spot", { ...l4, timeout: 8 * 86_400 })).toEqual([]);
  });

  it("a job takes one of them", () => {
    expect(provisioningOf({})).toBe("on-demand");
    expect(provisioningOf({ spot: true })).toBe("spot");
    expect(provisioningOf({ flexStart: true, spot: false })).toBe("flex-start");
    expect(() => provisioningOf({ spot: true, flexStart: true })).toThrow(/exclude each other/);
  });

  it("a small H100 machine on demand is warned about", () => {
    const h100 = { ...l4, machineType: "a3-highgpu-1g", accelerator: "NVIDIA_H100_80GB" } as const;
    expect(checkProvisioning("on-demand", h100).join()).toContain("--spot or --flex-start only");
    expect(checkProvisioning("spot", h100)).toEqual([]);
  });
});
