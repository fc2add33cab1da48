import { describe, expect, test } from "vitest";
import { accuracy, cvLine as cv, lbLine } from "../../../test/support/score-lines.ts";
import { type CvEntry, earlierBetter, latestCv } from "./ledger.ts";
import { lbGap } from "./lb-gap.ts";
import { caveat, shownScore, worth } from "./shown-score.ts";
import { type RankingMetric, rankingMetric, standingOf, whyNotCompared } from "./standing.ts";

const unverified = { proof: { verdict: "unverifiable" as const, summary: "" } };
const part = { partial: { kind: "sample", why: null }, rows: { scored: 519, of: 600 } };
const own: RankingMetric = { ...accuracy, own: true };
const bySource: RankingMetric = { ...accuracy, sha256: "5ec" };

const cases: [string, Partial<CvEntry>, RankingMetric, string][] = [
  ["whole and verified", {}, accuracy, "ranked"],
  ["of part of the rows", part, accuracy, "partial"],
  ["a part that is none", { partial: null, rows: { scored: 500, of: 600 } }, accuracy, "ranked"],
  ["not verified", unverified, accuracy, "unverified"],
  ["not verified, the metric the user's own", unverified, own, "ranked"],
  ["by a metric of another name", { metric: "rmse" }, accuracy, "other-metric"],
  ["by another metric, the user's own", { metric: "rmse", ...unverified }, own, "other-metric"],
  ["by the same source", { metric_sha256: "5ec" }, bySource, "ranked"],
  ["by another source", { metric_sha256: "01d" }, bySource, "other-metric"],
  ["by a source that is gone", { metric_sha256: "5ec" }, accuracy, "other-metric"],
  ["before there was a source", {}, bySource, "other-metric"],
  ["by no source at all", unverified, bySource, "unverified"],
];

describe("the standing of a score", () => {
  test.each(cases)("%s", (_, changes, metric, standing) => {
    expect(standingOf(cv(changes), metric)).toBe(standing);
  });

  test("own is read from project.yml", () => {
    const setting = { name: "profit", direction: "maximize" as const, own: true };
    expect(rankingMetric(setting, null)).toMatchObject({ name: "profit", own: true });
  });
});

const shown = (changes: Partial<CvEntry>) => caveat(shownScore(cv(changes), accuracy));

test("what a score is worth less for stands behind its number", () => {
  expect(shown({})).toBe("");
  expect(shown(unverified)).toBe(" (unverified)");
  expect(shown(part)).toBe(" (519 of 600 rows)");
  expect(shown({ ...part, ...unverified })).toBe(" (unverified, 519 of 600 rows)");
  expect(shown({ metric: "rmse" })).toBe(" (by another metric)");
  expect(worth(cv({ ...part, ...unverified }))).toBe(" unverified on 519 of 600 rows");
  expect(whyNotCompared("exp001", cv(part), accuracy)).toBe(
    "the CV of exp001 is of 519 of 600 rows",
  );
});

describe("which score of an experiment counts", () => {
  test("the newest whole one; one of part of the rows only where there is no other", () => {
    const [older, newer] = [cv({ score: 0.9, run: "a" }), cv({ score: 0.8, run: "b" })];
    const partial = cv({ ...part, score: 0.99, run: "c" });
    expect(latestCv([older, newer, partial])).toBe(newer);
    expect(latestCv([partial, cv({ ...part, run: "d" })])?.run).toBe("d");
  });

  test("an earlier one that was better is found, if it is no less sure", () => {
    const best = cv({ score: 0.95, run: "a" });
    const entries = [
      cv({ score: 0.9, run: "0" }),
      best,
      cv({ ...part, score: 0.99 }),
      cv({ ...unverified, score: 0.98 }),
      cv({ score: 0.8, run: "b" }),
    ];
    expect(earlierBetter(entries, accuracy)).toBe(best);
    expect(earlierBetter(entries, { ...accuracy, direction: "minimize" })).toBeUndefined();
    expect(earlierBetter([best], accuracy)).toBeUndefined();
  });

  test("LB is set against a ranked CV alone", () => {
    const lb = lbLine();
    expect(lbGap([cv(), lb], accuracy)).toBeCloseTo(-0.1);
    expect(lbGap([cv(unverified), lb], accuracy)).toBeNull();
    expect(lbGap([cv(unverified), lb], own)).toBeCloseTo(-0.1);
    expect(lbGap([cv(part), lb], accuracy)).toBeNull();
  });
});
