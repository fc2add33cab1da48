import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { v1 } from "@google-cloud/aiplatform";
import { Storage } from "@google-cloud/storage";
import { GoogleAuth } from "google-auth-library";
import { x } from "tinyexec";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FakeGoogle, startFakeGoogle } from "../google/fake-google.ts";
import { makeTempFolder } from "../support/cli.ts";
import { googlePython, repository } from "../support/tools.ts";

const image = "us-docker.pkg.dev/demo-project/training/train:1";
const say = ["node", "-e", "console.log(process.argv.slice(1).join(' '), process.env.MODE)"];
const parent = "projects/demo-project/locations/us-central1";

let fake: FakeGoogle;

/** The fake, and in this process the variables by which Google's clients find it. */
async function start(): Promise<void> {
  const images = { [image]: { entrypoint: [...say, "image"] } };
  fake = await startFakeGoogle({ images, openStorage: true });
  for (const [name, value] of Object.entries(fake.env)) vi.stubEnv(name, value);
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", undefined);
  vi.stubEnv("HOME", await makeTempFolder());
}

afterEach(async () => {
  vi.unstubAllEnvs();
  await fake.close();
});

describe("Google's clients for Node", () => {
  test("google-auth-library finds the project and a token that the fake takes", async () => {
    await start();
    const auth = new GoogleAuth({
      scopes: "https://www.googleapis.com/auth/cloud-platform",
      clientOptions: { forceRefreshOnFailure: true },
    });
    expect(await auth.getProjectId()).toBe("demo-project");
    const client = await auth.getClient();
    const url = `${fake.url}/v3/projects/demo-project`;
    const first = await client.request<{ state: string }>({ url });
    expect(first.data.state).toBe("ACTIVE");
    // Told to, the library fetches a new token after a 401.
    fake.expireTokens();
    const second = await client.request<{ state: string }>({ url });
    expect(second.data.state).toBe("ACTIVE");
    expect(fake.requests.filter(({ status }) => status === 401)).toHaveLength(1);
  });

  test("the Storage client uploads, reads, guards, lists and deletes", async () => {
    await start();
    const bucket = new Storage({ useAuthWithCustomEndpoint: true }).bucket("demo-bucket");
    const bytes = randomBytes(700_000);
    const local = path.join(await makeTempFolder(), "large.bin");
    await writeFile(local, bytes);
    const [file] = await bucket.upload(local, {
      destination: "node/large.bin",
      resumable: true,
      chunkSize: 256 * 1024,
    });
    expect(await readFile(path.join(fake.bucketFolder("demo-bucket"), "node/large.bin"))).toEqual(
      bytes,
    );
    expect((await file.download({ validation: "md5" }))[0]).toEqual(bytes);
    expect((await file.download({ start: 10, end: 19 }))[0]).toEqual(bytes.subarray(10, 20));

    const small = bucket.file("node/small.txt");
    await small.save("one", { resumable: false });
    const before = (await small.getMetadata())[0].generation;
    const guarded = small.save("two", {
      resumable: false,
      preconditionOpts: { ifGenerationMatch: 0 },
    });
    await expect(guarded).rejects.toMatchObject({ code: 412 });
    await writeFile(
      path.join(fake.bucketFolder("demo-bucket"), "node/small.txt"),
      "by the container",
    );
    expect((await small.getMetadata())[0].generation).not.toBe(before);
    expect(String((await small.download())[0])).toBe("by the container");

    const page = { prefix: "node/", maxResults: 1, autoPaginate: false };
    const [first, next] = await bucket.getFiles(page);
    const [second, last] = await bucket.getFiles({ ...page, ...next });
    expect([...first, ...second].map(({ name }) => name)).toEqual([file.name, small.name]);
    expect(last).toBeNull();
    await file.delete();
    expect(await file.exists()).toEqual([false]);
  });

  test("the Storage client gets through a busy server and a cut connection", async () => {
    await start();
    const storage = new Storage({ useAuthWithCustomEndpoint: true });
    const file = storage.bucket("demo-bucket").file("a.txt");
    fake.fault({ on: "storage.get", kind: "status", code: 503 });
    await writeFile(path.join(fake.bucketFolder("demo-bucket"), "a.txt"), "text");
    expect((await file.getMetadata())[0].size).toBe("4");
    fake.fault({ on: "storage.get", kind: "lost-response" });
    expect((await file.getMetadata())[0].size).toBe("4");
    expect(fake.pendingFaults()).toEqual([]);
  });

  test("the client for jobs creates, finds, follows and is refused as by Google", async () => {
    await start();
    const jobs = new v1.JobServiceClient({
      fallback: true,
      protocol: "http",
      apiEndpoint: "127.0.0.1",
      port: Number(new URL(fake.url).port),
    });
    const customJob = {
      displayName: "node-job",
      labels: { run_id: "node-1" },
      jobSpec: {
        workerPoolSpecs: [
          {
            replicaCount: 1,
            machineSpec: {
              machineType: "g2-standard-24",
              acceleratorType: "NVIDIA_L4" as const,
              acceleratorCount: 2,
            },
            containerSpec: {
              imageUri: image,
              args: ["a b", "$HOME"],
              env: [{ name: "MODE", value: "m" }],
            },
          },
        ],
        scheduling: { strategy: "SPOT" as const, timeout: { seconds: 60 } },
      },
    };
    const [job] = await jobs.createCustomJob({ parent, customJob });
    expect(job.state).toBe("JOB_STATE_QUEUED");
    await fake.finished();
    const [done] = await jobs.getCustomJob({ name: job.name ?? "" });
    expect(done).toMatchObject({ state: "JOB_STATE_SUCCEEDED", error: null });
    expect(done.jobSpec?.scheduling).toMatchObject({
      strategy: "SPOT",
      timeout: { seconds: "60" },
    });
    const [found] = await jobs.listCustomJobs({ parent, filter: 'labels.run_id="node-1"' });
    expect(found.map(({ name }) => name)).toEqual([job.name]);
    const wrong = structuredClone(customJob);
    for (const pool of wrong.jobSpec.workerPoolSpecs) pool.machineSpec.acceleratorCount = 3;
    await expect(jobs.createCustomJob({ parent, customJob: wrong })).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining("g2-standard-24"),
    });
    await expect(jobs.cancelCustomJob({ name: job.name ?? "" })).rejects.toThrow(
      "FAILED_PRECONDITION",
    );
  });
});

test("google-cloud-storage and google-cloud-aiplatform from PyPI work on it unchanged", async () => {
  fake = await startFakeGoogle({ images: { [image]: { entrypoint: say } } });
  const script = path.join(repository, "test", "support", "google_clients.py");
  const { exitCode, stdout, stderr } = await x(
    await googlePython(),
    [script, "demo-bucket", image],
    { nodeOptions: { env: { ...fake.env, GOOGLE_APPLICATION_CREDENTIALS: undefined } } },
  );
  expect(stderr + stdout.slice(0, exitCode)).not.toContain("Traceback");
  const seen: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(seen).toEqual({
    storage: {
      whole: true,
      range: true,
      overwritten: false,
      names: ["python/large.bin", "python/small.txt"],
      copied: 5,
      left: ["python/copy.txt"],
    },
    jobs: { state: "JOB_STATE_SUCCEEDED", found: ["python-job"], started: true },
  });
});
