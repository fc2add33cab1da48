import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type FakeGoogle, type FakeGoogleOptions, startFakeGoogle } from "../google/fake-google.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";

const image = "us-central1-docker.pkg.dev/demo-project/crossfold/training:latest";
const account = "trainer@demo-project.iam.gserviceaccount.com";
const metric = "aiplatform.googleapis.com/custom_model_training_nvidia_l4_gpus";

const settings = `competition_name: toy
competition_platform: local
data: { train: train.csv }
metric: { name: accuracy, direction: maximize }
vertex:
  bucket: demo-bucket
  image: ${image}
  service_account: ${account}
  secrets: { WANDB_API_KEY: wandb-key }
`;

const whole: FakeGoogleOptions = {
  images: { [image]: { entrypoint: ["/bin/true"] } },
  secrets: { "wandb-key": "not to be seen" },
};

let google: FakeGoogle | undefined;

afterEach(() => google?.close());

async function infraCheck(options: FakeGoogleOptions, ...args: string[]) {
  google = await startFakeGoogle({ ...whole, ...options });
  const root = await makeTempFolder();
  await writeFile(path.join(root, "project.yml"), settings);
  const result = await crossfold(["infra", "check", ...args], { cwd: root, env: google.env });
  return { ...result, google };
}

describe("crossfold infra check", () => {
  it("finds nothing missing in a whole project, and reads no secret", async () => {
    const { stdout, exitCode, google: fake } = await infraCheck({});
    expect(stdout).toContain("Vertex AI: demo-project, us-central1, g2-standard-8");
    expect(stdout).toMatch(/nothing is missing$/m);
    expect(exitCode).toBe(0);
    expect(fake.requests.map(({ operation }) => operation)).not.toContain("secrets.access");
    expect(fake.requests.filter(({ status }) => status >= 400)).toEqual([]);
  });

  it("names everything that an empty project lacks, each with a command", async () => {
    const { stdout, exitCode } = await infraCheck(
      {
        images: {},
        secrets: {},
        buckets: [],
        disabledServices: ["cloudbuild.googleapis.com"],
        lacking: ["iam.serviceAccounts.actAs", "aiplatform.customJobs.create"],
        quotas: { [metric]: 0 },
      },
      "--json",
    );
    const { items } = JSON.parse(stdout) as {
      items: { name: string; state: string; how: string }[];
    };
    const problems = items.filter(({ state }) => state === "problem");
    expect(problems.map(({ name }) => name)).toEqual([
      "APIs",
      "your permissions",
      "bucket",
      "image",
      "act as it",
      "secret WANDB_API_KEY",
      "quota",
    ]);
    expect(problems.every(({ how }) => /gcloud|console\.cloud/.test(how))).toBe(true);
    expect(exitCode).toBe(3);
  });

  it("looks at the quota of spot machines where they are asked for", async () => {
    const spot = metric.replace("training_", "training_preemptible_");
    const { stdout } = await infraCheck({ quotas: { [metric]: 0, [spot]: 1 } }, "--spot");
    expect(stdout).toContain(
      "up to 1 NVIDIA_L4 in us-central1 (custom_model_training_preemptible_",
    );
  });
});
