import { segmentWords } from "./segment-words.ts";

/** Words that say nothing about what was tried. */
const empty = new Set(
  "a an and are as at be by for from in into is it its of on or than that the then this to use using with try は が を に の で と も や へ から より する した して です ます".split(
    " ",
  ),
);

/** The words of a text in any script that carry meaning, in lower case, each once; plural and -ing endings are cut. */
export function meaningfulWords(text: string): string[] {
  const found = segmentWords(text.normalize("NFKC").toLowerCase())
    .filter((word) => !empty.has(word))
    .map(stem);
  return [...new Set(found)];
}

function stem(word: string): string {
  if (!/^[a-z]{5,}$/.test(word)) return word;
  return word.replace(/(?:ing|ed|es|s)$/, "");
}
