import { expect, test } from "vitest";
import { withSettings } from "./project-settings.ts";

const head = `# 大会
competition_name: toy   # a slug
competition_platform: kaggle
data: { train: train.csv,   target: [a, "b"] }
`;
const metric = `metric: {name: accuracy, direction: maximize}   # ours\n`;

test.each([
  [
    "a value in its place",
    "is_code_competition: false   # files\n",
    ["is_code_competition"],
    true,
    "is_code_competition: true   # files\n",
  ],
  ["a key that is not there", "", ["is_code_competition"], true, "is_code_competition: true\n"],
  [
    "a key in a flow section",
    `metadata: { url: "", deadline: "" }   # free\n`,
    ["metadata", "deadline"],
    "2026-12-01T00:00:00Z",
    `metadata: { url: "", deadline: 2026-12-01T00:00:00Z }   # free\n`,
  ],
  [
    "a new key in a flow section",
    `metadata: { url: "" }   # free\n`,
    ["metadata", "max_daily_submissions"],
    5,
    `metadata: { url: "", max_daily_submissions: 5 }   # free\n`,
  ],
  [
    "a new key in a block section",
    `metadata:\n  # where\n  url: ""   # free\n`,
    ["metadata", "max_daily_submissions"],
    5,
    `metadata:\n  # where\n  url: ""   # free\n  max_daily_submissions: 5\n`,
  ],
  [
    "an empty section",
    "metadata: {}   # free\n",
    ["metadata", "url"],
    "https://x.y/z",
    `metadata: { url: https://x.y/z }   # free\n`,
  ],
  [
    "a section that is not there",
    "",
    ["metadata", "deadline"],
    "a: b",
    `metadata: { deadline: "a: b" }\n`,
  ],
  [
    "a list in a flow section",
    "metadata: { a: 1 }\n",
    ["metadata", "target"],
    ["b", "c"],
    "metadata: { a: 1, target: [ b, c ] }\n",
  ],
] as const)("%s", (_, before, path, value, after) => {
  const text = head + metric + before;
  expect(withSettings(text, [{ path, value }], "project.yml")).toBe(head + metric + after);
});

test("Windows line ends stay, comments too", () => {
  const text = `${head}${metric}metadata:\n  url: ""\n`.replaceAll("\n", "\r\n");
  const changed = withSettings(
    text,
    [
      { path: ["metric", "name"], value: "rmse" },
      { path: ["metadata", "max_daily_submissions"], value: 5 },
      { path: ["is_code_competition"], value: true },
    ],
    "project.yml",
  );
  expect(changed).toBe(
    `${text.replace("accuracy", "rmse")}  max_daily_submissions: 5\r\nis_code_competition: true\r\n`,
  );
});
