import { describe, expect, it } from "vitest";
import { remoteSpec } from "../../../test/support/remote-run.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { jobLabels, jobRequest } from "./job-request.ts";

const target = {
  project: "demo",
  region: "us-central1",
  bucket: "ml",
  runs: "crossfold/tiny/runs",
  image: "image",
  secrets: { WANDB_API_KEY: "wandb" },
  machine_type: "g2-standard-8",
  accelerator_type: "NVIDIA_L4",
  accelerator_count: 1,
  strategy: "FLEX_START",
  timeout_seconds: 5400,
};

function container(spec: RunSpec, env: Record<string, string>): { env: object[]; args: string[] } {
  const { jobSpec } = jobRequest(spec, env) as { jobSpec: { workerPoolSpecs: [never] } };
  return (jobSpec.workerPoolSpecs[0] as { containerSpec: never }).containerSpec;
}

describe("the request for a job", () => {
  it("hands the arguments on as they were typed", () => {
    const args = ["--name", "数 量", "$(rm -rf /)", "--", ""];
    expect(container({ ...remoteSpec, target, args }, {}).args.slice(4)).toEqual(["--", ...args]);
  });

  it.each([
    ["https://mlflow.example.com", true],
    ["https://me:secret@mlflow.example.com", false],
    ["http://127.0.0.1:5000", false],
    ["sqlite:////home/me/mlflow.db", false],
  ])("tells the container of the tracking server %s: %s", (MLFLOW_TRACKING_URI, told) => {
    const { env } = container(
      { ...remoteSpec, target },
      { MLFLOW_TRACKING_URI, API_KEY: "s3cr3t" },
    );
    expect(JSON.stringify(env).includes(MLFLOW_TRACKING_URI)).toBe(told);
    expect(JSON.stringify(env)).not.toContain("s3cr3t");
    expect(JSON.stringify(env)).toContain("projects/demo/secrets/wandb/versions/latest");
  });

  it("waits in line where that was asked for", () => {
    expect(jobRequest({ ...remoteSpec, target }, {})).toMatchObject({
      jobSpec: { scheduling: { strategy: "FLEX_START", timeout: "5400s" } },
    });
  });

  it("has labels that Google takes, of the longest names too", () => {
    const name = `exp001_${"Long.".repeat(20)}`;
    const first = { ...remoteSpec, id: `20261123-011530-${name}-k3f9`, experiment: name };
    const labels = jobLabels(first);
    for (const value of Object.values(labels)) expect(value).toMatch(/^[a-z0-9_-]{1,63}$/);
    expect(jobLabels({ ...first, id: `20261123-011530-${name}-zzzz` })).not.toEqual(labels);
  });
});
