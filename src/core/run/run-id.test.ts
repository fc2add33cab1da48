import { expect, it } from "vitest";
import { makeRunId } from "./run-id.ts";
import { runIdPattern } from "./run-spec.ts";

const at = new Date("2026-11-23T01:15:30.999Z");

it("is the UTC second, the subject and the random part", () => {
  expect(makeRunId(at, "exp002", "k3f9")).toBe("20261123-011530-exp002-k3f9");
});

it.each(["特徴量", "a b", "", "../x"])("holds its form for %j", (subject) => {
  expect(makeRunId(at, subject, "k3f9")).toMatch(runIdPattern);
});
