import { normaliseLabel, sortLabels } from "./labels.ts";

/** The classes that the columns stand for, in their order. `present` are those of the target, in any order. */
export function resolveClasses(
  present: readonly string[],
  names: readonly string[],
  count: number,
  given: readonly string[] | undefined,
): { classes: string[] } | { impossible: string } {
  const fits = (classes: readonly string[]): boolean =>
    classes.length === count &&
    new Set(classes).size === count &&
    present.every((label) => classes.includes(label));
  const named = [names.map(normaliseLabel), withoutPrefix(names).map(normaliseLabel)].find(fits);
  const told = given?.map(normaliseLabel) ?? [];
  if (fits(told)) {
    // Exchanged classes would give every row the probability of another one.
    if (named !== undefined && named.join("\n") !== told.join("\n"))
      return { impossible: "oof.classes has another order than the columns' names" };
    return { classes: told };
  }
  // One class may be missing from a fold of a yes/no target.
  const binary = count === 2 && present.every((label) => label === "0" || label === "1");
  const classes = named ?? (binary ? ["0", "1"] : sortLabels(present));
  if (fits(classes)) return { classes };
  const columns = count === 1 ? "column" : "columns";
  return { impossible: `${count} ${columns} of predictions do not fit the classes of the target` };
}

/** Columns in the order of their classes, whatever order they came in. */
export function inClassOrder<T>(
  columns: readonly T[],
  classes: readonly string[],
): { classes: string[]; columns: T[] } {
  const sorted = sortLabels(classes);
  return { classes: sorted, columns: sorted.map((label) => columns[classes.indexOf(label)]!) };
}

/** Names of columns without what all of them begin with: of `pred_9` and `pred_10` the classes. */
export function withoutPrefix(names: readonly string[]): string[] {
  const shared = commonPrefix(names);
  return names.map((name) => name.slice(shared));
}

function commonPrefix(names: readonly string[]): number {
  const first = names[0] ?? "";
  let length = 0;
  while (length < first.length && names.every((name) => name[length] === first[length]))
    length += 1;
  const shared = first.slice(0, length);
  // `pred_10` and `pred_11` share `pred_1`, `p10` and `p11` share `p1`, but the labels begin before the digits.
  return shared.lastIndexOf("_") + 1 || shared.replace(/[\d.]+$/, "").length;
}
