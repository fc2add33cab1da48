import { expect, test } from "vitest";
import { obeyed } from "../../../test/support/terminal-text.ts";
import { jsonText } from "./json-text.ts";

test("JSON reads back as it was, and has nothing in it that a terminal would obey", () => {
  const value = {
    "key\u202E":
      "\u001B]0;x\u0007\u009B2J\u007F\u0085\u200E\u061C\u2066\u2028\u2029\uFEFF\u{E0041}\uD800",
    kept: "שלום 👩‍👧 特徴量\ttab\r\n",
  };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(obeyed);
  expect(text).toContain("שלום 👩‍👧 特徴量");
  expect(text).toContain(String.raw`\u202e`);
});
