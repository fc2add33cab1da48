import { expect, test } from "vitest";
import { makeTailBuffer } from "./tail-buffer.ts";

function kept(most: number, ...chunks: string[]): string | undefined {
  const end = makeTailBuffer(most);
  for (const chunk of chunks) end.add(Buffer.from(chunk));
  return end.read();
}

test("what fits is kept as it is", () => {
  expect(kept(10)).toBeUndefined();
  expect(kept(10, "one\n", "", "two\n")).toBe("one\ntwo\n");
  expect(kept(8, "one\ntwo\n")).toBe("one\ntwo\n");
});

test("what does not is cut at a line, and said", () => {
  expect(kept(8, "first\n", "second\n", "last\n")).toBe(
    "[13 bytes before this are left out]\nlast\n",
  );
  expect(kept(4, "a line without an end")).toBe("[17 bytes before this are left out]\n end");
});

test("no half character is left at the start", () => {
  expect(kept(8, "日本\n", "語\n")).toBe("[7 bytes before this are left out]\n語\n");
});

test("only the end is held, however much comes", () => {
  const end = makeTailBuffer(100);
  for (let n = 0; n < 10_000; n += 1) end.add(Buffer.from(`line ${n}\n`));
  const text = end.read()!;
  expect(text.length).toBeLessThan(150);
  expect(text.endsWith("line 9998\nline 9999\n")).toBe(true);
});
