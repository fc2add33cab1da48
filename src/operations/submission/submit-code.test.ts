import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readLedger } from "../../storage/score/ledger-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { packageRoot } from "../../package-root.ts";
import {
  type FakeKaggle,
  type FakeKaggleOptions,
  startFakeKaggle,
} from "../../../test/kaggle/fake-kaggle.ts";
import { plainPython } from "../../../test/support/run-workspace.ts";
import {
  addRun,
  makeWorkspace,
  markVerified,
  metricsOf,
  testContext,
} from "../../../test/support/workspace.ts";
import { newExperiment } from "../commands/create/new.ts";
import { recordRun } from "../score/record-run.ts";
import { deps } from "../commands/submit/deps.ts";
import { submit } from "../commands/submit/submit.ts";

vi.mock("node:timers/promises", () => import("../../../test/support/quick-timers.ts"));

const slug = "toy";
let fake: FakeKaggle;
let ws: Workspace;

/** What the template's inference.py does, with the standard library. */
const inference = `import os
from pathlib import Path

here = Path(__file__).resolve().parent
kaggle = Path(os.environ["CROSSFOLD_KAGGLE_ROOT"])
answer = (here / "artifacts" / "answer.txt").read_text()
mounts = [kaggle / "input/competitions/${slug}", kaggle / "input/${slug}"]
data = next(mount for mount in mounts if mount.exists())
ids = (data / "test.csv").read_text().split()[1:]
print("answering", len(ids))
lines = ["id,target", *(f"{one},{answer}" for one in ids)]
(kaggle / "working" / "submission.csv").write_text("\\n".join(lines) + "\\n")
`;

beforeEach(async () => {
  ws = await makeWorkspace(`competition_name: ${slug}
competition_platform: kaggle
is_code_competition: true
data: { id: id, target: target }
metric: { name: accuracy, direction: maximize }
`);
  await put("data/input/toy/test.csv", "id\na\nb\n");
  await put("data/input/toy/sample_submission.csv", "id,target\na,0\nb,0\n");
  await put("hidden/test.csv", "id\na\nb\nc\nd\n");
  await put("templates/models/train.py", 'print("exp000")\n');
  await put("templates/models/inference.py", inference);
  const shipped = path.join(packageRoot(), "templates", "workspace", "templates", "models");
  await cp(path.join(shipped, "submission"), path.join(paths.template(ws), "submission"), {
    recursive: true,
  });
  fake = await hold("2026");
  await newExperiment.run(testContext(ws), newExperiment.input.parse({ experiment: "exp001" }));
  const run = await addRun(ws, "exp001", {
    metrics: metricsOf([0.7, 0.8, 0.7, 0.8, 0.7]),
    artifacts: { "answer.txt": "1" },
  });
  await recordRun(testContext(ws), ws, run);
  await markVerified(ws, "exp001");
});

afterEach(() => fake.close());

async function hold(
  mounts: "2026" | "older",
  strange: Pick<FakeKaggleOptions, "unknownFields" | "unknownStates"> = {},
): Promise<FakeKaggle> {
  return startFakeKaggle({
    ...strange,
    competitions: [
      {
        slug,
        isKernelsSubmissionsOnly: true,
        files: paths.input(ws),
        hiddenFiles: path.join(ws.root, "hidden"),
        score: (file) => ({ public: file.toString().trim().split("\n").length / 10, private: 0 }),
      },
    ],
    settings: { python: await plainPython(), mounts },
  });
}

async function put(name: string, text: string): Promise<void> {
  const file = path.join(ws.root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

const said: string[] = [];

function context() {
  const made = testContext(ws, new Date());
  said.length = 0;
  const output = (chunk: Uint8Array) => void said.push(Buffer.from(chunk).toString());
  return { ...made, env: { ...fake.env }, progress: { ...made.progress, output } };
}

const hand = (more: object = {}) =>
  submit.run(context(), submit.input.parse({ experiment: "exp001", ...more }));
const folder = (name: string) => `models/${name}/submission/kernel-metadata.json`;
const calls = (name: string) => fake.requests.filter(({ call }) => call === name).length;
const status = ({ steps }: { steps: { name: string; status: string }[] }) =>
  steps.map(({ name, status: how }) => `${name} ${how}`).join(", ");
const kernel = () => fake.kernels.get("tester/toy-exp001")!;

test("from nothing to a recorded score; repeated, nothing is done and nothing is spent", async () => {
  const result = await hand({ wait: true });
  expect(status(result)).toBe(
    "deps skipped, model done, kernel done, output done, submit done, score done",
  );
  // Kaggle ran it again on four hidden rows.
  expect(result).toMatchObject({ status: "graded", public: 0.5, rows: 2 });
  expect(said.join("")).toContain("answering 2");
  expect(kernel().versions[0]).toMatchObject({ enableInternet: false });
  expect(fake.submissions[0]!.description).toMatch(/^exp001: CV 0\.7400 \(.*\) #cf-/);
  const { entries } = await readLedger(ws, "exp001");
  expect(entries.filter(({ kind }) => kind === "lb")).toMatchObject([{ source: "kaggle" }]);

  const again = await hand({ wait: true });
  expect(status(again)).toBe(
    "deps skipped, model up-to-date, kernel up-to-date, output up-to-date, submit up-to-date, score done",
  );
  expect(again.status).toBe("repeated");
  expect([calls("SaveKernel"), calls("CreateCodeSubmission")]).toEqual([1, 1]);
});

test("without its books it finds at Kaggle what was done", async () => {
  await hand({ wait: true });
  await rm(path.join(ws.root, ".crossfold"), { recursive: true });
  expect(await hand()).toMatchObject({ status: "repeated", public: 0.5 });
  expect([
    calls("SaveKernel"),
    calls("CreateModelInstance"),
    calls("CreateCodeSubmission"),
  ]).toEqual([1, 1, 1]);
});

test("--dry-run says what would be done and why, and asks nothing of Kaggle", async () => {
  expect(status(await hand({ dryRun: true }))).toBe(
    "deps skipped, model pending, kernel pending, output pending, submit pending, score skipped",
  );
  await hand({ until: "output" });
  const before = fake.requests.length;
  expect(status(await hand({ dryRun: true }))).toMatch(
    /model up-to-date, kernel up-to-date, output up-to-date/,
  );
  await put("models/exp001/artifacts/answer.txt", "0");
  const changed = await hand({ dryRun: true });
  expect(status(changed)).toMatch(/model pending, kernel pending, output pending/);
  expect(fake.requests).toHaveLength(before);
});

test("changed artifacts are a new model version, and the notebook gets it", async () => {
  await hand({ until: "kernel" });
  await put("models/exp001/artifacts/answer.txt", "0");
  const result = await hand({ until: "output" });
  expect(result).toMatchObject({ status: "prepared", rows: 2, file: expect.any(String) });
  expect(kernel().versions.at(-1)!.sources.models).toEqual(["tester/toy-crossfold/other/exp001/2"]);
  const output = path.join(ws.root, ".crossfold/kaggle/exp001/submission.csv");
  expect(await readFile(output, "utf8")).toBe("id,target\na,0\nb,0\n");
});

test.each(["deps", "model", "kernel", "output"])("--until %s spends nothing", async (until) => {
  const result = await hand({ until });
  expect(result.steps.at(-1)!.name).toBe(until);
  expect(result).toMatchObject({ status: "prepared" });
  expect(calls("CreateCodeSubmission")).toBe(0);
});

test("a lost answer at each step leaves one of each", async () => {
  for (const on of ["CreateModel", "CreateModelInstance", "SaveKernel", "CreateCodeSubmission"])
    fake.fault({ on, kind: "lost-response" });
  expect(await hand({ wait: true })).toMatchObject({ status: "graded" });
  expect(fake.submissions).toHaveLength(1);
  expect(kernel().versions).toHaveLength(1);
  expect(calls("CreateCodeSubmission")).toBe(1);
});

test("a notebook that fails is said with its log, and pushed again by the next command", async () => {
  await put("models/exp001/inference.py", 'raise SystemExit("no such model")\n');
  await expect(hand()).rejects.toMatchObject({ code: "kernel-failed" });
  expect(said.join("")).toContain("no such model");
  await put("models/exp001/inference.py", inference);
  expect(await hand()).toMatchObject({ status: "sent" });
  expect(kernel().versions).toHaveLength(2);
});

test("a notebook that writes nothing, or the wrong thing, spends nothing", async () => {
  await put("models/exp001/inference.py", inference.replace("submission.csv", "other.csv"));
  await expect(hand()).rejects.toMatchObject({ code: "kernel-failed" });
  await put("models/exp001/inference.py", inference.replace("id,target", "id,pred"));
  await expect(hand()).rejects.toMatchObject({ code: "submission" });
  expect(calls("CreateCodeSubmission")).toBe(0);
});

test("a model that Kaggle cannot take is said with its reason", async () => {
  fake.fault({ on: "CreateModelInstance", kind: "error-in-200", message: "Quota exceeded" });
  await expect(hand()).rejects.toThrow("Quota exceeded");
  expect(await hand({ until: "model" })).toMatchObject({ status: "prepared" });
});

test("a source that Kaggle drops is an error", async () => {
  const file = "models/exp001/submission/kernel-metadata.json";
  const metadata = JSON.parse(await readFile(path.join(ws.root, file), "utf8"));
  await put(file, JSON.stringify({ ...metadata, dataset_sources: ["stranger/nothing"] }));
  await expect(hand()).rejects.toMatchObject({
    code: "kernel-sources",
    message: expect.stringContaining("stranger/nothing"),
  });
  await put(file, JSON.stringify({ ...metadata, enable_internet: true }));
  await expect(hand()).rejects.toMatchObject({ code: "kernel-internet" });
});

test("an old status after a push is not taken for the new version's", async () => {
  await hand({ until: "kernel" });
  await put("models/exp001/artifacts/answer.txt", "0");
  fake.fault({ on: "GetKernelSessionStatus", kind: "stale" });
  await hand({ until: "output" });
  const output = path.join(ws.root, ".crossfold/kaggle/exp001/submission.csv");
  expect(await readFile(output, "utf8")).toBe("id,target\na,0\nb,0\n");
});

test("the day's limit is said, and the way there is not gone again the next day", async () => {
  fake.competitions.get(slug)!.maxDailySubmissions = 0;
  await expect(hand()).rejects.toMatchObject({ code: "submission-limit" });
  fake.competitions.get(slug)!.maxDailySubmissions = 5;
  expect(status(await hand())).toMatch(
    /model up-to-date, kernel up-to-date, output up-to-date, submit done/,
  );
});

test("deps without requirements fetches nothing", async () => {
  expect(await deps.run(context(), deps.input.parse({}))).toMatchObject({ status: "skipped" });
  expect(calls("SaveKernel")).toBe(0);
});

test("the notebook finds model and data as they were mounted before 2026", async () => {
  await fake.close();
  fake = await hold("older");
  expect(await hand({ wait: true })).toMatchObject({ status: "graded", public: 0.5 });
});

test("unknown fields and states change nothing", async () => {
  await fake.close();
  fake = await hold("2026", { unknownFields: true, unknownStates: true });
  expect(await hand({ wait: true })).toMatchObject({ status: "graded", public: 0.5 });
  expect(said.join("")).toContain("answering 2");
});

test("a copy has names of its own, and keeps the sources that were added to it", async () => {
  const read = async (name: string) =>
    JSON.parse(await readFile(path.join(ws.root, folder(name)), "utf8"));
  const first = await read("exp001");
  await put(folder("exp001"), JSON.stringify({ ...first, dataset_sources: ["a/b"], extra: 1 }));
  const request = { experiment: "exp002_lgbm", from: "exp001" };
  await newExperiment.run(testContext(ws), newExperiment.input.parse(request));
  expect(await read("exp002_lgbm")).toMatchObject({
    id: "OWNER/toy-exp002-lgbm",
    title: "toy exp002_lgbm",
    enable_internet: false,
    competition_sources: ["toy"],
    dataset_sources: ["a/b"],
    model_sources: ["OWNER/toy-crossfold/other/exp002-lgbm/1"],
    extra: 1,
  });
});
