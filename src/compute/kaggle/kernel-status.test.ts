import { describe, expect, it } from "vitest";
import { remoteSpec } from "../../../test/support/remote-run.ts";
import { kernelOf, kernelTitle } from "./kernel-target.ts";
import { kernelStatus } from "./kernel-status.ts";

describe("the state of a kernel's session", () => {
  it.each<[string, number | null, string | null, object]>([
    ["QUEUED", null, null, { state: "queued" }],
    ["CANCEL_REQUESTED", null, null, { state: "running" }],
    ["CANCEL_ACKNOWLEDGED", null, null, { state: "cancelled", cause: "user" }],
    ["SOMETHING_NEW", null, null, { state: "running" }],
    ["COMPLETE", 0, null, { state: "succeeded", exitCode: 0 }],
    ["COMPLETE", null, null, { state: "failed" }],
    ["COMPLETE", 2, null, { state: "failed", exitCode: 2 }],
    ["ERROR", 1, null, { state: "failed", exitCode: 1, reason: "exit code 1" }],
    ["ERROR", 0, null, { state: "failed" }],
    ["ERROR", 137, null, { state: "failed", cause: "memory" }],
    ["ERROR", null, "Your notebook exceeded its time limit", { cause: "timeout" }],
    ["ERROR", null, "tried to allocate more memory than is available", { cause: "memory" }],
    ["ERROR", null, "", { state: "failed", cause: null }],
  ])("%s with exit code %s and %j", (status, exitCode, failureMessage, expected) => {
    const session = { status: status as never, failureMessage };
    expect(kernelStatus(session, exitCode)).toMatchObject(expected);
  });

  it("is waited for where Kaggle does not show it yet", () => {
    expect(kernelStatus(undefined, null)).toMatchObject({ state: "queued" });
  });
});

describe("the kernel of a run", () => {
  const target = { owner: "me", competition: "titanic", timeout_seconds: 60 };
  const of = (id: string) => {
    const spec = { ...remoteSpec, id, target };
    return { title: kernelTitle(spec), slug: kernelOf(spec).slug };
  };

  it.each(["exp001", "exp001_a-very-long-name-of-an-experiment", "-", "a---b"])(
    "has a title and an address that Kaggle takes for %s, and its own",
    (name) => {
      const one = of(`20261123-011530-${name}-k3f9`);
      expect(one.title.length).toBeLessThanOrEqual(50);
      expect(one.slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(one.slug).toContain("20261123-011530-k3f9");
      expect(of(`20261123-011530-${name}-zzzz`).slug).not.toBe(one.slug);
    },
  );
});
