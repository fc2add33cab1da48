import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { makeTempFolder } from "../../../test/support/cli.ts";
import {
  type HttpServer,
  type Received,
  sendJson,
  serve,
} from "../../../test/support/http-server.ts";
import { downloadTo } from "./download.ts";
import { openKaggle } from "./open-kaggle.ts";
import { fromMethod } from "./sources.ts";

const content = randomBytes(200_000);
const md5 = createHash("md5").update(content).digest("base64");
const backoff = { firstWaitMs: 1, tries: 3, idleMs: 2_000, timeoutMs: 2_000 };

let part: string;
beforeEach(async () => {
  part = path.join(await makeTempFolder(), "train.csv.part");
});

/** Kaggle redirecting to storage on another origin. */
async function twoOrigins(
  store: (request: Received, response: ServerResponse, count: number) => void,
) {
  const storage = await serve(store);
  const kaggle = await serve((_request, response) => {
    response.writeHead(302, { location: `${storage.url}/signed?n=${Math.random()}` }).end();
  });
  return { storage, kaggle };
}

async function download({ url }: HttpServer, limit = 1_000_000) {
  const env = { HOME: "/nonexistent", KAGGLE_API_TOKEN: "KGAT_secret", CROSSFOLD_KAGGLE_URL: url };
  const kaggle = await openKaggle(env, { backoff });
  const source = fromMethod(kaggle, "competitions", "DownloadDataFile", { fileName: "train.csv" });
  return downloadTo(kaggle, source, part, { call: "download of train.csv", limit });
}

/** What Cloud Storage sends from `body`, stopped after `most` bytes of it. */
function sendFile(
  { headers }: Received,
  response: ServerResponse,
  body = content,
  most = Infinity,
  etag = '"one"',
) {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  const goesOn = from > 0 && (headers["if-range"] ?? etag) === etag;
  if (goesOn && from >= body.length) return void response.writeHead(416).end();
  const rest = goesOn ? body.subarray(from) : body;
  response.writeHead(goesOn ? 206 : 200, {
    etag,
    "content-length": rest.length,
    "x-goog-hash": `crc32c=AAAAAA==,md5=${createHash("md5").update(body).digest("base64")}`,
    ...(goesOn && { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` }),
  });
  if (rest.length <= most) return void response.end(rest);
  response.write(rest.subarray(0, most), () => setTimeout(() => response.destroy(), 5));
}

test("a download cut at every tenth arrives whole, each byte sent once, no credentials to storage", async () => {
  const { storage, kaggle } = await twoOrigins((request, response) =>
    sendFile(request, response, content, content.length / 10),
  );
  expect(await download(kaggle)).toBe(content.length);
  expect(await readFile(part)).toEqual(content);
  expect(storage.received).toHaveLength(10);
  expect(storage.received.at(-1)!.headers.range).toBe("bytes=180000-");
  expect(storage.received.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  expect(
    kaggle.received.every(({ headers }) => headers.authorization === "Bearer KGAT_secret"),
  ).toBe(true);
});

test("a process that was killed goes on where the last one stopped", async () => {
  const cut = await twoOrigins((request, response, count) =>
    count === 1
      ? sendFile(request, response, content, 50_000)
      : response.writeHead(403).end("expired"),
  );
  await expect(download(cut.kaggle)).rejects.toMatchObject({ reason: "expired" });
  const { storage, kaggle } = await twoOrigins((request, response) => sendFile(request, response));
  await download(kaggle);
  expect(storage.received.map(({ headers }) => headers.range)).toEqual(["bytes=50000-"]);
  expect(await readFile(part)).toEqual(content);
});

test("a file that changed meanwhile is downloaded anew", async () => {
  const next = randomBytes(100_000);
  const { kaggle } = await twoOrigins((request, response, count) =>
    count === 1
      ? sendFile(request, response, content, 50_000)
      : sendFile(request, response, next, Infinity, '"two"'),
  );
  await download(kaggle);
  expect(await readFile(part)).toEqual(next);
});

test("a signed address that has expired is asked for anew", async () => {
  const { kaggle, storage } = await twoOrigins((request, response, count) =>
    count === 1
      ? response.writeHead(400).end("<Error>ExpiredToken</Error>")
      : sendFile(request, response),
  );
  await download(kaggle);
  expect(await readFile(part)).toEqual(content);
  expect(new Set(storage.received.map(({ path: where }) => where)).size).toBe(2);
});

function send(body: Buffer, response: ServerResponse): void {
  const headers = { "x-goog-hash": `md5=${md5}`, "content-length": body.length };
  response.writeHead(200, headers).end(body);
}

test("a file that arrives damaged is downloaded again, and refused when it stays so", async () => {
  const damaged = Buffer.from(content);
  damaged[7]! ^= 1;
  const once = await twoOrigins((_request, response, count) =>
    send(count === 1 ? damaged : content, response),
  );
  await download(once.kaggle);
  expect(await readFile(part)).toEqual(content);

  const always = await twoOrigins((_request, response) => send(damaged, response));
  await expect(download(always.kaggle)).rejects.toMatchObject({
    message: expect.stringContaining("damaged"),
  });
});

test("a file longer than it may be is stopped and not kept", async () => {
  const { kaggle } = await twoOrigins((request, response) => sendFile(request, response));
  await expect(download(kaggle, 1000)).rejects.toMatchObject({ code: "download-too-long" });
  await expect(readFile(part)).rejects.toMatchObject({ code: "ENOENT" });
});

test("Kaggle's own refusal is shown at once", async () => {
  const kaggle = await serve((_request, response) =>
    sendJson(response, 403, { code: 403, message: "You must accept this competition's rules" }),
  );
  await expect(download(kaggle)).rejects.toMatchObject({
    status: 403,
    reason: "You must accept this competition's rules",
  });
  expect(kaggle.received).toHaveLength(1);
});

test("a part without a note of what it belongs to is not gone on with", async () => {
  await writeFile(part, "something else");
  const { kaggle } = await twoOrigins((request, response) => sendFile(request, response));
  await download(kaggle);
  expect(await readFile(part)).toEqual(content);
});

test("a file that Kaggle sends itself needs no redirect", async () => {
  const kaggle = await serve((request, response) => sendFile(request, response));
  await download(kaggle);
  expect(await readFile(part)).toEqual(content);
});
