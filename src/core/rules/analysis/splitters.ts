import { type Call, calledName } from "./python-tree.ts";
import { type IndexedFile, isUnder, resolve } from "./source-index.ts";

export const groupSplitters = new Set([
  "GroupKFold",
  "StratifiedGroupKFold",
  "GroupShuffleSplit",
  "LeaveOneGroupOut",
  "LeavePGroupsOut",
]);

export const plainSplitters = new Set([
  "KFold",
  "StratifiedKFold",
  "RepeatedKFold",
  "RepeatedStratifiedKFold",
  "ShuffleSplit",
  "StratifiedShuffleSplit",
  "MultilabelStratifiedKFold",
  "train_test_split",
]);

interface Splitter {
  file: IndexedFile;
  call: Call;
  name: string;
}

/** Splitters made in a file. */
export function splittersIn(file: IndexedFile, names: ReadonlySet<string>): Splitter[] {
  return file.calls
    .filter((call) => names.has(calledName(call)) && !file.classes.has(calledName(call)))
    .filter((call) => comesFromLibrary(resolve(file, call.func) ?? ""))
    .map((call) => ({ file, call, name: calledName(call) }));
}

/** Splitters that make the folds: one that is made inside another call (`cv=KFold(5)`) is that call's own. */
export function outerSplitters(
  files: readonly IndexedFile[],
  names: ReadonlySet<string>,
): Splitter[] {
  return files
    .flatMap((file) => splittersIn(file, names))
    .filter(({ file, call }) => !isUnder(file, call, (outer) => outer.nodeType === "Keyword"));
}

function comesFromLibrary(name: string): boolean {
  return /^(sklearn|model_selection|iterstrat|skmultilearn|cuml)\b/.test(name);
}
