const segmenter = new Intl.Segmenter("ja", { granularity: "word" });

/** Longest piece of text that the segmenter is given: it copies all of it for every word that it finds. */
const longestPiece = 256;

// Words of ASCII as Unicode's rules have them: `don't`, `train.py` and `3.14` are one each.
const asciiWord = /\w+(?:(?:(?<=[A-Za-z])[.':](?=[A-Za-z])|(?<=\d)[.,;'](?=\d))\w+)*/g;
// oxlint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007F]*$/;
/** Where a word surely ends, in any script. */
const surely = /[\s。、！？「」]+/;

/** The words of a text in any script, in order; Japanese, which has no spaces, is cut by its dictionary. */
export function segmentWords(text: string): string[] {
  if (ascii.test(text)) return wordsOfAscii(text);
  return text
    .split(surely)
    .flatMap((piece) => (ascii.test(piece) ? wordsOfAscii(piece) : cut(piece)));
}

function wordsOfAscii(text: string): string[] {
  return (text.match(asciiWord) ?? []).filter((word) => /[^_]/.test(word));
}

function cut(piece: string): string[] {
  const words: string[] = [];
  for (let from = 0; from < piece.length; from += longestPiece) {
    const part = piece.slice(from, from + longestPiece);
    for (const { isWordLike, segment } of segmenter.segment(part)) {
      if (isWordLike === true) words.push(segment);
    }
  }
  return words;
}
