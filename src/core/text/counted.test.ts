import { expect, test } from "vitest";
import { counted } from "./counted.ts";

test.each([
  [0, "0 files"],
  [1, "1 file"],
  [2, "2 files"],
  [1130, "1,130 files"],
])("%d", (number, text) => {
  expect(counted(number, "file")).toBe(text);
});

test("a plural that is no s", () => {
  expect([1, 2].map((number) => counted(number, "class", "classes"))).toEqual([
    "1 class",
    "2 classes",
  ]);
});
