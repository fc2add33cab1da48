import { describe, expect, test } from "vitest";
import { UserError } from "../errors/user-error.ts";
import { parseProject } from "../../storage/competition/project-file.ts";
import { splitFunction, whyOutside } from "./metric-setting.ts";

const project = (metric: string) =>
  `competition_name: bakery\ncompetition_platform: local\ndata: {}\nmetric: ${metric}\n`;

describe("metric of project.yml", () => {
  test("may name a function, what it is given and its range", () => {
    const metric =
      "{ name: waste, direction: minimize, function: metrics/waste.py:waste, needs: values, range: [0, null], own: true }";
    expect(parseProject(project(metric), "project.yml").metric).toEqual({
      name: "waste",
      direction: "minimize",
      function: "metrics/waste.py:waste",
      needs: "values",
      range: [0, null],
      own: true,
    });
    expect(splitFunction("metrics/waste.py:waste")).toEqual({
      file: "metrics/waste.py",
      name: "waste",
    });
  });

  const own = "name: waste, direction: minimize";
  const refusals: Record<string, [metric: string, message: RegExp]> = {
    "a file outside": [`{ ${own}, function: "../waste.py:waste" }`, /metric.function: .*inside/],
    "an absolute file": [`{ ${own}, function: "/m/waste.py:waste" }`, /metric.function: .*inside/],
    "no function": [`{ ${own}, function: metrics/waste.py }`, /metric.function: .*name of its/],
    "a module's name": [`{ ${own}, function: "metrics.waste:waste" }`, /metric.function/],
    "a range the wrong way round": [`{ ${own}, range: [1, 0] }`, /metric.range: .*lowest.*first/],
    "a range of one end": [`{ ${own}, range: [1] }`, /metric.range/],
    "a range of texts": [`{ ${own}, range: [low, high] }`, /metric.range/],
    "what no function is given": [`{ ${own}, needs: labels }`, /metric.needs: .*drop it/],
    "an unknown need": [`{ ${own}, function: m.py:f, needs: numbers }`, /metric.needs: .*values/],
    "a function of a metric that Crossfold computes": [
      "{ name: rmse, direction: minimize, function: metrics/rmse.py:rmse }",
      /metric.function: Crossfold computes rmse itself; drop function, or give .* another name/,
    ],
    "an unknown key": [`{ ${own}, fuction: m.py:f }`, /unknown key "fuction" under metric/],
  };
  test.each(Object.entries(refusals))("is refused with %s, at its line", (_, [metric, message]) => {
    const refused = () => parseProject(project(metric), "project.yml");
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(message);
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({ at: { file: "project.yml", line: 4 } });
    }
  });
});

test("a range may be open at an end", () => {
  const metric = { name: "waste", range: [0, null] as const };
  expect(whyOutside(metric, -1)).toBe("waste is never below 0 (metric.range)");
  expect(whyOutside(metric, 1e9)).toBeUndefined();
  expect(whyOutside({ name: "waste" }, -1)).toBeUndefined();
});
