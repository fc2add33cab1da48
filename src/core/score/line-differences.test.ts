import { expect, test } from "vitest";
import { cvLine } from "../../../test/support/score-lines.ts";
import { metricsDifferences } from "./line-differences.ts";
import { parseMetrics } from "./metrics-file.ts";

/** In what a line with this config differs from a metrics.json with that one. */
function differences(own: Record<string, unknown>, claimed: Record<string, unknown>): string[] {
  const { score, folds, metric, direction, cv_is } = cvLine();
  const written = { cv_score: score, fold_scores: folds, cv_is, config: claimed };
  const expected = { nSplits: folds.length, metric, direction };
  const metrics = parseMetrics(JSON.stringify(written), "metrics.json", expected);
  return metricsDifferences(cvLine({ config: own }), metrics);
}
const other = "config is not that of its run's metrics.json";

test.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
  ["the same", { a: 1, b: "x" }, { b: "x", a: 1 }, []],
  ["another value", { a: 1 }, { a: 2 }, [other]],
  ["a secret masked", { to: "***", b: 1 }, { to: "a1b2c3d4", b: 1 }, []],
  ["a part of a text masked", { to: "x ***/y" }, { to: "x a1b2c3d4/y" }, []],
  ["two masked", { a: "***", b: "***" }, { a: "1", b: "2" }, []],
  ["another value before a masked one", { a: 1, to: "***" }, { a: 2, to: "x" }, [other]],
  ["another value between", { a: "***", b: 1, c: "***" }, { a: "x", b: 2, c: "x" }, [other]],
  ["another value after", { a: "***", b: 1 }, { a: "x", b: 2 }, [other]],
  ["a text that is too short for both ends", { a: "12***23" }, { a: "123" }, [other]],
  ["characters that patterns are made of", { a: "*** (.*) $" }, { a: "x (yes) $" }, [other]],
])("a line's config and %s", (_, own, claimed, found) => {
  expect(differences(own, claimed)).toEqual(found);
});

test("many masked values are compared in no time", () => {
  const masked = { urls: Array.from({ length: 40 }, () => "to *** at") };
  const urls = Array.from({ length: 400 }, () => "to a1b2c3d4 at");
  expect(differences(masked, { urls: [...urls, "x"] })).toEqual([other]);
});
