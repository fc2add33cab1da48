import { competitionPage } from "../../clients/kaggle/addresses.ts";
import { KaggleError } from "../../clients/kaggle/kaggle-error.ts";
import { deleteKernel, saveKernel, type SavedKernel } from "../../clients/kaggle/kernels.ts";
import type { Kaggle } from "../../clients/kaggle/open-kaggle.ts";
import type { RunCause } from "../../core/run/run.ts";
import type { JobRequest } from "../backend.ts";
import { RefusedJob } from "../remote/remote.ts";
import { kernelOf, kernelTargetOf, kernelTitle } from "./kernel-target.ts";
import { kernelScript } from "./kernel-script.ts";

/** Pushes the run's kernel, which starts it. Throws a KaggleError with the outcome `unknown` where it may have been pushed. */
export async function createKernel(kaggle: Kaggle, request: JobRequest): Promise<string> {
  const { spec } = request;
  const { machine_shape: shape, competition, timeout_seconds } = kernelTargetOf(spec);
  const { owner, slug } = kernelOf(spec);
  const kernel = {
    slug: `${owner}/${slug}`,
    newTitle: kernelTitle(spec),
    text: await kernelScript(request),
    language: "python",
    kernelType: "script",
    isPrivate: true,
    // Packages come from PyPI, as pinned.
    enableInternet: true,
    enableGpu: shape?.startsWith("Nvidia") === true,
    enableTpu: shape?.startsWith("Tpu") === true,
    ...(shape === null ? {} : { machineShape: shape }),
    competitionDataSources: [competition],
    sessionTimeoutSeconds: timeout_seconds,
  } as const;
  const saved = await saveKernel(kaggle, kernel).catch((error: unknown) => {
    throw error instanceof KaggleError && error.outcome === "refused" ? refusal(error) : error;
  });
  await requireSources(kaggle, request, saved);
  return `${owner}/${slug}`;
}

function refusal(error: KaggleError): RefusedJob {
  const { code, message, next = "see what Kaggle says above" } = error;
  return new RefusedJob({ code, message, next }, causeOf(error.reason), { cause: error });
}

/** Kaggle runs a kernel without the sources it does not like; such a run could only fail. */
async function requireSources(
  kaggle: Kaggle,
  { spec }: JobRequest,
  { invalidCompetitionSources }: SavedKernel,
): Promise<void> {
  const [missing] = invalidCompetitionSources;
  if (missing === undefined) return;
  // One that cannot be deleted now runs in vain; the run has failed in any case.
  await deleteKernel(kaggle, kernelOf(spec)).catch(() => undefined);
  throw new RefusedJob(
    {
      code: "kaggle-source",
      message: `Kaggle does not give the kernel the data of ${missing}`,
      next: `accept the rules at ${competitionPage(missing, "rules")}`,
    },
    "permission",
  );
}

function causeOf(reason: string): RunCause | null {
  if (/quota|session count/i.test(reason)) return "quota";
  return /verif|permission|denied/i.test(reason) ? "permission" : null;
}
