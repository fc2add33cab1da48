import { z } from "zod";
import { bundleFields, bundleSize, makeBundle, type Bundle } from "./bundle.ts";
import { findDataset, readyVersion, type Dataset } from "./dataset.ts";
import { method, type Methods } from "./method.ts";
import { pageOf, pagingFields } from "./paging.ts";
import { lookAtProcessing } from "./processing.ts";
import { redirectReply, Refusal } from "./reply.ts";
import type { World } from "./world.ts";
import { zipOf } from "./zip.ts";

const service = "datasets.DatasetApiService";
const datasetName = { ownerSlug: z.string().min(1), datasetSlug: z.string().min(1) };
const details = {
  subtitle: z.string().optional(),
  description: z.string().optional(),
  categoryIds: z.array(z.string()).optional(),
};

export const datasetMethods: Methods = {
  [`${service}/CreateDataset`]: method(
    {
      id: z.int().optional(),
      ownerSlug: z.string().min(1),
      slug: z.string().min(1),
      title: z.string().min(1),
      licenseName: z.string().min(1),
      isPrivate: z.boolean().default(false),
      ...details,
      ...bundleFields,
    },
    async (world, request) => {
      const { ownerSlug: owner, slug, title, licenseName, isPrivate } = request;
      if (owner !== world.user) throw new Refusal(403, "Permission 'datasets.create' was denied");
      if (title.length < 6 || title.length > 50 || slug.length < 6 || slug.length > 50) {
        return failed("The title and the slug must be between 6 and 50 characters");
      }
      if (world.datasets.has(`${owner}/${slug}`)) {
        return failed(`The requested slug "${slug}" is already in use by a dataset.`);
      }
      const files = await makeBundle(world, request);
      const id = world.nextId();
      const dataset = { id, owner, slug, title, licenseName, isPrivate, versions: [] };
      world.datasets.set(`${owner}/${slug}`, dataset);
      return addVersion(world, dataset, files, "Initial release");
    },
  ),
  [`${service}/CreateDatasetVersion`]: method(
    {
      ...datasetName,
      body: z.strictObject({
        versionNotes: z.string().min(1),
        deleteOldVersions: z.boolean().default(false),
        ...details,
        ...bundleFields,
      }),
    },
    async (world, { ownerSlug, datasetSlug, body }) => {
      const dataset = findDataset(world, ownerSlug, datasetSlug);
      return addVersion(world, dataset, await makeBundle(world, body), body.versionNotes);
    },
  ),
  [`${service}/GetDatasetStatus`]: method(datasetName, (world, request) => {
    const { versions } = findDataset(world, request.ownerSlug, request.datasetSlug);
    return { status: lookAtProcessing(versions.at(-1)!) };
  }),
  [`${service}/GetDataset`]: method(datasetName, (world, request) => {
    const dataset = findDataset(world, request.ownerSlug, request.datasetSlug);
    const { id, owner, slug, title, licenseName, isPrivate } = dataset;
    const ready = readyVersion(dataset);
    return {
      id,
      ref: `${owner}/${slug}`,
      title,
      licenseName,
      isPrivate,
      ownerRef: owner,
      url: addressOf(dataset),
      currentVersionNumber: ready?.number,
      totalBytes: ready === undefined ? 0 : bundleSize(ready.files),
      lastUpdated: ready?.date,
    };
  }),
  [`${service}/ListDatasetFiles`]: method(
    { ...datasetName, datasetVersionNumber: z.int().optional(), ...pagingFields },
    (world, request) => {
      const files = filesOf(world, request, request.datasetVersionNumber);
      const { items, nextPageToken } = pageOf([...files], request);
      const datasetFiles = items.map(([name, bytes]) => ({
        ref: name,
        name,
        totalBytes: bytes.length,
      }));
      return { datasetFiles, nextPageToken };
    },
  ),
  [`${service}/DownloadDataset`]: method(
    {
      ...datasetName,
      fileName: z.string().optional(),
      datasetVersionNumber: z.int().optional(),
      raw: z.boolean().optional(),
    },
    (world, request) => {
      const files = filesOf(world, request, request.datasetVersionNumber);
      const bytes = async () =>
        zipOf([...files].map(([name, contents]) => ({ name, bytes: contents })));
      const archive = { name: `${request.datasetSlug}.zip`, modified: world.now(), bytes };
      return { reply: redirectReply(world.urls.sign(archive)) };
    },
  ),
};

/** A dataset's mutations say what is wrong inside a 200. */
function failed(error: string) {
  return { status: "error", error };
}

function addVersion(world: World, dataset: Dataset, files: Bundle, notes: string) {
  const number = dataset.versions.length + 1;
  const pollsLeft = world.settings.readyPolls;
  dataset.versions.push({ number, notes, files, date: world.now(), pollsLeft });
  return { ref: `${dataset.owner}/${dataset.slug}`, url: addressOf(dataset), status: "ok" };
}

function addressOf({ owner, slug }: Dataset): string {
  return `https://www.kaggle.com/datasets/${owner}/${slug}`;
}

function filesOf(
  world: World,
  request: { ownerSlug: string; datasetSlug: string },
  number: number | undefined,
): Bundle {
  const dataset = findDataset(world, request.ownerSlug, request.datasetSlug);
  const version =
    number === undefined
      ? readyVersion(dataset)
      : dataset.versions.find((one) => one.number === number);
  if (version === undefined) throw new Refusal(404, "Dataset version not found");
  return version.files;
}
