import { expect, test } from "vitest";
import type { Column } from "./column.ts";
import { toMetricRows } from "./metric-rows.ts";

const rows = (actual: Column, predicted: Record<string, Column>, classes?: string[]) =>
  toMetricRows({
    actual: [actual],
    predicted: Object.entries(predicted).map(([name, values]) => ({ name, values })),
    classes,
  });

test("numbers are numbers as tables spell them, yes and no are 1 and 0, all else is text", () => {
  expect(rows(["1", "2.50", "-3e2"], { p: ["True", "false", "TRUE"] })).toEqual({
    actual: { kind: "number", columns: [Float64Array.of(1, 2.5, -300)] },
    predicted: { kind: "number", columns: [Float64Array.of(1, 0, 1)] },
  });
  expect(rows(["0x10", "1"], { p: ["1,5", "2"] })).toEqual({
    actual: { kind: "text", columns: [{ codes: Int32Array.of(0, 1), names: ["0x10", "1"] }] },
    predicted: { kind: "text", columns: [{ codes: Int32Array.of(0, 1), names: ["1,5", "2"] }] },
  });
});

test("probabilities come in the order of the classes, whatever the file's order", () => {
  const [a, b] = [Float64Array.of(0.1, 0.9), Float64Array.of(0.9, 0.1)];
  const sorted = { predicted: { kind: "number", columns: [a, b] } };
  expect(rows(["10", "9"], { pred_10: b, pred_9: a })).toMatchObject(sorted);
  expect(rows(["x", "y"], { q: b, p: a }, ["y", "x"])).toMatchObject(sorted);
});

test("columns that are no classes stay as they come; classes that do not fit are refused", () => {
  const [low, high] = [Float64Array.of(1, 2, 3), Float64Array.of(5, 6, 7)];
  const predicted = { "pred_0.9": high, "pred_0.1": low };
  expect(rows(["2", "4", "6"], predicted)).toMatchObject({
    predicted: { columns: [high, low] },
  });
  expect(rows(["2", "4", "6"], predicted, ["a", "b"])).toHaveProperty("impossible");
});

test("what is not finite is no prediction", () => {
  expect(rows(["1", "2"], { pred: ["1", "nan"] })).toEqual({
    impossible: "pred has values that are not finite",
  });
  expect(rows(["1", "inf"], { pred: ["1", "2"] })).toMatchObject({
    impossible: expect.stringContaining("target"),
  });
});
