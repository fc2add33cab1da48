import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { call } from "./call.ts";
import { startFakeKaggle, type FakeKaggle, type FakeKaggleOptions } from "./fake-kaggle.ts";

const service = "KernelsApiService";
const name = { userName: "tester", kernelSlug: "my-kernel" };
let folder = "";
let fake: FakeKaggle;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "fake-kernels-"));
  await mkdir(path.join(folder, "data"));
  await mkdir(path.join(folder, "hidden"));
  await writeFile(path.join(folder, "data", "test.csv"), "id\n1\n");
  await writeFile(path.join(folder, "hidden", "test.csv"), "id\n1\n2\n3\n");
});

afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true });
});

async function start(options: FakeKaggleOptions = {}): Promise<void> {
  const files = path.join(folder, "data");
  const hiddenFiles = path.join(folder, "hidden");
  fake = await startFakeKaggle({
    competitions: [
      {
        slug: "toy",
        files,
        hiddenFiles,
        isKernelsSubmissionsOnly: true,
        pendingPolls: 0,
        score: (bytes) => ({ public: bytes.length, private: 0 }),
      },
    ],
    ...options,
  });
}

async function push(text: string, more: Record<string, unknown> = {}) {
  const request = {
    slug: "tester/my-kernel",
    newTitle: "My kernel",
    text,
    language: "python",
    kernelType: "script",
    enableInternet: false,
    ...more,
  };
  return (await call(fake, `${service}/SaveKernel`, request)).body;
}

async function status(versionLabel?: string): Promise<string | number> {
  const { status: code, body } = await call(fake, `${service}/GetKernelSessionStatus`, {
    ...name,
    ...(versionLabel === undefined ? {} : { versionLabel }),
  });
  return code === 200 ? (body.status ?? "QUEUED") : code;
}

async function finish(versionLabel = "v1"): Promise<string> {
  for (;;) {
    const now = String(await status(versionLabel));
    if (!["404", "QUEUED", "RUNNING"].includes(now)) return now;
    await sleep(20);
  }
}

async function outputs(
  versionLabel = "v1",
): Promise<{ files: Record<string, string>; log: string }> {
  const { body } = await call(fake, `${service}/ListKernelSessionOutput`, {
    ...name,
    versionLabel,
  });
  const files = await Promise.all(
    (body.files ?? []).map(async (file: { fileName: string; url: string }) => {
      const response = await fetch(file.url);
      return [file.fileName, await response.text()];
    }),
  );
  const log = JSON.parse(body.log) as { data: string }[];
  return { files: Object.fromEntries(files), log: log.map(({ data }) => data).join("") };
}

test("a push runs the script in a folder laid out like /kaggle, with nothing of the caller's environment", async () => {
  await start();
  const script = `import os, pathlib
root = pathlib.Path(os.environ["CROSSFOLD_KAGGLE_ROOT"])
text = (root / "input/competitions/toy/test.csv").read_text()
assert pathlib.Path.cwd() == root / "working"
pathlib.Path("out").mkdir()
pathlib.Path("out/copy.csv").write_text(text)
print(sorted(name for name in os.environ if name.startswith(("KAGGLE", "VITEST"))))
print(os.environ["HTTPS_PROXY"])
`;
  const answer = await push(script, { competitionDataSources: ["toy", "nothing"] });
  expect(answer).toMatchObject({ versionNumber: 1, invalidCompetitionSources: ["nothing"] });
  expect(await finish()).toBe("COMPLETE");
  const { files, log } = await outputs();
  expect(files).toEqual({ "out/copy.csv": "id\n1\n" });
  expect(log).toContain("['KAGGLE_DATA_PROXY_TOKEN', 'KAGGLE_KERNEL_RUN_TYPE', 'KAGGLE_URL_BASE']");
  expect(log).toContain("http://127.0.0.1:9");
});

test("a notebook's code cells run, shell commands and magics among them", async () => {
  await start();
  const cells = [
    { cell_type: "markdown", source: "# not code" },
    { cell_type: "code", source: "%matplotlib inline\nwho = 'you'\n!echo hello {who}" },
    { cell_type: "code", source: "%%writefile helper.py\nANSWER = 42" },
    {
      cell_type: "code",
      source: "import sys; sys.path.insert(0, '.')\nfrom helper import ANSWER\nprint(ANSWER)",
    },
    { cell_type: "code", source: "!pip --version" },
  ];
  const metadata = { kernelspec: { name: "python3" } };
  await push(JSON.stringify({ cells, metadata }), { kernelType: "notebook" });
  expect(await finish()).toBe("COMPLETE");
  const { log } = await outputs();
  expect(log).toContain("hello you");
  expect(log).toContain("42");
  expect(log).toMatch(/pip \d+/);
});

test("a script that fails is an error with its traceback in the log", async () => {
  await start();
  await push("raise SystemError('no luck')");
  expect(await finish()).toBe("ERROR");
  expect((await outputs()).log).toContain("SystemError: no luck");
});

test("a new version is not there at first, then waits, and the one before is shown in between", async () => {
  await start();
  await push("pass");
  expect([await status("v1"), await status("v1")]).toEqual([404, "QUEUED"]);
  expect(await finish()).toBe("COMPLETE");
  await push("raise SystemExit(3)");
  expect(await status()).toBe("COMPLETE");
  expect([await status("v2"), await status("v2")]).toEqual([404, "QUEUED"]);
  expect(await finish("v2")).toBe("ERROR");
  expect(await status("v1")).toBe("COMPLETE");
  expect(await status("2")).toBe(404);
});

test("another notebook's last complete version is mounted, whatever version was asked for", async () => {
  await start();
  await push("open('wheel', 'w').write('1')");
  await finish();
  await push("open('wheel', 'w').write('2')");
  await finish("v2");
  await push("raise SystemExit(1)");
  await finish("v3");
  const reader = `import os
path = os.environ["CROSSFOLD_KAGGLE_ROOT"] + "/input/notebooks/tester/my-kernel/wheel"
open("read", "w").write(open(path).read())`;
  const kernelDataSources = ["tester/my-kernel/1", "tester/no-kernel"];
  const answer = await push(reader, { kernelDataSources });
  expect(answer.invalidKernelSources).toEqual(["tester/no-kernel"]);
  expect(await finish("v4")).toBe("COMPLETE");
  expect((await outputs("v4")).files).toEqual({ read: "2" });
});

test.each([
  ["a title of four letters", { newTitle: "abcd" }, "at least five"],
  ["a title of 51 letters", { newTitle: "a".repeat(51) }, "at most 50"],
  ["another user's kernel", { slug: "else/my-kernel" }, "Kernel not found"],
  [
    "a notebook with lists of lines",
    { kernelType: "notebook", text: '{"cells": [{"cell_type": "code", "source": []}]}' },
    "one string",
  ],
])("%s is refused inside a 200", async (_, more, message) => {
  await start();
  expect((await push("pass", more)).error).toContain(message);
  expect(fake.kernels.size).toBe(0);
});

test("a new kernel is named after its title", async () => {
  await start();
  expect((await push("pass", { newTitle: "Other  Name!" })).ref).toBe("/code/tester/other-name");
});

test("sessions with a GPU are limited, and so is the week", async () => {
  await start({ settings: { gpuSessions: 1 } });
  await push("import time; time.sleep(60)", { machineShape: "NvidiaTeslaT4" });
  expect((await push("pass", { enableGpu: true })).error).toContain(
    "GPU session count of 1 reached",
  );
  fake.kernels.get("tester/my-kernel")!.versions[0]!.cancel();
  expect(await finish()).toBe("CANCEL_ACKNOWLEDGED");
  fake.quota.gpuUsedSeconds = 30 * 3600;
  expect((await push("pass", { enableGpu: true })).error).toContain("quota");
  const { body } = await call(fake, `${service}/GetAcceleratorQuotaStatistics`);
  expect(body.gpuQuota).toMatchObject({ timeUsed: "108000s", totalTimeAllowed: "108000s" });
});

test("a session's log is streamed while it runs, from the beginning each time", async () => {
  await start();
  await push(`import os, time
print("one")
while not os.path.exists("go"):
    time.sleep(0.01)
print("two")`);
  const url = `${fake.url}/v1/kernels/logs/stream/tester/my-kernel?versionLabel=v1`;
  const headers = { Authorization: `Bearer ${fake.credentials.token}` };
  fake.fault({ on: "LogStream", kind: "cut-body" });
  await expect(fetch(url, { headers }).then((response) => response.text())).rejects.toThrow(
    "terminated",
  );
  const response = await fetch(url, { headers });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const { root } = fake.kernels.get("tester/my-kernel")!.versions[0]!;
  await writeFile(path.join(root, "working", "go"), "");
  const text = await response.text();
  expect(text).toMatch(/"one\\n"[\s\S]*"two\\n"[\s\S]*data: END_OF_LOG/);
  const kept = await fetch(url, { headers });
  expect(JSON.parse(await kept.text())).toHaveLength(2);
});

test("a submitted version runs again on the hidden files", async () => {
  await start();
  const script = `import os, shutil
test = os.environ["CROSSFOLD_KAGGLE_ROOT"] + "/input/competitions/toy/test.csv"
shutil.copy(test, "submission.csv")
print(os.environ.get("KAGGLE_IS_COMPETITION_RERUN"))`;
  const submission = {
    competitionName: "toy",
    kernelOwner: "tester",
    kernelSlug: "my-kernel",
    kernelVersion: 1,
  };
  const submit = () => call(fake, "CompetitionApiService/CreateCodeSubmission", submission);
  await push(script, { competitionDataSources: ["toy"] });
  expect((await submit()).body.error.message).toContain("Notebook is still running");
  await finish();
  const { body } = await submit();
  const look = async () =>
    (await call(fake, "CompetitionApiService/GetSubmission", { ref: body.ref })).body;
  await expect.poll(look, { timeout: 10_000 }).toMatchObject({ publicScore: "9.00000" });
  expect((await outputs()).files["submission.csv"]).toBe("id\n1\n");
});

test.each([
  ["with internet", { enableInternet: true }, "open('submission.csv', 'w')", "internet"],
  ["without the file", {}, "pass", "Did not find"],
])("a version %s is no submission", async (_, more, script, message) => {
  await start();
  await push(script, more);
  await finish();
  const { status: code, body } = await call(fake, "CompetitionApiService/CreateCodeSubmission", {
    competitionName: "toy",
    kernelOwner: "tester",
    kernelSlug: "my-kernel",
    kernelVersion: 1,
  });
  expect([code, body.error.message]).toEqual([400, expect.stringContaining(message)]);
});
