/** One kind of accelerator that Vertex AI trains on. */
export interface Accelerator {
  /** How people say it, and what `--gpu` takes beside the name. */
  short: string;
  kind: "gpu" | "tpu";
  /** GiB of one. */
  memoryGib: number;
  /** The machine that one gets without asking for another. */
  defaultMachine: string;
  /** ISO date from which Google offers it no more. */
  endsOn?: string;
  /** Had only through a reservation, which Crossfold does not ask for. */
  reservedOnly?: true;
  /** What to take in place of one that is ending or refused. */
  instead?: string;
  /** What to know before choosing it. */
  note?: string;
  /** Whether jobs that ask for it may wait in line with FLEX_START. */
  flexStart: boolean;
  /** Its part of the quota's name, `custom_model_training_<quota>`; null where it is not known. */
  quota: string | null;
}

/** Month of Google's pages that the tables of machines, accelerators and regions were read from. */
export const machinesAsOf = "2026-09";

/**
 * Accelerators by the name that the API and `--gpu` take. TPUs have no `acceleratorType` there: their machine and topology say it.
 * Source: "Configure compute resources" and "Schedule training jobs based on resource availability" of Vertex AI training.
 */
export const accelerators = {
  NVIDIA_L4: {
    short: "L4",
    kind: "gpu",
    memoryGib: 24,
    defaultMachine: "g2-standard-8",
    flexStart: true,
    quota: "nvidia_l4_gpus",
  },
  NVIDIA_TESLA_T4: {
    short: "T4",
    kind: "gpu",
    memoryGib: 16,
    defaultMachine: "n1-highmem-8",
    endsOn: "2027-08-01",
    instead: "NVIDIA_L4",
    flexStart: false,
    quota: "nvidia_t4_gpus",
  },
  NVIDIA_TESLA_P4: {
    short: "P4",
    kind: "gpu",
    memoryGib: 8,
    defaultMachine: "n1-highmem-8",
    endsOn: "2027-08-01",
    instead: "NVIDIA_L4",
    flexStart: false,
    quota: "nvidia_p4_gpus",
  },
  NVIDIA_TESLA_V100: {
    short: "V100",
    kind: "gpu",
    memoryGib: 16,
    defaultMachine: "n1-highmem-8",
    note: "runs on N1 machines only; NVIDIA_L4 has more memory at about a third of the price",
    flexStart: false,
    quota: "nvidia_v100_gpus",
  },
  NVIDIA_TESLA_P100: {
    short: "P100",
    kind: "gpu",
    memoryGib: 16,
    defaultMachine: "n1-highmem-8",
    endsOn: "2026-09-15",
    instead: "NVIDIA_L4",
    flexStart: false,
    quota: "nvidia_p100_gpus",
  },
  NVIDIA_TESLA_A100: {
    short: "A100",
    kind: "gpu",
    memoryGib: 40,
    defaultMachine: "a2-highgpu-1g",
    flexStart: true,
    quota: "nvidia_a100_gpus",
  },
  NVIDIA_A100_80GB: {
    short: "A100_80GB",
    kind: "gpu",
    memoryGib: 80,
    defaultMachine: "a2-ultragpu-1g",
    flexStart: true,
    quota: "nvidia_a100_80gb_gpus",
  },
  NVIDIA_H100_80GB: {
    short: "H100",
    kind: "gpu",
    memoryGib: 80,
    defaultMachine: "a3-highgpu-1g",
    flexStart: true,
    quota: "nvidia_h100_gpus",
  },
  NVIDIA_H100_MEGA_80GB: {
    short: "H100_MEGA",
    kind: "gpu",
    memoryGib: 80,
    defaultMachine: "a3-megagpu-8g",
    note: "Google recommends spot machines or a reservation for it",
    flexStart: true,
    quota: "nvidia_h100_mega_gpus",
  },
  NVIDIA_H200_141GB: {
    short: "H200",
    kind: "gpu",
    memoryGib: 141,
    defaultMachine: "a3-ultragpu-8g",
    note: "Google recommends spot machines or a reservation for it",
    flexStart: true,
    quota: "nvidia_h200_gpus",
  },
  NVIDIA_B200: {
    short: "B200",
    kind: "gpu",
    memoryGib: 180,
    defaultMachine: "a4-highgpu-8g",
    note: "Google recommends spot machines or a reservation for it",
    flexStart: true,
    quota: null,
  },
  NVIDIA_GB200: {
    short: "GB200",
    kind: "gpu",
    memoryGib: 186,
    defaultMachine: "a4x-highgpu-4g",
    reservedOnly: true,
    instead: "NVIDIA_B200",
    flexStart: false,
    quota: null,
  },
  NVIDIA_RTX_PRO_6000: {
    short: "RTX_PRO_6000",
    kind: "gpu",
    memoryGib: 96,
    defaultMachine: "g4-standard-48",
    flexStart: false,
    quota: null,
  },
  TPU_V5E: {
    short: "V5E",
    kind: "tpu",
    memoryGib: 16,
    defaultMachine: "ct5lp-hightpu-1t",
    note: "needs JAX 0.4.6, TensorFlow 2.15 or PyTorch 2.1 with PJRT, or newer",
    flexStart: false,
    quota: "tpu_v5e",
  },
  TPU_V6E: {
    short: "V6E",
    kind: "tpu",
    memoryGib: 32,
    defaultMachine: "ct6e-standard-1t",
    note: "needs Python 3.10 with JAX 0.4.37 or PyTorch 2.1 with PJRT, or newer",
    flexStart: false,
    quota: null,
  },
} as const satisfies Record<string, Accelerator>;

export type AcceleratorName = keyof typeof accelerators;

export const acceleratorNames = Object.keys(accelerators) as AcceleratorName[];

/** The accelerator of that name, with the fields that not every one has. */
export function acceleratorOf(name: AcceleratorName): Accelerator {
  return accelerators[name];
}

/** Whether Google offers it no more on that day (ISO date). */
export function isShutDown(name: AcceleratorName, today: string): boolean {
  const { endsOn } = acceleratorOf(name);
  return endsOn !== undefined && endsOn <= today;
}
