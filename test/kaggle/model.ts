import type { Bundle } from "./bundle.ts";
import { Refusal } from "./reply.ts";
import { isReady, type Processing } from "./processing.ts";
import type { World } from "./world.ts";

interface ModelVersion extends Processing {
  id: number;
  number: number;
  notes: string;
  files: Bundle;
}

export interface ModelInstance {
  id: number;
  slug: string;
  /** Name of a ModelFramework. */
  framework: string;
  overview: string;
  usage: string;
  licenseName: string;
  versions: ModelVersion[];
}

export interface Model {
  id: number;
  owner: string;
  slug: string;
  title: string;
  subtitle: string;
  description: string;
  isPrivate: boolean;
  instances: ModelInstance[];
}

/** Values of the enumeration ModelFramework. */
export const frameworks = [
  "TENSOR_FLOW_1",
  "TENSOR_FLOW_2",
  "TF_LITE",
  "TF_JS",
  "PY_TORCH",
  "JAX",
  "SCIKIT_LEARN",
  "ONNX",
  "KERAS",
  "TRANSFORMERS",
  "OTHER",
].map((name) => `MODEL_FRAMEWORK_${name}`);

/** MODEL_FRAMEWORK_PY_TORCH as it is in addresses: pyTorch. */
export function frameworkInAddress(framework: string): string {
  const words = framework.replace("MODEL_FRAMEWORK_", "").toLowerCase().split("_");
  return words
    .map((word, index) => (index === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join("");
}

export function findModel(world: World, owner: string, slug: string): Model {
  const model = world.models.get(`${owner}/${slug}`);
  if (model === undefined) throw new Refusal(403, "Permission 'models.get' was denied");
  return model;
}

export function findInstance(
  world: World,
  request: { ownerSlug: string; modelSlug: string; framework: string; instanceSlug: string },
): ModelInstance {
  const { instances } = findModel(world, request.ownerSlug, request.modelSlug);
  const found = instances.find(
    ({ slug, framework }) => slug === request.instanceSlug && framework === request.framework,
  );
  if (found === undefined) throw new Refusal(404, "Model instance not found");
  return found;
}

/** The version that "owner/model/framework/variation/number" names and that can be mounted. */
export function modelSource(
  world: World,
  source: string,
): { folder: string; files: Bundle } | undefined {
  const [owner = "", slug = "", framework = "", variation = "", number = ""] = source.split("/");
  const instance = world.models
    .get(`${owner}/${slug}`)
    ?.instances.find(
      (one) =>
        one.slug === variation &&
        frameworkInAddress(one.framework).toLowerCase() === framework.toLowerCase(),
    );
  const version = instance?.versions.find((one) => String(one.number) === number);
  if (version === undefined || !isReady(version)) return undefined;
  const folder = [slug, framework.toLowerCase(), variation, number].join("/");
  return { folder, files: version.files };
}
