import { expect, test } from "vitest";
import { resolveRun } from "./run-reference.ts";
import type { Run } from "./run.ts";

function made(id: string, kind: "train" | "script", experiment: string | null): Run {
  return { spec: { id, kind, experiment } } as Run;
}

/** Newest first. */
const runs = [
  made("20261123-041530-exp003-dddd", "script", "exp003"),
  made("20261123-031530-inference-cccc", "script", "exp002"),
  made("20261123-021530-exp002-bbbb", "train", "exp002"),
  made("20261123-011530-exp002-aaaa", "train", "exp002"),
];

test.each([
  ["an experiment, which is its newest training run", "exp002", "20261123-021530-exp002-bbbb"],
  ["an id", "20261123-031530-inference-cccc", "20261123-031530-inference-cccc"],
  ["the end of an id", "cccc", "20261123-031530-inference-cccc"],
  ["the beginning of an id", "20261123-01", "20261123-011530-exp002-aaaa"],
])("a run is named by %s", (_, reference, id) => {
  expect(resolveRun(reference, runs).spec.id).toBe(id);
});

test.each([
  ["exp003", "exp003 has not been trained yet", "20261123-041530-exp003-dddd"],
  ["20261123", '"20261123" matches 4 runs', "20261123-021530-exp002-bbbb"],
  ["exp009", 'there is no run "exp009"', "20261123-011530-exp002-aaaa"],
])("%s is refused, and told what could be meant", (reference, message, listed) => {
  const refused = () => resolveRun(reference, runs);
  expect(refused).toThrow(message);
  expect(refused).toThrow(expect.objectContaining({ expected: expect.stringContaining(listed) }));
});
