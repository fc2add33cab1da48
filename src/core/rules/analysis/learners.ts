import { type PyNode, stringValue } from "./python-tree.ts";

/** What a transformer learns: from the target, from the distribution of the rows, or only which values there are. */
export type Learns = "target" | "rows" | "labels";

const kinds: Record<string, Learns> = {};
const put = (learns: Learns, names: string) => {
  for (const name of names.split(" ")) kinds[name] = learns;
};
put(
  "target",
  "TargetEncoder CatBoostEncoder LeaveOneOutEncoder JamesSteinEncoder MEstimateEncoder WOEEncoder GLMMEncoder SelectKBest SelectPercentile SelectFromModel RFE RFECV SequentialFeatureSelector BorutaPy OptimalBinning WOETransformer",
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

/** Names of frames that a text uses, as `train`, `df_test`. */
export function holdsTestRows(name: string): boolean {
  return /(^|_)(test|tst|submission)(_|$|df)/i.test(name);
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
