const words = new Intl.Segmenter("ja", { granularity: "word" });

/** Words that say nothing about what was tried. */
const empty = new Set(
  "a an and are as at be by for from in into is it its of on or than that the then this to use using with try は が を に の で と も や へ から より する した して です ます".split(
    " ",
  ),
);

/** The words of a text in any script that carry meaning, in lower case, each once; plural and -ing endings are cut. */
export function meaningfulWords(text: string): string[] {
  const found = [...words.segment(text.normalize("NFKC").toLowerCase())]
    .filter(({ isWordLike, segment }) => isWordLike === true && !empty.has(segment))
    .map(({ segment }) => stem(segment));
  return [...new Set(found)];
}

function stem(word: string): string {
  if (!/^[a-z]{5,}$/.test(word)) return word;
  return word.replace(/(?:ing|ed|es|s)$/, "");
}
