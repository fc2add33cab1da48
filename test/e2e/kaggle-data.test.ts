import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeKaggle, startFakeKaggle } from "../kaggle/fake-kaggle.ts";
import { zipOf } from "../kaggle/zip.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { sendJson, serve } from "../support/http-server.ts";

const train = `id,x,y\n${Array.from({ length: 20_000 }, (_, row) => `${row},${(row * 7919) % 1000},${row % 2}`).join("\n")}\n`;
const small = {
  "deep/notes.csv": "id\n1\n",
  "sample_submission.csv": "id,y\n1,0\n",
  "test.csv": "id,x\n1,2\n",
};

let fake: FakeKaggle;
let root: string;
let source: string;
let data: string;

beforeEach(async () => {
  source = await makeTempFolder();
  root = await makeTempFolder();
  data = path.join(root, "data", "input", "space");
  await mkdir(path.join(source, "deep"));
  await writeFile(path.join(source, "train.csv"), train);
  for (const [name, text] of Object.entries(small)) await writeFile(path.join(source, name), text);
  fake = await startFakeKaggle({
    unknownFields: true,
    competitions: [{ slug: "space", files: source, zippedFiles: ["test.csv"] }],
  });
  await writeFile(
    path.join(root, "project.yml"),
    "competition_name: space\ncompetition_platform: kaggle\ndata: {}\nmetric: { name: rmse, direction: minimize }\n",
  );
});

afterEach(() => fake.close());

function run(...args: string[]) {
  const env = { HOME: root, KAGGLE_CONFIG_DIR: undefined, ...fake.env };
  return crossfold(args, { cwd: root, env });
}

async function json(...args: string[]) {
  const { stdout, stderr, exitCode } = await run("data", "download", ...args, "--json");
  return { exitCode, stderr, ...JSON.parse(stdout) };
}

const status = ({ files }: { files: { name: string; status: string }[] }) =>
  Object.fromEntries(files.map((file) => [file.name, file.status]));
const downloads = () =>
  fake.requests.filter(({ origin, status: code }) => origin === "storage" && code !== 0);

async function expectAll(): Promise<void> {
  expect(await readFile(path.join(data, "train.csv"), "utf8")).toBe(train);
  for (const [name, text] of Object.entries(small))
    expect(await readFile(path.join(data, name), "utf8")).toBe(text);
}

test("everything comes, unpacked, and again only what has changed", async () => {
  const first = await json();
  expect(first.exitCode, first.stderr).toBe(0);
  expect(new Set(Object.values(status(first)))).toEqual(new Set(["downloaded"]));
  await expectAll();
  expect((await readdir(data)).toSorted()).toEqual([
    "deep",
    "sample_submission.csv",
    "test.csv",
    "train.csv",
  ]);
  expect(
    fake.requests.filter(({ origin, authorized }) => origin === "storage" && authorized),
  ).toEqual([]);

  expect(await readFile(path.join(root, "project.yml"), "utf8")).toContain(
    "data: { id: id, target: y }\n",
  );

  const before = downloads().length;
  expect(new Set(Object.values(status(await json())))).toEqual(new Set(["same"]));
  expect(downloads()).toHaveLength(before);

  await writeFile(path.join(source, "test.csv"), "id,x\n1,2\n3,4\n");
  expect(status(await json())).toMatchObject({ "test.csv": "downloaded", "train.csv": "same" });
  expect(await readFile(path.join(data, "test.csv"), "utf8")).toBe("id,x\n1,2\n3,4\n");
});

test("a download that is cut at every tenth arrives whole", async () => {
  fake.fault({ on: "Download", kind: "cut-every-tenth" });
  const { exitCode, stderr } = await json("train.csv");
  expect(exitCode, stderr).toBe(0);
  expect(await readFile(path.join(data, "train.csv"), "utf8")).toBe(train);
  const ranges = fake.requests
    .filter(({ origin }) => origin === "storage")
    .map(({ range }) => range);
  expect(ranges).toHaveLength(10);
  expect(new Set(ranges).size).toBe(10);
});

test("a command that gave up goes on from where it was, and leaves no half file in the data", async () => {
  fake.fault({ on: "Download", kind: "cut-body", at: 0.5 });
  fake.fault({
    on: "DownloadDataFile",
    kind: "status",
    status: 404,
    message: "gone for now",
    after: 1,
  });
  const failed = await run("data", "download", "train.csv");
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain("gone for now");
  expect(existsSync(path.join(data, "train.csv"))).toBe(false);
  const { exitCode } = await json("train.csv");
  expect(exitCode).toBe(0);
  expect(await readFile(path.join(data, "train.csv"), "utf8")).toBe(train);
  expect(fake.requests.at(-1)!.range).toMatch(/^bytes=[1-9]/);
});

test("an expired address, a 429 and a 503 are got over", async () => {
  fake.fault({ on: "Download", kind: "expired" });
  fake.fault({ on: "Download", kind: "status", status: 503 });
  fake.fault({ on: "DownloadDataFile", kind: "status", status: 429, retryAfter: 0 });
  expect((await json()).exitCode).toBe(0);
  await expectAll();
});

test("rules that were not accepted: the page to open is said", async () => {
  fake.competitions.get("space")!.rulesAccepted = false;
  const { stderr, exitCode } = await run("data", "download");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("You must accept this competition's rules");
  expect(stderr).toContain("https://www.kaggle.com/competitions/space/rules");
});

test("what was changed here stays unless --overwrite, and what is gone there stays too", async () => {
  await json();
  await writeFile(path.join(data, "test.csv"), "ours, and longer than that");
  await writeFile(path.join(source, "test.csv"), "id,x\n5,6\n7,8\n");
  const kept = await json();
  expect(kept.exitCode).toBe(1);
  expect(status(kept)).toMatchObject({ "test.csv": "kept", "train.csv": "same" });
  expect(await readFile(path.join(data, "test.csv"), "utf8")).toBe("ours, and longer than that");
  expect(status(await json("--overwrite"))).toMatchObject({ "test.csv": "downloaded" });
  expect(await readFile(path.join(data, "test.csv"), "utf8")).toBe("id,x\n5,6\n7,8\n");

  await rm(path.join(source, "sample_submission.csv"));
  expect(status(await json())).toMatchObject({ "sample_submission.csv": "gone" });
  expect(existsSync(path.join(data, "sample_submission.csv"))).toBe(true);
});

test("many files come as one archive, resumed too", async () => {
  await mkdir(path.join(source, "images"));
  for (let n = 0; n < 60; n += 1)
    await writeFile(path.join(source, "images", `${n}.txt`), `picture ${n}`);
  fake.fault({ on: "Download", kind: "cut-body", at: 0.5 });
  const result = await json();
  expect(result.exitCode, result.stderr).toBe(0);
  expect(result.downloaded).toBe(64);
  await expectAll();
  expect(await readFile(path.join(data, "images", "59.txt"), "utf8")).toBe("picture 59");
  expect(fake.requests.filter(({ call }) => call === "DownloadDataFile")).toEqual([]);
});

test("a file that is none is said, with the nearest names", async () => {
  const { stderr, exitCode } = await run("data", "download", "trian.csv");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("train.csv");
});

test("a competition that is not held on Kaggle has nothing on Kaggle", async () => {
  const file = path.join(root, "project.yml");
  await writeFile(file, (await readFile(file, "utf8")).replace(": kaggle", ": local"));
  const { stderr, exitCode } = await run("data", "download");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("not on Kaggle");
});

const bomb = zipOf([{ name: "train.csv", bytes: Buffer.alloc(8_000_000) }]);
test.each([
  ["a name that leads out", "../../../evil.csv", Buffer.from("x"), "lie outside the data folder"],
  ["a bomb", "train.csv", bomb, "8000000 bytes"],
  ["a file longer than stated", "train.csv", Buffer.alloc(8_000_000, "x"), "more than the"],
  [
    "a way out in an archive",
    "train.csv",
    zipOf([{ name: "../../../train.csv", bytes: Buffer.from("x") }]),
    "invalid relative path",
  ],
])("%s is refused, and nothing lies in the data", async (_, name, bytes, words) => {
  const { url } = await serve(({ path: where }, response) => {
    if (where.endsWith("ListDataFiles"))
      return sendJson(response, 200, { files: [{ name, totalBytes: 1000 }] });
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  const env = { HOME: root, KAGGLE_API_TOKEN: "KGAT_x", CROSSFOLD_KAGGLE_URL: url };
  const { stderr, exitCode } = await crossfold(["data", "download"], { cwd: root, env });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(words);
  expect(await readdir(data).catch(() => [])).toEqual([]);
  expect(existsSync(path.join(root, "..", "evil.csv"))).toBe(false);
});
