import { describe, expect, it } from "vitest";
import type { CustomJob } from "../../clients/google/custom-jobs.ts";
import { causeOf, jobStatus } from "./job-status.ts";

function job(state: string, message?: string, code = 0): CustomJob {
  const error = message === undefined ? {} : { error: { code, message } };
  return { name: "job", displayName: "", labels: {}, state: `JOB_STATE_${state}`, ...error };
}

describe("the state of a job", () => {
  it.each<[string, CustomJob | undefined, number | null, object]>([
    ["a state that is new to us", job("HIBERNATING"), null, { state: "running" }],
    ["one that waits", job("PENDING"), null, { state: "queued", exitCode: null }],
    ["one that is being cancelled", job("CANCELLING"), null, { state: "running" }],
    ["success", job("SUCCEEDED"), 0, { state: "succeeded", exitCode: 0, reason: null }],
    ["success without a word of the script", job("SUCCEEDED"), null, { state: "failed" }],
    ["success with a failed script", job("SUCCEEDED"), 3, { state: "failed", exitCode: 3 }],
    ["a stop", job("CANCELLED"), 143, { state: "cancelled", cause: "user", exitCode: 143 }],
    [
      "the time-out, which Vertex AI calls cancelled",
      job("CANCELLED", "The job timed out after 3600 seconds."),
      null,
      { state: "failed", cause: "timeout" },
    ],
    ["the time-out in the queue", job("EXPIRED"), null, { state: "failed", cause: "timeout" }],
    [
      "the script's own failure",
      job("FAILED", "The replica exited with a non-zero status of 3"),
      3,
      { state: "failed", exitCode: 3, cause: null, reason: "exit code 3" },
    ],
    ["out of memory", job("FAILED"), 137, { state: "failed", exitCode: 137, cause: "memory" }],
    [
      "no machine",
      job("FAILED", "Resources are insufficient in region: us-central1", 8),
      null,
      { state: "failed", cause: "stockout" },
    ],
    [
      "a machine taken away after the script had ended well",
      job("FAILED", "The worker was preempted"),
      0,
      { state: "succeeded", exitCode: 0, reason: null, cause: null },
    ],
    ["a job deleted while it ran", undefined, null, { state: "failed", exitCode: null }],
    ["a job deleted after the script had ended well", undefined, 0, { state: "succeeded" }],
  ])("of %s", (_, known, exitCode, expected) => {
    expect(jobStatus(known, { exitCode, failure: null })).toMatchObject(expected);
  });

  it.each([
    ["Quota exceeded for custom_model_training_nvidia_l4_gpus", undefined, "quota"],
    ["something else", 8, "quota"],
    ["something else", 7, "permission"],
    ["Replica was preempted, resources are insufficient", undefined, "preempted"],
    ["something else", 3, null],
  ])("%s (code %s) is about %s", (message, code, cause) => {
    expect(causeOf(message, code)).toBe(cause);
  });
});
