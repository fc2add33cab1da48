/**
 * Which accelerators a machine type carries, from Google's table of 2026-11. Kept apart from the table of the product,
 * so that a mistake there is seen here.
 */
const builtIn: Record<string, [accelerator: string, count: number]> = {
  "g2-standard-4": ["NVIDIA_L4", 1],
  "g2-standard-8": ["NVIDIA_L4", 1],
  "g2-standard-12": ["NVIDIA_L4", 1],
  "g2-standard-16": ["NVIDIA_L4", 1],
  "g2-standard-24": ["NVIDIA_L4", 2],
  "g2-standard-32": ["NVIDIA_L4", 1],
  "g2-standard-48": ["NVIDIA_L4", 4],
  "g2-standard-96": ["NVIDIA_L4", 8],
  "a2-highgpu-1g": ["NVIDIA_TESLA_A100", 1],
  "a2-highgpu-2g": ["NVIDIA_TESLA_A100", 2],
  "a2-highgpu-4g": ["NVIDIA_TESLA_A100", 4],
  "a2-highgpu-8g": ["NVIDIA_TESLA_A100", 8],
  "a2-megagpu-16g": ["NVIDIA_TESLA_A100", 16],
  "a2-ultragpu-1g": ["NVIDIA_A100_80GB", 1],
  "a2-ultragpu-2g": ["NVIDIA_A100_80GB", 2],
  "a2-ultragpu-4g": ["NVIDIA_A100_80GB", 4],
  "a2-ultragpu-8g": ["NVIDIA_A100_80GB", 8],
  "a3-highgpu-1g": ["NVIDIA_H100_80GB", 1],
  "a3-highgpu-2g": ["NVIDIA_H100_80GB", 2],
  "a3-highgpu-4g": ["NVIDIA_H100_80GB", 4],
  "a3-highgpu-8g": ["NVIDIA_H100_80GB", 8],
  "a3-megagpu-8g": ["NVIDIA_H100_MEGA_80GB", 8],
  "a3-ultragpu-8g": ["NVIDIA_H200_141GB", 8],
  "a4-highgpu-8g": ["NVIDIA_B200", 8],
  "g4-standard-48": ["NVIDIA_RTX_PRO_6000", 1],
  "g4-standard-96": ["NVIDIA_RTX_PRO_6000", 2],
  "g4-standard-192": ["NVIDIA_RTX_PRO_6000", 4],
  "g4-standard-384": ["NVIDIA_RTX_PRO_6000", 8],
};

const topologies: Record<string, string> = {
  "ct5lp-hightpu-1t": "1x1",
  "ct5lp-hightpu-4t": "2x2",
  "ct5lp-hightpu-8t": "2x4",
  "ct6e-standard-1t": "1x1",
  "ct6e-standard-4t": "2x2",
  "ct6e-standard-8t": "2x4",
};

/** Accelerators that are put into an N1 machine: counts by the most vCPUs that they go with. */
const attached: Record<string, [vcpus: number, counts: number[]][]> = {
  NVIDIA_TESLA_T4: [
    [16, [1, 2, 4]],
    [32, [2, 4]],
    [96, [4]],
  ],
  NVIDIA_TESLA_P4: [
    [16, [1, 2, 4]],
    [32, [2, 4]],
    [96, [4]],
  ],
  NVIDIA_TESLA_V100: [
    [8, [1, 2, 4, 8]],
    [16, [2, 4, 8]],
    [32, [4, 8]],
    [96, [8]],
  ],
};

const plain =
  /^(n1-(standard|highmem)-(2|4|8|16|32|64|96)|n1-highcpu-(16|32|64|96)|n2-(standard|highmem|highcpu)-\d+|c2-standard-\d+|e2-(standard|highmem|highcpu)-\d+|m1-\w+-\d+|c3-\w+-\d+)$/;

export interface Machine {
  machineType: string;
  acceleratorType: string | undefined;
  acceleratorCount: number;
  tpuTopology: string | undefined;
}

/** What Google would say against the combination; undefined where it takes it. */
export function machineProblem(machine: Machine): string | undefined {
  const { machineType, acceleratorType, acceleratorCount, tpuTopology } = machine;
  const topology = topologies[machineType];
  const own = builtIn[machineType];
  const given = `accelerator_type ${acceleratorType ?? "ACCELERATOR_TYPE_UNSPECIFIED"} and accelerator_count ${acceleratorCount}`;
  if (topology !== undefined) {
    if (acceleratorType !== undefined)
      return `Machine type "${machineType}" takes no accelerator type.`;
    if (tpuTopology === topology) return undefined;
    return `TPU topology "${tpuTopology ?? ""}" is not supported for machine type "${machineType}".`;
  }
  if (tpuTopology !== undefined)
    return `Machine type "${machineType}" does not support TPU topology.`;
  if (own !== undefined) {
    if (own[0] === acceleratorType && own[1] === acceleratorCount) return undefined;
    return `Machine type "${machineType}" is not supported with ${given}.`;
  }
  if (!plain.test(machineType)) return `Machine type "${machineType}" is not supported.`;
  if (acceleratorType === undefined) {
    return acceleratorCount === 0
      ? undefined
      : "accelerator_count is set without accelerator_type.";
  }
  const vcpus = Number(/^n1-\w+-(\d+)$/.exec(machineType)?.[1] ?? Number.NaN);
  const counts = attached[acceleratorType]?.find(([most]) => vcpus <= most)?.[1] ?? [];
  if (counts.includes(acceleratorCount)) return undefined;
  return `Machine type "${machineType}" is not supported with ${given}.`;
}
