import { z } from "zod";
import { KaggleError } from "./kaggle-error.ts";
import type { Kaggle } from "./open-kaggle.ts";
import {
  duration,
  enumName,
  everyPage,
  flag,
  list,
  optionalText,
  optionalWhole,
  text,
} from "./protobuf-json.ts";

/** What SaveKernel takes; what is left out keeps Kaggle's default (internet is on by default, so it has to be said). */
export interface KernelToSave {
  /** `owner/slug`. */
  slug: string;
  newTitle: string;
  /** A script, or a notebook's JSON. */
  text: string;
  language: "python" | "r";
  kernelType: "script" | "notebook";
  isPrivate: boolean;
  enableInternet: boolean;
  enableGpu?: boolean;
  enableTpu?: boolean;
  /** `NvidiaTeslaT4`, ... */
  machineShape?: string;
  competitionDataSources?: readonly string[];
  datasetDataSources?: readonly string[];
  kernelDataSources?: readonly string[];
  modelDataSources?: readonly string[];
  categoryIds?: readonly string[];
  dockerImage?: string;
  dockerImagePinningType?: string;
  sessionTimeoutSeconds?: number;
  /** QUICK_SAVE saves without running. */
  kernelExecutionType?: "SAVE_AND_RUN_ALL" | "QUICK_SAVE";
}

const saved = z.looseObject({
  ref: text,
  url: text,
  versionNumber: optionalWhole,
  kernelId: optionalWhole,
  invalidTags: list(z.string()),
  invalidDatasetSources: list(z.string()),
  invalidCompetitionSources: list(z.string()),
  invalidKernelSources: list(z.string()),
  invalidModelSources: list(z.string()),
});
export type SavedKernel = z.output<typeof saved>;

/** Makes a version and runs it, so it is sent once. Sources that Kaggle dropped are in the answer: look at them. */
export async function saveKernel(
  kaggle: Kaggle,
  kernel: KernelToSave,
): Promise<SavedKernel & { versionNumber: number }> {
  const how = { answer: saved, repeatable: false };
  const answer = await kaggle.call("kernels", "SaveKernel", { ...kernel }, how);
  const { versionNumber } = answer;
  if (versionNumber !== null) return { ...answer, versionNumber };
  const reason = "the answer names no version";
  const call = "kernels SaveKernel";
  throw new KaggleError({ call, status: 200, reason, outcome: "unknown", answer });
}

/** A kernel's version; without `version` the newest. */
export interface KernelRef {
  owner: string;
  slug: string;
  version?: number | undefined;
}

function kernelBody({ owner, slug, version }: KernelRef): Record<string, unknown> {
  const label = version === undefined ? {} : { versionLabel: `v${version}` };
  return { userName: owner, kernelSlug: slug, ...label };
}

const sessionStatuses = [
  "QUEUED",
  "RUNNING",
  "COMPLETE",
  "ERROR",
  "CANCEL_REQUESTED",
  "CANCEL_ACKNOWLEDGED",
  "NEW_SCRIPT",
] as const;

const session = z.looseObject({
  status: enumName(sessionStatuses),
  failureMessage: optionalText,
});
export type KernelSession = z.output<typeof session>;

/** Soon after a push the version may not be known yet: a KaggleError with status 404. */
export function getKernelSession(kaggle: Kaggle, kernel: KernelRef): Promise<KernelSession> {
  const how = { answer: session, repeatable: true };
  return kaggle.call("kernels", "GetKernelSessionStatus", kernelBody(kernel), how);
}

const outputFile = z.looseObject({ url: text, fileName: text });
const output = z.looseObject({ files: list(outputFile), log: text, nextPageToken: text });
export type KernelOutputFile = z.output<typeof outputFile>;

/** Every output file with a signed address (see downloads.ts), and the log as Kaggle keeps it (see kernel-logs.ts). */
export async function listKernelOutput(
  kaggle: Kaggle,
  kernel: KernelRef,
): Promise<{ files: KernelOutputFile[]; log: string }> {
  let log = "";
  const files = await everyPage(async (pageToken) => {
    const body = { ...kernelBody(kernel), pageSize: 100, ...(pageToken && { pageToken }) };
    const how = { answer: output, repeatable: true };
    const page = await kaggle.call("kernels", "ListKernelSessionOutput", body, how);
    log ||= page.log;
    return { items: page.files, next: page.nextPageToken };
  });
  return { files, log };
}

const kernel = z.looseObject({
  metadata: z
    .looseObject({
      id: optionalWhole,
      ref: text,
      title: text,
      slug: text,
      isPrivate: flag,
      currentVersionNumber: optionalWhole,
      machineShape: optionalText,
      datasetDataSources: list(z.string()),
      kernelDataSources: list(z.string()),
      competitionDataSources: list(z.string()),
      modelDataSources: list(z.string()),
    })
    .nullish(),
  blob: z.looseObject({ source: text, slug: text }).nullish(),
});

/** The newest version's settings and source. */
export function getKernel(kaggle: Kaggle, ref: KernelRef): Promise<z.output<typeof kernel>> {
  const how = { answer: kernel, repeatable: true };
  return kaggle.call("kernels", "GetKernel", kernelBody(ref), how);
}

/** Takes the kernel away with all its versions, and ends their sessions. */
export async function deleteKernel(kaggle: Kaggle, { owner, slug }: KernelRef): Promise<void> {
  const how = { answer: z.looseObject({}), repeatable: true };
  await kaggle.call("kernels", "DeleteKernel", { userName: owner, kernelSlug: slug }, how);
}

/** Seconds. */
const quota = z
  .looseObject({ timeUsed: duration, timeReserved: duration, totalTimeAllowed: duration })
  .nullish();
const quotas = z.looseObject({
  quotaRefreshTime: optionalText,
  gpuQuota: quota,
  tpuQuota: quota,
});
export type AcceleratorQuotas = z.output<typeof quotas>;

export function getAcceleratorQuotas(kaggle: Kaggle): Promise<AcceleratorQuotas> {
  const how = { answer: quotas, repeatable: true };
  return kaggle.call("kernels", "GetAcceleratorQuotaStatistics", {}, how);
}
