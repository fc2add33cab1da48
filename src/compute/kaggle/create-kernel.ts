import { KaggleError } from "../../clients/kaggle/kaggle-error.ts";
import { deleteKernel, saveKernel, type SavedKernel } from "../../clients/kaggle/kernels.ts";
import type { Kaggle } from "../../clients/kaggle/open-kaggle.ts";
import type { RunCause } from "../../core/run/run.ts";
import type { JobRequest } from "../backend.ts";
import { RefusedJob, UnknownOutcome } from "../remote/remote.ts";
import { kernelOf, kernelTargetOf, kernelTitle } from "./kernel-target.ts";
import { kernelScript } from "./kernel-script.ts";

/** Pushes the run's kernel, which starts it. Throws UnknownOutcome where it may have been pushed all the same. */
export async function createKernel(kaggle: Kaggle, submission: JobRequest): Promise<string> {
  const { spec } = submission;
  const { machine_shape: shape, competition, timeout_seconds } = kernelTargetOf(spec);
  const { owner, slug } = kernelOf(spec);
  const kernel = {
    slug: `${owner}/${slug}`,
    newTitle: kernelTitle(spec),
    text: await kernelScript(submission),
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
  try {
    const saved = await saveKernel(kaggle, kernel);
    await requireSources(kaggle, submission, saved);
  } catch (error) {
    if (!(error instanceof KaggleError)) throw error;
    if (error.unsure || isNotUnderstood(error)) throw new UnknownOutcome(error);
    throw new RefusedJob(
      {
        code: error.code,
        message: error.message,
        next: error.next ?? "see what Kaggle says above",
      },
      causeOf(error.reason),
      { cause: error },
    );
  }
  return `${owner}/${slug}`;
}

/** An answer without an error in it that we do not understand may be a kernel's. */
function isNotUnderstood({ status, reason }: KaggleError): boolean {
  return status === 200 && /^the answer (cannot be understood|is no JSON)/.test(reason);
}

/** Kaggle runs a kernel without the sources it does not like; such a run could only fail. */
async function requireSources(
  kaggle: Kaggle,
  { spec }: JobRequest,
  { invalidCompetitionSources }: SavedKernel,
): Promise<void> {
  const [missing] = invalidCompetitionSources;
  if (missing === undefined) return;
  await deleteKernel(kaggle, kernelOf(spec));
  throw new RefusedJob(
    {
      code: "kaggle-source",
      message: `Kaggle does not give the kernel the data of ${missing}`,
      next: `accept the rules at https://www.kaggle.com/competitions/${missing}/rules`,
    },
    "permission",
  );
}

function causeOf(reason: string): RunCause | null {
  if (/quota|session count/i.test(reason)) return "quota";
  return /verif|permission|denied/i.test(reason) ? "permission" : null;
}
