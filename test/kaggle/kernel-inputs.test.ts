import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { call } from "./call.ts";
import { startFakeKaggle, type FakeKaggle } from "./fake-kaggle.ts";
import type { Settings } from "./world.ts";

let folder = "";
let fake: FakeKaggle;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "kernel-inputs-"));
  await writeFile(path.join(folder, "test.csv"), "id\n");
});

afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true });
});

async function start(settings: Partial<Settings> = {}): Promise<void> {
  fake = await startFakeKaggle({ competitions: [{ slug: "toy", files: folder }], settings });
}

/** Pushes a kernel and waits for its end; what it printed. */
async function run(
  title: string,
  text: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  const request = {
    slug: `tester/${title}`,
    newTitle: title,
    text,
    language: "python",
    kernelType: "script",
  };
  const { body } = await call(fake, "KernelsApiService/SaveKernel", { ...request, ...more });
  const version = fake.kernels.get(`tester/${title}`)!.versions[body.versionNumber - 1]!;
  await version.ended;
  return [version.state, ...version.log.map(({ data }) => data)].join("\n");
}

async function blobOf(type: string, text: string): Promise<{ token: string }[]> {
  const request = { type, name: "file.txt", contentLength: text.length };
  const { body } = await call(fake, "BlobApiService/StartBlobUpload", request);
  await fetch(body.createUrl, { method: "PUT", body: text });
  return [{ token: body.token }];
}

test.each([
  [
    "2026",
    [
      "competitions/toy/test.csv",
      "datasets/tester/toy-data/file.txt",
      "models/tester/toy-model/pytorch/default/1/file.txt",
      "notebooks/tester/maker/made.txt",
    ],
  ],
  [
    "older",
    ["maker/made.txt", "toy-data/file.txt", "toy-model/pytorch/default/1/file.txt", "toy/test.csv"],
  ],
] as const)("sources are mounted as in the layout of %s", async (mounts, wanted) => {
  await start({ mounts, readyPolls: 0 });
  const names = { ownerSlug: "tester", modelSlug: "toy-model" };
  const model = { ownerSlug: "tester", slug: "toy-model", title: "Toy model" };
  await call(fake, "ModelApiService/CreateModel", model);
  const files = await blobOf("MODEL", "weights");
  const framework = "MODEL_FRAMEWORK_PY_TORCH";
  const body = { instanceSlug: "default", framework, licenseName: "MIT", files };
  await call(fake, "ModelApiService/CreateModelInstance", { ...names, body });
  await call(fake, "DatasetApiService/CreateDataset", {
    ownerSlug: "tester",
    slug: "toy-data",
    title: "Toy data",
    licenseName: "CC0-1.0",
    files: await blobOf("DATASET", "rows"),
  });
  await run("maker", "open('made.txt', 'w')");
  const list = `import os, pathlib
root = pathlib.Path(os.environ["CROSSFOLD_KAGGLE_ROOT"], "input")
print(*sorted(str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()), sep=",")`;
  const printed = await run("reader", list, {
    competitionDataSources: ["toy"],
    datasetDataSources: ["tester/toy-data"],
    kernelDataSources: ["tester/maker"],
    modelDataSources: ["tester/toy-model/pyTorch/default/1"],
  });
  expect(printed).toBe(`COMPLETE\n${wanted.join(",")}\n`);
});

test("a notebook without internet installs from the wheels that another one left", async () => {
  await start();
  const maker = `import zipfile
with zipfile.ZipFile("tiny-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tiny.py", "WORD = 'installed'")
    wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
    wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,\\ntiny-1.0.dist-info/METADATA,,\\n")
`;
  await run("wheels", maker);
  const cells = [
    "import os\nwheels = os.environ['CROSSFOLD_KAGGLE_ROOT'] + '/input/notebooks/tester/wheels'",
    "%pip install -q --no-index --find-links {wheels} tiny",
    "import tiny\nprint(tiny.WORD)",
  ].map((source) => ({ cell_type: "code", source }));
  const text = JSON.stringify({ cells, metadata: { kernelspec: { name: "python3" } } });
  const more = {
    kernelType: "notebook",
    enableInternet: false,
    kernelDataSources: ["tester/wheels"],
  };
  expect(await run("installs", text, more)).toContain("COMPLETE\ninstalled\n");
});

test("a session past its time limit is cancelled", async () => {
  await start();
  const printed = await run("sleeps", "import time\ntime.sleep(60)", { sessionTimeoutSeconds: 1 });
  expect(printed).toBe("CANCEL_ACKNOWLEDGED");
});
