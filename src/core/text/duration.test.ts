import { expect, it } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

it.each([
  ["4h", 14_400],
  ["1h30m", 5_400],
  ["1.5h", 5_400],
  ["2d", 172_800],
  ["5400s", 5_400],
  ["4", undefined],
  ["h", undefined],
  ["", undefined],
  ["-1h", undefined],
  ["4 hours", undefined],
])("reads %j as %s seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

it.each([
  [14_400, "4 h"],
  [5_400, "1 h 30 min"],
  [90, "1 min 30 s"],
  [59.6, "1 min"],
  [7, "7 s"],
])("shows %s seconds as %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
