import { configFields } from "../contract/debug-overwrites-artifacts.ts";
import { type ExperimentSource, trainingFiles } from "./experiment-source.ts";
import { scopeNodes } from "./fold-loop.ts";
import {
  parameters,
  type Call,
  calledName,
  isConstant,
  keyword,
  takesUnknown,
} from "./python-tree.ts";
import type { Edit, Found, Rule } from "../rule.ts";
import { columnAt } from "./source-file.ts";
import { enclosingFunction, type IndexedFile, resolve } from "./source-index.ts";
import { groupSplitters, plainSplitters, splittersIn } from "./splitters.ts";

const everySplitter = new Set([...groupSplitters, ...plainSplitters]);
const drawsAlways = /ShuffleSplit$|^train_test_split$|^Repeated/;

export const splitterSeed: Rule = {
  summary: "a splitter that shuffles has a random_state",
  why: "Without one every run has other folds, and two experiments cannot be compared fold by fold.",
  mend: "Give random_state=config.seed. `check --fix` does where config is at hand.",
  severity: "warning",
  bad: `StratifiedKFold(n_splits=5, shuffle=True)`,
  good: `StratifiedKFold(n_splits=5, shuffle=True, random_state=config.seed)`,
  find: (source) =>
    trainingFiles(source).flatMap((file) =>
      splittersIn(file, everySplitter)
        .filter(({ call, name }) => shufflesUnseeded(call, name))
        .map(({ call, name }) => ({
          file,
          at: call,
          message: `${name} shuffles without random_state`,
          fix: seedFix(source, file, call, "random_state"),
        })),
    ),
};

function shufflesUnseeded(call: Call, name: string): boolean {
  if (takesUnknown(call) || hasSeed(call)) return false;
  if (drawsAlways.test(name)) return !isConstant(keyword(call, "shuffle"), false);
  return isConstant(keyword(call, "shuffle"), true);
}

function hasSeed(call: Call): boolean {
  const seed = call.keywords.find(({ arg }) => /^(random_state|seed|random_seed)$/.test(arg ?? ""));
  return seed !== undefined && !isConstant(seed.value, null);
}

/** Adds `random_state=config.seed` behind the last argument, where config and its seed are at hand. */
function seedFix(
  source: ExperimentSource,
  file: IndexedFile,
  call: Call,
  name: string,
): Edit[] | undefined {
  const last = [...call.args, ...call.keywords.map(({ value }) => value)].at(-1);
  const simple = last?.end_lineno === last?.lineno && last?.end_col_offset !== undefined;
  if (last === undefined || !simple || call.keywords.some(({ arg }) => arg === name))
    return undefined;
  if (!configFields(source).includes("seed") || !knowsConfig(file, call)) return undefined;
  const column = columnAt(file.lines, last.lineno, last.end_col_offset!);
  const after = file.lines[last.lineno - 1]!.slice(column - 1);
  if (!/^\s*[,)]|^\s*$/.test(after)) return undefined;
  return [{ line: last.lineno, from: column, to: column, text: `, ${name}=config.seed` }];
}

function knowsConfig(file: IndexedFile, call: Call): boolean {
  const inside = enclosingFunction(file, call);
  if (inside === undefined) return false;
  if (parameters(inside).includes("config")) return true;
  return scopeNodes(file, call).some(
    (node) =>
      node.nodeType === "Assign" &&
      node.lineno < call.lineno &&
      node.targets.some((target) => target.nodeType === "Name" && target.id === "config"),
  );
}

/** Estimators of scikit-learn whose default is another result each time. LightGBM, XGBoost and CatBoost seed themselves. */
const draws =
  /^(RandomForest|ExtraTrees?|GradientBoosting|Bagging|MLP|SGD|RandomTreesEmbedding|IsolationForest|DecisionTree)\w*$|^(KMeans|MiniBatchKMeans|TruncatedSVD|TSNE|UMAP|GaussianMixture|LatentDirichletAllocation)$/;

export const modelSeed: Rule = {
  summary: "models that draw at random have a seed",
  why: "The same code gives another score each time, and a small gain cannot be told from luck.",
  mend: "Give random_state=config.seed. `check --fix` does where config is at hand.",
  severity: "warning",
  bad: `RandomForestClassifier(n_estimators=500)`,
  good: `RandomForestClassifier(n_estimators=500, random_state=config.seed)`,
  find: (source) =>
    trainingFiles(source).flatMap((file) =>
      seedsGlobally(source, /^numpy\.random\.seed$/)
        ? []
        : file.calls
            .filter((call) => draws.test(calledName(call)) && isLibrary(file, call))
            .filter((call) => !takesUnknown(call) && !hasSeed(call) && !seededLater(file))
            .map((call) => ({
              file,
              at: call,
              message: `${calledName(call)} is made without random_state`,
              fix: seedFix(source, file, call, "random_state"),
            })),
    ),
};

function isLibrary(file: IndexedFile, call: Call): boolean {
  return /^(sklearn|umap|cuml)\./.test(resolve(file, call.func) ?? "");
}

function seededLater(file: IndexedFile): boolean {
  return file.calls.some(
    (call) => calledName(call) === "set_params" && (hasSeed(call) || takesUnknown(call)),
  );
}

/** A call that seeds everything, in any of the training files: by its own name or seed_everything and its kind. */
function seedsGlobally(source: ExperimentSource, own: RegExp): boolean {
  return trainingFiles(source).some((file) =>
    file.calls.some((call) => {
      const name = resolve(file, call.func) ?? "";
      return own.test(name) || /(^|_)seeds?(_|$)/i.test(name.split(".").at(-1)!);
    }),
  );
}

const numpyDraws =
  /^numpy\.random\.(rand|randn|randint|random|random_sample|choice|shuffle|permutation|uniform|normal|binomial|poisson|beta)$/;

export const numpySeed: Rule = {
  summary: "numpy and pandas draw from a seed",
  why: "Samples and permutations that change from run to run change the data the score is computed on.",
  mend: "Use rng = np.random.default_rng(config.seed), and random_state= (pandas) or seed= (polars) in sample.",
  severity: "warning",
  bad: `rows = np.random.permutation(len(train))`,
  good: `rows = np.random.default_rng(config.seed).permutation(len(train))`,
  find(source) {
    if (seedsGlobally(source, /^numpy\.random\.seed$/)) return [];
    return trainingFiles(source).flatMap((file) =>
      file.calls.flatMap((call) => unseeded(file, call)),
    );
  },
};

function unseeded(file: IndexedFile, call: Call): Found[] {
  const name = resolve(file, call.func) ?? "";
  if (numpyDraws.test(name)) return [{ file, at: call, message: `${name} draws without a seed` }];
  if (name === "numpy.random.default_rng" && call.args.length + call.keywords.length === 0) {
    return [{ file, at: call, message: "default_rng() is given no seed" }];
  }
  const sampling = ["frac", "fraction"].some((one) => keyword(call, one) !== undefined);
  if (calledName(call) !== "sample" || !sampling || takesUnknown(call) || hasSeed(call)) return [];
  return [{ file, at: call, message: "sample draws without a seed" }];
}

const steps = /^(backward|zero_grad)$/;

export const torchSeed: Rule = {
  summary: "a PyTorch training sets its seed",
  why: "Initial weights, dropout and the order of batches all come from it.",
  mend: "Call torch.manual_seed(config.seed) at the start of main, before the model is made.",
  severity: "warning",
  bad: `model = Net()\nloss.backward()`,
  good: `torch.manual_seed(config.seed)\nmodel = Net()\nloss.backward()`,
  find(source) {
    const own =
      /^torch\.(manual_seed|random\.manual_seed)$|^(lightning|pytorch_lightning|L|transformers|accelerate)\b.*seed/;
    if (seedsGlobally(source, own)) return [];
    const found = trainingFiles(source).flatMap((file) =>
      usesTorch(file)
        ? file.calls.filter((call) => steps.test(calledName(call))).map((call) => ({ file, call }))
        : [],
    );
    const first = found[0];
    if (first === undefined) return [];
    return [
      { file: first.file, at: first.call, message: "torch is trained without torch.manual_seed" },
    ];
  },
};

function usesTorch(file: IndexedFile): boolean {
  return [...file.imports.values()].some((origin) => /^torch(\.|$)/.test(origin));
}
