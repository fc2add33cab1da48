import { type Call, calledName, type PyNode, stringValue, walkKind } from "./python-tree.ts";
import { assignedValues, type IndexedFile, resolve } from "./source-index.ts";
import { scopeNodes } from "./fold-loop.ts";

/** What a transformer learns: from the target, from the distribution of the rows, or only which values there are. */
export type Learns = "target" | "rows" | "labels";

const kinds: Record<string, Learns> = {};
const put = (learns: Learns, names: string) => {
  for (const name of names.split(" ")) kinds[name] = learns;
};
put(
  "target",
  "TargetEncoder CatBoostEncoder LeaveOneOutEncoder JamesSteinEncoder MEstimateEncoder WOEEncoder GLMMEncoder SelectKBest SelectPercentile SelectFromModel RFE RFECV SequentialFeatureSelector PLSRegression PLSCanonical CCA LinearDiscriminantAnalysis NeighborhoodComponentsAnalysis BorutaPy OptimalBinning WOETransformer",
);
put(
  "rows",
  "StandardScaler MinMaxScaler RobustScaler MaxAbsScaler QuantileTransformer PowerTransformer KBinsDiscretizer SimpleImputer KNNImputer IterativeImputer PCA IncrementalPCA KernelPCA TruncatedSVD NMF FastICA UMAP TfidfVectorizer TfidfTransformer VarianceThreshold KMeans MiniBatchKMeans CountEncoder",
);
put("labels", "OrdinalEncoder OneHotEncoder CountVectorizer");

/** The transformer among some names that learns the most; undefined where none is known. */
export function strongest(names: readonly string[]): { name: string; learns: Learns } | undefined {
  const order: Learns[] = ["target", "rows", "labels"];
  for (const learns of order) {
    const name = names.find((one) => Object.hasOwn(kinds, one) && kinds[one] === learns);
    if (name !== undefined) return { name, learns };
  }
  return undefined;
}

/** Which transformer a call makes, of those above; containers count as the strongest they hold. */
function learnsWhat(file: IndexedFile, node: PyNode): { name: string; learns: Learns } | undefined {
  const made = [...walkKind(node, "Call")]
    .map((call) => calledName(call))
    .filter((name) => Object.hasOwn(kinds, name));
  if (made.length === 0 || isForeign(file, node)) return undefined;
  const order: Learns[] = ["target", "rows", "labels"];
  const name = order.flatMap((learns) => made.filter((one) => kinds[one] === learns))[0]!;
  return { name, learns: kinds[name]! };
}

/** A class of the experiment's own that only shares the name. */
function isForeign(file: IndexedFile, node: PyNode): boolean {
  if (node.nodeType !== "Call") return true;
  const name = resolve(file, node.func) ?? "";
  return file.classes.has(name);
}

/** `scaler.fit(x)` or `.fit_transform(x)` of a transformer made in the same function, in the module, or on the spot. */
export function fittedTransformer(
  file: IndexedFile,
  call: Call,
): { name: string; learns: Learns } | undefined {
  const { func } = call;
  if (func.nodeType !== "Attribute" || !/^fit(_transform)?$/.test(func.attr)) return undefined;
  if (func.value.nodeType === "Call") return learnsWhat(file, func.value);
  if (func.value.nodeType !== "Name") return undefined;
  const { id } = func.value;
  const values = assignedValues(scopeNodes(file, call), id);
  const made = values.length > 0 ? values : assignedValues(file.tree.body, id);
  return made.length === 1 ? learnsWhat(file, made[0]!) : undefined;
}

/** Names of frames that a text uses, as `train`, `df_test`. */
export function holdsTestRows(name: string): boolean {
  return /(^|_)(test|tst|submission)(_|$|df)/i.test(name);
}

export function holdsTrainRows(name: string): boolean {
  return /(^|_)(train|trn)(_|$|df)/i.test(name);
}

/** Whether a node is a name of the target: its text, or TARGET, project.target, config.target_col. */
export function isTarget(node: PyNode, targets: readonly string[]): boolean {
  const text = stringValue(node);
  if (text !== undefined) return targets.includes(text);
  if (node.nodeType === "Name")
    return /^(target|targets|target_col|target_column|label_col|TARGET|TARGETS|TARGET_COL)$/.test(
      node.id,
    );
  return (
    node.nodeType === "Attribute" && /^(target|target_col|target_column|label_col)$/.test(node.attr)
  );
}
