import { z } from "zod";
import type { Kaggle } from "./open-kaggle.ts";
import {
  enumName,
  everyPage,
  list,
  optionalText,
  optionalWhole,
  text,
  whole,
} from "./protobuf-json.ts";

/** `MODEL_FRAMEWORK_OTHER`, `MODEL_FRAMEWORK_PY_TORCH`, ... */
type Framework = `MODEL_FRAMEWORK_${string}`;

/** `owner/model/framework/instance` of an address, apart. */
export interface InstanceRef {
  owner: string;
  model: string;
  framework: Framework;
  instance: string;
}

const made = z.looseObject({ id: optionalWhole, ref: text, url: text });
export type MadeModel = z.output<typeof made>;

/** Fails where the model is there already. */
export function createModel(
  kaggle: Kaggle,
  model: { owner: string; slug: string; title: string; isPrivate: boolean; description?: string },
): Promise<MadeModel> {
  const { owner, ...rest } = model;
  const body = { ownerSlug: owner, ...rest };
  return kaggle.call("models", "CreateModel", body, { answer: made, repeatable: false });
}

/** A folder of uploaded files; `files` are upload tokens. */
export interface UploadedFolder {
  name: string;
  files: readonly string[];
  directories: readonly UploadedFolder[];
}

function contents({ files, directories }: Omit<UploadedFolder, "name">): Record<string, unknown> {
  return {
    files: files.map((token) => ({ token })),
    directories: directories.map((one) => ({ name: one.name, ...contents(one) })),
  };
}

/** The instance with its first version. */
export function createModelInstance(
  kaggle: Kaggle,
  { owner, model: modelSlug, framework, instance }: InstanceRef,
  content: Omit<UploadedFolder, "name"> & { licenseName: string; overview?: string },
): Promise<MadeModel> {
  const { licenseName, overview = "" } = content;
  const body = {
    ownerSlug: owner,
    modelSlug,
    body: { instanceSlug: instance, framework, licenseName, overview, ...contents(content) },
  };
  return kaggle.call("models", "CreateModelInstance", body, { answer: made, repeatable: false });
}

export function createModelInstanceVersion(
  kaggle: Kaggle,
  { owner, model: modelSlug, framework, instance }: InstanceRef,
  content: Omit<UploadedFolder, "name"> & { versionNotes: string },
): Promise<MadeModel> {
  const body = {
    ownerSlug: owner,
    modelSlug,
    framework,
    instanceSlug: instance,
    body: { versionNotes: content.versionNotes, ...contents(content) },
  };
  const how = { answer: made, repeatable: false };
  return kaggle.call("models", "CreateModelInstanceVersion", body, how);
}

const bundleStatuses = [
  "NOT_YET_PERSISTED",
  "BLOBS_RECEIVED",
  "BLOBS_DECOMPRESSED",
  "BLOBS_COPIED_TO_SDS",
  "INDIVIDUAL_BLOBS_COMPRESSED",
  "READY",
  "FAILED",
  "DELETED",
  "REPROCESSING",
] as const;

const instance = z.looseObject({
  id: whole,
  ownerSlug: text,
  modelSlug: text,
  slug: text,
  framework: enumName(["MODEL_FRAMEWORK_UNSPECIFIED"]),
  /** Of the version that `status` is about. */
  versionNumber: optionalWhole,
  versionNotes: text,
  status: enumName(bundleStatuses),
  errorMessage: optionalText,
});
export type ModelInstance = z.output<typeof instance>;
const instances = z.looseObject({ instances: list(instance), nextPageToken: text });

/** A model's instances, each with its newest version and whether that is READY. */
export function listModelInstances(
  kaggle: Kaggle,
  owner: string,
  slug: string,
): Promise<ModelInstance[]> {
  return everyPage(async (pageToken) => {
    const where = { ownerSlug: owner, modelSlug: slug };
    const body = { ...where, pageSize: 50, ...(pageToken && { pageToken }) };
    const how = { answer: instances, repeatable: true };
    const page = await kaggle.call("models", "ListModelInstances", body, how);
    return { items: page.instances, next: page.nextPageToken };
  });
}
