import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { call } from "./call.ts";
import { type FakeGoogle, startFakeGoogle } from "./fake-google.ts";

const objects = "/storage/v1/b/demo-bucket/o";
const uploads = "/upload/storage/v1/b/demo-bucket/o";
const quantum = 256 * 1024;

let fake: FakeGoogle;
beforeEach(async () => {
  fake = await startFakeGoogle();
});
afterEach(() => fake.close());

function file(name: string): string {
  return path.join(fake.bucketFolder("demo-bucket"), name);
}

async function put(name: string, body: string | Uint8Array, query = ""): Promise<any> {
  const line = `POST ${uploads}?uploadType=media&name=${encodeURIComponent(name)}${query}`;
  return (await call(fake, line, body)).json;
}

async function is(line: string): Promise<number> {
  return (await call(fake, line)).status;
}

/** Status, range and text of a part of a.txt. */
async function read(range: string): Promise<unknown[]> {
  const line = `GET ${objects}/a.txt?alt=media`;
  const { status, headers, json } = await call(fake, line, undefined, { range });
  return [status, headers.get("content-range"), String(json?.error?.code ?? json)];
}

async function list(query: string): Promise<any> {
  return (await call(fake, `GET ${objects}?${query}`)).json;
}

function names({ items = [] }: any): string[] {
  return items.map(({ name }: any) => name);
}

/** Address of a new session. */
async function begin(name: string, resource: object = {}, query = ""): Promise<string> {
  const line = `POST ${uploads}?uploadType=resumable&name=${encodeURIComponent(name)}${query}`;
  const { status, headers } = await call(fake, line, resource);
  expect(status).toBe(200);
  return headers.get("location") ?? "";
}

async function send(session: string, range: string, body?: Uint8Array): Promise<any> {
  const answer = await call(fake, `PUT ${session}`, body, { "content-range": range });
  return { ...answer, kept: answer.headers.get("range") };
}

describe("tokens", () => {
  test("come from the metadata server, to those who name its flavour", async () => {
    const address = `${fake.url}/computeMetadata/v1/instance/service-accounts/default/token`;
    expect((await fetch(address)).status).toBe(403);
    const answer = await fetch(address, { headers: { "metadata-flavor": "Google" } });
    expect(answer.headers.get("metadata-flavor")).toBe("Google");
    expect(await answer.json()).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
  });

  test("are demanded everywhere, and expire", async () => {
    for (const one of [objects, "/v1/projects/demo-project/locations/us-central1/customJobs"]) {
      expect((await fetch(fake.url + one)).status).toBe(401);
      const headers = { authorization: "Bearer made-up" };
      expect((await fetch(fake.url + one, { headers })).status).toBe(401);
      expect((await call(fake, `GET ${one}`)).status).toBe(200);
    }
    fake.expireTokens();
    const { status, json } = await call(fake, `GET ${objects}`);
    expect({ status, reason: json.error.errors[0].reason }).toEqual({
      status: 401,
      reason: "authError",
    });
  });
});

describe("objects", () => {
  test("have the sums that Google would give", async () => {
    const made = await put("sums.txt", "123456789");
    // The check value of CRC-32C is e3069283.
    expect(made.crc32c).toBe(Buffer.from("e3069283", "hex").toString("base64"));
    expect(made.md5Hash).toBe(createHash("md5").update("123456789").digest("base64"));
    const { headers } = await call(fake, `GET ${objects}/sums.txt?alt=media`);
    expect(headers.get("x-goog-hash")).toBe(`crc32c=${made.crc32c},md5=${made.md5Hash}`);
  });

  test("get a new generation by every writer, the container too", async () => {
    const first = await put("a.txt", "one");
    const second = await put("a.txt", "two");
    writeFileSync(file("a.txt"), "six");
    const third = (await call(fake, `GET ${objects}/a.txt`)).json;
    const again = (await call(fake, `GET ${objects}/a.txt`)).json;
    const generations = [first, second, third].map(({ generation }) => BigInt(generation));
    expect(generations).toEqual([...new Set(generations)].toSorted((a, b) => Number(a - b)));
    expect(again.generation).toBe(third.generation);
    expect((await call(fake, `GET ${objects}/a.txt?generation=${first.generation}`)).status).toBe(
      404,
    );
  });

  test("are guarded by preconditions", async () => {
    const { generation } = await put("a.txt", "one");
    expect((await put("a.txt", "two", "&ifGenerationMatch=0")).error).toMatchObject({
      code: 412,
      errors: [{ reason: "conditionNotMet" }],
    });
    expect((await put("a.txt", "two", "&ifGenerationMatch=1")).error.code).toBe(412);
    expect(await is(`GET ${objects}/a.txt?ifGenerationNotMatch=${generation}`)).toBe(304);
    expect(await is(`DELETE ${objects}/a.txt?ifGenerationMatch=1`)).toBe(412);
    expect(await is(`DELETE ${objects}/a.txt?ifMetagenerationMatch=2`)).toBe(412);
    expect(readFileSync(file("a.txt"), "utf8")).toBe("one");
    const both = await Promise.all(
      [0, 1].map((at) => put("b.txt", String(at), "&ifGenerationMatch=0")),
    );
    expect(both.filter(({ error }) => error?.code === 412)).toHaveLength(1);
    expect(await is(`DELETE ${objects}/a.txt?ifGenerationMatch=${generation}`)).toBe(204);
    expect(await is(`GET ${objects}/a.txt`)).toBe(404);
  });

  test("are read in ranges", async () => {
    await put("a.txt", "0123456789");
    expect(await read("bytes=2-4")).toEqual([206, "bytes 2-4/10", "234"]);
    expect(await read("bytes=7-")).toEqual([206, "bytes 7-9/10", "789"]);
    expect(await read("bytes=-2")).toEqual([206, "bytes 8-9/10", "89"]);
    expect(await read("bytes=10-")).toEqual([416, null, "416"]);
  });

  test("are listed by prefix and delimiter, page by page, with the fields asked for", async () => {
    for (const name of ["a/1", "a/2", "a/b/3", "c"]) await put(name, name);
    expect(names(await list(""))).toEqual(["a/1", "a/2", "a/b/3", "c"]);
    const level = await list("prefix=a/&delimiter=/&fields=prefixes,items(name)");
    expect(level).toEqual({ items: [{ name: "a/1" }, { name: "a/2" }], prefixes: ["a/b/"] });
    const first = await list("maxResults=3");
    expect(names(await list(`maxResults=3&pageToken=${first.nextPageToken}`))).toEqual(["c"]);
  });

  test("that stand for a folder appear when the container makes it", async () => {
    await put("made/by-upload", "x");
    mkdirSync(file("made-by-container"));
    const { json } = await call(fake, `GET ${objects}`);
    expect(json.items.map(({ name }: any) => name)).toEqual([
      "made-by-container/",
      "made/by-upload",
    ]);
  });

  test("are copied, and composed without an md5", async () => {
    await put("a", "one ");
    await put("b", "two");
    const copied = await call(fake, `POST ${objects}/a/rewriteTo/b/demo-bucket/o/deep%2Fc`, {});
    expect(copied.json).toMatchObject({ done: true, resource: { name: "deep/c", size: "4" } });
    const sourceObjects = [{ name: "a" }, { name: "b" }];
    const { json } = await call(fake, `POST ${objects}/whole/compose`, { sourceObjects });
    expect(json).toMatchObject({ size: "7", componentCount: 2 });
    expect(json).not.toHaveProperty("md5Hash");
    expect(readFileSync(file("whole"), "utf8")).toBe("one two");
  });
});

describe("a resumable upload", () => {
  const bytes = randomBytes(2 * quantum + 10);

  test("goes on where it stands and is an object only when whole", async () => {
    const session = await begin("a.bin");
    const first = await send(session, `bytes 0-${quantum - 1}/*`, bytes.subarray(0, quantum));
    expect(first).toMatchObject({ status: 308, kept: `bytes=0-${quantum - 1}` });
    expect((await call(fake, `GET ${objects}/a.bin`)).status).toBe(404);
    expect(await send(session, "bytes */*")).toMatchObject({
      status: 308,
      kept: `bytes=0-${quantum - 1}`,
    });
    const rest = await send(
      session,
      `bytes ${quantum}-${bytes.length - 1}/${bytes.length}`,
      bytes.subarray(quantum),
    );
    expect(rest).toMatchObject({ status: 200, json: { size: String(bytes.length) } });
    expect(await send(session, "bytes */*")).toMatchObject({ status: 200 });
    expect(readFileSync(file("a.bin"))).toEqual(bytes);
  });

  test("keeps whole quanta of a body that was cut", async () => {
    const session = await begin("a.bin");
    fake.fault({ on: "storage.upload", kind: "cut-body" });
    const whole = `bytes 0-${bytes.length - 1}/${bytes.length}`;
    await expect(send(session, whole, bytes)).rejects.toThrow("fetch failed");
    const { status, kept } = await send(session, `bytes */${bytes.length}`);
    expect([status, kept]).toEqual([308, `bytes=0-${quantum - 1}`]);
    const left = `bytes ${quantum}-${bytes.length - 1}/${bytes.length}`;
    expect((await send(session, left, bytes.subarray(quantum))).status).toBe(200);
    expect(readFileSync(file("a.bin"))).toEqual(bytes);
  });

  test("that was finished can be asked for after its answer was lost", async () => {
    const session = await begin("a.bin");
    fake.fault({ on: "storage.upload", kind: "lost-response" });
    await expect(send(session, "bytes 0-2/3", bytes.subarray(0, 3))).rejects.toThrow(
      "fetch failed",
    );
    expect(await send(session, "bytes */3")).toMatchObject({ status: 200, json: { size: "3" } });
  });

  test("is refused a wrong offset, a chunk of odd length, wrong sums and an unmet condition", async () => {
    const session = await begin("a.bin");
    expect((await send(session, "bytes 5-9/10", bytes.subarray(0, 5))).status).toBe(503);
    expect((await send(session, "bytes 0-9/20", bytes.subarray(0, 10))).status).toBe(400);
    expect((await send(session, "bytes 0-9/10", bytes.subarray(0, 5))).status).toBe(400);
    const wrong = await begin("b.bin", { md5Hash: "AAAAAAAAAAAAAAAAAAAAAA==" });
    expect((await send(wrong, "bytes 0-2/3", bytes.subarray(0, 3))).json.error.message).toContain(
      "MD5",
    );
    const guarded = await begin("c.bin", {}, "&ifGenerationMatch=0");
    await put("c.bin", "first");
    expect((await send(guarded, "bytes 0-2/3", bytes.subarray(0, 3))).status).toBe(412);
    expect((await send(`${session}x`, "bytes */*")).status).toBe(404);
  });
});

describe("faults", () => {
  test("a status, a lost answer and a cut answer, each once, in the order asked for", async () => {
    await put("a.txt", "0123456789");
    const download = `${objects}/a.txt?alt=media`;
    fake.fault({ on: "storage.download", kind: "status", code: 429, retryAfter: 1, after: 1 });
    expect((await call(fake, `GET ${download}`)).status).toBe(200);
    const busy = await call(fake, `GET ${download}`);
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([429, "1"]);
    fake.fault({ on: "storage.download", kind: "cut-body" });
    await expect(call(fake, `GET ${download}`)).rejects.toThrow("terminated");
    fake.fault({ on: "storage.delete", kind: "lost-response" });
    await expect(call(fake, `DELETE ${objects}/a.txt`)).rejects.toThrow("fetch failed");
    expect((await call(fake, `GET ${objects}/a.txt`)).status).toBe(404);
    expect(fake.pendingFaults()).toEqual([]);
    expect(fake.requests.at(-1)).toMatchObject({ operation: "storage.get", status: 404 });
  });
});
