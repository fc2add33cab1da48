/** Classes as small whole numbers, for counting. */
export interface Encoded {
  actual: Int32Array;
  predicted: Int32Array;
  /** Sorted as scikit-learn sorts them: by value where all are numbers, otherwise by text. */
  classes: string[];
}

/** A label in one spelling, whoever wrote it: `1.0` is `1`, `True` and `true` are `1`. */
export function normaliseLabel(text: string): string {
  const label = text.trim();
  if (/^true$/i.test(label)) return "1";
  if (/^false$/i.test(label)) return "0";
  const number = Number(label);
  return label === "" || Number.isNaN(number) ? label : String(number);
}

/** The labels of a column, each spelling looked at once. */
export function normaliseLabels(texts: readonly string[]): string[] {
  const known = new Map<string, string>();
  return texts.map((text) => {
    const label = known.get(text) ?? normaliseLabel(text);
    known.set(text, label);
    return label;
  });
}

export function sortLabels(labels: Iterable<string>): string[] {
  const distinct = [...new Set(labels)];
  return distinct.some((label) => label === "" || Number.isNaN(Number(label)))
    ? distinct.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    : distinct.toSorted((a, b) => Number(a) - Number(b));
}

/** Labels of both sides as indices into the classes that either has. Takes normalised labels. */
export function encodeLabels(actual: readonly string[], predicted: readonly string[]): Encoded {
  const classes = sortLabels(new Set([...new Set(actual), ...new Set(predicted)]));
  const index = new Map(classes.map((label, position) => [label, position]));
  const encode = (labels: readonly string[]) =>
    Int32Array.from(labels, (label) => index.get(label)!);
  return { actual: encode(actual), predicted: encode(predicted), classes };
}
