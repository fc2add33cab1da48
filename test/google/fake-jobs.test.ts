import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answer, call } from "./call.ts";
import { type FakeGoogle, startFakeGoogle } from "./fake-google.ts";

const parent = "/v1/projects/demo-project/locations/us-central1/customJobs";
const node = (source: string): { entrypoint: string[] } => ({
  entrypoint: [process.execPath, "-e", source, "--"],
});
const images = {
  show: node(`console.log(JSON.stringify({ args: process.argv.slice(1), env: process.env }))`),
  fail: node(`console.error("no"); process.exit(3)`),
  wait: node(
    `process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 9)`,
  ),
  deaf: node(`process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 9)`),
  write: node(`
    const fs = require("fs");
    const folder = process.env.AIP_MODEL_DIR.replace("gs://", process.env.CROSSFOLD_GCS_ROOT + "/");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(folder + "m.txt", "model");`),
};

let fake: FakeGoogle;
beforeEach(async () => {
  fake = await startFakeGoogle({ images, timing: { grace: 300 } });
});
afterEach(() => fake.close());

/** A job that Google would take; `change` bends it. */
function request(image: string, change: (job: any) => void = () => {}): any {
  const job = {
    displayName: "a-job",
    labels: { run_id: "r-1" },
    jobSpec: {
      workerPoolSpecs: [
        {
          replicaCount: "1",
          machineSpec: { machineType: "n1-highmem-8" },
          containerSpec: { imageUri: image, args: ["--x", "a b", "$(HOME)"] },
        },
      ],
      scheduling: { strategy: "SPOT", timeout: "600s" },
    },
  };
  change(job);
  return job;
}

async function create(image: string, change?: (job: any) => void): Promise<Answer> {
  return call(fake, `POST ${parent}`, request(image, change));
}

async function created(image: string, change?: (job: any) => void): Promise<string> {
  const { status, json } = await create(image, change);
  expect(status, JSON.stringify(json)).toBe(200);
  return json.name;
}

async function finished(name: string): Promise<any> {
  await fake.finished();
  return (await call(fake, `GET /v1/${name}`)).json;
}

async function running(): Promise<void> {
  while (!(await logged()).includes("up")) await pause(10);
}

async function logged(): Promise<string[]> {
  const body = { resourceNames: ["projects/demo-project"], filter: 'logName:"workerpool0-0"' };
  const { json } = await call(fake, "POST /v2/entries:list", body);
  return (json.entries ?? []).map((entry: any) => entry.textPayload ?? entry.jsonPayload);
}

function machine(job: any): any {
  return job.jobSpec.workerPoolSpecs[0].machineSpec;
}

function container(job: any): any {
  return job.jobSpec.workerPoolSpecs[0].containerSpec;
}

describe("what is no job", () => {
  test.each<[string, (job: any) => void, string]>([
    [
      "an unknown field",
      (job) => (job.jobSpec.colour = 1),
      `Unknown name "colour" at 'custom_job.job_spec'`,
    ],
    ["a bad enum name", (job) => (job.jobSpec.scheduling.strategy = "CHEAP"), 'Strategy), "CHEAP"'],
    ["a number for text", (job) => (job.displayName = 5), "(TYPE_STRING), 5"],
    [
      "a count in words",
      (job) => (job.jobSpec.workerPoolSpecs[0].replicaCount = "one"),
      "(TYPE_INT64)",
    ],
    [
      "a bare duration",
      (job) => (job.jobSpec.scheduling.timeout = 600),
      "google.protobuf.Duration",
    ],
    ["a list for a message", (job) => (job.jobSpec.scheduling = []), "cannot start list"],
    ["a message for a list", (job) => (container(job).args = {}), "container_spec.args"],
    ["a label's number", (job) => (job.labels.run_id = 5), "labels"],
    ["two tasks", (job) => (job.jobSpec.workerPoolSpecs[0].pythonPackageSpec = {}), "oneof"],
    ["no name", (job) => delete job.displayName, "display_name; Message: Required field"],
    ["a label in capitals", (job) => (job.labels.Exp = "x"), "Label 'Exp: x' is not valid"],
    ["no machine", (job) => (machine(job).machineType = ""), "machine_type; Message: Required"],
    ["an unknown machine", (job) => (machine(job).machineType = "n9-huge-1"), "n9-huge-1"],
    [
      "a GPU's machine without it",
      (job) => (machine(job).machineType = "g2-standard-8"),
      "g2-standard-8",
    ],
    [
      "a count without a type",
      (job) => (machine(job).acceleratorCount = 1),
      "without accelerator_type",
    ],
    [
      "three T4",
      (job) =>
        Object.assign(machine(job), { acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 3 }),
      "accelerator_count 3",
    ],
    [
      "FLEX_START without a wait",
      (job) => (job.jobSpec.scheduling.strategy = "FLEX_START"),
      "max_wait_duration",
    ],
    [
      "101 variables",
      (job) =>
        (container(job).env = Array.from({ length: 101 }, (_, at) => ({
          name: `V${at}`,
          value: "",
        }))),
      "At most 100",
    ],
    [
      "another user's account",
      (job) => (job.jobSpec.serviceAccount = "x@y"),
      "permission to act as",
    ],
  ])("%s", async (_, change, message) => {
    const { status, json } = await create("show", change);
    expect({ status, rpc: json.error?.status }).toEqual({ status: 400, rpc: "INVALID_ARGUMENT" });
    expect(json.error.message).toContain(message);
    expect(fake.jobs()).toEqual([]);
  });

  test("an output bucket that is not there, another project, an unknown query parameter", async () => {
    const output = { outputUriPrefix: "gs://nowhere/x" };
    expect((await create("show", (job) => (job.jobSpec.baseOutputDirectory = output))).status).toBe(
      404,
    );
    const other = parent.replace("demo-project", "other");
    expect((await call(fake, `POST ${other}`, request("show"))).status).toBe(403);
    expect((await call(fake, `POST ${parent}?colour=1`, request("show"))).status).toBe(400);
  });
});

test("names may be in snake_case, int64 a number, an enum a number; the answer is canonical", async () => {
  const body = {
    display_name: "snake",
    job_spec: {
      worker_pool_specs: [
        {
          replica_count: 1,
          machine_spec: { machine_type: "n1-highmem-8" },
          container_spec: { image_uri: "show" },
        },
      ],
      scheduling: { strategy: 4 },
    },
  };
  const { json } = await call(fake, `POST ${parent}`, body);
  expect(json).toMatchObject({
    displayName: "snake",
    state: "JOB_STATE_QUEUED",
    jobSpec: {
      workerPoolSpecs: [
        { replicaCount: "1", diskSpec: { bootDiskType: "pd-ssd", bootDiskSizeGb: 100 } },
      ],
      scheduling: { strategy: "SPOT" },
    },
  });
});

test("a container sees its arguments and its own environment, nothing of ours", async () => {
  process.env.FAKE_GOOGLE_SECRET = "ours";
  const name = await created("show", (job) => {
    job.jobSpec.workerPoolSpecs[0].containerSpec.env = [
      { name: "MODE", value: "fast" },
      { name: "BOTH", value: "$(MODE) $$(MODE) $(NONE)" },
    ];
  });
  expect(await finished(name)).toMatchObject({ state: "JOB_STATE_SUCCEEDED" });
  const [seen] = (await logged()) as unknown as [{ args: string[]; env: Record<string, string> }];
  expect(seen.args).toEqual(["--x", "a b", "$(HOME)"]);
  expect(seen.env).toMatchObject({
    MODE: "fast",
    BOTH: "fast $(MODE) $(NONE)",
    CLOUD_ML_JOB_ID: name.split("/").at(-1),
    STORAGE_EMULATOR_HOST: fake.url,
  });
  expect(seen.env).not.toHaveProperty("FAKE_GOOGLE_SECRET");
  delete process.env.FAKE_GOOGLE_SECRET;
});

test("what a container writes under /gcs is in the bucket", async () => {
  const output = { outputUriPrefix: "gs://demo-bucket/run" };
  await created("write", (job) => (job.jobSpec.baseOutputDirectory = output));
  await fake.finished();
  const { json } = await call(fake, "GET /storage/v1/b/demo-bucket/o?prefix=run/model/m");
  expect(json.items).toMatchObject([{ name: "run/model/m.txt", size: "5" }]);
});

test.each([
  ["fail", 3, "workerpool0-0 exited with a non-zero status of 3"],
  ["missing", 9, "missing"],
])("a job of the image %s fails with Google's words", async (image, code, message) => {
  const job = await finished(await created(image));
  expect(job).toMatchObject({ state: "JOB_STATE_FAILED", error: { code } });
  expect(job.error.message).toContain(message);
});

describe("the end of a job that runs", () => {
  test.each([["wait"], ["deaf"]])("cancel ends the process of %s", async (image) => {
    const name = await created(image);
    await running();
    const { pid = 0 } = fake.jobs()[0] ?? {};
    expect((await call(fake, `POST /v1/${name}:cancel`, {})).json).toEqual({});
    expect((await call(fake, `GET /v1/${name}`)).json.state).toMatch(/CANCELL(ING|ED)/);
    expect((await finished(name)).state).toBe("JOB_STATE_CANCELLED");
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect((await call(fake, `POST /v1/${name}:cancel`, {})).json.error.status).toBe(
      "FAILED_PRECONDITION",
    );
  });

  test("a job in the queue is cancelled without a start", async () => {
    fake.fault({ on: "job", kind: "slow-queue", polls: 1000 });
    const name = await created("wait");
    await call(fake, `POST /v1/${name}:cancel`);
    expect((await finished(name)).state).toBe("JOB_STATE_CANCELLED");
    expect(fake.jobs()[0]?.attempts).toBe(0);
  });

  test("the time-out cancels", async () => {
    const job = await finished(
      await created("wait", (one) => (one.jobSpec.scheduling.timeout = "0.3s")),
    );
    expect(job.state).toBe("JOB_STATE_CANCELLED");
  });

  test("a preempted container starts again; without retries the job fails", async () => {
    fake.fault({ on: "job", kind: "preemption", afterMs: 100 });
    const first = await created("wait");
    while (fake.jobs()[0]?.attempts !== 2) await pause(10);
    await call(fake, `POST /v1/${first}:cancel`);
    await fake.finished();
    fake.fault({ on: "job", kind: "preemption", afterMs: 100 });
    const job = await finished(
      await created("wait", (one) => (one.jobSpec.scheduling.disableRetries = true)),
    );
    expect(job).toMatchObject({ state: "JOB_STATE_FAILED", error: { code: 8 } });
  });

  test.each([
    ["stockout", 8, "Resources are insufficient in region: us-central1"],
    ["quota", 8, "custom_model_training_preemptible_cpus"],
    ["internal", 13, "Internal error"],
  ] as const)("%s", async (kind, code, message) => {
    fake.fault({ on: "job", kind });
    const job = await finished(await created("show"));
    expect(job).toMatchObject({ state: "JOB_STATE_FAILED", error: { code } });
    expect(job.error.message).toContain(message);
  });

  test("out of memory", async () => {
    fake.fault({ on: "job", kind: "out-of-memory", afterMs: 50 });
    const job = await finished(await created("wait"));
    expect(job.error.message).toContain(
      "ran out-of-memory and exited with a non-zero status of 137",
    );
  });
});

test("jobs are found by label, state and name, newest first, page by page", async () => {
  const names = [];
  for (const run_id of ["a", "b", "b"]) {
    names.unshift(
      await created("show", (job) =>
        Object.assign(job, { labels: { run_id }, displayName: run_id }),
      ),
    );
  }
  await fake.finished();
  const list = async (query: string): Promise<string[]> => {
    const { json } = await call(fake, `GET ${parent}?${query}`);
    return (json.customJobs ?? []).map((job: any) => job.name);
  };
  expect(await list("filter=labels.run_id=b")).toEqual(names.slice(0, 2));
  expect(
    await list(`filter=${encodeURIComponent('labels.run_id="a" AND state="JOB_STATE_SUCCEEDED"')}`),
  ).toEqual(names.slice(2));
  expect(await list(`filter=${encodeURIComponent('NOT display_name="a"')}`)).toEqual(
    names.slice(0, 2),
  );
  const page = await call(fake, `GET ${parent}?pageSize=2`);
  expect(page.json.customJobs).toHaveLength(2);
  expect(await list(`pageSize=2&pageToken=${page.json.nextPageToken}`)).toEqual(names.slice(2));
  expect((await call(fake, `GET ${parent}?filter=colour=red`)).status).toBe(400);
});

test("a quota counts the jobs that run", async () => {
  const metric = "aiplatform.googleapis.com/custom_model_training_preemptible_cpus";
  const small = await startFakeGoogle({ images, quotas: { [metric]: 8 } });
  expect((await call(small, `POST ${parent}`, request("wait"))).status).toBe(200);
  const second = await call(small, `POST ${parent}`, request("wait"));
  expect(second.json.error).toMatchObject({ code: 429, status: "RESOURCE_EXHAUSTED" });
  await small.close();
});

test("late log entries come in behind others, with their own time", async () => {
  const chatty = "for (const n of [1, 2, 3]) console.log(n)";
  const other = await startFakeGoogle({ images: { chatty: node(chatty) } });
  // The two first lines are the service's.
  other.fault({ on: "logs", kind: "late", ms: 4000, after: 2 });
  const { json } = await call(other, `POST ${parent}`, request("chatty"));
  await other.finished();
  const id = json.name.split("/").at(-1);
  const filter = `resource.type="ml_job" AND resource.labels.job_id="${id}" AND resource.labels.task_name="workerpool0-0"`;
  const read = async (): Promise<any[]> => {
    const body = { resourceNames: ["projects/demo-project"], filter, orderBy: "timestamp asc" };
    return (await call(other, "POST /v2/entries:list", body)).json.entries;
  };
  expect((await read()).map(({ textPayload }) => textPayload)).toEqual(["2", "3"]);
  let all = await read();
  for (; all.length < 3; all = await read()) await pause(50);
  expect(all.map(({ textPayload }) => textPayload)).toEqual(["1", "2", "3"]);
  expect(new Set(all.map(({ insertId }) => insertId)).size).toBe(3);
  const from = `${filter} AND timestamp>"${all[0].timestamp}"`;
  const rest = await call(other, "POST /v2/entries:list", {
    resourceNames: ["projects/demo-project"],
    filter: from,
    pageSize: 1,
  });
  expect(rest.json.entries.map(({ textPayload }: any) => textPayload)).toEqual(["2"]);
  expect(rest.json.nextPageToken).toBeTypeOf("string");
  await other.close();
});

test("nothing of a job is left when the fake closes", async () => {
  const other = await startFakeGoogle({ images });
  await call(other, `POST ${parent}`, request("wait"));
  while (other.jobs()[0]?.pid === undefined) await pause(5);
  const { pid } = other.jobs()[0] ?? {};
  const folder = path.dirname(path.dirname(other.bucketFolder("demo-bucket")));
  expect(readFileSync(`/proc/${pid}/status`, "utf8")).toContain("State");
  await other.close();
  expect([existsSync(`/proc/${pid}`), existsSync(folder)]).toEqual([false, false]);
});
