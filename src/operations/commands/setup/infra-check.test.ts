import { appendFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  bound,
  type CloudAnswer,
  enabled,
  limit,
  startCloud,
  vertexSettings,
} from "../../../../test/support/google-project.ts";
import { makeWorkspace, testContext } from "../../../../test/support/workspace.ts";
import { renderInfraCheck } from "../../../doors/text/infra.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import { infraCheck } from "./infra-check.ts";

const style = makeStyle({ color: false, width: 200 });

interface Situation {
  settings?: string;
  /** Answers that differ from those of a project where everything is there. */
  cloud?: Record<string, CloudAnswer>;
  input?: object;
  env?: Record<string, string>;
}

async function check({ settings = vertexSettings, cloud, input = {}, env }: Situation = {}) {
  const ws = await makeWorkspace();
  await appendFile(path.join(ws.root, "project.yml"), settings);
  const server = await startCloud(cloud);
  const context = { ...testContext(ws), env: env ?? server.env };
  const result = await infraCheck.run(context, infraCheck.input.parse(input));
  return { result, exitCode: infraCheck.exitCode!(result), server };
}

/** What is not ok. */
async function findings(situation: Situation) {
  const { items } = (await check(situation)).result;
  return items.filter(({ state }) => state !== "ok");
}

describe("infra check", () => {
  it("finds nothing in a project that has everything, and changes nothing in it", async () => {
    const { result, exitCode, server } = await check();
    expect(result.items.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(result.items.map(({ name }) => name)).toEqual([
      "settings",
      "credentials",
      "project",
      "APIs",
      "your permissions",
      "bucket",
      "bucket access",
      "image",
      "service account",
      "act as it",
      "its bucket access",
      "secret WANDB_API_KEY",
      "quota",
    ]);
    expect(exitCode).toBe(0);
    const writes = server.seen.filter(({ method }) => method !== "GET");
    expect(
      writes.map(({ url }) => /:(testIamPermissions|getIamPolicy)$/.test(url.pathname)),
    ).toEqual(writes.map(() => true));
    expect(server.seen.map(({ url }) => url.pathname).join()).not.toContain(":access");
    expect(renderInfraCheck(result, style)).toContain(
      "Vertex AI: acme, us-central1, g2-standard-8\n",
    );
  });

  it("says what to put into project.yml where nothing is set, without asking Google", async () => {
    const { result, exitCode, server } = await check({ settings: "" });
    expect(exitCode).toBe(3);
    expect(server.seen).toEqual([]);
    expect(renderInfraCheck(result, style)).toBe(`Vertex AI: g2-standard-8
  problem  settings  project.yml does not say where on Google Cloud to train
                     put into project.yml: vertex: { project: MY-PROJECT, region: us-central1, bucket: MY-PROJECT-toy-training }

1 problem`);
  });

  it("stops at credentials that are not there", async () => {
    const env = { HOME: "/nonexistent", METADATA_SERVER_DETECTION: "none" };
    expect(await findings({ env })).toMatchObject([
      { name: "credentials", state: "problem", how: "gcloud auth application-default login" },
    ]);
  });

  it("stops where Google is not reached, and does not call that well", async () => {
    const env = {
      HOME: "/nonexistent",
      METADATA_SERVER_DETECTION: "assume-present",
      GCE_METADATA_HOST: "127.0.0.1:9",
    };
    const { result, exitCode } = await check({ env });
    expect(result.items.at(-1)).toMatchObject({ name: "credentials", state: "problem" });
    expect(result.items.at(-1)!.detail).toContain("Google did not answer");
    expect(exitCode).toBe(3);
  });

  it("takes the project of the credentials where project.yml names none", async () => {
    const settings = vertexSettings.replace("  project: acme\n", "");
    const { result } = await check({ settings });
    expect(result.project).toBe("metadata-project");
  });
});

const l4 =
  "GET /v1beta1/projects/acme/services/aiplatform.googleapis.com/consumerQuotaMetrics/aiplatform.googleapis.com%2Fcustom_model_training_nvidia_l4_gpus";
const account = "trainer@acme.iam.gserviceaccount.com";
const repository = "GET /v1/projects/acme/locations/us-central1/repositories/crossfold";
const build =
  "gcloud builds submit --config=docker/cloudbuild.yaml --substitutions=_IMAGE=us-central1-docker.pkg.dev/acme/crossfold/training:latest --project=acme";

describe("infra check names what is wrong and how to fix it", () => {
  const wrong: [what: string, situation: Situation, item: object][] = [
    [
      "APIs that are off",
      { cloud: { "GET /v1/projects/acme/services:batchGet": enabled(["storage", "logging"]) } },
      {
        name: "APIs",
        how: "gcloud services enable aiplatform.googleapis.com secretmanager.googleapis.com artifactregistry.googleapis.com cloudbuild.googleapis.com --project=acme",
      },
    ],
    [
      "a permission that is lacking",
      {
        cloud: {
          "POST /v1/projects/acme:testIamPermissions": { permissions: ["logging.logEntries.list"] },
        },
      },
      {
        name: "your permissions",
        detail: expect.stringContaining("you lack aiplatform.customJobs.create, "),
        how: 'gcloud projects add-iam-policy-binding acme --member="user:$(gcloud config get account)" --role=roles/aiplatform.user',
      },
    ],
    [
      "no bucket",
      { cloud: { "GET /storage/v1/b/acme-ml": { refused: 404 } } },
      {
        name: "bucket",
        detail: expect.stringContaining("there is no bucket gs://acme-ml"),
        how: "gcloud storage buckets create gs://acme-ml --project=acme --location=us-central1 --uniform-bucket-level-access",
      },
    ],
    [
      "a bucket in another region",
      {
        cloud: {
          "GET /storage/v1/b/acme-ml": {
            name: "acme-ml",
            location: "EU",
            locationType: "multi-region",
          },
        },
      },
      {
        name: "bucket",
        detail: expect.stringContaining("gs://acme-ml is in eu (multi-region)"),
        how: expect.stringContaining("gs://acme-ml-us-central1 --project=acme"),
      },
    ],
    [
      "a bucket that is read only",
      {
        cloud: {
          "GET /storage/v1/b/acme-ml/iam/testPermissions": { permissions: ["storage.objects.get"] },
        },
      },
      { name: "bucket access", how: expect.stringContaining("--role=roles/storage.objectAdmin") },
    ],
    [
      "no repository",
      { cloud: { [repository]: { refused: 404 } } },
      {
        name: "image",
        how: `gcloud artifacts repositories create crossfold --repository-format=docker --location=us-central1 --project=acme && ${build}`,
      },
    ],
    [
      "no image",
      { cloud: { [`${repository}/packages/training/tags/latest`]: { refused: 404 } } },
      { name: "image", how: build },
    ],
    [
      "no image named",
      { settings: vertexSettings.replace(/ {2}image: .*\n/, "") },
      { name: "image", how: expect.stringContaining(`${build}   then: vertex: { image: `) },
    ],
    [
      "no service account",
      { cloud: { [`GET /v1/projects/-/serviceAccounts/${account}`]: { refused: 404 } } },
      { name: "service account", how: "gcloud iam service-accounts create trainer --project=acme" },
    ],
    [
      "a disabled service account",
      {
        cloud: {
          [`GET /v1/projects/-/serviceAccounts/${account}`]: { email: account, disabled: true },
        },
      },
      {
        name: "service account",
        how: `gcloud iam service-accounts enable ${account} --project=acme`,
      },
    ],
    [
      "one that may not be acted as",
      { cloud: { [`POST /v1/projects/-/serviceAccounts/${account}:testIamPermissions`]: {} } },
      {
        name: "act as it",
        how: `gcloud iam service-accounts add-iam-policy-binding ${account} --member="user:$(gcloud config get account)" --role=roles/iam.serviceAccountUser --project=acme`,
      },
    ],
    [
      "one that may not write to the bucket",
      { cloud: { "GET /storage/v1/b/acme-ml/iam": bound("roles/storage.objectViewer") } },
      {
        name: "its bucket access",
        how: `gcloud storage buckets add-iam-policy-binding gs://acme-ml --member=serviceAccount:${account} --role=roles/storage.objectAdmin`,
      },
    ],
    [
      "no secret",
      { cloud: { "GET /v1/projects/acme/secrets/wandb-key/versions/latest": { refused: 404 } } },
      {
        name: "secret WANDB_API_KEY",
        how: 'printf %s "$WANDB_API_KEY" | gcloud secrets create wandb-key --project=acme --data-file=-',
      },
    ],
    [
      "a secret that is closed to the job",
      { cloud: { "GET /v1/projects/acme/secrets/wandb-key:getIamPolicy": {} } },
      {
        name: "secret WANDB_API_KEY",
        how: `gcloud secrets add-iam-policy-binding wandb-key --project=acme --member=serviceAccount:${account} --role=roles/secretmanager.secretAccessor`,
      },
    ],
    [
      "a secret without a service account, closed to Vertex AI's own",
      { settings: vertexSettings.replace(/ {2}service_account: .*\n/, "") },
      {
        name: "secret WANDB_API_KEY",
        how: expect.stringContaining("service-1@gcp-sa-aiplatform-cc.iam.gserviceaccount.com"),
      },
    ],
    [
      "too small a quota",
      { cloud: { [l4]: limit("1") }, input: { count: 2 } },
      {
        name: "quota",
        detail: "1 of custom_model_training_nvidia_l4_gpus in us-central1; g2-standard-24 needs 2",
        how: expect.stringContaining(
          "iam-admin/quotas?project=acme   or another region, such as us-e",
        ),
      },
    ],
    [
      "no quota for spot machines, which is another",
      { input: { spot: true } },
      {
        name: "quota",
        detail:
          "0 of custom_model_training_preemptible_nvidia_l4_gpus in us-central1; g2-standard-8 needs 1",
      },
    ],
  ];

  it.each(wrong)("%s", async (_, situation, item) => {
    const { result, exitCode } = await check(situation);
    const found = result.items.filter(({ state }) => state !== "ok");
    expect(found).toEqual([expect.objectContaining({ state: "problem", ...item })]);
    expect(exitCode).toBe(3);
  });

  it("a role on the whole project counts", async () => {
    const cloud = {
      "GET /storage/v1/b/acme-ml/iam": {},
      "GET /v1/projects/acme/secrets/wandb-key:getIamPolicy": {},
      "POST /v1/projects/acme:getIamPolicy": bound("roles/owner"),
    };
    expect(await findings({ cloud })).toEqual([]);
  });

  it("without an accelerator it is the quota of vCPUs", async () => {
    const { result } = await check({ input: { gpu: "none" } });
    expect(result.items.at(-1)).toMatchObject({ name: "CPU quota", state: "ok" });
  });
});

describe("infra check, where Google does not say", () => {
  it("is not sure, tells what would let it look, and calls it no problem", async () => {
    const cloud = {
      "POST /v1/projects/acme:testIamPermissions": {
        refused: 403,
        message:
          "cloudresourcemanager.googleapis.com has not been used in project 1 before or it is disabled",
        reason: "SERVICE_DISABLED",
      },
      [l4]: { refused: 403, message: "Permission denied to list quota" },
    };
    const { result, exitCode } = await check({ cloud });
    expect(result.items.filter(({ state }) => state !== "ok")).toMatchObject([
      {
        name: "your permissions",
        state: "unknown",
        how: "gcloud services enable cloudresourcemanager.googleapis.com --project acme",
      },
      { name: "quota", state: "unknown" },
    ]);
    expect(exitCode).toBe(0);
    expect(renderInfraCheck(result, style)).toContain("no problem found, 2 not known");
  });

  it("takes an image outside Artifact Registry on trust, and a quota whose name is not known", async () => {
    const settings = vertexSettings.replace(/image: .*/, "image: docker.io/acme/training");
    const found = await findings({ settings, input: { gpu: "B200" } });
    expect(found).toMatchObject([
      { name: "image", state: "unknown" },
      { name: "quota", state: "unknown" },
    ]);
  });

  it("refuses an accelerator that does not exist before it asks anything", async () => {
    await expect(check({ input: { gpu: "L5" } })).rejects.toMatchObject({
      code: "unknown-accelerator",
    });
  });
});
