import { datasetSource } from "./dataset.ts";
import { completeVersion, type KernelSources } from "./kernel.ts";
import { modelSource } from "./model.ts";
import type { World } from "./world.ts";

export interface InvalidSources {
  invalidDatasetSources: string[];
  invalidCompetitionSources: string[];
  invalidKernelSources: string[];
  invalidModelSources: string[];
}

/** Keeps the sources that can be mounted and names the others; the version of a notebook is dropped. */
export function checkSources(
  world: World,
  wanted: KernelSources,
): { sources: KernelSources; invalid: InvalidSources } {
  const competitions = sift(
    wanted.competitions,
    (slug) => world.competitions.get(slug)?.rulesAccepted,
  );
  const datasets = sift(wanted.datasets, (source) => datasetSource(world, source));
  const models = sift(wanted.models, (source) => modelSource(world, source));
  const unpinned = wanted.kernels.map((source) => source.split("/").slice(0, 2).join("/"));
  const kernels = sift(unpinned, (source) => {
    const kernel = world.kernels.get(source.toLowerCase());
    return kernel !== undefined && completeVersion(kernel);
  });
  return {
    sources: {
      competitions: competitions.good,
      datasets: datasets.good,
      kernels: kernels.good,
      models: models.good,
    },
    invalid: {
      invalidDatasetSources: datasets.bad,
      invalidCompetitionSources: competitions.bad,
      invalidKernelSources: kernels.bad,
      invalidModelSources: models.bad,
    },
  };
}

function sift(
  sources: string[],
  find: (source: string) => unknown,
): { good: string[]; bad: string[] } {
  const good = sources.filter((source) => find(source));
  return { good, bad: sources.filter((source) => !good.includes(source)) };
}
