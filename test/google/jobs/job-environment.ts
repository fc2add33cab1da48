import { mkdirSync } from "node:fs";
import path from "node:path";
import type { World } from "../world.ts";
import { type Job, containerOf } from "./job.ts";

/** Variables through which Google's tools, and ours, find the fake. */
export function endpointVariables(url: string): Record<string, string> {
  const host = new URL(url).host;
  const names = [
    "AIPLATFORM",
    "LOGGING",
    "SECRETMANAGER",
    "SERVICEUSAGE",
    "ARTIFACTREGISTRY",
    "CLOUDBUILD",
    "IAM",
    "CLOUDRESOURCEMANAGER",
    "CLOUDQUOTAS",
  ];
  const overrides = names.map((name) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, `${url}/`]);
  return {
    GCE_METADATA_HOST: host,
    GCE_METADATA_IP: host,
    METADATA_SERVER_DETECTION: "assume-present",
    STORAGE_EMULATOR_HOST: url,
    ...(Object.fromEntries(overrides) as Record<string, string>),
  };
}

/**
 * All that a container sees: what its image and the job say, what Vertex AI sets, and the fake's addresses. Nothing of
 * the process that runs the fake but PATH.
 */
export function jobEnvironment(world: World, job: Job): Record<string, string> {
  const home = path.join(world.folder, "jobs", job.id);
  const temp = path.join(home, "tmp");
  mkdirSync(temp, { recursive: true });
  const { imageUri, env = [] } = containerOf(job);
  const given: Record<string, string> = {
    PATH: process.env.PATH ?? "",
    ...world.images[imageUri]?.env,
    HOME: home,
    TMPDIR: temp,
    ...outputVariables(job),
    CLOUD_ML_JOB_ID: job.id,
    CLOUD_ML_PROJECT_ID: world.projectNumber,
    CROSSFOLD_GCS_ROOT: world.buckets.root,
    ...endpointVariables(world.url()),
  };
  for (const { name, value = "" } of env) given[name] = expand(value, given);
  return given;
}

function outputVariables(job: Job): Record<string, string> {
  const prefix = job.spec.jobSpec.baseOutputDirectory?.outputUriPrefix.replace(/\/$/, "");
  if (prefix === undefined) return {};
  return {
    AIP_MODEL_DIR: `${prefix}/model/`,
    AIP_CHECKPOINT_DIR: `${prefix}/checkpoints/`,
    AIP_TENSORBOARD_LOG_DIR: `${prefix}/logs/`,
  };
}

/** `$(NAME)` in a value is a variable set before it, and `$$(NAME)` is that text itself (EnvVar of Vertex AI). */
function expand(value: string, given: Record<string, string>): string {
  return value.replaceAll(/\$?\$\((\w+)\)/g, (all, name: string) =>
    all.startsWith("$$") ? all.slice(1) : (given[name] ?? all),
  );
}
