import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { call } from "./call.ts";
import { startFakeKaggle, type FakeKaggle } from "./fake-kaggle.ts";
import { zipOf } from "./zip.ts";

let fake: FakeKaggle;

beforeEach(async () => {
  fake = await startFakeKaggle({ settings: { readyPolls: 2 } });
});

afterEach(() => fake.close());

async function blob(name: string, bytes: Buffer, type = "MODEL"): Promise<{ token: string }> {
  const request = { type, name, contentLength: bytes.length };
  const { body } = await call(fake, "BlobApiService/StartBlobUpload", request);
  await fetch(body.createUrl, { method: "PUT", body: new Uint8Array(bytes) });
  return { token: body.token };
}

const model = { ownerSlug: "tester", modelSlug: "my-model" };
const instance = { ...model, framework: "MODEL_FRAMEWORK_PY_TORCH", instanceSlug: "default" };

const createModel = () =>
  call(fake, "ModelApiService/CreateModel", {
    ownerSlug: "tester",
    slug: "my-model",
    title: "My model",
  });

async function createInstance(files: { token: string }[]) {
  const { instanceSlug, framework } = instance;
  const body = { instanceSlug, framework, licenseName: "Apache 2.0", files };
  return call(fake, "ModelApiService/CreateModelInstance", { ...model, body });
}

async function listed() {
  const { body } = await call(fake, "ModelApiService/ListModelInstances", model);
  const { versionNumber, status } = body.instances[0];
  return [versionNumber, status ?? "NOT_YET_PERSISTED"];
}

/** The sources a push refuses. */
async function invalidSources(modelSource: string): Promise<string[]> {
  const { body } = await call(fake, "KernelsApiService/SaveKernel", {
    slug: "tester/reader",
    newTitle: "Reader",
    text: "pass",
    language: "python",
    kernelType: "script",
    modelDataSources: [modelSource],
  });
  return body.invalidModelSources ?? [];
}

test("a version of a model is ready after a while, and can only be mounted then", async () => {
  await createModel();
  await createInstance([await blob("weights.bin", Buffer.from("w"))]);
  const source = "tester/my-model/pyTorch/default/1";
  expect(await invalidSources(source)).toEqual([source]);
  expect([await listed(), await listed(), await listed()]).toEqual([
    [1, "BLOBS_DECOMPRESSED"],
    [1, "BLOBS_COPIED_TO_SDS"],
    [1, "READY"],
  ]);
  expect(await invalidSources(source)).toEqual([]);
  const second = "tester/my-model/pyTorch/default/2";
  expect(await invalidSources(second)).toEqual([second]);
});

test("the next version has the next number, and one that fails says so", async () => {
  await createModel();
  await createInstance([await blob("weights.bin", Buffer.from("w"))]);
  const files = [await blob("weights.bin", Buffer.from("v"))];
  await call(fake, "ModelApiService/CreateModelInstanceVersion", { ...instance, body: { files } });
  expect((await listed())[0]).toBe(2);
  fake.models.get("tester/my-model")!.instances[0]!.versions[1]!.failure = "No space";
  expect(await listed()).toEqual([2, "FAILED"]);
});

test("a model that is there already is an error inside a 200", async () => {
  expect((await createModel()).body.id).toBeGreaterThan(0);
  const again = await createModel();
  expect([again.status, again.body.error]).toEqual([
    200,
    expect.stringContaining("already in use"),
  ]);
  await createInstance([await blob("w", Buffer.from("w"))]);
  const twice = await createInstance([await blob("w", Buffer.from("w"))]);
  expect([twice.status, twice.body.error]).toEqual([
    200,
    expect.stringContaining("already in use"),
  ]);
});

test("a version without files is refused", async () => {
  await createModel();
  expect((await createInstance([])).status).toBe(400);
});

/** One file in the ustar form. */
function tarOf(name: string, text: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        0", 148);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const body = Buffer.alloc(512);
  body.write(text);
  return Buffer.concat([header, body, Buffer.alloc(1024)]);
}

test.each([
  ["a zip", "all.zip", zipOf([{ name: "deep/a.txt", bytes: Buffer.from("a") }])],
  ["a tar", "all.tar", tarOf("deep/a.txt", "a")],
  ["a gzipped tar", "all.tar.gz", gzipSync(tarOf("deep/a.txt", "a"))],
])("%s is unpacked: alone at the top, among others in its folder", async (_, name, bytes) => {
  const dataset = {
    ownerSlug: "tester",
    slug: "my-data",
    title: "My data",
    licenseName: "CC0-1.0",
  };
  const archive = await blob(name, bytes, "DATASET");
  await call(fake, "DatasetApiService/CreateDataset", { ...dataset, files: [archive] });
  const { versions } = fake.datasets.get("tester/my-data")!;
  expect([...versions[0]!.files.keys()]).toEqual(["deep/a.txt"]);
  const other = await blob("b.txt", Buffer.from("b"), "DATASET");
  const body = { versionNotes: "more", files: [archive, other] };
  const id = { ownerSlug: "tester", datasetSlug: "my-data" };
  await call(fake, "DatasetApiService/CreateDatasetVersion", { ...id, body });
  expect([...versions[1]!.files.keys()]).toEqual(["all/deep/a.txt", "b.txt"]);
});

test("a data set's number is that of the version that is ready", async () => {
  const dataset = {
    ownerSlug: "tester",
    slug: "my-data",
    title: "My data",
    licenseName: "CC0-1.0",
  };
  const id = { ownerSlug: "tester", datasetSlug: "my-data" };
  const ask = async (method: string) => (await call(fake, `DatasetApiService/${method}`, id)).body;
  expect((await call(fake, "DatasetApiService/GetDatasetStatus", id)).status).toBe(403);
  const files = [await blob("a.csv", Buffer.from("a"), "DATASET")];
  await call(fake, "DatasetApiService/CreateDataset", { ...dataset, files });
  expect((await ask("GetDataset")).currentVersionNumber).toBeUndefined();
  const seen = [
    await ask("GetDatasetStatus"),
    await ask("GetDatasetStatus"),
    await ask("GetDatasetStatus"),
  ];
  expect(seen.at(-1)).toEqual({ status: "READY" });
  expect((await ask("GetDataset")).currentVersionNumber).toBe(1);
});
