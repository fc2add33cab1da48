import { type GoogleServer, json, startGoogleServer } from "./google-server.ts";

/** `METHOD /path` as a prefix, and what is answered: a status with Google's error, or a result. */
export type CloudAnswer = { refused: number; message?: string; reason?: string } | object;

const project = "acme";
const bucket = "acme-ml";
const account = "trainer@acme.iam.gserviceaccount.com";
const image = "/v1/projects/acme/locations/us-central1/repositories/crossfold";
const services = "/v1/projects/acme/services";
const metrics =
  "/v1beta1/projects/acme/services/aiplatform.googleapis.com/consumerQuotaMetrics/aiplatform.googleapis.com%2F";

const apis = [
  "aiplatform",
  "storage",
  "logging",
  "secretmanager",
  "artifactregistry",
  "cloudbuild",
];

/** Answers of a project in which everything is there; `vertexSettings` names its parts. */
const healthy: Record<string, CloudAnswer> = {
  [`GET ${services}:batchGet`]: enabled(apis),
  [`POST /v1/projects/${project}:testIamPermissions`]: {
    permissions: [
      ...["create", "get", "list", "cancel"].map((verb) => `aiplatform.customJobs.${verb}`),
      "logging.logEntries.list",
    ],
  },
  [`POST /v1/projects/${project}:getIamPolicy`]: {},
  [`GET /v1/projects/${project}/secrets/wandb-key/versions/latest`]: {
    name: "projects/1/secrets/wandb-key/versions/3",
    state: "ENABLED",
  },
  [`GET /v1/projects/${project}/secrets/wandb-key:getIamPolicy`]: bound(
    "roles/secretmanager.secretAccessor",
  ),
  [`GET /storage/v1/b/${bucket}/iam/testPermissions`]: {
    permissions: ["create", "get", "list", "delete"].map((verb) => `storage.objects.${verb}`),
  },
  [`GET /storage/v1/b/${bucket}/iam`]: bound("roles/storage.objectAdmin"),
  [`GET /storage/v1/b/${bucket}`]: {
    name: bucket,
    location: "US-CENTRAL1",
    locationType: "region",
  },
  [`GET ${image}/packages/training/tags/latest`]: { name: "latest" },
  [`GET ${image}`]: { name: "crossfold" },
  [`GET /v1/projects/-/serviceAccounts/${account}`]: { email: account },
  [`POST /v1/projects/-/serviceAccounts/${account}:testIamPermissions`]: {
    permissions: ["iam.serviceAccounts.actAs"],
  },
  [`GET ${metrics}custom_model_training_nvidia_l4_gpus`]: limit("2"),
  [`GET ${metrics}custom_model_training_preemptible_nvidia_l4_gpus`]: limit(undefined),
  [`GET ${metrics}custom_model_training_cpus`]: limit("-1"),
  [`GET /v1/projects/${project}`]: { projectNumber: "1" },
};

/** project.yml's section that goes with the healthy project. */
export const vertexSettings = `vertex:
  project: ${project}
  bucket: ${bucket}
  image: us-central1-docker.pkg.dev/${project}/crossfold/training:latest
  service_account: ${account}
  secrets: { WANDB_API_KEY: wandb-key }
`;

export function enabled(names: readonly string[]): object {
  return {
    services: apis.map((name) => ({
      name: `projects/1/services/${name}.googleapis.com`,
      state: names.includes(name) ? "ENABLED" : "DISABLED",
    })),
  };
}

export function bound(role: string, member = `serviceAccount:${account}`): object {
  return { bindings: [{ role, members: [member, "user:someone@example.com"] }] };
}

export function limit(value: string | undefined, region = "us-central1"): object {
  const own = { effectiveLimit: value, dimensions: { region } };
  return {
    consumerQuotaLimits: [
      { quotaBuckets: [{ effectiveLimit: "8", dimensions: { region: "x" } }, own] },
    ],
  };
}

/** A Google project that answers as told; what is asked beside that is a 404. */
export async function startCloud(changed: Record<string, CloudAnswer> = {}): Promise<GoogleServer> {
  const server = await startGoogleServer();
  const answers = Object.entries({ ...healthy, ...changed }).toSorted(
    ([one], [other]) => other.length - one.length,
  );
  server.answer((seen, response) => {
    const asked = `${seen.method} ${seen.url.pathname}`;
    const answer = answers.find(([start]) => asked.startsWith(start))?.[1] ?? { refused: 404 };
    if (!("refused" in answer)) return json(answer)(seen, response);
    const {
      refused,
      message = `refused ${asked}`,
      reason,
    } = answer as { refused: number; message?: string; reason?: string };
    const details = reason === undefined ? [] : [{ reason, metadata: {} }];
    json({ error: { message, details } }, refused)(seen, response);
  });
  for (const api of [
    "SERVICEUSAGE",
    "CLOUDRESOURCEMANAGER",
    "IAM",
    "ARTIFACTREGISTRY",
    "SECRETMANAGER",
  ]) {
    server.env[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`] = `${server.url}/`;
  }
  return server;
}
