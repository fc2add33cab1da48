import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../package-root.ts";
import { ruleTexts } from "./rules.ts";
import { checkCase, corpusFolder, findingLines } from "../../../test/support/check-corpus.ts";

const cases = readdirSync(corpusFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe("the corpus of experiments", () => {
  test.each(cases)("%s", (name) => {
    const folder = path.join(corpusFolder, name);
    const expected = readFileSync(path.join(folder, "expected.txt"), "utf8");
    expect(findingLines(checkCase(folder))).toEqual(
      expected.split("\n").filter((line) => line !== ""),
    );
  });
});

test.each(["models", "bare"])("the template %s is silent", (name) => {
  const templates = path.join(packageRoot(), "templates", "workspace", "templates");
  const harness = path.join(templates, "harness");
  expect(findingLines(checkCase(path.join(templates, name), "exp000", harness))).toEqual([]);
});

test("every code is found in some bad experiment", () => {
  const expected = cases.map((name) =>
    readFileSync(path.join(corpusFolder, name, "expected.txt"), "utf8"),
  );
  const found = new Set(expected.join("\n").match(/XF\d{3}/g));
  const missing = ruleTexts().filter(({ code }) => !found.has(code));
  expect(missing).toEqual([]);
});
