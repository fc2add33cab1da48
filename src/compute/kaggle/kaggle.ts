import type { ComputeTarget } from "../backend.ts";
import { mirrored } from "../remote/mirror.ts";

/** Kaggle's free machines: a private kernel a run. */
export const kaggle: ComputeTarget = {
  choices: [],
  remote: true,
  plan: async (...asked) => (await import("./plan-kernel.ts")).planKernel(...asked),
  async open(access) {
    const { kernelRemote } = await import("./kernel-remote.ts");
    return mirrored(kernelRemote(access), access);
  },
};
