import type { Bundle } from "./bundle.ts";
import { isReady, type Processing } from "./processing.ts";
import { Refusal } from "./reply.ts";
import type { World } from "./world.ts";

export interface DatasetVersion extends Processing {
  number: number;
  notes: string;
  files: Bundle;
  date: Date;
}

export interface Dataset {
  id: number;
  owner: string;
  slug: string;
  title: string;
  licenseName: string;
  isPrivate: boolean;
  versions: DatasetVersion[];
}

export function findDataset(world: World, owner: string, slug: string): Dataset {
  const dataset = world.datasets.get(`${owner}/${slug}`);
  if (dataset === undefined) throw new Refusal(403, "Permission 'datasets.get' was denied");
  return dataset;
}

/** The newest version that is ready. */
export function readyVersion(dataset: Dataset): DatasetVersion | undefined {
  return dataset.versions.findLast(isReady);
}

/** Files of the data set that "owner/slug" names and that can be mounted. */
export function datasetSource(
  world: World,
  source: string,
): { folder: string; files: Bundle } | undefined {
  const [owner = "", slug = ""] = source.split("/");
  const dataset = world.datasets.get(`${owner}/${slug}`);
  const files = dataset === undefined ? undefined : readyVersion(dataset)?.files;
  return files === undefined ? undefined : { folder: `${owner}/${slug}`, files };
}
