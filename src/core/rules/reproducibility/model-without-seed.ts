import { trainingFiles } from "../analysis/experiment-source.ts";
import { type Call, calledName, takesUnknown } from "../analysis/python-tree.ts";
import { hasSeed, seedFix, seedsNumpy } from "../analysis/seeds.ts";
import { type IndexedFile, resolve } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

/** Estimators of scikit-learn whose default is another result each time. LightGBM, XGBoost and CatBoost seed themselves. */
const draws =
  /^(RandomForest|ExtraTrees?|GradientBoosting|Bagging|MLP|SGD|RandomTreesEmbedding|IsolationForest|DecisionTree)\w*$|^(KMeans|MiniBatchKMeans|TruncatedSVD|TSNE|UMAP|GaussianMixture|LatentDirichletAllocation)$/;

export const modelWithoutSeed: Rule = {
  code: "XF302",
  name: "model-without-seed",
  severity: "warning",
  summary: "models that use randomness have a seed",
  why: "The same code gives a different score each time, and a small gain cannot be told from luck.",
  fix: "Pass random_state=config.seed. `check --fix` does it where config is available.",
  bad: `RandomForestClassifier(n_estimators=500)`,
  good: `RandomForestClassifier(n_estimators=500, random_state=config.seed)`,
  check(source) {
    if (seedsNumpy(source)) return [];
    return trainingFiles(source).flatMap((file) =>
      file.calls
        .filter((call) => draws.test(calledName(call)) && isLibrary(file, call))
        .filter((call) => !takesUnknown(call) && !hasSeed(call) && !seededLater(file))
        .map((call) => ({
          file,
          at: call,
          message: `${calledName(call)} has no random_state`,
          fix: seedFix(source, file, call),
        })),
    );
  },
};

function isLibrary(file: IndexedFile, call: Call): boolean {
  return /^(sklearn|umap|cuml)\./.test(resolve(file, call.func) ?? "");
}

function seededLater(file: IndexedFile): boolean {
  return file.calls.some(
    (call) => calledName(call) === "set_params" && (hasSeed(call) || takesUnknown(call)),
  );
}
