import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeGoogle, startFakeGoogle } from "../../../test/google/fake-google.ts";
import type { HttpFault } from "../../../test/google/faults.ts";
import { makeTempFolder } from "../../../test/support/cli.ts";
import { hashBytes } from "../http/checksum.ts";
import { openGoogle } from "./open-google.ts";
import { type Bucket, openBucket } from "./storage.ts";

const name = "demo-bucket";
let fake: FakeGoogle;
let bucket: Bucket;
let folder: string;

beforeAll(async () => {
  fake = await startFakeGoogle();
  bucket = openBucket(openGoogle(fake.env, { firstWaitMs: 1 }), name);
  folder = await makeTempFolder();
});
afterAll(() => fake.close());

interface LocalFile {
  file: string;
  bytes: Buffer;
}

async function localFile(size: number): Promise<LocalFile> {
  const bytes = randomBytes(size);
  const file = path.join(folder, `${hashBytes("crc32c", bytes).replaceAll(/\W/g, "")}.bin`);
  await writeFile(file, bytes);
  return { file, bytes };
}

let ofTwoPieces: Promise<LocalFile> | undefined;

/** A file of a piece and a little more, made once. */
function bigFile(): Promise<LocalFile> {
  return (ofTwoPieces ??= localFile(big));
}

function stored(object: string): Promise<Buffer> {
  return readFile(path.join(fake.bucketFolder(name), object));
}

/** A piece and a little more. */
const big = 16 * 1024 * 1024 + 7;
const faults: [string, Omit<HttpFault, "on">][] = [
  ["no fault", { kind: "slow", ms: 1 } as HttpFault],
  ["a 503", { kind: "status", code: 503 } as HttpFault],
  ["a 429", { kind: "status", code: 429 } as HttpFault],
  ["a lost request", { kind: "lost-request" }],
  ["a lost answer", { kind: "lost-response" }],
  ["half a body", { kind: "cut-body" }],
];

describe("an upload that must not replace anything", () => {
  test.each(faults)("in one request arrives once, with %s", async (_, fault) => {
    const { file, bytes } = await localFile(1000);
    const object = `small/${path.basename(file)}`;
    fake.fault({ ...fault, on: "storage.upload" } as HttpFault);
    const metadata = { "goog-reserved-file-mtime": "12" };
    const info = await bucket.upload(file, object, { ifGenerationMatch: "0", metadata });
    expect(info).toMatchObject({
      name: object,
      size: 1000,
      md5: hashBytes("md5", bytes),
      metadata,
    });
    expect(await stored(object)).toEqual(bytes);
    expect(fake.pendingFaults()).toEqual([]);
  });

  test.each(
    faults.flatMap(([summary, fault]) =>
      [0, 1, 2].map((after) => [summary, after, fault] as const),
    ),
  )("in pieces arrives once, with %s after %d requests", async (_, after, fault) => {
    const { file, bytes } = await bigFile();
    const object = `big/${path.basename(file)}`;
    fake.fault({ ...fault, after, on: "storage.upload" } as HttpFault);
    let sent = 0;
    const info = await bucket.upload(file, object, {
      ifGenerationMatch: "0",
      onBytes: (count) => (sent += count),
    });
    expect(info).toMatchObject({ size: big, md5: hashBytes("md5", bytes) });
    expect(sent).toBe(big);
    expect((await stored(object)).equals(bytes)).toBe(true);
    expect(fake.pendingFaults()).toEqual([]);
    await bucket.delete(object);
  });

  test("is refused where another object is", async () => {
    const { file } = await localFile(10);
    await bucket.write("taken", "another user's");
    const upload = bucket.upload(file, "taken", { ifGenerationMatch: "0" });
    await expect(upload).rejects.toMatchObject({ httpStatus: 412 });
    expect((await stored("taken")).toString()).toBe("another user's");
  });
});

test("an upload goes on from another process", async () => {
  const { file, bytes } = await bigFile();
  const kept = new Map<string, string>();
  const sessions = {
    find: async (upload: string) => kept.get(upload),
    keep: async (upload: string, session: string) => void kept.set(upload, session),
    drop: async (upload: string) => void kept.delete(upload),
  };
  fake.fault({ on: "storage.upload", kind: "lost-request", after: 2 });
  const hasty = openBucket(openGoogle(fake.env, { firstWaitMs: 1, tries: 1 }), name);
  await expect(hasty.upload(file, "resumed", { sessions })).rejects.toMatchObject({
    httpStatus: 0,
  });
  expect(await bucket.stat("resumed")).toBeUndefined();
  expect(kept.size).toBe(1);

  expect(fake.pendingFaults()).toEqual([]);
  const before = fake.requests.length;
  await bucket.upload(file, "resumed", { sessions });
  const puts = fake.requests.slice(before).filter(({ method }) => method === "PUT");
  // One question how far it is, then the piece that was missing.
  expect(puts).toHaveLength(2);
  expect(kept.size).toBe(0);
  expect((await stored("resumed")).equals(bytes)).toBe(true);
});

function refuse(): Promise<void> {
  return Promise.reject(new Error("no"));
}

describe("a download", () => {
  const size = 3_000_000;

  test.each(faults)("is whole and right, with %s", async (_, fault) => {
    const { file: source, bytes } = await localFile(size);
    await bucket.upload(source, "down");
    const file = path.join(await makeTempFolder(), "deep", "down.bin");
    fake.fault({ ...fault, on: "storage.download" } as HttpFault);
    let came = 0;
    await bucket.download("down", file, {
      mtime: new Date(1_700_000_000_000),
      onBytes: (count) => (came += count),
    });
    expect((await readFile(file)).equals(bytes)).toBe(true);
    expect(came).toBe(size);
    expect((await stat(file)).mtimeMs).toBe(1_700_000_000_000);
    expect(await readdir(path.dirname(file))).toEqual(["down.bin"]);
    expect(fake.pendingFaults()).toEqual([]);
  });

  test("goes on where an earlier one broke off, and starts again where that was damaged", async () => {
    const { file: source, bytes } = await localFile(size);
    const { generation } = await bucket.upload(source, "down");
    const into = await makeTempFolder();
    const file = path.join(into, "down.bin");
    const part = path.join(into, `.down.bin.${generation}.crossfold-part`);
    await writeFile(part, bytes.subarray(0, 2_000_000));
    let came: number[] = [];
    await bucket.download("down", file, { onBytes: (count) => came.push(count) });
    expect(came[0]).toBe(2_000_000);
    expect((await readFile(file)).equals(bytes)).toBe(true);

    await writeFile(part, randomBytes(2_000_000));
    came = [];
    await bucket.download("down", file, { onBytes: (count) => came.push(count) });
    expect((await readFile(file)).equals(bytes)).toBe(true);
    expect(await readdir(into)).toEqual(["down.bin"]);
  });

  test("leaves the file as it was when it fails or may not replace it", async () => {
    const { file: source } = await localFile(1000);
    await bucket.upload(source, "down");
    const file = path.join(await makeTempFolder(), "mine.bin");
    await writeFile(file, "mine");
    await utimes(file, 1, 1);
    await expect(bucket.download("nothing", file)).rejects.toMatchObject({ httpStatus: 404 });
    const refused = bucket.download("down", file, { beforeReplace: refuse });
    await expect(refused).rejects.toThrow("no");
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  test("of nothing is an empty file", async () => {
    await bucket.write("empty", "");
    const file = path.join(await makeTempFolder(), "empty");
    await bucket.download("empty", file);
    expect((await stat(file)).size).toBe(0);
  });
});

describe("an object", () => {
  test("is read whole or in part, and undefined where there is none", async () => {
    await bucket.write("a b/ü?#.txt", "0123456789");
    const read = async (range?: { start?: number; end?: number }) =>
      (await bucket.read("a b/ü?#.txt", range))?.toString();
    expect(await read()).toBe("0123456789");
    expect(await read({ start: 3 })).toBe("3456789");
    expect(await read({ start: 3, end: 5 })).toBe("34");
    expect(await read({ end: 2 })).toBe("01");
    expect(await read({ start: 10 })).toBe("");
    expect(await bucket.read("no such thing")).toBeUndefined();
    expect(await bucket.stat("no such thing")).toBeUndefined();
  });

  test("is deleted once", async () => {
    await bucket.write("short-lived", "x");
    expect(await bucket.delete("short-lived")).toBe(true);
    expect(await bucket.delete("short-lived")).toBe(false);
  });
});

test("a list has every page, in order, from an offset on", async () => {
  const inside = path.join(fake.bucketFolder(name), "many");
  await mkdir(inside);
  const names = Array.from({ length: 2100 }, (_, index) => String(index).padStart(5, "0"));
  for (const one of names) await writeFile(path.join(inside, one), "");
  const listed = (await bucket.list("many/")).map((info) => info.name);
  // The folder itself, as Cloud Storage FUSE makes it.
  expect(listed.filter((one) => one !== "many/")).toEqual(names.map((n) => `many/${n}`));
  expect(await bucket.list("many/", { startOffset: "many/02099" })).toHaveLength(1);
  expect(await bucket.list("none/")).toEqual([]);
});

test("a bucket that is not there is an error, not an empty one", async () => {
  const none = openBucket(openGoogle(fake.env, { firstWaitMs: 1 }), "no-such-bucket");
  await expect(none.list("")).rejects.toMatchObject({ httpStatus: 404 });
  await expect(none.stat("x")).rejects.toMatchObject({ httpStatus: 404 });
});
