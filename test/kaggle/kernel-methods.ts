import { z } from "zod";
import { storedFile } from "./competition.ts";
import {
  findKernel,
  findVersion,
  hasEnded,
  outputFiles,
  type Kernel,
  type KernelVersion,
} from "./kernel.ts";
import { method, type Methods } from "./method.ts";
import { pageOf, pagingFields } from "./paging.ts";
import { redirectReply, Refusal } from "./reply.ts";
import { saveKernel } from "./save-kernel.ts";

const service = "kernels.KernelsApiService";
const kernelName = {
  userName: z.string().min(1),
  kernelSlug: z.string().min(1),
  versionLabel: z.string().optional(),
};

export const kernelMethods: Methods = {
  [`${service}/SaveKernel`]: saveKernel,
  [`${service}/GetKernelSessionStatus`]: method(kernelName, (world, request) => {
    const kernel = findKernel(world, request.userName, request.kernelSlug);
    return lookAtStatus(kernel, request.versionLabel);
  }),
  [`${service}/ListKernelSessionOutput`]: method(
    { ...kernelName, ...pagingFields },
    async (world, request) => {
      const kernel = findKernel(world, request.userName, request.kernelSlug);
      const version = findVersion(kernel, request.versionLabel);
      if (!hasEnded(version)) return { files: [], log: "" };
      const { items, nextPageToken } = pageOf(await outputFiles(version), request);
      const files = items.map((file) => ({
        fileName: file.name,
        url: world.urls.sign(storedFile(file)),
      }));
      return { files, log: logText(version), nextPageToken };
    },
  ),
  [`${service}/ListKernelFiles`]: method(
    { ...kernelName, ...pagingFields },
    async (world, request) => {
      const kernel = findKernel(world, request.userName, request.kernelSlug);
      const version = findVersion(kernel, request.versionLabel);
      const { items, nextPageToken } = pageOf(await outputFiles(version), request);
      const files = items.map(({ name, size, modified }) => ({
        name,
        size,
        creationDate: modified.toISOString(),
      }));
      return { files, nextPageToken };
    },
  ),
  [`${service}/DownloadKernelOutput`]: method(
    {
      ownerSlug: z.string().min(1),
      kernelSlug: z.string().min(1),
      filePath: z.string().min(1),
      versionNumber: z.int().optional(),
    },
    async (world, request) => {
      const kernel = findKernel(world, request.ownerSlug, request.kernelSlug);
      const { versionNumber } = request;
      const label = versionNumber === undefined ? undefined : `v${versionNumber}`;
      const version = findVersion(kernel, label);
      const file = (await outputFiles(version)).find(({ name }) => name === request.filePath);
      if (file === undefined) throw new Refusal(404, `Could not find file: ${request.filePath}`);
      return { reply: redirectReply(world.urls.sign(storedFile(file))) };
    },
  ),
  [`${service}/GetKernel`]: method(kernelName, (world, request) => {
    const kernel = findKernel(world, request.userName, request.kernelSlug);
    const version = findVersion(kernel, request.versionLabel);
    const { text: source, language, kernelType } = version;
    return {
      metadata: describe(kernel, version),
      blob: { source, language, kernelType, slug: kernel.slug },
    };
  }),
  [`${service}/ListKernels`]: method(
    {
      group: z.string().optional(),
      user: z.string().optional(),
      search: z.string().optional(),
      sortBy: z.string().optional(),
      page: z.int().optional(),
      ...pagingFields,
    },
    (world, request) => {
      const { items, nextPageToken } = pageOf([...world.kernels.values()], request);
      return {
        kernels: items.map((kernel) => describe(kernel, kernel.versions.at(-1)!)),
        nextPageToken,
      };
    },
  ),
  [`${service}/CancelKernelSession`]: method({ kernelSessionId: z.int() }, (world, request) => {
    const version = [...world.kernels.values()]
      .flatMap(({ versions }) => versions)
      .find(({ sessionId }) => sessionId === request.kernelSessionId);
    if (version === undefined)
      throw new Refusal(403, "Permission 'kernelSessions.cancel' was denied");
    version.cancel();
    return {};
  }),
  [`${service}/DeleteKernel`]: method(
    { userName: z.string().min(1), kernelSlug: z.string().min(1) },
    (world, request) => {
      const { owner, slug, versions } = findKernel(world, request.userName, request.kernelSlug);
      for (const version of versions) version.cancel();
      world.kernels.delete(`${owner}/${slug}`);
      return {};
    },
  ),
  [`${service}/GetAcceleratorQuotaStatistics`]: method({}, (world) => {
    const { gpuUsedSeconds, gpuTotalSeconds, refresh } = world.quota;
    return {
      quotaRefreshTime: refresh,
      gpuQuota: {
        timeUsed: `${Math.round(gpuUsedSeconds)}s`,
        totalTimeAllowed: `${gpuTotalSeconds}s`,
        hasEverRun: gpuUsedSeconds > 0,
      },
      tpuQuota: { timeUsed: "0s", totalTimeAllowed: "72000s" },
    };
  }),
};

/** A new version is not there at first; asked for without a version, the one before is shown. */
function lookAtStatus(kernel: Kernel, label: string | undefined) {
  const version = findVersion(kernel, label);
  const before = kernel.versions[version.number - 2];
  if ((label ?? "") === "" && before !== undefined && version.stalePolls > 0) {
    version.stalePolls -= 1;
    return statusOf(before);
  }
  if (version.notFoundPolls > 0) {
    version.notFoundPolls -= 1;
    throw new Refusal(404, "Kernel session not found");
  }
  if (version.queuedPolls > 0 && version.state !== "NEW_SCRIPT") {
    version.queuedPolls -= 1;
    return { status: "QUEUED" };
  }
  return statusOf(version);
}

function statusOf({ state, failureMessage }: KernelVersion) {
  return { status: state, failureMessage };
}

/** The log as Kaggle keeps it: a JSON array with one entry a line. */
export function logText({ log }: KernelVersion): string {
  return `[${log.map((entry) => JSON.stringify(entry)).join("\n,")}\n]`;
}

function describe(kernel: Kernel, version: KernelVersion) {
  const { id, owner, slug, title, isPrivate } = kernel;
  const { sources, enableGpu, enableInternet, machineShape } = version;
  return {
    id,
    ref: `${owner}/${slug}`,
    title,
    author: owner,
    slug,
    isPrivate,
    language: version.language,
    kernelType: version.kernelType,
    enableGpu,
    enableInternet,
    machineShape,
    datasetDataSources: sources.datasets,
    kernelDataSources: sources.kernels,
    competitionDataSources: sources.competitions,
    modelDataSources: sources.models,
    currentVersionNumber: version.number,
  };
}
