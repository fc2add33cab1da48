import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { expect, test } from "vitest";
import { makeTempFolder } from "../../../test/support/cli.ts";
import { type Received, sendJson, serve } from "../../../test/support/http-server.ts";
import { uploadBlob } from "./blobs.ts";
import { openKaggle } from "./open-kaggle.ts";

const content = randomBytes(300_000);
const backoff = { firstWaitMs: 1, tries: 3, timeoutMs: 2_000 };

/** Storage that keeps what it gets and answers as `spoil` says before it is whole. */
async function upload(
  spoil: (
    request: Received,
    response: ServerResponse,
    count: number,
    keep: (bytes: number) => void,
  ) => boolean,
) {
  let kept = Buffer.alloc(0);
  const storage = await serve((request, response, count) => {
    const keep = (bytes: number) =>
      void (kept = Buffer.concat([kept, request.body.subarray(0, bytes)]));
    if (spoil(request, response, count, keep)) return;
    const { "content-range": range } = request.headers;
    const incomplete = () =>
      response
        .writeHead(308, kept.length === 0 ? {} : { range: `bytes=0-${kept.length - 1}` })
        .end();
    if (range?.startsWith("bytes */") === true) return void incomplete();
    expect(Number(/^bytes (\d+)-/.exec(range ?? "")?.[1] ?? 0)).toBe(kept.length);
    keep(Infinity);
    response.writeHead(200).end("{}");
  });
  let sessions = 0;
  const kaggle = await serve((_request, response) => {
    sessions += 1;
    sendJson(response, 200, {
      token: `token-${sessions}`,
      createUrl: `${storage.url}/up/${sessions}`,
    });
  });
  const file = path.join(await makeTempFolder(), "model.bin");
  await writeFile(file, content);
  const env = {
    HOME: "/nonexistent",
    KAGGLE_API_TOKEN: "KGAT_secret",
    CROSSFOLD_KAGGLE_URL: kaggle.url,
  };
  const token = await uploadBlob(await openKaggle(env, { backoff }), "MODEL", file);
  return { token, kept: () => kept, storage, kaggle };
}

test("a whole file in one PUT, with its length and without credentials", async () => {
  const { token, kept, storage, kaggle } = await upload(() => false);
  expect(token).toBe("token-1");
  expect(kept()).toEqual(content);
  expect(storage.received).toHaveLength(1);
  expect(storage.received[0]!.headers).toMatchObject({ "content-length": String(content.length) });
  expect(storage.received[0]!.headers.authorization).toBeUndefined();
  expect(JSON.parse(kaggle.received[0]!.body.toString())).toMatchObject({
    type: "MODEL",
    name: "model.bin",
    contentLength: content.length,
  });
});

test("a 503 in the middle: the server is asked how far it got, and the rest is sent", async () => {
  const { kept, storage } = await upload((_request, response, count, keep) => {
    if (count !== 1) return false;
    keep(100_000);
    response.writeHead(503).end();
    return true;
  });
  expect(kept()).toEqual(content);
  expect(storage.received.map(({ headers }) => headers["content-range"])).toEqual([
    undefined,
    `bytes */${content.length}`,
    `bytes 100000-${content.length - 1}/${content.length}`,
  ]);
});

test("a 308 to the file itself: the rest is sent", async () => {
  const { kept } = await upload((_request, response, count, keep) => {
    if (count !== 1) return false;
    keep(256 * 1024);
    response.writeHead(308, { range: `bytes=0-${256 * 1024 - 1}` }).end();
    return true;
  });
  expect(kept()).toEqual(content);
});

test("a broken connection before anything arrived: all is sent again", async () => {
  const { kept } = await upload(
    (_request, response, count) => count === 1 && (response.destroy(), true),
  );
  expect(kept()).toEqual(content);
});

test("a session that has expired is started anew", async () => {
  const { token, kept } = await upload((_request, response, count) => {
    if (count !== 1) return false;
    response.writeHead(410).end();
    return true;
  });
  expect(token).toBe("token-2");
  expect(kept()).toEqual(content);
});

test("a refusal is shown and not repeated", async () => {
  let puts = 0;
  await expect(
    upload((_request, response) => {
      puts += 1;
      sendJson(response, 400, { error: { code: 400, message: "Too large" } });
      return true;
    }),
  ).rejects.toMatchObject({ reason: "Too large", status: 400 });
  expect(puts).toBe(1);
});
