import { describe, expect, test } from "vitest";
import { readSource } from "./source-tree.ts";

describe("reading Python", () => {
  test("a byte order mark and any line ends are fine", () => {
    for (const text of ["\uFEFFx = 1\r\ny = 2\r\n", "x = 1\ry = 2", "x = 1\ny = 2\n", ""]) {
      expect(readSource("a.py", text)).not.toHaveProperty("fault");
    }
  });

  test("comments come with their line and whether they stand alone", () => {
    const file = readSource("a.py", "x = 1  # one\n# 二つ\ny = '# no comment'\n");
    expect(file).toMatchObject({
      comments: [
        { text: "one", line: 1, alone: false },
        { text: "二つ", line: 2, alone: true },
      ],
    });
  });

  const faults: [text: string, line: number, column: number][] = [
    ["x = 1\ndef f(:\n    pass\n", 2, 7],
    ["print 'a'\n", 1, 7],
    ["!pip install x\n", 1, 1],
    ["x = 'open\n", 1, 1],
    ["if x:\npass\n", 2, 1],
    ["見 = 1; 出 = = 2\n", 1, 12],
  ];
  test.each(faults)("a fault is placed: %j", (text, line, column) => {
    expect(readSource("a.py", text)).toMatchObject({ fault: { line, column } });
  });
});
