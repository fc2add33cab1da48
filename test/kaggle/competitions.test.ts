import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { call, uploadSubmission } from "./call.ts";
import { md5 } from "./checksums.ts";
import type { CompetitionOptions } from "./competition.ts";
import { startFakeKaggle, type FakeKaggle, type FakeKaggleOptions } from "./fake-kaggle.ts";

const service = "CompetitionApiService";
const competitionName = "toy";
const train = Array.from({ length: 1000 }, (_, row) => `${row},${row * 2}\n`).join("");
let folder = "";
let fake: FakeKaggle;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "fake-kaggle-"));
  await mkdir(path.join(folder, "deep"));
  await writeFile(path.join(folder, "train.csv"), train);
  await writeFile(path.join(folder, "deep", "test.csv"), "id\n1\n");
});

afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true });
});

async function start(
  competition: Partial<CompetitionOptions> = {},
  options: FakeKaggleOptions = {},
): Promise<void> {
  const toy = { slug: competitionName, files: folder, ...competition };
  fake = await startFakeKaggle({ competitions: [toy], ...options });
}

async function submit(text = "id,y\n1,2\n") {
  const blobFileTokens = await uploadSubmission(fake, competitionName, text);
  return call(fake, `${service}/CreateSubmission`, { competitionName, blobFileTokens });
}

async function signedUrl(fileName = "train.csv"): Promise<string> {
  const { headers } = await call(fake, `${service}/DownloadDataFile`, {
    competitionName,
    fileName,
  });
  return headers.get("location")!;
}

test.each([
  ["no credentials", "GetCompetition", { competitionName }, {}, 401],
  ["a wrong token", "GetCompetition", { competitionName }, { Authorization: "Bearer x" }, 401],
  ["a field it does not know", "GetCompetition", { competitionName, extra: 1 }, undefined, 400],
  ["a field in snake case", "GetCompetition", { competition_name: "toy" }, undefined, 400],
  ["a field that is missing", "GetSubmission", {}, undefined, 400],
  [
    "a value that is not of the enumeration",
    "ListSubmissions",
    { competitionName, group: "ALL" },
    undefined,
    400,
  ],
  ["a method that is not there", "GetCompetitions", { competitionName }, undefined, 404],
  ["a competition that is not there", "GetCompetition", { competitionName: "tyo" }, undefined, 403],
])("%s is refused", async (_, name, request, headers, status) => {
  await start();
  expect((await call(fake, `${service}/${name}`, request, headers)).status).toBe(status);
});

test("a method is called by POST only", async () => {
  await start();
  const url = `${fake.url}/v1/competitions.CompetitionApiService/GetCompetition`;
  const { status } = await fetch(url, {
    headers: { Authorization: `Bearer ${fake.credentials.token}` },
  });
  expect(status).toBe(404);
});

test("a key is as good as a token", async () => {
  await start();
  const { username, key } = fake.credentials;
  const headers = { Authorization: `Basic ${btoa(`${username}:${key}`)}` };
  const { body } = await call(fake, `${service}/GetCompetition`, { competitionName }, headers);
  expect(body).toMatchObject({ maxDailySubmissions: 5, userHasEntered: true });
  expect(body).not.toHaveProperty("isKernelsSubmissionsOnly");
});

test("a refresh token gives an access token that is good", async () => {
  await start();
  const refresh = (refreshToken: string) =>
    call(fake, "AccountService/GenerateAccessToken", { refreshToken }, {});
  expect((await refresh("x")).status).toBe(401);
  const { token } = (await refresh(fake.credentials.refreshToken)).body;
  const headers = { Authorization: `Bearer ${token}` };
  const { body } = await call(fake, "OAuthService/IntrospectToken", { token }, headers);
  expect(body).toMatchObject({ active: true, username: "tester" });
});

test("files are listed page by page", async () => {
  await start();
  const first = await call(fake, `${service}/ListDataFiles`, { competitionName, pageSize: 1 });
  expect(first.body.files).toMatchObject([{ name: "deep/test.csv", totalBytes: 5 }]);
  const pageToken = first.body.nextPageToken;
  const second = await call(fake, `${service}/ListDataFiles`, {
    competitionName,
    pageSize: 1,
    pageToken,
  });
  expect(second.body.files).toMatchObject([{ name: "train.csv" }]);
  expect(second.body).not.toHaveProperty("nextPageToken");
});

test("a download is on another origin that refuses credentials, and can be read in ranges", async () => {
  await start();
  const url = await signedUrl();
  expect(new URL(url).origin).toBe(fake.storageUrl);
  expect((await fetch(url, { headers: { Authorization: "Bearer x" } })).status).toBe(400);
  expect((await fetch(url, { method: "HEAD" })).status).toBe(403);
  const whole = await fetch(url);
  expect(await whole.text()).toBe(train);
  expect(whole.headers.get("x-goog-hash")).toContain(`md5=${md5(Buffer.from(train), "base64")}`);
  const part = await fetch(url, { headers: { Range: "bytes=10-19" } });
  expect([part.status, await part.text()]).toEqual([206, train.slice(10, 20)]);
  expect((await fetch(url, { headers: { Range: "bytes=99999-" } })).status).toBe(416);
  const changed = await fetch(url, { headers: { Range: "bytes=10-19", "If-Range": '"other"' } });
  expect(changed.status).toBe(200);
});

test("a signed URL expires", async () => {
  await start({}, { urlLifetimeMs: -1 });
  expect((await fetch(await signedUrl())).status).toBe(403);
});

test("a download that breaks at every tenth is whole after ten connections", async () => {
  await start();
  fake.fault({ on: "Download", kind: "cut-every-tenth" });
  const url = await signedUrl();
  let got = Buffer.alloc(0);
  let connections = 0;
  while (got.length < train.length) {
    connections += 1;
    const response = await fetch(url, { headers: { Range: `bytes=${got.length}-` } });
    const before = got.length;
    try {
      for await (const chunk of response.body!) got = Buffer.concat([got, chunk]);
    } catch {
      expect(got.length).toBeGreaterThan(before);
    }
  }
  expect([got.toString() === train, connections]).toEqual([true, 10]);
});

test("rules that are not accepted stop downloads and submissions, each worded in its own shape", async () => {
  await start({ rulesAccepted: false });
  const file = { competitionName, fileName: "train.csv" };
  const download = await call(fake, `${service}/DownloadDataFile`, file);
  expect(download).toMatchObject({ status: 403, body: { code: 403 } });
  expect(download.body.message).toContain("accept this competition's rules");
  const limits = await call(fake, `${service}/GetSubmissionLimits`, { competitionName });
  expect(limits).toMatchObject({ status: 403, body: { error: { status: "PERMISSION_DENIED" } } });
  fake.competitions.get(competitionName)!.rulesAccepted = true;
  expect((await call(fake, `${service}/DownloadDataFile`, file)).status).toBe(302);
});

test("a submission is pending until it was asked for often enough", async () => {
  await start({ pendingPolls: 2, score: (file) => ({ public: file.length / 10, private: 1 }) });
  const { body } = await submit();
  const look = async () => (await call(fake, `${service}/GetSubmission`, { ref: body.ref })).body;
  expect([(await look()).status, (await look()).status]).toEqual([undefined, undefined]);
  const scored = await look();
  expect(scored).toMatchObject({ status: "COMPLETE", publicScore: "0.90000" });
  expect(scored).not.toHaveProperty("privateScore");
});

test("grading takes as long as it should, and does not outlive the stand-in", async () => {
  await start({ pendingPolls: 0, gradingMs: 60_000 });
  const { body } = await submit();
  expect(fake.submissions).toMatchObject([{ ref: body.ref, status: "PENDING" }]);
});

test("what the grader throws is the submission's error, and its slot is given back", async () => {
  await start({
    pendingPolls: 0,
    maxDailySubmissions: 1,
    score: () => {
      throw new Error("Submission must have 10 rows");
    },
  });
  const { body } = await submit();
  const failed = await call(fake, `${service}/GetSubmission`, { ref: body.ref });
  expect(failed.body).toMatchObject({
    status: "ERROR",
    errorDescription: "Submission must have 10 rows",
  });
  const limits = await call(fake, `${service}/GetSubmissionLimits`, { competitionName });
  expect(limits.body).toEqual({ numTotal: 1, numAllowedNow: 1 });
});

test("the day's allowance ends, and begins again at midnight UTC", async () => {
  let today = new Date("2026-11-23T22:00:00Z");
  await start({ maxDailySubmissions: 1 }, { now: () => today });
  expect((await submit()).status).toBe(200);
  const refused = await submit();
  expect(refused.status).toBe(400);
  expect(refused.body.error.message).toContain("daily Submission allowance (1) today");
  expect(refused.body.error.message).toContain("(2.0 hours from now)");
  today = new Date("2026-11-24T00:00:00Z");
  expect((await submit()).status).toBe(200);
});

test.each([
  [
    "a code competition",
    { isKernelsSubmissionsOnly: true },
    "only accepts Submissions from Notebooks",
  ],
  ["a closed competition", { deadline: new Date(0) }, "have been disabled"],
])("%s takes no file", async (_, competition, message) => {
  await start(competition);
  const { status, body } = await submit();
  expect(status).toBe(400);
  expect(body.error.message).toContain(message);
});

test("a submission whose answer is lost was made", async () => {
  await start();
  fake.fault({ on: "CreateSubmission", kind: "lost-response" });
  await expect(submit()).rejects.toThrow("fetch failed");
  const { body } = await call(fake, `${service}/ListSubmissions`, { competitionName });
  expect(body.submissions).toHaveLength(1);
});

test.each([
  [{ kind: "status", status: 429, retryAfter: 3 } as const, 429, { error: { code: 429 } }],
  [
    { kind: "status", status: 403, shape: "flat", message: "no" } as const,
    403,
    { code: 403, message: "no" },
  ],
  [{ kind: "error-in-200", message: "no" } as const, 200, { error: "no" }],
])("a fault answers instead of the method, once: %o", async (fault, status, body) => {
  await start();
  fake.fault({ on: "GetCompetition", after: 1, ...fault });
  const ask = () => call(fake, `${service}/GetCompetition`, { competitionName });
  const answers = [await ask(), await ask(), await ask()];
  expect(answers.map((answer) => answer.status)).toEqual([200, status, 200]);
  expect(answers[1]!.body).toMatchObject(body);
  expect(answers[1]!.headers.get("retry-after")).toBe(status === 429 ? "3" : null);
});

test("a stale answer is the one before", async () => {
  await start({ pendingPolls: 1 });
  const { body } = await submit();
  const look = async () =>
    (await call(fake, `${service}/GetSubmission`, { ref: body.ref })).body.status;
  fake.fault({ on: "GetSubmission", after: 1, kind: "stale" });
  expect([await look(), await look(), await look()]).toEqual([undefined, undefined, "COMPLETE"]);
});

test("a later version's fields and states are in the answers when a test wants them", async () => {
  await start({ pendingPolls: 1 }, { unknownFields: true, unknownStates: true });
  const { body } = await submit();
  const { body: seen } = await call(fake, `${service}/GetSubmission`, { ref: body.ref });
  expect(seen).toMatchObject({ addedLater: {}, status: "AWAITING_RESCORE" });
});
