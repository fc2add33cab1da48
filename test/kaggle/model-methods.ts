import { z } from "zod";
import { bundleFields, bundleSize, makeBundle, type Bundle } from "./bundle.ts";
import { method, type Methods } from "./method.ts";
import {
  findInstance,
  findModel,
  frameworkInAddress,
  frameworks,
  type Model,
  type ModelInstance,
} from "./model.ts";
import { pageOf, pagingFields } from "./paging.ts";
import { isReady, lookAtProcessing } from "./processing.ts";
import { Refusal } from "./reply.ts";
import type { World } from "./world.ts";

const service = "models.ModelApiService";
const framework = z.enum(frameworks);
const modelName = { ownerSlug: z.string().min(1), modelSlug: z.string().min(1) };
const instanceName = { ...modelName, framework, instanceSlug: z.string().min(1) };

export const modelMethods: Methods = {
  [`${service}/CreateModel`]: method(
    {
      ownerSlug: z.string().min(1),
      slug: z.string().min(1),
      title: z.string().min(1),
      subtitle: z.string().optional(),
      isPrivate: z.boolean().default(false),
      description: z.string().default(""),
      publishTime: z.string().optional(),
      provenanceSources: z.string().optional(),
    },
    (world, request) => {
      const { ownerSlug: owner, slug, title, subtitle = "", isPrivate, description } = request;
      requireOwner(world, owner);
      const ref = `${owner}/${slug}`;
      if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug) || slug.length > 50) {
        return { error: `Invalid slug: ${slug}`, errorCode: 1 };
      }
      if (title.length < 5 || title.length > 50) {
        return { error: "The title must be between 5 and 50 characters", errorCode: 1 };
      }
      if (world.models.has(ref)) {
        return {
          error: `The requested slug "${slug}" is already in use by a model.`,
          errorCode: 2,
        };
      }
      const id = world.nextId();
      world.models.set(ref, {
        id,
        owner,
        slug,
        title,
        subtitle,
        description,
        isPrivate,
        instances: [],
      });
      return { id, ref, url: `https://www.kaggle.com/models/${ref}` };
    },
  ),
  [`${service}/GetModel`]: method(modelName, (world, request) =>
    describeModel(world, findModel(world, request.ownerSlug, request.modelSlug)),
  ),
  [`${service}/CreateModelInstance`]: method(
    {
      ...modelName,
      body: z.strictObject({
        instanceSlug: z.string().min(1),
        framework,
        licenseName: z.string().min(1),
        overview: z.string().default(""),
        usage: z.string().default(""),
        fineTunable: z.boolean().optional(),
        trainingData: z.array(z.string()).optional(),
        modelInstanceType: z.string().optional(),
        baseModelInstance: z.string().optional(),
        externalBaseModelUrl: z.string().optional(),
        sigstore: z.boolean().optional(),
        ...bundleFields,
      }),
    },
    async (world, { ownerSlug, modelSlug, body }) => {
      requireOwner(world, ownerSlug);
      const model = findModel(world, ownerSlug, modelSlug);
      const { instanceSlug: slug, overview, usage, licenseName } = body;
      if (model.instances.some((one) => one.slug === slug && one.framework === body.framework)) {
        return { error: `The requested slug "${slug}" is already in use by a model instance.` };
      }
      const files = await makeBundle(world, body);
      const instance: ModelInstance = {
        id: world.nextId(),
        slug,
        framework: body.framework,
        overview,
        usage,
        licenseName,
        versions: [],
      };
      model.instances.push(instance);
      return addVersion(world, model, instance, files, "");
    },
  ),
  [`${service}/CreateModelInstanceVersion`]: method(
    {
      ...instanceName,
      body: z.strictObject({
        versionNotes: z.string().default(""),
        sigstore: z.boolean().optional(),
        ...bundleFields,
      }),
    },
    async (world, request) => {
      requireOwner(world, request.ownerSlug);
      const instance = findInstance(world, request);
      const files = await makeBundle(world, request.body);
      const model = findModel(world, request.ownerSlug, request.modelSlug);
      return addVersion(world, model, instance, files, request.body.versionNotes);
    },
  ),
  [`${service}/GetModelInstance`]: method(instanceName, (world, request) => {
    const instance = findInstance(world, request);
    const { id, slug, overview, usage, licenseName, versions } = instance;
    for (const version of versions) lookAtProcessing(version);
    const ready = versions.findLast(isReady);
    const known = { id, slug, framework: instance.framework, overview, usage, licenseName };
    if (ready === undefined) return known;
    const totalUncompressedBytes = bundleSize(ready.files);
    return { ...known, versionId: ready.id, versionNumber: ready.number, totalUncompressedBytes };
  }),
  [`${service}/ListModelInstances`]: method({ ...modelName, ...pagingFields }, (world, request) => {
    const model = findModel(world, request.ownerSlug, request.modelSlug);
    const { items, nextPageToken } = pageOf(model.instances, request);
    return { instances: items.map((instance) => describeInstance(model, instance)), nextPageToken };
  }),
  [`${service}/ListModelInstanceVersionFiles`]: method(
    { ...instanceName, versionNumber: z.int().optional(), ...pagingFields },
    (world, request) => {
      const { versions } = findInstance(world, request);
      const wanted = request.versionNumber ?? versions.length;
      const version = versions.find(({ number }) => number === wanted);
      if (version === undefined) throw new Refusal(404, "Model instance version not found");
      const { items, nextPageToken } = pageOf([...version.files], request);
      return { files: items.map(([name, bytes]) => ({ name, size: bytes.length })), nextPageToken };
    },
  ),
};

function requireOwner(world: World, owner: string): void {
  if (owner !== world.user) throw new Refusal(403, "Permission 'models.create' was denied");
}

function addVersion(
  world: World,
  model: Model,
  instance: ModelInstance,
  files: Bundle,
  notes: string,
) {
  const id = world.nextId();
  const number = instance.versions.length + 1;
  instance.versions.push({ id, number, notes, files, pollsLeft: world.settings.readyPolls });
  const ref = [model.owner, model.slug, frameworkInAddress(instance.framework), instance.slug].join(
    "/",
  );
  return { id, ref, url: `https://www.kaggle.com/models/${ref}` };
}

function describeModel(world: World, model: Model) {
  const { id, owner, slug, title, subtitle, description, isPrivate } = model;
  const ref = `${owner}/${slug}`;
  const url = `https://www.kaggle.com/models/${ref}`;
  return { id, ref, title, subtitle, author: world.user, slug, isPrivate, description, url };
}

/** The newest version, ready or not, and how far it is. */
function describeInstance(model: Model, instance: ModelInstance) {
  const version = instance.versions.at(-1)!;
  return {
    id: instance.id,
    ownerSlug: model.owner,
    modelSlug: model.slug,
    slug: instance.slug,
    framework: instance.framework,
    overview: instance.overview,
    usage: instance.usage,
    versionId: version.id,
    versionNumber: version.number,
    versionNotes: version.notes,
    status: lookAtProcessing(version),
    errorMessage: version.failure,
    modelId: model.id,
    totalUncompressedBytes: bundleSize(version.files),
  };
}
