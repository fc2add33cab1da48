import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { makeTempFolder } from "../../../test/support/cli.ts";
import { type Received, serve } from "../../../test/support/http-server.ts";
import { usualBackoff } from "./backoff.ts";
import { hashBytes } from "./checksum.ts";
import { type DownloadOptions, downloadTo } from "./download.ts";
import type { Failure } from "./failure.ts";
import { request } from "./request.ts";

const content = randomBytes(100_000);
const backoff = { ...usualBackoff, firstWaitMs: 1, tries: 3, idleMs: 300 };

let part: string;
beforeEach(async () => {
  part = path.join(await makeTempFolder(), "data.bin.part");
});

function failure(reason: string): Error & Failure {
  const facts: Failure = { outcome: "unknown", passing: true, retryAfterMs: undefined };
  return Object.assign(new Error(reason), facts);
}

function download(url: string, options: Partial<DownloadOptions> = {}): Promise<number> {
  const source = {
    call: "download of data.bin",
    open: (headers: Record<string, string>, signal: AbortSignal) =>
      request(url, { headers, signal }),
    failure,
  };
  return downloadTo(source, part, { backoff, ...options });
}

function send({ headers }: Received, response: ServerResponse, body: Buffer, more = {}): void {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  const range = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
  const length = { "content-length": content.length - from };
  const whole = { etag: '"one"', ...length, ...(from > 0 ? range : {}), ...more };
  response.writeHead(from > 0 ? 206 : 200, whole);
  response.write(body.subarray(from));
}

test("a stream that says nothing more is given up and gone on with", async () => {
  const { url, received } = await serve((asked, response, count) => {
    send(asked, response, count === 1 ? content.subarray(0, 40_000) : content);
    if (count > 1) response.end();
  });
  expect(await download(url)).toBe(content.length);
  expect(received.map(({ headers }) => headers.range)).toEqual([undefined, "bytes=40000-"]);
  expect(await readFile(part)).toEqual(content);
});

test("a file is checked by its CRC-32C where there is no MD5, also over a break", async () => {
  const damaged = Buffer.from(content);
  damaged[50_000]! ^= 1;
  const hash = { "x-goog-hash": `crc32c=${hashBytes("crc32c", content)}` };
  const { url, received } = await serve((asked, response, count) => {
    send(asked, response, count === 1 ? content.subarray(0, 40_000) : damaged, hash);
    if (count === 1) setTimeout(() => response.destroy(), 20);
    else response.end();
  });
  await expect(download(url)).rejects.toThrow("its checksum is not the announced one");
  // Gone on with once, then from the beginning, as what is there cannot be trusted.
  expect(received.map(({ headers }) => headers.range)).toEqual([
    undefined,
    "bytes=40000-",
    undefined,
  ]);
});

test("a part whose name says what it is part of needs no request once it is whole", async () => {
  const { url, received } = await serve((asked, response) => {
    send(asked, response, content);
    response.end();
  });
  const checksum = { kind: "md5", value: hashBytes("md5", content) } as const;
  const identity = { validator: null, total: content.length, checksum };
  const seen: number[] = [];
  await download(url, { identity });
  await download(url, { identity, progress: (bytes) => seen.push(bytes) });
  expect(received).toHaveLength(1);
  expect(seen).toEqual([content.length]);
});
