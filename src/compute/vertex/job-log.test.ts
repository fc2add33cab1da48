import { expect, test } from "vitest";
import { json, startGoogleServer } from "../../../test/support/google-server.ts";
import { remoteSpec } from "../../../test/support/remote-run.ts";
import { openGoogle } from "../../clients/google/open-google.ts";
import { openBucket } from "../../clients/google/storage.ts";
import { readJobLog } from "./job-log.ts";

const target = {
  project: "demo",
  region: "us-central1",
  bucket: "ml",
  runs: "runs",
  image: "image",
  machine_type: "n1-highmem-8",
  strategy: "STANDARD",
  timeout_seconds: 60,
};
const job = "projects/demo/locations/us-central1/customJobs/7";
const chunk = { items: [{ name: `runs/${remoteSpec.id}/log/01-0001`, size: "5" }] };
const ended = json({ name: job, endTime: "2026-11-23T01:20:00Z" });

async function read(...answers: Parameters<typeof json>[0][]) {
  const server = await startGoogleServer();
  server.answer(...answers.map((one) => (one === "ended" ? ended : json(one))));
  const google = openGoogle(server.env);
  const bucket = openBucket(google, target.bucket);
  const piece = await readJobLog({ google, bucket }, { ...remoteSpec, target }, job, null);
  return { text: Buffer.from(piece.bytes).toString(), cursor: piece.cursor };
}

test("a job that ends while its log is listed: its own output, not what Google logged of it", async () => {
  const { text, cursor } = await read({}, "ended", chunk, chunk, "hello");
  expect(text).toBe('"hello"');
  expect(cursor).toBe(chunk.items[0]!.name);
});

test("a job that ended without any output: what Google logged of it", async () => {
  const entries = [{ insertId: "a", timestamp: "T", severity: "ERROR", textPayload: "no machine" }];
  expect(await read({}, "ended", {}, { entries })).toEqual({
    text: "T ERROR no machine\n",
    cursor: "entries",
  });
});
