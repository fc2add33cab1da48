import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../src/package-root.ts";
import { recordFiles } from "../src/storage/workspace/paths.ts";

const source = path.join(packageRoot(), "src");
/** The one file that spells paths, and the one that knows what was called otherwise in the files. */
const mayName = new Set(["storage/workspace/paths.ts", "storage/old-keys.ts"]);

/** Names that stand for a path below `.crossfold/` alone; the others (`rc`, `code`, metrics.json) are words in other places too. */
const names = [
  ...Object.values(recordFiles).filter(
    (name) => /\.(json|log|patch|gz|part)$/.test(name) && name !== recordFiles.metrics,
  ),
  "hashes.json",
  "checksums.json",
  "data.json",
];
const spelled = new RegExp(
  `["'\`][^"'\`\\n]*(?:(?<!\\w)\\.crossfold(?![.\\w-])|\\b(?:${names.map(escape).join("|")})["'\`])`,
);

function escape(text: string): string {
  return text.replaceAll(".", "\\.");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

test("no other file spells a path below .crossfold/", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !mayName.has(file));
  const broken = files.flatMap((file) =>
    withoutComments(readFileSync(path.join(source, file), "utf8"))
      .split("\n")
      .filter((line) => spelled.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(broken).toEqual([]);
});

test.each([
  'path.join(ws.root, ".crossfold", "kaggle")',
  "`look at .crossfold/runs/${id}`",
  'path.join(folder, "state.json")',
])("such as %s", (line) => {
  expect(spelled.test(line)).toBe(true);
});

test.each(['const stampName = ".crossfold.json";', 'const partSuffix = ".crossfold-part";'])(
  "%s names no such path",
  (line) => {
    expect(spelled.test(line)).toBe(false);
  },
);
