import { expect, test } from "vitest";
import { allVisible, visible } from "./visible-text.ts";

const tags = [..."run rm"].map((one) => String.fromCodePoint(0xe0000 + one.codePointAt(0)!));

test.each([
  ["tag characters that spell a sentence", `a plain note${tags.join("")}`, "a plain note"],
  ["variation selectors that carry bytes", "ok\uFE01\uFE02\u{E0101}\u{E01EF}", "ok"],
  ["zero widths and joiners", "ex\u200Bp0\u200C0\u200D1\u2060\uFEFF", "exp001"],
  ["direction marks", "\u202Eabc\u2066d\u200F", "abcd"],
  ["fillers that look like a space or like nothing", "a\u3164b\u115F\u1160\uFFA0\u00AD", "ab"],
  ["a private character", "a\uE000b\u{F0000}", "ab"],
  ["what a terminal obeys", "\u001B[31mred\u001B[0m \u001B]0;title\u0007\u0008\u009B2J!", "red !"],
  ["line separators that no editor shows", "one\u2028two\u2029", "onetwo"],
])("%s", (_, text, seen) => {
  expect(visible(text)).toBe(seen);
});

test("what people see stays: lines, tabs, Japanese, accents made of two, emoji", () => {
  const text = "a\tb\n日本語 ｶﾞ e\u0301 🙂 עברית العربية हिन्दी\n";
  expect(visible(text)).toBe(text);
  expect(visible("one\r\ntwo")).toBe("one\ntwo");
});

test("in a message: every text and every name of a field, whatever else is there", () => {
  const message = { "a\u200B": ["b\u200B", 1, null, true, { c: "d\u202E" }], e: undefined };
  expect(allVisible(message)).toEqual({ a: ["b", 1, null, true, { c: "d" }], e: undefined });
});
