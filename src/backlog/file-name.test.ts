import { expect, it } from "vitest";
import { titleSlug } from "./file-name.ts";

it.each([
  ["exp001: Short title", "exp001-Short-title"],
  ["日本語のタイトル: 特徴量", "日本語のタイトル-特徴量"],
  ["a/b\\c", "a-b-c"],
  ["../../etc/passwd", "..-..-etc-passwd"],
  ["=", "untitled"],
  ["  - x -  ", "x"],
])("spells %j as %j", (title, slug) => {
  expect(titleSlug(title)).toBe(slug);
});

it("cuts at a whole character, under 200 bytes", () => {
  const slug = titleSlug("👩‍🔬特".repeat(40));
  expect(Buffer.byteLength(slug)).toBeLessThanOrEqual(200);
  expect(slug).toMatch(/^(👩‍🔬特)+(👩‍🔬)?$/u);
});
