import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startFakeKaggle, type FakeKaggle } from "../kaggle/fake-kaggle.ts";
import { rmseGrader } from "../kaggle/graders.ts";
import { makeTempFolder } from "../support/cli.ts";
import { installKaggleClient, toolEnv } from "../support/tools.ts";

let program = "";
let folder = "";
let fake: FakeKaggle;

const train = Array.from({ length: 3000 }, (_, row) => `${row},${row % 7}\n`).join("");

beforeAll(async () => {
  program = await installKaggleClient();
  folder = await makeTempFolder();
  await write("data/deep/train.csv", `id,y\n${train}`);
  await write("data/test.csv", "id\n1\n2\n");
  await write("hidden/test.csv", "id\n1\n2\n3\n");
  await write("solution.csv", "id,y\n1,1\n2,2\n");
  await write("hidden-solution.csv", "id,y\n1,1\n2,1\n3,1\n");
  await write("submission.csv", "id,y\n1,1\n2,4\n");
  const files = path.join(folder, "data");
  const graded = (name: string) =>
    rmseGrader({ file: path.join(folder, name), id: "id", target: "y" });
  fake = await startFakeKaggle({
    competitions: [
      {
        slug: "toy",
        files,
        zippedFiles: ["deep/train.csv"],
        pages: [{ name: "rules", content: "One account each." }],
        maxDailySubmissions: 2,
        pendingPolls: 0,
        score: graded("solution.csv"),
        teams: [{ name: "others", score: 0.25 }],
      },
      {
        slug: "code-toy",
        files,
        hiddenFiles: path.join(folder, "hidden"),
        isKernelsSubmissionsOnly: true,
        pendingPolls: 0,
        score: graded("hidden-solution.csv"),
      },
      { slug: "closed-rules", files, rulesAccepted: false },
    ],
    settings: { notFoundPolls: 0, queuedPolls: 0 },
  });
});

afterAll(() => fake.close());

async function write(name: string, contents: unknown): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, typeof contents === "string" ? contents : JSON.stringify(contents));
}

const read = (name: string) => readFile(path.join(folder, name), "utf8");

/** Runs the official client; what it prints, and how it ended. */
async function kaggle(
  ...args: string[]
): Promise<{ output: string; exitCode: number | undefined }> {
  const env = toolEnv({ ...fake.officialEnv, HOME: folder });
  const { stdout, stderr, exitCode } = await x(program, args, {
    nodeOptions: { cwd: folder, env },
  });
  return { output: stdout + stderr, exitCode };
}

async function kaggleOk(...args: string[]): Promise<string> {
  const { output, exitCode } = await kaggle(...args);
  expect(exitCode, output).toBe(0);
  return output;
}

/** Asks until the answer has it; what the state is in between is the stand-in's business. */
async function kaggleUntil(wanted: string, ...args: string[]): Promise<void> {
  await expect.poll(() => kaggleOk(...args), { timeout: 60_000, interval: 200 }).toContain(wanted);
}

test("pages, files and the leaderboard are shown", async () => {
  expect(await kaggleOk("competitions", "pages", "toy", "list", "toy", "--content")).toContain(
    "One account each.",
  );
  expect(await kaggleOk("competitions", "files", "toy")).toMatch(/deep\/train\.csv +\d+/);
  expect(await kaggleOk("competitions", "leaderboard", "toy", "--show")).toMatch(
    /others .*0\.25000/,
  );
  expect(await kaggleOk("competitions", "list", "-s", "code-toy")).toContain("code-toy");
});

test("all files and one file are downloaded", async () => {
  await kaggleOk("competitions", "download", "toy", "-p", "all", "--unzip");
  expect(await read("all/deep/train.csv")).toBe(`id,y\n${train}`);
  await kaggleOk("competitions", "download", "toy", "-f", "deep/train.csv", "-p", "one", "--unzip");
  expect(await read("one/deep/train.csv")).toBe(`id,y\n${train}`);
});

test("rules that are not accepted stop a download", async () => {
  const { output, exitCode } = await kaggle("competitions", "download", "closed-rules");
  expect([exitCode, output]).toEqual([
    1,
    expect.stringContaining("accept this competition's rules"),
  ]);
});

test("a file is submitted and scored until the day's allowance is used", async () => {
  const submit = ["competitions", "submit", "toy", "-f", "submission.csv", "-m", "from a file"];
  const output = await kaggleOk(...submit, "--wait", "60", "--poll-interval", "10");
  expect(output).toContain("Submission scored. Public score: 1.41421");
  expect(output).toContain("1 submissions remaining today.");
  await kaggleOk(...submit);
  expect((await kaggle(...submit)).exitCode).toBe(1);
  expect(fake.submissions).toHaveLength(2);
  expect(await kaggleOk("competitions", "submissions", "toy")).toMatch(/from a file .*COMPLETE/);
  expect(await kaggleOk("competitions", "submission-limits", "toy")).toContain(
    "Remaining today: 0",
  );
});

test("a model and its versions are made, from files and from a folder", async () => {
  const model = { ownerSlug: "tester", slug: "toy-model", title: "Toy model" };
  await write("model/model-metadata.json", { ...model, isPrivate: true, description: "weights" });
  const instance = { ownerSlug: "tester", modelSlug: "toy-model", instanceSlug: "default" };
  const details = { framework: "pyTorch", licenseName: "Apache 2.0" };
  await write("instance/model-instance-metadata.json", { ...instance, ...details });
  await write("instance/weights.txt", "2");
  expect(await kaggleOk("models", "create", "-p", "model")).toContain("Your model was created");
  // It says so and ends well.
  expect(await kaggleOk("models", "create", "-p", "model")).toContain("already in use");
  expect(await kaggleOk("models", "instances", "create", "-p", "instance")).toContain(
    "was created",
  );
  await write("weights/fold/weights.txt", "3");
  const version = ["models", "instances", "versions", "create", "tester/toy-model/pyTorch/default"];
  fake.fault({ on: "Upload", kind: "status", status: 503 });
  const output = await kaggleOk(...version, "-p", "weights", "-r", "zip", "-n", "three");
  expect(output).toContain("was created");
  const { versions } = fake.models.get("tester/toy-model")!.instances[0]!;
  expect(versions.map(({ files }) => files.get("weights.txt")?.toString())).toEqual(["2", "3"]);
  const uploads = fake.requests.filter(
    ({ origin, method }) => origin === "storage" && method === "PUT",
  );
  expect(uploads.map(({ status }) => status)).toContain(308);
  await kaggleOk("models", "instances", "list", "tester/toy-model");
});

test("a data set and its next version are made", async () => {
  const metadata = { id: "tester/toy-data", title: "Toy data", licenses: [{ name: "CC0-1.0" }] };
  await write("dataset/dataset-metadata.json", metadata);
  await write("dataset/a.csv", "a\n1\n");
  expect(await kaggleOk("datasets", "create", "-p", "dataset")).toContain("is being created");
  await kaggleUntil("ready", "datasets", "status", "tester/toy-data");
  expect(await kaggleOk("datasets", "version", "-p", "dataset", "-m", "again")).toContain(
    "is being created",
  );
  await kaggleUntil("ready", "datasets", "status", "tester/toy-data");
  await kaggleUntil(
    '"current_version_number": 2',
    "datasets",
    "status",
    "tester/toy-data",
    "--format",
    "json",
  );
});

test("a kernel is pushed, followed, downloaded and submitted", async () => {
  const code = `import os, pathlib
root = pathlib.Path(os.environ["CROSSFOLD_KAGGLE_ROOT"])
weight = (root / "input/models/tester/toy-model/pytorch/default/2/weights.txt").read_text()
assert (root / "input/datasets/tester/toy-data/a.csv").exists()
ids = (root / "input/competitions/code-toy/test.csv").read_text().split()[1:]
pathlib.Path("submission.csv").write_text("id,y\\n" + "".join(f"{i},{weight}\\n" for i in ids))
print("rows", len(ids))
`;
  const cells = [{ cell_type: "code", metadata: {}, outputs: [], source: code.split(/(?<=\n)/) }];
  const kernelspec = { name: "python3", display_name: "Python 3", language: "python" };
  await write("kernel/inference.ipynb", {
    cells,
    metadata: { kernelspec },
    nbformat: 4,
    nbformat_minor: 5,
  });
  await write("kernel/kernel-metadata.json", {
    id: "tester/toy-inference",
    title: "Toy inference",
    code_file: "inference.ipynb",
    language: "python",
    kernel_type: "notebook",
    enable_internet: false,
    competition_sources: ["code-toy"],
    dataset_sources: ["tester/toy-data"],
    model_sources: ["tester/toy-model/pyTorch/default/2"],
  });
  await kaggleOk("models", "instances", "list", "tester/toy-model");
  const pushed = await kaggleOk("kernels", "push", "-p", "kernel");
  expect(pushed).toContain("Kernel version 1 successfully pushed");
  expect(pushed).not.toContain("not valid");
  expect(await kaggleOk("kernels", "logs", "-f", "tester/toy-inference/1")).toContain("rows 2");
  await kaggleUntil(
    'has status "KernelWorkerStatus.COMPLETE"',
    "kernels",
    "status",
    "tester/toy-inference/1",
  );
  expect(await kaggleOk("kernels", "files", "tester/toy-inference")).toContain("submission.csv");
  await kaggleOk("kernels", "pull", "tester/toy-inference", "-p", "pulled", "-m");
  expect(await read("pulled/toy-inference.ipynb")).toContain("submission.csv");
  fake.fault({ on: "Download", kind: "cut-body" });
  const resumed = await kaggleOk("kernels", "output", "tester/toy-inference/1", "-p", "output");
  expect(resumed).toContain("Resuming from");
  expect(await read("output/submission.csv")).toBe("id,y\n1,3\n2,3\n");
  expect(await read("output/toy-inference.log")).toContain("rows 2");
  const submit = ["competitions", "submit", "code-toy", "-k", "tester/toy-inference", "-v", "1"];
  const file = ["-f", "submission.csv", "-m", "from a notebook"];
  const output = await kaggleOk(...submit, ...file, "--wait", "60", "--poll-interval", "10");
  expect(output).toContain("Submission scored. Public score: 2.00000");
});

test("what Kaggle says inside a 200 leaves the client's exit code at 0", async () => {
  fake.fault({
    on: "SaveKernel",
    kind: "error-in-200",
    message: "Maximum batch GPU session count of 2 reached.",
  });
  const { output, exitCode } = await kaggle("kernels", "push", "-p", "kernel");
  expect([exitCode, output]).toEqual([
    0,
    expect.stringContaining("Kernel push error: Maximum batch"),
  ]);
});

test("the quota of the week is shown", async () => {
  fake.quota.gpuUsedSeconds = 5400;
  expect(await kaggleOk("quota")).toMatch(/GPU +1\.50h +28\.50h +30\.00h/);
});

test("no credentials were sent to the origin of signed URLs", () => {
  const storage = fake.requests.filter(({ origin }) => origin === "storage");
  expect(storage.length).toBeGreaterThan(10);
  expect(storage.filter(({ authorized }) => authorized)).toEqual([]);
});
