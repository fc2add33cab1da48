import { expect, it } from "vitest";
import { renderClean } from "./clean.ts";
import { makeStyle } from "./style.ts";

const style = makeStyle({ color: false, width: Infinity });
const output = {
  dryRun: true,
  removed: false,
  rows: [
    {
      kind: "failed" as const,
      summary: "artifacts of runs that failed",
      count: 2,
      bytes: 512_000_000,
      paths: [],
    },
    {
      kind: "debug" as const,
      summary: "artifacts of debug runs",
      count: 1,
      bytes: 12_300_000,
      paths: [],
    },
  ],
  count: 3,
  bytes: 524_300_000,
  problems: [],
};

it("says what could go and how much, each kind in a row", () => {
  expect(renderClean(output, style)).toMatchInlineSnapshot(`
    "what                           count      size
    artifacts of runs that failed      2  512.0 MB
    artifacts of debug runs            1   12.3 MB
    3 leftovers (524.3 MB) could go; nothing was removed"
  `);
  expect(renderClean({ ...output, dryRun: false }, style)).toContain(
    "3 leftovers (524.3 MB) could go; nothing was removed",
  );
});

it("says what went, and that there is nothing", () => {
  expect(renderClean({ ...output, dryRun: false, removed: true }, style)).toContain(
    "3 leftovers (524.3 MB) removed",
  );
  expect(renderClean({ ...output, rows: [], count: 0, bytes: 0 }, style)).toBe("nothing to remove");
});
