import { z } from "zod";
import { type KaggleNames, slugify } from "../competition/kaggle-names.ts";

/** `kernel-metadata.json`, as the official client reads it; keys that are not here stay as they are. */
export const kernelMetadataSchema = z.looseObject({
  /** `owner/slug`; the template's owner is OWNER. */
  id: z.string().regex(/^[^/]+\/[^/]+$/, "expected OWNER/slug"),
  title: z.string().min(5).max(50),
  code_file: z.string().min(1),
  language: z.enum(["python", "r"]).default("python"),
  kernel_type: z.enum(["notebook", "script"]).default("notebook"),
  is_private: z.boolean().default(true),
  enable_gpu: z.boolean().default(false),
  enable_tpu: z.boolean().default(false),
  enable_internet: z.boolean().default(false),
  machine_shape: z.string().optional(),
  docker_image: z.string().optional(),
  docker_image_pinning_type: z.string().optional(),
  keywords: z.array(z.string()).default([]),
  dataset_sources: z.array(z.string()).default([]),
  competition_sources: z.array(z.string()).default([]),
  kernel_sources: z.array(z.string()).default([]),
  model_sources: z.array(z.string()).default([]),
});
export type KernelMetadata = z.output<typeof kernelMetadataSchema>;

/** The owner as the template has it, before the user's name is known. */
const unknownOwner = "OWNER";

/** The metadata of an experiment's notebook, made from that of the template or of the experiment it was copied from. */
export function renameKernel(
  metadata: KernelMetadata,
  competition: string,
  names: KaggleNames,
  from: readonly string[],
): KernelMetadata {
  const owner = metadata.id.split("/")[0]!;
  const foreign = metadata.model_sources.filter((source) => !isVariation(source, from));
  return {
    ...metadata,
    id: `${owner}/${names.notebook.slug}`,
    title: names.notebook.title,
    competition_sources: metadata.competition_sources.map((source) =>
      source === "COMPETITION" ? competition : source,
    ),
    model_sources: [...foreign, `${owner}/${names.model.slug}/other/${names.variation}/1`],
  };
}

/** Whether a model source is the variation of one of these experiments. */
function isVariation(source: string, experiments: readonly string[]): boolean {
  const [, , framework, variation] = source.split("/");
  const address = slugify(variation ?? "");
  return framework === "other" && experiments.some((name) => slugify(name) === address);
}

/** The metadata as it is pushed: the owner known, the experiment's own model at its version, the wheels attached. */
export function completeKernel(
  metadata: KernelMetadata,
  owner: string,
  sources: { model: string; version: number; deps: string | null },
): KernelMetadata {
  const owned = (list: readonly string[]) =>
    list.map((source) => source.replace(new RegExp(`^${unknownOwner}/`), `${owner}/`));
  const models = owned(metadata.model_sources).filter(
    (source) => !source.startsWith(`${sources.model}/`),
  );
  const kernels = owned(metadata.kernel_sources).filter((source) => source !== sources.deps);
  return {
    ...metadata,
    id: `${owned([metadata.id])[0]!.split("/")[0]}/${slugify(metadata.title)}`,
    dataset_sources: owned(metadata.dataset_sources),
    kernel_sources: [...kernels, ...(sources.deps === null ? [] : [sources.deps])],
    model_sources: [...models, `${sources.model}/${sources.version}`],
  };
}
