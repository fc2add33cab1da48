import { expect, test } from "vitest";
import { segmentWords } from "./segment-words.ts";

const segmenter = new Intl.Segmenter("ja", { granularity: "word" });
const ofUnicode = (text: string): string[] =>
  [...segmenter.segment(text)]
    .filter(({ isWordLike, segment }) => isWordLike === true && /[^_]/.test(segment))
    .map(({ segment }) => segment);

test("ASCII is cut as Unicode's rules cut it", () => {
  let seed = 1;
  const next = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const letters = "aZ09_..'',,;;::--/ \n\t()=";
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: 12 }, () => letters[next(letters.length)]).join("");
    expect(segmentWords(text), JSON.stringify(text)).toEqual(ofUnicode(text));
  }
});

test.each([
  "mlflowを使う 特徴量エンジニアリング。次、CV：0.81",
  "Ελλάδα café שלום 3.14を",
  "日本語 ".repeat(100),
])("%s: as the dictionary cuts it", (text) => {
  expect(segmentWords(text)).toEqual(ofUnicode(text));
});

test("a megabyte takes the time of a megabyte", () => {
  const began = performance.now();
  expect(segmentWords("epoch 12 loss 0.123\n".repeat(50_000))).toHaveLength(200_000);
  expect(segmentWords("特徴量エンジニアリング".repeat(30_000)).length).toBeGreaterThan(60_000);
  expect(performance.now() - began).toBeLessThan(5000);
});
