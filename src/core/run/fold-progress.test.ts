import { expect, it } from "vitest";
import { type FoldProgress, readFoldLine, watchFolds } from "./fold-progress.ts";

it.each([
  ["fold 2/5 accuracy=0.8", { fold: 2, folds: 5 }],
  ["Fold 5/5", { fold: 5, folds: 5 }],
  ["the fold 2/5", undefined],
  ["fold 6/5", undefined],
  ["fold 0/5", undefined],
  ["folds 2/5", undefined],
])("reads %j", (line, expected) => {
  expect(readFoldLine(line)).toEqual(expected);
});

it("finds the lines however the output is cut", () => {
  const output = new TextEncoder().encode(
    `日本 fold 9/9\nfold 1/3 a\nx${"y".repeat(100)} fold 2/3\r\nfold 2/3\rfold 3/3 z\n`,
  );
  for (const size of [1, 2, 7, 64, 1000]) {
    const told: FoldProgress[] = [];
    const watch = watchFolds((progress) => told.push(progress));
    for (let at = 0; at < output.length; at += size) watch(output.subarray(at, at + size));
    expect(told.map(({ fold }) => fold)).toEqual([1, 2, 3]);
  }
});
