import type { Place } from "../backend.ts";
import { mirrored } from "../remote/mirror.ts";
import { kernelRemote } from "./kernel-remote.ts";
import { planKernel } from "./plan-kernel.ts";

/** Kaggle's free machines: a private kernel a run. */
export const kaggle: Place = {
  choices: [],
  elsewhere: true,
  plan: planKernel,
  open: (access) => mirrored(kernelRemote(access), access),
};
