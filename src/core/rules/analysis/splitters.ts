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

export interface Splitter {
  file: IndexedFile;
  call: Call;
  name: string;
}

/** Splitters made in a file. One that is made inside another call (`cv=KFold(5)`) is that call's own, `inner`. */
export function splittersIn(file: IndexedFile, names: ReadonlySet<string>): Splitter[] {
  return file.calls
    .filter((call) => names.has(calledName(call)) && !file.classes.has(calledName(call)))
    .filter((call) => comesFromLibrary(resolve(file, call.func) ?? ""))
    .map((call) => ({ file, call, name: calledName(call) }));
}

export function isInner({ file, call }: Splitter): boolean {
  return isUnder(file, call, (outer) => outer.nodeType === "Keyword");
}

function comesFromLibrary(name: string): boolean {
  return /^(sklearn|model_selection|iterstrat|skmultilearn|cuml)\b/.test(name);
}
