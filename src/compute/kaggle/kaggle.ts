import type { ComputeTarget } from "../backend.ts";
import { mirrored } from "../remote/mirror.ts";

/** Kaggle's free machines: a private kernel a run. */
export const kaggle: ComputeTarget = {
  choices: [
    {
      label: "Kaggle, T4",
      hint: "a private kernel on NvidiaTeslaT4, free hours every week",
      debug: false,
      flags: ["--gpu", "T4"],
      machine: { gpu: "T4" },
    },
    { label: "Kaggle, CPU only", hint: "a private kernel, free", debug: false },
  ],
  async setup({ competition_platform: platform }, { env }) {
    if (platform !== "kaggle") return { state: "not-for-this-competition" };
    const { findCredentials } = await import("../../clients/kaggle/credentials.ts");
    const found = await findCredentials(env);
    return found === undefined
      ? { state: "missing", what: "KAGGLE_API_TOKEN in .env" }
      : { state: "ready" };
  },
  remote: true,
  plan: async (...asked) => (await import("./plan-kernel.ts")).planKernel(...asked),
  async open(access) {
    const { kernelRemote } = await import("./kernel-remote.ts");
    return mirrored(kernelRemote(access), access);
  },
};
