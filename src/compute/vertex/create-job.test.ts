import { expect, it } from "vitest";
import { remoteSpec } from "../../../test/support/remote-run.ts";
import { GoogleError } from "../../clients/google/google-error.ts";
import type { Google } from "../../clients/google/open-google.ts";
import type { JobRequest } from "../backend.ts";
import { RefusedJob, UnknownOutcome } from "../remote/remote.ts";
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

/** Whether the job may have been started decides whether it is looked for. */
it.each([
  ["no answer", 0, "UNAVAILABLE", UnknownOutcome],
  ["an answer that is not understood", 200, "UNKNOWN", UnknownOutcome],
  ["a time-out of the server's", 408, "UNKNOWN", UnknownOutcome],
  ["a fault of the server's", 503, "UNAVAILABLE", UnknownOutcome],
  ["no quota", 429, "RESOURCE_EXHAUSTED", RefusedJob],
  ["a bad request", 400, "INVALID_ARGUMENT", RefusedJob],
])("%s", async (message, httpStatus, status, outcome) => {
  const google = {
    request: () => Promise.reject(new GoogleError({ httpStatus, status, message })),
  } as unknown as Google;
  const submission = { spec: { ...remoteSpec, target }, env: {} } as unknown as JobRequest;
  await expect(createJob(google, submission)).rejects.toBeInstanceOf(outcome);
});
