import { describe, expect, test } from "vitest";
import { accuracy, cvLine, lbLine } from "../../../test/support/score-lines.ts";
import { isLbRanked, lbGap } from "./lb-gap.ts";
import { pairedCv } from "./lb-pairing.ts";
import { type CvEntry, latestLb, type LbEntry, type LedgerEntry } from "./ledger.ts";

/** A CV line at an hour of the day. */
function cv(hour: string, run: string, score: number, changes: Partial<CvEntry> = {}): CvEntry {
  return cvLine({ at: `2026-11-23T${hour}:00Z`, run, score, folds: [score, score], ...changes });
}

function lb(hour: string, changes: Partial<LbEntry> = {}): LbEntry {
  return lbLine({ at: `2026-11-23T${hour}:00Z`, score: 0.75, ...changes });
}

function paired(entries: LedgerEntry[]): [string, string] | undefined {
  const pair = pairedCv(
    entries,
    entries.find((entry) => entry.kind === "lb")!,
  );
  return pair && [pair.cv.run, pair.by];
}

const submitted = (hour: string) => ({ submitted: `2026-11-23T${hour}:00Z` });

describe("the CV of an LB line", () => {
  const [a, b] = [cv("10:00", "a", 0.8), cv("14:00", "b", 0.9)];

  test.each([
    [
      "is that of its run, trained again since with a better score",
      [a, lb("12:00", { run: "a" }), b],
      "a",
    ],
    [
      "is that of its run, trained again before the score was there",
      [a, b, lb("16:00", { run: "a" })],
      "a",
    ],
    [
      "is that of its run, wherever its line stands after a merge",
      [lb("12:00", { run: "b" }), b, a],
      "b",
    ],
    [
      "is that of its run, where it is of part of the rows",
      [
        cv("09:00", "p", 0.7, { partial: { kind: "sample", why: null } }),
        a,
        lb("12:00", { run: "p" }),
      ],
      "p",
    ],
  ])("%s", (_, entries, run) => {
    expect(paired(entries)).toEqual([run, "run"]);
  });

  test("is none where the ledger does not have its run", () => {
    const entries = [a, lb("12:00", { run: "gone" }), b];
    expect(paired(entries)).toBeUndefined();
    expect(lbGap(entries, accuracy)).toBeNull();
    expect(isLbRanked(entries, accuracy)).toBe(true);
  });

  test.each<[string, LedgerEntry[], string | undefined]>([
    ["the one before it", [a, lb("12:00"), b], "a"],
    ["the last before it", [a, b, lb("16:00")], "b"],
    [
      "the last before the submission, not before its line",
      [a, b, lb("16:00", submitted("12:00"))],
      "a",
    ],
    [
      "none, where the first was recorded after the submission",
      [b, lb("16:00", submitted("12:00"))],
      undefined,
    ],
    ["none, where there is none before it", [lb("12:00"), b], undefined],
    [
      "one whose clock was ahead of the LB's line",
      [cv("20:00", "ahead", 0.8), lb("16:00", submitted("12:00"))],
      "ahead",
    ],
    [
      "one whose clock was ahead of a later line",
      [cv("20:00", "ahead", 0.8), b, lb("16:00", submitted("12:00"))],
      "ahead",
    ],
    [
      "one whose clock was behind",
      [a, cv("01:00", "behind", 0.8), lb("16:00", submitted("12:00"))],
      "behind",
    ],
    [
      "one without a time",
      [a, cv("10:00", "timeless", 0.8, { at: "?" }), lb("16:00", submitted("12:00"))],
      "timeless",
    ],
    [
      "the last whole one, as everywhere",
      [a, cv("11:00", "p", 0.9, { partial: { kind: "sample", why: null } }), lb("12:00")],
      "a",
    ],
    ["also of a line that says it is of no run", [a, lb("12:00", { run: null }), b], "a"],
  ])("of a line that names no run: %s", (_, entries, run) => {
    expect(paired(entries)).toEqual(run === undefined ? undefined : [run, "time"]);
  });
});

test("LB-CV is against the run that was submitted, not against the newest", () => {
  const entries = [cv("10:00", "a", 0.8), lb("12:00", { run: "a" }), cv("14:00", "b", 0.9)];
  expect(lbGap(entries, accuracy)).toBeCloseTo(-0.05);
});

test("an LB line from a clock that was ahead is the newest only until the next one", () => {
  const ahead = lb("23:00", { score: 0.1 });
  expect(latestLb([ahead], "public")).toBe(ahead);
  expect(latestLb([ahead, lb("12:00", { score: 0.2 })], "public")?.score).toBe(0.2);
});

test("the metric of an LB is that of the CV it is paired with", () => {
  const entries = [
    cv("10:00", "a", 0.8, { metric: "f1" }),
    cv("11:00", "b", 0.9),
    lb("12:00", { run: "a" }),
  ];
  expect(isLbRanked(entries, accuracy)).toBe(false);
  expect(isLbRanked([...entries, lb("13:00", { run: "b" })], accuracy)).toBe(true);
});
