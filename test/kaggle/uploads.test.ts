import { afterEach, beforeEach, expect, test } from "vitest";
import { call } from "./call.ts";
import { startFakeKaggle, type FakeKaggle } from "./fake-kaggle.ts";

const text = "0123456789".repeat(60_000);
const chunk = 256 * 1024;
let fake: FakeKaggle;
let createUrl = "";
let token = "";

beforeEach(async () => {
  fake = await startFakeKaggle({ competitions: [{ slug: "toy", pendingPolls: 0 }] });
  const started = await call(fake, "CompetitionApiService/StartSubmissionUpload", {
    competitionName: "toy",
    fileName: "submission.csv",
    contentLength: text.length,
    lastModifiedEpochSeconds: 0,
  });
  ({ createUrl, token } = started.body);
});

afterEach(() => fake.close());

const put = (body: string, contentRange?: string) =>
  fetch(createUrl, {
    method: "PUT",
    body,
    headers: contentRange === undefined ? {} : { "Content-Range": contentRange },
  });

const ask = async () => {
  const { status, headers } = await put("", `bytes */${text.length}`);
  return [status, headers.get("range")];
};

const submit = () =>
  call(fake, "CompetitionApiService/CreateSubmission", {
    competitionName: "toy",
    blobFileTokens: token,
  });

test("an upload broken by a 503 goes on where it stopped", async () => {
  fake.fault({ on: "Upload", kind: "status", status: 503 });
  expect((await put(text)).status).toBe(503);
  expect(await ask()).toEqual([308, `bytes=0-${text.length / 2 - 1}`]);
  expect((await submit()).status).toBe(400);
  const rest = await put(
    text.slice(text.length / 2),
    `bytes ${text.length / 2}-${text.length - 1}/${text.length}`,
  );
  expect(rest.status).toBe(200);
  expect(await ask()).toEqual([200, null]);
  expect((await submit()).status).toBe(200);
});

test("an upload whose connection breaks has kept what came", async () => {
  fake.fault({ on: "Upload", kind: "cut-body", at: 0.1 });
  await expect(put(text)).rejects.toThrow("fetch failed");
  expect(await ask()).toEqual([308, `bytes=0-${text.length / 10 - 1}`]);
});

test("nothing received yet is a 308 without a range", async () => {
  expect(await ask()).toEqual([308, null]);
});

test.each([
  ["fewer bytes than announced", text.slice(1), undefined],
  ["another size than announced", text, `bytes 0-${text.length - 1}/${text.length + 1}`],
  ["a part that is no multiple of 256 KiB", text.slice(0, 1000), `bytes 0-999/${text.length}`],
  ["a range that is none", text, "bytes all"],
])("%s is refused", async (_, body, range) => {
  expect((await put(body, range)).status).toBe(400);
});

test("parts of 256 KiB make a file", async () => {
  for (let start = 0; start < text.length; start += chunk) {
    const part = text.slice(start, start + chunk);
    const { status } = await put(part, `bytes ${start}-${start + part.length - 1}/${text.length}`);
    expect(status).toBe(start + part.length === text.length ? 200 : 308);
  }
  expect((await submit()).status).toBe(200);
});

test("an upload that expired is gone", async () => {
  fake.expireUploads();
  expect((await ask())[0]).toBe(404);
});

test("a token that was never given is refused", async () => {
  token = "blob-x";
  expect((await submit()).body.error.message).toContain("Invalid blob token");
});
