import { asLabels, type Column, type Labels, usedNames } from "./column.ts";

/** Classes as small whole numbers, for counting. */
export interface Encoded {
  actual: Int32Array;
  predicted: Int32Array;
  /** Sorted as scikit-learn sorts them: by value where all are numbers, otherwise by text. */
  classes: string[];
  /** Place of the positive class among them: the second of two. -1 where no row has it, or there are more than two. */
  positive: number;
}

/** A label in one spelling, whoever wrote it: `1.0` is `1`, `True` and `true` are `1`. */
export function normaliseLabel(text: string): string {
  const label = text.trim();
  if (/^true$/i.test(label)) return "1";
  if (/^false$/i.test(label)) return "0";
  const number = Number(label);
  return label === "" || Number.isNaN(number) ? label : String(number);
}

/** The labels of a column in one spelling, each once, in no order. */
export function normaliseLabels(column: Column): Labels {
  const labels = asLabels(column);
  const used = usedNames(labels);
  const names: string[] = [];
  const known = new Map<string, number>();
  const place = Int32Array.from(labels.names, (text, code) => {
    if (used[code] === 0) return -1;
    const name = normaliseLabel(text);
    const before = known.get(name) ?? names.length;
    if (before === names.length) {
      known.set(name, before);
      names.push(name);
    }
    return before;
  });
  return { codes: recode(labels.codes, place), names };
}

export function sortLabels(labels: Iterable<string>): string[] {
  const distinct = [...new Set(labels)];
  return distinct.some((label) => label === "" || Number.isNaN(Number(label)))
    ? distinct.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    : distinct.toSorted((a, b) => Number(a) - Number(b));
}

/** Of each row the place of its label among the classes, which have them all. */
export function encodeLabels({ codes, names }: Labels, classes: readonly string[]): Int32Array {
  const index = new Map(classes.map((label, position) => [label, position]));
  return recode(
    codes,
    Int32Array.from(names, (name) => index.get(name)!),
  );
}

/**
 * Labels of both sides as indices into the classes that either has. Takes normalised labels; `positive` is the positive
 * class where there are two.
 */
export function encodeBoth(
  actual: Labels,
  predicted: Labels,
  positive: string | undefined,
): Encoded {
  const classes = sortLabels([...actual.names, ...predicted.names]);
  return {
    actual: encodeLabels(actual, classes),
    predicted: encodeLabels(predicted, classes),
    classes,
    positive: positive === undefined ? -1 : classes.indexOf(positive),
  };
}

/** The second of two classes, sorted, also where only one of 0 and 1 is there; undefined where that cannot be told. */
export function positiveClass(labels: Iterable<string>): string | undefined {
  const classes = sortLabels(labels);
  if (classes.every((label) => label === "0" || label === "1")) return "1";
  return classes.length === 2 ? classes[1] : undefined;
}

function recode(codes: Int32Array, place: Int32Array): Int32Array {
  const changed = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row += 1) changed[row] = place[codes[row]!]!;
  return changed;
}
