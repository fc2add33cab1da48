import { stripVTControlCharacters } from "node:util";
import stringWidth from "fast-string-width";
import { describe, expect, test } from "vitest";
import { makeStyle } from "./style.ts";
import { shorten, table } from "./table.ts";

const plain = makeStyle({ color: false, width: Infinity });
const header = ["NAME", "TITLE", "CV"];
const rows = [
  ["exp001", "基準モデル", "0.8012"],
  ["exp002", "A longer title in English words", "0.79"],
];

describe("table", () => {
  test("lines up Japanese and Latin text", () => {
    expect(table(rows, { header, align: ["left", "left", "right"], style: plain })).toBe(
      [
        "NAME    TITLE                                CV",
        "exp001  基準モデル                       0.8012",
        "exp002  A longer title in English words    0.79",
      ].join("\n"),
    );
  });

  test("does not count colours", () => {
    const style = makeStyle({ color: true, width: Infinity });
    const colored = rows.map((row) => row.map((cell) => style.green(cell)));
    const options = { header, align: ["left", "left", "right"] as const };
    const text = table(colored, { ...options, style });
    expect(text).not.toBe(stripVTControlCharacters(text));
    expect(stripVTControlCharacters(text)).toBe(table(rows, { ...options, style: plain }));
  });

  test("shortens the widest text column to fit a terminal, and no number", () => {
    const style = makeStyle({ color: false, width: 30 });
    const lines = table(rows, { header, align: ["left", "left", "right"], style }).split("\n");
    expect(lines.map((line) => stringWidth(line))).toEqual([30, 30, 30]);
    expect(lines[2]).toBe("exp002  A longer titl…    0.79");
  });

  test("keeps a cell on one line and fills missing cells", () => {
    expect(table([["a\nb"]], { header: ["X", "Y"], style: plain })).toBe("X    Y\na b");
  });
});

describe("shorten", () => {
  test("never cuts a wide character in half", () => {
    expect(shorten("日本語", 5)).toBe("日本…");
    expect(shorten("日本語", 4)).toBe("日…");
    expect(shorten("日本語", 6)).toBe("日本語");
  });

  test("closes the colours it opened", () => {
    const { red } = makeStyle({ color: true, width: 10 });
    expect(shorten(red("abcdef") + "xyz", 4)).toBe(red("abc…"));
  });
});
