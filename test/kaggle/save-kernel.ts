import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { runVersion } from "./kernel-run.ts";
import { checkSources } from "./kernel-sources.ts";
import { isRunning, type Kernel, type KernelVersion } from "./kernel.ts";
import { method } from "./method.ts";
import { notebook } from "./notebook-script.ts";
import type { World } from "./world.ts";

const request = z.strictObject({
  id: z.int().optional(),
  slug: z.string().optional(),
  newTitle: z.string().optional(),
  text: z.string(),
  language: z.enum(["python", "r", "rmarkdown", "julia", "sqlite"]),
  kernelType: z.enum(["script", "notebook"]),
  datasetDataSources: z.array(z.string()).default([]),
  kernelDataSources: z.array(z.string()).default([]),
  competitionDataSources: z.array(z.string()).default([]),
  modelDataSources: z.array(z.string()).default([]),
  categoryIds: z.array(z.string()).default([]),
  isPrivate: z.boolean().default(true),
  enableGpu: z.boolean().default(false),
  enableTpu: z.boolean().default(false),
  // Kaggle's own default.
  enableInternet: z.boolean().default(true),
  dockerImage: z.string().optional(),
  dockerImagePinningType: z.enum(["original", "latest"]).optional(),
  sessionTimeoutSeconds: z.int().min(1).optional(),
  priority: z.int().optional(),
  kernelExecutionType: z.enum(["SAVE_AND_RUN_ALL", "QUICK_SAVE"]).optional(),
  machineShape: z.string().optional(),
});
type Request = z.output<typeof request>;

/** Saves a version and runs it. What is wrong with it is said inside a 200. */
export const saveKernel = method(request.shape, async (world, wanted) => {
  const usesGpu = wanted.enableGpu || wanted.machineShape?.startsWith("Nvidia") === true;
  const refused = problemOf(wanted) ?? capacityProblem(world, usesGpu);
  if (refused !== undefined) return { error: refused };
  const kernel = kernelOf(world, wanted);
  if (kernel === undefined) return { error: "Kernel not found" };
  const { sources, invalid } = checkSources(world, {
    competitions: wanted.competitionDataSources,
    datasets: wanted.datasetDataSources,
    kernels: wanted.kernelDataSources,
    models: wanted.modelDataSources,
  });
  const quick = wanted.kernelExecutionType === "QUICK_SAVE";
  const version: KernelVersion = {
    number: kernel.versions.length + 1,
    sessionId: world.nextId(),
    text: wanted.text,
    language: wanted.language,
    kernelType: wanted.kernelType,
    sources,
    enableGpu: usesGpu,
    enableInternet: wanted.enableInternet,
    machineShape: wanted.machineShape ?? "",
    timeoutSeconds: wanted.sessionTimeoutSeconds,
    state: quick ? "NEW_SCRIPT" : "RUNNING",
    failureMessage: "",
    log: [],
    root: await mkdtemp(path.join(world.settings.folder, "kaggle-")),
    notFoundPolls: world.settings.notFoundPolls,
    stalePolls: world.settings.stalePolls,
    queuedPolls: world.settings.queuedPolls,
    cancel: () => {
      version.state = "CANCEL_ACKNOWLEDGED";
    },
    ended: Promise.resolve(),
  };
  kernel.versions.push(version);
  kernel.isPrivate = wanted.isPrivate;
  if (!quick) {
    version.ended = runVersion(world, version);
    world.background(version.ended);
    world.onClose(() => version.cancel());
  }
  return {
    ref: `/code/${kernel.owner}/${kernel.slug}`,
    url: `https://www.kaggle.com/code/${kernel.owner}/${kernel.slug}`,
    versionNumber: version.number,
    kernelId: kernel.id,
    invalidTags: wanted.categoryIds.filter((tag) => !/^[a-z0-9 -]+$/.test(tag)),
    ...invalid,
  };
});

function problemOf({ newTitle, kernelType, text, language }: Request): string | undefined {
  if (newTitle !== undefined && newTitle.length < 5)
    return "Title must be at least five characters";
  if (newTitle !== undefined && newTitle.length > 50) return "Title must be at most 50 characters";
  if (language !== "python") return `The stand-in runs no ${language}`;
  if (kernelType === "script") return undefined;
  try {
    notebook.parse(JSON.parse(text));
    return undefined;
  } catch {
    return "Notebook is not valid: the source of each cell must be one string";
  }
}

function capacityProblem(world: World, gpu: boolean): string | undefined {
  const { gpuSessions, cpuSessions } = world.settings;
  const running = [...world.kernels.values()]
    .flatMap(({ versions }) => versions)
    .filter((version) => isRunning(version) && version.enableGpu === gpu).length;
  const limit = gpu ? gpuSessions : cpuSessions;
  const kind = gpu ? "GPU" : "CPU";
  if (running >= limit) return `Maximum batch ${kind} session count of ${limit} reached.`;
  const { gpuUsedSeconds, gpuTotalSeconds } = world.quota;
  if (gpu && gpuUsedSeconds >= gpuTotalSeconds)
    return "Maximum weekly GPU quota of 30.00 hours reached.";
  return undefined;
}

/** The kernel that is meant, or a new one. A new one is named after its title, whatever slug was asked for. */
function kernelOf(world: World, { id, slug = "", newTitle }: Request): Kernel | undefined {
  const known =
    id === undefined
      ? world.kernels.get(slug.toLowerCase())
      : [...world.kernels.values()].find((kernel) => kernel.id === id);
  if (known !== undefined) {
    known.title = newTitle ?? known.title;
    return known;
  }
  const [owner = "", name = ""] = slug.split("/");
  if (owner !== world.user || name === "") return undefined;
  const title = newTitle ?? name;
  const ref = `${owner}/${slugify(title)}`;
  const there = world.kernels.get(ref);
  if (there !== undefined) return there;
  const made: Kernel = {
    id: world.nextId(),
    owner,
    slug: slugify(title),
    title,
    isPrivate: true,
    versions: [],
  };
  world.kernels.set(ref, made);
  return made;
}

function slugify(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}
