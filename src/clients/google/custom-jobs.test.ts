import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeGoogle, startFakeGoogle } from "../../../test/google/fake-google.ts";
import { cancelCustomJob, createCustomJob, getCustomJob, listCustomJobs } from "./custom-jobs.ts";
import { listLogEntries } from "./log-entries.ts";
import { type Google, openGoogle } from "./open-google.ts";

const image = "us-central1-docker.pkg.dev/demo-project/crossfold/training:latest";
const location = { project: "demo-project", region: "us-central1" };
let fake: FakeGoogle;
let google: Google;

beforeAll(async () => {
  fake = await startFakeGoogle({ images: { [image]: { entrypoint: ["/bin/sh", "-c"] } } });
  google = openGoogle(fake.env, { firstWaitMs: 1 });
});
afterAll(() => fake.close());

function jobOf(script: string, run: string): Record<string, unknown> {
  return {
    displayName: run,
    labels: { run_id: run, exp: "exp001" },
    jobSpec: {
      workerPoolSpecs: [
        {
          replicaCount: "1",
          machineSpec: { machineType: "n1-highmem-8" },
          containerSpec: { imageUri: image, args: [script] },
        },
      ],
    },
  };
}

test("a job is made, found by its label, read and followed to its end, each line of its log once", async () => {
  const made = await createCustomJob(google, location, jobOf("echo one; echo two", "run-a"));
  await createCustomJob(google, location, jobOf("true", "run-b"));
  const found = await listCustomJobs(google, location, 'labels.run_id="run-a"');
  expect(found.map(({ name }) => name)).toEqual([made.name]);
  await fake.finished();
  expect(await getCustomJob(google, made.name)).toMatchObject({
    state: "JOB_STATE_SUCCEEDED",
    labels: { run_id: "run-a" },
  });
  const jobId = made.name.split("/").at(-1)!;
  const seen = new Set<string>();
  const entries = await listLogEntries(google, { project: "demo-project", jobId }, seen);
  const texts = entries.map(({ text }) => text.trim());
  expect(texts.filter((text) => ["one", "two"].includes(text))).toEqual(["one", "two"]);
  const since = entries[0]!.timestamp;
  expect(await listLogEntries(google, { project: "demo-project", jobId, since }, seen)).toEqual([]);
});

test("a create whose answer is lost is not sent again; the job is there to be found", async () => {
  fake.fault({ on: "jobs.create", kind: "lost-response" });
  const before = fake.jobs().length;
  const create = createCustomJob(google, location, jobOf("true", "run-lost"));
  await expect(create).rejects.toMatchObject({ httpStatus: 0 });
  expect(fake.jobs()).toHaveLength(before + 1);
  expect(await listCustomJobs(google, location, 'labels.run_id="run-lost"')).toHaveLength(1);
});

test("a cancel ends a job, and may be lost and repeated", async () => {
  const { name } = await createCustomJob(google, location, jobOf("sleep 60", "run-c"));
  fake.fault({ on: "jobs.cancel", kind: "lost-response" });
  await cancelCustomJob(google, name);
  await fake.finished();
  expect((await getCustomJob(google, name)).state).toBe("JOB_STATE_CANCELLED");
});
