import path from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The test files that take longest, in that order. */
const longest = [
  "template",
  "vertex",
  "kaggle-submit",
  "skill",
  "kaggle-train",
  "vertex-demo",
  "loop",
  "train",
  "kaggle-client",
];

/** Starts the longest files first, so that the workers end together, on a machine that has never run them too. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- vitest's method of that name makes a new array
    const usual = await super.sort(files);
    return usual.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = longest.indexOf(path.basename(moduleId, ".test.ts"));
  return at === -1 ? longest.length : at;
}
