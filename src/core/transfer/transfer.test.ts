import { describe, expect, test } from "vitest";
import {
  type Direction,
  isLitter,
  isDownloaded,
  isSafePath,
  isWantedArtifact,
  mtimeMetadata,
  mtimeOfObject,
  needsHash,
  type Pair,
  planTransfer,
} from "./transfer.ts";

const old = { size: 1, mtimeMs: 1_000_400 };
const young = { size: 2, mtimeMs: 1_002_000 };
const sameSecond = { size: 2, mtimeMs: 1_000_900 };

type Outcome = "move" | "keep" | "conflicts" | "nothing";

describe("a file", () => {
  test.each<[string, Omit<Pair, "path">, Outcome, Outcome]>([
    ["only here", { local: old, remote: undefined, same: undefined }, "move", "nothing"],
    ["only there", { local: undefined, remote: old, same: undefined }, "nothing", "move"],
    ["the same, of other times", { local: old, remote: young, same: true }, "keep", "keep"],
    ["different and newer here", { local: young, remote: old, same: false }, "move", "conflicts"],
    ["different and newer there", { local: old, remote: young, same: false }, "conflicts", "move"],
    [
      "different, of the same second",
      { local: old, remote: sameSecond, same: false },
      "conflicts",
      "conflicts",
    ],
    [
      "not known to be the same",
      { local: old, remote: young, same: undefined },
      "conflicts",
      "move",
    ],
  ])("%s", (_, pair, push, pull) => {
    expect(outcome("push", pair)).toBe(push);
    expect(outcome("pull", pair)).toBe(pull);
  });

  test("that differs moves whatever its time where that is asked for, one that is the same does not", () => {
    const pair = { local: old, remote: young, same: false };
    expect(outcome("push", pair, true)).toBe("move");
    expect(outcome("push", { ...pair, same: true }, true)).toBe("keep");
  });
});

function outcome(direction: Direction, pair: Omit<Pair, "path">, overwrite = false): Outcome {
  const plan = planTransfer(direction, [{ path: "a", ...pair }], { overwrite });
  const found = (["move", "keep", "conflicts"] as const).filter((kind) => plan[kind].length > 0);
  expect(found.length).toBeLessThan(2);
  return found[0] ?? "nothing";
}

test("contents are looked at only where the sizes are equal", () => {
  expect(needsHash({ local: old, remote: { ...young, size: 1 } })).toBe(true);
  expect(needsHash({ local: old, remote: young })).toBe(false);
  expect(needsHash({ local: old, remote: undefined })).toBe(false);
});

test.each([
  ["kept", { metadata: mtimeMetadata(1_700_000_000_999), updated: "" }, 1_700_000_000_000],
  ["not kept", { metadata: {}, updated: "2026-11-23T00:00:00Z" }, Date.UTC(2026, 10, 23)],
  ["nonsense", { metadata: { "goog-reserved-file-mtime": "x" }, updated: "y" }, 0],
])("an object's time, %s", (_, object, expected) => {
  expect(mtimeOfObject(object)).toBe(expected);
});

test.each(["../x", "a/../../x", "/etc/passwd", "a//b", "a/", "", "a\\..\\b", "a/./b", "a\0b"])(
  "%j is not a path that can be written",
  (path) => {
    expect(isSafePath(path)).toBe(false);
  },
);

test.each(["train.csv", "images/a b.png", "..a/b..", "日本/x"])("%j is one", (path) => {
  expect(isSafePath(path)).toBe(true);
});

test("a file that is half there is never moved", () => {
  expect(["a/.x.1.crossfold-part", "a/.DS_Store", "a/x.csv"].map(isLitter)).toEqual([
    true,
    true,
    false,
  ]);
});

test.each([
  ["debug/model.txt", false, true, false],
  ["fold0/checkpoint-500/w.bin", false, false, true],
  ["debug/checkpoint-1/w.bin", false, false, false],
  ["debugging/notes.txt", true, true, true],
  ["fold0/model.txt", true, true, true],
])("%s", (path, plain, withDebug, withCheckpoints) => {
  expect(isWantedArtifact(path, { debug: false, checkpoints: false })).toBe(plain);
  expect(isWantedArtifact(path, { debug: true, checkpoints: false })).toBe(withDebug);
  expect(isWantedArtifact(path, { debug: false, checkpoints: true })).toBe(withCheckpoints);
});

test.each([
  ["model.txt", false, true],
  ["model.txt", true, false],
  ["debug/metrics.json", true, true],
  ["debug/metrics.json", false, false],
  ["fold0/checkpoint-12/state", false, false],
  ["../outside", false, false],
  ["folder/", false, false],
])("of a run's output %s (debug %s) is downloaded: %s", (name, debug, expected) => {
  expect(isDownloaded(name, debug)).toBe(expected);
});
