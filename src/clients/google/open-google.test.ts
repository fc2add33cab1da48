import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { makeTempFolder } from "../../../test/support/cli.ts";
import {
  type GoogleServer,
  hangUp,
  json,
  startGoogleServer,
} from "../../../test/support/google-server.ts";
import { endpointOf } from "./endpoints.ts";
import { type Google, type GoogleCall, openGoogle } from "./open-google.ts";

const quick = { firstWaitMs: 1, tries: 4 };
const call: GoogleCall = { api: "aiplatform", region: "us-central1", path: "/v1/x" };
const anything = z.looseObject({ n: z.number() });

async function start(): Promise<{ server: GoogleServer; google: Google }> {
  const server = await startGoogleServer();
  return { server, google: openGoogle(server.env, quick) };
}

describe("credentials", () => {
  test("come from the metadata server, and so does the project", async () => {
    const { google, server } = await start();
    server.answer(json({ n: 1 }));
    await google.request(anything, call);
    expect(server.seen[0]!.headers.authorization).toBe("Bearer tok");
    expect(await google.token()).toBe("tok");
    expect(await google.projectId()).toBe("metadata-project");
  });

  test.each([
    [{ GOOGLE_CLOUD_PROJECT: "a", CLOUDSDK_CORE_PROJECT: "b" }, "a"],
    [{ CLOUDSDK_CORE_PROJECT: "b" }, "b"],
  ])("the project of the environment comes first: %j", async (env, project) => {
    const { server } = await start();
    expect(await openGoogle({ ...server.env, ...env }).projectId()).toBe(project);
  });

  test("none there: says how to log in", async () => {
    const google = openGoogle({ HOME: "/nonexistent", METADATA_SERVER_DETECTION: "none" });
    await expect(google.token()).rejects.toMatchObject({
      name: "UserError",
      code: "google-credentials",
      next: "gcloud auth application-default login",
    });
  });

  test("gcloud's own file is found under CLOUDSDK_CONFIG, with its quota project", async () => {
    const { server } = await start();
    const folder = await makeTempFolder();
    await writeFile(path.join(folder, "subject"), "me");
    const external = {
      type: "external_account",
      audience: "//iam.googleapis.com/x",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${server.url}/token`,
      credential_source: { file: path.join(folder, "subject") },
      quota_project_id: "pays",
    };
    const file = path.join(folder, "application_default_credentials.json");
    await writeFile(file, JSON.stringify(external));
    const google = openGoogle({ ...server.env, CLOUDSDK_CONFIG: folder });
    server.answer(json({ access_token: "swapped", expires_in: 3600 }), json({ n: 1 }));
    await google.request(anything, call);
    expect(server.seen[1]!.headers).toMatchObject({
      authorization: "Bearer swapped",
      "x-goog-user-project": "pays",
    });
  });

  test("that are refused are named, with the way to log in", async () => {
    const { server } = await start();
    const folder = await makeTempFolder();
    const file = path.join(folder, "key.json");
    await writeFile(file, "{}");
    const google = openGoogle({ ...server.env, GOOGLE_APPLICATION_CREDENTIALS: file });
    await expect(google.token()).rejects.toMatchObject({
      message: expect.stringContaining(file),
      next: "gcloud auth application-default login",
    });
  });

  test("a file that is not there is named", async () => {
    const google = openGoogle({ GOOGLE_APPLICATION_CREDENTIALS: "/nonexistent/key.json" });
    await expect(google.token()).rejects.toMatchObject({
      message: expect.stringContaining("/nonexistent/key.json"),
    });
  });

  test("GOOGLE_CLOUD_QUOTA_PROJECT is sent along", async () => {
    const { server } = await start();
    server.answer(json({ n: 1 }));
    const google = openGoogle({ ...server.env, GOOGLE_CLOUD_QUOTA_PROJECT: "pays" });
    await google.request(anything, call);
    expect(server.seen[0]!.headers["x-goog-user-project"]).toBe("pays");
  });
});

describe("a call", () => {
  test.each([
    ["429", json({}, 429)],
    ["503", json({}, 503)],
    ["a cut connection", hangUp],
    [
      "half a body",
      (_: unknown, response: Parameters<typeof hangUp>[1]) => {
        response.writeHead(200, { "content-length": "100" });
        response.write('{"n":');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ] as const)("that may be repeated is, after %s", async (_, fault) => {
    const { google, server } = await start();
    server.answer(fault, fault, json({ n: 2 }));
    expect(await google.request(anything, call)).toEqual({ n: 2 });
    expect(server.seen).toHaveLength(3);
  });

  test("that may not be repeated is sent once, and tells whether an answer came", async () => {
    const { google, server } = await start();
    const post: GoogleCall = { ...call, method: "POST", body: { a: 1 } };
    server.answer(hangUp);
    await expect(google.request(anything, post)).rejects.toMatchObject({ httpStatus: 0 });
    server.answer(json({ error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "m" } }, 429));
    await expect(google.request(anything, post)).rejects.toMatchObject({ httpStatus: 429 });
    expect(server.seen).toHaveLength(2);
    expect(server.seen[0]!.body.toString()).toBe('{"a":1}');
  });

  test("gives up at last, and at once on what waiting does not fix", async () => {
    const { google, server } = await start();
    server.answer(json({}, 503));
    await expect(google.request(anything, call)).rejects.toMatchObject({ status: "UNAVAILABLE" });
    expect(server.seen).toHaveLength(4);
    server.answer(json({}, 403));
    await expect(google.request(anything, call)).rejects.toMatchObject({ httpStatus: 403 });
    expect(server.seen).toHaveLength(5);
  });

  test("answered with something else is an error that says where", async () => {
    const { google, server } = await start();
    server.answer(json({ n: "one" }));
    await expect(google.request(anything, call)).rejects.toThrow("not understood: n:");
  });
});

test.each([
  ["aiplatform", "europe-west4", {}, "https://europe-west4-aiplatform.googleapis.com"],
  ["aiplatform", "global", {}, "https://aiplatform.googleapis.com"],
  ["storage", undefined, {}, "https://storage.googleapis.com"],
  ["storage", undefined, { STORAGE_EMULATOR_HOST: "127.0.0.1:9" }, "http://127.0.0.1:9"],
  [
    "storage",
    undefined,
    { CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: "http://h:1/storage/v1/" },
    "http://h:1",
  ],
  ["logging", undefined, { CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING: "http://h:1/" }, "http://h:1"],
] as const)("%s in %s with %j answers at %s", (api, region, env, expected) => {
  expect(endpointOf(api, region, env)).toBe(expected);
});
