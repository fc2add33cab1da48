import { expect, test } from "vitest";
import { isGapBeyondNoise } from "./lb-gap.ts";

test("a gap of more than two standard deviations of the folds, either way, is beyond their noise", () => {
  expect(isGapBeyondNoise(0.76, 0.2)).toBe(true);
  expect(isGapBeyondNoise(-0.76, 0.2)).toBe(true);
  expect(isGapBeyondNoise(0.76, 0.38)).toBe(false);
});

test("without a gap, or with one fold or folds all alike, there is nothing to tell", () => {
  expect(isGapBeyondNoise(null, 0.2)).toBe(null);
  expect(isGapBeyondNoise(0.5, null)).toBe(null);
  expect(isGapBeyondNoise(0.5, 0)).toBe(null);
});
