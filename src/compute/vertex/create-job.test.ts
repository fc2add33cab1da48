import { expect, test } from "vitest";
import {
  type GoogleServer,
  hangUp,
  json,
  startGoogleServer,
} from "../../../test/support/google-server.ts";
import { serve } from "../../../test/support/http-server.ts";
import { remoteSpec } from "../../../test/support/remote-run.ts";
import { openGoogle } from "../../clients/google/open-google.ts";
import type { JobRequest } from "../backend.ts";
import { RefusedJob } from "../remote/remote.ts";
import { createJob } from "./create-job.ts";

const target = {
  project: "demo",
  region: "us-central1",
  bucket: "ml",
  runs: "crossfold/tiny/runs",
  image: "image",
  machine_type: "n1-highmem-8",
  strategy: "STANDARD",
  timeout_seconds: 60,
};

async function create(env: Record<string, string>): Promise<string> {
  const request = { spec: { ...remoteSpec, target }, env: {} } as unknown as JobRequest;
  return createJob(openGoogle(env), request);
}

const problem = (code: number, status: string) =>
  json({ error: { code, status, message: "m" } }, code);
type Answer = Parameters<GoogleServer["answer"]>[0];
const page: Answer = (_, response) => void response.end("<html>Please wait</html>");
const halfAnAnswer: Answer = (_, response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write('{"name":');
  setTimeout(() => response.destroy(), 5);
};
const gatewayPage: Answer = (_, response) => {
  response.writeHead(403, { "content-type": "text/html" });
  response.end("<html>Blocked</html>");
};

/** Whether the job may have been started decides whether it is looked for. */
test.each<[string, Answer]>([
  ["no answer", hangUp],
  ["half an answer", halfAnAnswer],
  ["a page with status 200", page],
  ["a proxy's page with status 403", gatewayPage],
  ["an answer that is not understood", json({ labels: 1 })],
  ["a time-out of the server's", problem(408, "DEADLINE_EXCEEDED")],
  ["a fault of the server's", problem(503, "UNAVAILABLE")],
])("%s: it may have been started", async (_, answer) => {
  const server = await startGoogleServer();
  server.answer(answer);
  await expect(create(server.env)).rejects.toMatchObject({ outcome: "unknown" });
  expect(server.seen).toHaveLength(1);
});

test.each<[string, Answer]>([
  ["no quota", problem(429, "RESOURCE_EXHAUSTED")],
  ["a bad request", problem(400, "INVALID_ARGUMENT")],
])("%s: it was not", async (_, answer) => {
  const server = await startGoogleServer();
  server.answer(answer);
  await expect(create(server.env)).rejects.toBeInstanceOf(RefusedJob);
});

test("no server at the address: it was not", async () => {
  const server = await startGoogleServer();
  const other = await serve(() => {});
  other.close();
  const env = { ...server.env, CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM: other.url };
  await expect(create(env)).rejects.toMatchObject({ code: "google-unreachable" });
});
