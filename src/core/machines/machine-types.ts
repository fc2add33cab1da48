import type { AcceleratorName } from "./accelerators.ts";

/** A machine type of Google Cloud that Vertex AI trains on. */
export interface MachineType {
  name: string;
  vcpus: number;
  memoryGib: number;
  /** How many of which accelerators it takes. */
  takes: Partial<Record<AcceleratorName, readonly number[]>>;
  /** Accelerators are part of the machine: it is not had without. */
  builtIn: boolean;
  /** `tpuTopology` of a machine with TPUs. */
  topology?: string;
}

/**
 * Every machine type that Vertex AI's page "Configure compute resources" lists for training on one machine, TPU v2, v3 and 7x
 * left out. vCPUs and memory are Compute Engine's.
 */
export const machineTypes: readonly MachineType[] = [
  ...sizes("e2-standard", 4, [4, 8, 16, 32]),
  ...sizes("e2-highmem", 8, [2, 4, 8, 16]),
  ...sizes("e2-highcpu", 1, [16, 32]),
  ...sizes("n1-standard", 3.75, [4, 8, 16, 32, 64, 96], attachable),
  ...sizes("n1-highmem", 6.5, [2, 4, 8, 16, 32, 64, 96], attachable),
  ...sizes("n1-highcpu", 0.9, [16, 32, 64, 96], attachable),
  ...sizes("n2-standard", 4, [4, 8, 16, 32, 48, 64, 80]),
  ...sizes("n2-highmem", 8, [2, 4, 8, 16, 32, 48, 64, 80]),
  ...sizes("n2-highcpu", 1, [16, 32, 48, 64, 80]),
  ...sizes("n4-standard", 4, [2, 4, 8, 16, 32, 48, 64, 80]),
  ...sizes("n4-highmem", 8, [2, 4, 8, 16, 32, 48, 64, 80]),
  ...sizes("n4-highcpu", 2, [2, 4, 8, 16, 32, 48, 64, 80]),
  ...sizes("c2-standard", 4, [4, 8, 16, 30, 60]),
  plain("m1-ultramem-40", 40, 961),
  plain("m1-ultramem-80", 80, 1922),
  plain("m1-ultramem-160", 160, 3844),
  plain("m1-megamem-96", 96, 1433.6),
  withBuiltIn("g2-standard-4", 4, 16, "NVIDIA_L4", 1),
  withBuiltIn("g2-standard-8", 8, 32, "NVIDIA_L4", 1),
  withBuiltIn("g2-standard-12", 12, 48, "NVIDIA_L4", 1),
  withBuiltIn("g2-standard-16", 16, 64, "NVIDIA_L4", 1),
  withBuiltIn("g2-standard-24", 24, 96, "NVIDIA_L4", 2),
  withBuiltIn("g2-standard-32", 32, 128, "NVIDIA_L4", 1),
  withBuiltIn("g2-standard-48", 48, 192, "NVIDIA_L4", 4),
  withBuiltIn("g2-standard-96", 96, 384, "NVIDIA_L4", 8),
  withBuiltIn("g4-standard-48", 48, 180, "NVIDIA_RTX_PRO_6000", 1),
  withBuiltIn("g4-standard-96", 96, 360, "NVIDIA_RTX_PRO_6000", 2),
  withBuiltIn("g4-standard-192", 192, 720, "NVIDIA_RTX_PRO_6000", 4),
  withBuiltIn("g4-standard-384", 384, 1440, "NVIDIA_RTX_PRO_6000", 8),
  withBuiltIn("a2-highgpu-1g", 12, 85, "NVIDIA_TESLA_A100", 1),
  withBuiltIn("a2-highgpu-2g", 24, 170, "NVIDIA_TESLA_A100", 2),
  withBuiltIn("a2-highgpu-4g", 48, 340, "NVIDIA_TESLA_A100", 4),
  withBuiltIn("a2-highgpu-8g", 96, 680, "NVIDIA_TESLA_A100", 8),
  withBuiltIn("a2-megagpu-16g", 96, 1360, "NVIDIA_TESLA_A100", 16),
  withBuiltIn("a2-ultragpu-1g", 12, 170, "NVIDIA_A100_80GB", 1),
  withBuiltIn("a2-ultragpu-2g", 24, 340, "NVIDIA_A100_80GB", 2),
  withBuiltIn("a2-ultragpu-4g", 48, 680, "NVIDIA_A100_80GB", 4),
  withBuiltIn("a2-ultragpu-8g", 96, 1360, "NVIDIA_A100_80GB", 8),
  withBuiltIn("a3-highgpu-1g", 26, 234, "NVIDIA_H100_80GB", 1),
  withBuiltIn("a3-highgpu-2g", 52, 468, "NVIDIA_H100_80GB", 2),
  withBuiltIn("a3-highgpu-4g", 104, 936, "NVIDIA_H100_80GB", 4),
  withBuiltIn("a3-highgpu-8g", 208, 1872, "NVIDIA_H100_80GB", 8),
  withBuiltIn("a3-megagpu-8g", 208, 1872, "NVIDIA_H100_MEGA_80GB", 8),
  withBuiltIn("a3-ultragpu-8g", 224, 2952, "NVIDIA_H200_141GB", 8),
  withBuiltIn("a4-highgpu-8g", 224, 3968, "NVIDIA_B200", 8),
  withBuiltIn("a4x-highgpu-4g", 140, 884, "NVIDIA_GB200", 4),
  { ...withBuiltIn("ct5lp-hightpu-1t", 24, 48, "TPU_V5E", 1), topology: "1x1" },
  { ...withBuiltIn("ct5lp-hightpu-4t", 112, 192, "TPU_V5E", 4), topology: "2x2" },
  { ...withBuiltIn("ct5lp-hightpu-8t", 224, 384, "TPU_V5E", 8), topology: "2x4" },
  { ...withBuiltIn("ct6e-standard-1t", 44, 48, "TPU_V6E", 1), topology: "1x1" },
  { ...withBuiltIn("ct6e-standard-4t", 180, 720, "TPU_V6E", 4), topology: "2x2" },
  { ...withBuiltIn("ct6e-standard-8t", 180, 1440, "TPU_V6E", 8), topology: "2x4" },
];

/** The machine type of that name, in any case. */
export function findMachineType(name: string): MachineType | undefined {
  const wanted = name.trim().toLowerCase();
  return machineTypes.find((type) => type.name === wanted);
}

function plain(name: string, vcpus: number, memoryGib: number): MachineType {
  return { name, vcpus, memoryGib, takes: {}, builtIn: false };
}

function sizes(
  series: string,
  gibPerVcpu: number,
  vcpus: readonly number[],
  takes: (vcpus: number) => MachineType["takes"] = () => ({}),
): MachineType[] {
  return vcpus.map((count) => ({
    name: `${series}-${count}`,
    vcpus: count,
    memoryGib: Math.round(count * gibPerVcpu * 10) / 10,
    takes: takes(count),
    builtIn: false,
  }));
}

function withBuiltIn(
  name: string,
  vcpus: number,
  memoryGib: number,
  accelerator: AcceleratorName,
  count: number,
): MachineType {
  return { name, vcpus, memoryGib, takes: { [accelerator]: [count] }, builtIn: true };
}

/** The accelerators an N1 machine takes: each serves only so many vCPUs, so larger machines need more of them. */
function attachable(vcpus: number): MachineType["takes"] {
  const small = vcpus <= 16 ? [1, 2, 4] : vcpus <= 32 ? [2, 4] : [4];
  const v100 = vcpus <= 8 ? [1, 2, 4, 8] : vcpus <= 16 ? [2, 4, 8] : vcpus <= 32 ? [4, 8] : [8];
  return { NVIDIA_TESLA_T4: small, NVIDIA_TESLA_P4: small, NVIDIA_TESLA_V100: v100 };
}
