import { expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { parseSimpleYaml } from "./simple-yaml.ts";

test("reads what files of a workspace mostly hold", () => {
  const lines = [
    "id: TASK-12",
    'title: "exp012: the log of the price"',
    "status: In Progress",
    "created_date: '2026-11-23 08:15'",
    "labels:",
    "  - exp",
    "  - exp012",
    "dependencies: []",
    "ordinal: 12000",
    "milestone:",
    "hypothesis: null",
  ];
  expect(parseSimpleYaml(lines)).toEqual(parse(lines.join("\n")));
});

const pieces = [
  ...`abzAZ019 _-:#,'"[]{}&*!|>%@~.?=<+/\\()$^;`,
  ...": | #|- |null|true|0x1f|1e3|.inf|012|2026-01-02|T08:15:00Z|  |---|...|<<|yes|\\n".split("|"),
  ..."__proto__|toString|No|Null|TRUE|~|Infinity|NaN|1_000|-0|+1|価格|é|😀".split("|"),
  ..."\t\u00A0\u2028\u200B",
];

test("gives what a whole parser gives, or nothing", () => {
  let read = 0;
  for (let round = 0; round < 5_000; round += 1) {
    const lines = Array.from({ length: 1 + pick(4) }, randomLine);
    const simple = parseSimpleYaml(lines);
    if (simple === undefined) continue;
    read += 1;
    const document = parseDocument(lines.join("\n"));
    expect({ lines, errors: document.errors.length }).toEqual({ lines, errors: 0 });
    expect({ lines, values: simple }).toEqual({ lines, values: document.toJS() ?? {} });
  }
  expect(read).toBeGreaterThan(200);
});

function randomLine(): string {
  const text = Array.from({ length: pick(5) }, () => pieces[pick(pieces.length)]!).join("");
  const key = ["id", "title", "a", text][pick(20) === 0 ? 3 : pick(3)]!;
  return [
    `${key}: ${text}`,
    `${key}: "${text}"`,
    `${key}: '${text}'`,
    `${key}:${" ".repeat(pick(3))}`,
    `  - ${text}`,
    `- ${text}`,
  ][pick(6)]!;
}

function pick(count: number): number {
  return Math.floor(Math.random() * count);
}
