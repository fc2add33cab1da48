import type { ComputeTarget } from "../backend.ts";
import { mirrored } from "../remote/mirror.ts";

/** Google's managed training: one CustomJob a run, its files in a bucket. */
export const vertex: ComputeTarget = {
  choices: [
    {
      label: "Vertex AI, L4",
      hint: "one NVIDIA_L4 on g2-standard-8",
      debug: false,
      flags: ["--gpu", "NVIDIA_L4"],
      machine: { gpu: "NVIDIA_L4" },
    },
    {
      label: "Vertex AI, V100",
      hint: "one NVIDIA_TESLA_V100 on n1-highmem-8",
      debug: false,
      flags: ["--gpu", "NVIDIA_TESLA_V100"],
      machine: { gpu: "NVIDIA_TESLA_V100" },
    },
    { label: "Vertex AI, CPU only", hint: "n1-highmem-8", debug: false },
  ],
  setup: async ({ vertex: settings }) =>
    settings === undefined
      ? { state: "missing", what: "vertex: in project.yml" }
      : { state: "ready" },
  remote: true,
  plan: async (...asked) => (await import("./plan-job.ts")).planJob(...asked),
  async open(access) {
    const { vertexRemote } = await import("./vertex-remote.ts");
    return mirrored(vertexRemote(access), access);
  },
};
