import { mkdir, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { expect, test } from "vitest";
import { makeTempFolder } from "../../../test/support/cli.ts";
import { sendJson, serve } from "../../../test/support/http-server.ts";
import { getCompetition, listDataFiles } from "./competitions.ts";
import { isNotThere, KaggleError } from "./kaggle-error.ts";
import { listModelInstances } from "./models.ts";
import { openKaggle } from "./open-kaggle.ts";
import { saveKernel } from "./kernels.ts";
import { createSubmission, getSubmission } from "./submissions.ts";

const backoff = { firstWaitMs: 1, tries: 3, timeoutMs: 2_000 };
const HOME = "/nonexistent";

function open(url: string, env: Record<string, string> = {}) {
  const all = { HOME, KAGGLE_API_TOKEN: "KGAT_secret", CROSSFOLD_KAGGLE_URL: url, ...env };
  return openKaggle(all, { backoff });
}

async function failureOf(work: Promise<unknown>): Promise<KaggleError> {
  const error = await work.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(KaggleError);
  return error as KaggleError;
}

test.each([
  [
    "the flat shape",
    403,
    { code: 403, message: "You must accept the rules" },
    "You must accept the rules",
    "403",
  ],
  [
    "the nested shape",
    400,
    { error: { code: 400, message: "Slug?", status: "INVALID_ARGUMENT" } },
    "Slug?",
    "400",
  ],
  [
    "an error inside a 200",
    200,
    { error: "The slug is taken", errorCode: 409 },
    "The slug is taken",
    "409",
  ],
  ["an error message inside a 200", 200, { errorMessage: "No session" }, "No session", undefined],
  ["a code inside a 200", 200, { code: 404, message: "Not here" }, "Not here", "404"],
])("%s: the server's reason is shown word for word", async (_, status, body, reason, code) => {
  const { url } = await serve((_request, response) => sendJson(response, status, body));
  const error = await failureOf(getCompetition(await open(url), "toy"));
  expect(error).toMatchObject({ status, reason, kaggleCode: code, outcome: "refused" });
  expect(error.message).toContain(reason);
});

test("an answer that is a page says what stands on it", async () => {
  const page = "<html><style>p{}</style><h1>502 Bad Gateway</h1></html>";
  const { url } = await serve((_request, response) => response.writeHead(502).end(page));
  expect(await failureOf(getCompetition(await open(url), "toy"))).toMatchObject({
    status: 502,
    reason: "502 Bad Gateway",
    outcome: "unknown",
  });
});

test.each([
  ["Kaggle's own 404", 404, JSON.stringify({ code: 404, message: "Not found" }), true],
  ["Kaggle's own 403", 403, JSON.stringify({ error: { code: 403, message: "Denied" } }), true],
  ["a proxy's page with 403", 403, "<html>Blocked</html>", false],
  ["a refusal of another kind", 400, JSON.stringify({ code: 400, message: "Slug?" }), false],
])("%s", async (_, status, body, notThere) => {
  const { url } = await serve((_request, response) => response.writeHead(status).end(body));
  const error = await failureOf(getCompetition(await open(url), "toy"));
  expect(isNotThere(error)).toBe(notThere);
});

test("a call goes to v1/package.Service/Method with the token, in camel case", async () => {
  const { url, received } = await serve((_request, response) =>
    sendJson(response, 200, { ref: "toy" }),
  );
  await getCompetition(await open(url), "toy");
  expect(received[0]).toMatchObject({
    method: "POST",
    path: "/v1/competitions.CompetitionApiService/GetCompetition",
    headers: { authorization: "Bearer KGAT_secret", "content-type": "application/json" },
  });
  expect(JSON.parse(received[0]!.body.toString())).toEqual({ competitionName: "toy" });
});

test.each([
  ["a 500", (response: ServerResponse) => sendJson(response, 500, {})],
  [
    "a 429",
    (response: ServerResponse) =>
      sendJson(response, 429, { message: "slow" }, { "retry-after": "0" }),
  ],
  ["a broken connection", (response: ServerResponse) => response.destroy()],
  [
    "an answer cut short",
    (response: ServerResponse) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{");
      setTimeout(() => response.destroy(), 5);
    },
  ],
])("%s: a call that only reads is tried again, one that spends a slot never", async (_, fail) => {
  const flaky = await serve((_request, response, count) =>
    count < 3 ? fail(response) : sendJson(response, 200, { ref: 7 }),
  );
  expect(await getSubmission(await open(flaky.url), 7)).toMatchObject({ ref: 7 });
  expect(flaky.received).toHaveLength(3);

  const spending = await serve((_request, response) => fail(response));
  const error = await failureOf(
    createSubmission(await open(spending.url), "toy", { token: "t", message: "m" }),
  );
  expect(spending.received).toHaveLength(1);
  expect(error.outcome).toBe(error.status === 429 ? "refused" : "unknown");
});

test("a Retry-After that is longer than anyone waits ends it at once", async () => {
  const { url, received } = await serve((_request, response) =>
    sendJson(response, 429, { message: "come back tomorrow" }, { "retry-after": "86400" }),
  );
  const error = await failureOf(getSubmission(await open(url), 1));
  expect(error).toMatchObject({ code: "kaggle-too-many", reason: "come back tomorrow" });
  expect(received).toHaveLength(1);
});

test("a push answered with nothing may have been made", async () => {
  const { url } = await serve((_request, response) => response.writeHead(200).end());
  const kernel = {
    slug: "o/k",
    newTitle: "Kernel",
    text: "",
    language: "python",
    kernelType: "script",
    isPrivate: true,
    enableInternet: false,
  } as const;
  const error = await failureOf(saveKernel(await open(url), kernel));
  expect(error).toMatchObject({ outcome: "unknown", code: "kaggle-answer" });
});

test("no server there: nothing was sent", async () => {
  const { url, close } = await serve(() => {});
  close();
  const kaggle = await open(url);
  const error = await failureOf(createSubmission(kaggle, "toy", { token: "t", message: "m" }));
  expect(error).toMatchObject({ code: "kaggle-unreachable", status: null, outcome: "not-sent" });
});

test("left out, unknown and oddly written fields are understood", async () => {
  const { url } = await serve(({ path: where }, response) => {
    if (where.endsWith("GetSubmission"))
      return sendJson(response, 200, { ref: "9007199254740000", status: "ARCHIVED", moods: [1] });
    sendJson(response, 200, {
      instances: [{ slug: "a", status: "ready" }, { slug: "b" }],
      more: 1,
    });
  });
  const kaggle = await open(url);
  expect(await getSubmission(kaggle, 1)).toMatchObject({
    ref: 9007199254740000,
    status: "ARCHIVED",
    publicScore: null,
    description: "",
  });
  expect((await listModelInstances(kaggle, "o", "m")).map(({ status }) => status)).toEqual([
    "READY",
    "NOT_YET_PERSISTED",
  ]);
});

test("a listing in pages is read to its end, and no further where a page repeats its token", async () => {
  const pages: Record<string, object> = {
    "": { files: [{ name: "a.csv", totalBytes: "12" }], nextPageToken: "two" },
    two: { files: [{ name: "b.csv" }], nextPageToken: "two" },
  };
  const { url } = await serve(({ body }, response) =>
    sendJson(response, 200, pages[JSON.parse(body.toString()).pageToken ?? ""]),
  );
  const files = await listDataFiles(await open(url), "toy");
  expect(files.map(({ name, totalBytes }) => [name, totalBytes])).toEqual([
    ["a.csv", 12],
    ["b.csv", 0],
  ]);
});

test("a refused token says where it came from, and nothing that was sent", async () => {
  const { url } = await serve((_request, response) =>
    sendJson(response, 401, { code: 401, message: "Unauthenticated" }),
  );
  const error = await failureOf(getCompetition(await open(url), "toy"));
  expect(error.message).toContain("KAGGLE_API_TOKEN");
  expect(error.message).toContain("Unauthenticated");
  expect(JSON.stringify([error.message, error.next])).not.toContain("KGAT_secret");
  expect(error.next).toContain("https://www.kaggle.com/settings");
});

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

test("credentials are found where the official client finds them, in its order", async () => {
  const home = await makeTempFolder();
  const { url, received } = await serve((_request, response) =>
    sendJson(response, 200, { token: "fresh" }),
  );
  const sent = async (env: Record<string, string | undefined>) => {
    const kaggle = await openKaggle({ HOME: home, CROSSFOLD_KAGGLE_URL: url, ...env }, { backoff });
    await getCompetition(kaggle, "toy");
    return received.at(-1)!.headers.authorization;
  };
  const put = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), text);
  };

  await expect(sent({})).rejects.toMatchObject({
    code: "kaggle-login",
    next: expect.stringContaining("https://www.kaggle.com/settings"),
    expected: expect.stringMatching(/KAGGLE_API_TOKEN.*kaggle\.json/s),
  });
  await put(".kaggle/credentials.json", JSON.stringify({ refresh_token: "r", username: "u" }));
  expect(await sent({})).toBe("Bearer fresh");
  await put("other/kaggle.json", JSON.stringify({ username: "eva", key: "k0" }));
  expect(await sent({ KAGGLE_CONFIG_DIR: path.join(home, "other") })).toBe(basic("eva:k0"));
  await put(".config/kaggle/kaggle.json", JSON.stringify({ username: "old", key: "k1" }));
  expect(await sent({})).toBe(basic("old:k1"));
  await put(".kaggle/kaggle.json", JSON.stringify({ username: "ada", key: "k2" }));
  expect(await sent({})).toBe(basic("ada:k2"));
  expect(await sent({ KAGGLE_USERNAME: "bob", KAGGLE_KEY: "k3" })).toBe(basic("bob:k3"));
  await put(".kaggle/access_token", "KGAT_file\n");
  expect(await sent({ KAGGLE_USERNAME: "bob", KAGGLE_KEY: "k3" })).toBe("Bearer KGAT_file");
  await put("token", "KGAT_named\n");
  expect(await sent({ KAGGLE_API_TOKEN: path.join(home, "token") })).toBe("Bearer KGAT_named");
  expect(await sent({ KAGGLE_API_TOKEN: "KGAT_env" })).toBe("Bearer KGAT_env");
});
