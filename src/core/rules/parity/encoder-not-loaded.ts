import {
  type Code,
  type ExperimentSource,
  inferenceCode,
  nodesOf,
  ownTarget,
  reachable,
  trainingFiles,
} from "../analysis/experiment-source.ts";
import { mainOf, parameterList } from "../analysis/entry-point.ts";
import { hangsOnDebug } from "../analysis/debug-scope.ts";
import {
  type Call,
  calledName,
  keyword,
  type PyNode,
  stringValue,
  strings,
  takesUnknown,
} from "../analysis/python-tree.ts";
import type { Found, Rule } from "../rule.ts";
import { type IndexedFile, isUnder, resolve } from "../analysis/source-index.ts";

const featureWork =
  /^_?(engineer|make|build|create|add|extract|generate|compute|prepare)_\w*features?\b|^_?(preprocess|feature_engineering|engineer)\w*$/;

export const sameFeatures: Rule = {
  summary: "inference.py makes the features that train.py makes",
  why: "A model that is given other columns than it was trained on raises, or predicts nonsense without a word.",
  mend: "Call the function inside predict(), so that training, validation and inference go the same way.",
  severity: "warning",
  bad: `# train.py\ntrain = add_date_features(train)   # and nothing in predict or inference.py`,
  good: `# train.py\ndef predict(models, df):\n    df = add_date_features(df)`,
  find(source) {
    const { train } = source;
    const main = mainOf(train);
    if (train === undefined || main === undefined || source.inference === undefined) return [];
    const reached = new Set(inferenceCode(source).map(({ node }) => node));
    const found: Found[] = [];
    for (const { file, node } of nodesOf(reachable(source, [{ file: train, node: main }]))) {
      if (node.nodeType !== "Call" || !featureWork.test(calledName(node))) continue;
      const target = ownTarget(source, file, node);
      if (
        target === undefined ||
        target.node.nodeType !== "FunctionDef" ||
        reached.has(target.node)
      )
        continue;
      found.push({
        file,
        at: node,
        message: `${calledName(node)} is called in training and not in inference`,
      });
    }
    return found;
  },
};

const saves =
  /^(dump|save|save_model|save_pretrained|to_pickle|save_file|savez|write_text|write_bytes|export_model)$/;
const learned =
  /encoder|scaler|imputer|vectori[sz]er|tokenizer|transformer|tfidf|pca|svd|binarizer|preprocess/i;

export const encodersLoaded: Rule = {
  summary: "inference.py loads the encoders that train.py saves",
  why: "What was fitted in training must transform the test rows; fitted again, or left out, the columns mean something else.",
  mend: "Load the file from settings.artifact_dir in inference.py and hand it to predict().",
  severity: "warning",
  bad: `# train.py\njoblib.dump(scaler, settings.artifact_dir / "scaler.joblib")   # inference.py never loads it`,
  good: `# inference.py\nscaler = joblib.load(settings.artifact_dir / "scaler.joblib")`,
  find(source) {
    if (source.inference === undefined) return [];
    const inInference = inferenceCode(source);
    const read = [...nodesOf(inInference)].flatMap(({ node }) => literalNames(node));
    if (read.some((text) => text.includes("*")) || usesFolderOnly(inInference)) return [];
    return savedFiles(source)
      .filter(({ text }) => learned.test(text) && !read.some((one) => sameFile(one, text)))
      .map(({ file, node, text }) => ({
        file,
        at: node,
        message: `inference.py never loads ${text}`,
      }));
  },
};

/** `glob`, `iterdir`: which files are loaded cannot be said. */
function usesFolderOnly(code: readonly Code[]): boolean {
  for (const { node } of nodesOf(code)) {
    if (node.nodeType === "Call" && /^(glob|rglob|iterdir|listdir)$/.test(calledName(node)))
      return true;
  }
  return false;
}

function literalNames(node: PyNode): string[] {
  if (node.nodeType !== "Constant" && node.nodeType !== "JoinedStr") return [];
  return [...strings(node)].map(({ text }) => text);
}

function sameFile(read: string, saved: string): boolean {
  return read !== "" && withoutNumbers(read) === withoutNumbers(saved);
}

/** A file's name with the fold's number, written or filled in, taken out. */
function withoutNumbers(text: string): string {
  return text
    .split("/")
    .at(-1)!
    .replaceAll(/\{\}|\d+/g, "");
}

function savedFiles(source: ExperimentSource): { file: IndexedFile; node: Call; text: string }[] {
  return trainingFiles(source).flatMap((file) =>
    file.calls
      .filter((call) => saves.test(calledName(call)))
      .flatMap((node) => {
        const texts = node.args.flatMap((one) => [...strings(one)].map(({ text }) => text));
        return texts
          .filter((text) => /\.\w{2,10}$/.test(text))
          .map((text) => ({ file, node, text }));
      }),
  );
}

export const sameConfig: Rule = {
  summary: "inference.py uses the Config of train.py as it is",
  why: "Another image size, length or list of columns than in training moves the predictions away from the CV score.",
  mend: "Set the value in Config, or save the config with the model and load it.",
  severity: "warning",
  bad: `# inference.py\nconfig = Config()\nconfig.max_len = 1024`,
  good: `# inference.py\nconfig = Config()`,
  find(source) {
    const { inference } = source;
    if (inference === undefined) return [];
    const inTraining = new Set(
      trainingFiles(source).flatMap((file) => file.nodes.flatMap(configFieldSet)),
    );
    return inference.nodes.flatMap((node) =>
      configFieldSet(node)
        .filter(
          (name) =>
            !inTraining.has(name) && !free.test(name) && !isUnder(inference, node, hangsOnDebug),
        )
        .map((name) => ({
          file: inference,
          at: node,
          message: `config.${name} is set in inference and not in training`,
        })),
    );
  },
};

/** Fields that say how to run, not what is computed. */
const free =
  /batch|worker|device|debug|verbose|path|dir|jobs|thread|pretrained|amp|fp16|dtype|tta/i;

function configFieldSet(node: PyNode): string[] {
  if (node.nodeType === "Call" && calledName(node) === "Config") {
    return node.keywords.flatMap(({ arg }) => (arg ? [arg] : []));
  }
  if (node.nodeType !== "Assign") return [];
  return node.targets.flatMap((one) =>
    one.nodeType === "Attribute" &&
    one.value.nodeType === "Name" &&
    /^(config|cfg|CFG)$/.test(one.value.id)
      ? [one.attr]
      : [],
  );
}

export const sameColumns: Rule = {
  summary: "a list of columns is written once",
  why: "Two lists that should be the same come apart with the next edit, and the model gets its columns in another order.",
  mend: "Import the list from train.py or settings.py.",
  severity: "warning",
  bad: `# train.py\nFEATURES = ["Age", "Fare", "Pclass"]\n# inference.py\nFEATURES = ["Age", "Fare"]`,
  good: `# inference.py\nfrom train import FEATURES`,
  find({ train, inference }) {
    if (train === undefined || inference === undefined) return [];
    const known = columnLists(train);
    return [...columnLists(inference)].flatMap(([name, { node, columns }]) => {
      const theirs = known.get(name)?.columns;
      if (theirs === undefined || theirs.join("\n") === columns.join("\n")) return [];
      return [
        {
          file: inference,
          at: node,
          message: `${name} is another list in train.py: ${difference(theirs, columns)}`,
        },
      ];
    });
  },
};

function difference(theirs: readonly string[], ours: readonly string[]): string {
  const lacking = theirs.filter((one) => !ours.includes(one));
  const extra = ours.filter((one) => !theirs.includes(one));
  const parts = [
    lacking.length > 0 && `${lacking.join(", ")} is lacking here`,
    extra.length > 0 && `${extra.join(", ")} is only here`,
  ];
  return parts.filter((part) => part !== false).join("; ") || "in another order";
}

function columnLists(file: IndexedFile): Map<string, { node: PyNode; columns: string[] }> {
  const found = new Map<string, { node: PyNode; columns: string[] }>();
  for (const node of file.tree.body) {
    if (
      node.nodeType !== "Assign" ||
      (node.value.nodeType !== "List" && node.value.nodeType !== "Tuple")
    )
      continue;
    const [target] = node.targets;
    const columns = node.value.elts.map(stringValue);
    if (
      target?.nodeType !== "Name" ||
      !/feature|feats|categor|numeric|(cat|num|text|use)_?cols?$/i.test(target.id) ||
      columns.length === 0
    )
      continue;
    if (columns.every((one) => one !== undefined)) found.set(target.id, { node, columns });
  }
  return found;
}

export const samePredict: Rule = {
  summary: "predict is called in inference.py as in train.py",
  why: "Other arguments are another prediction than the one that was validated, or a TypeError after the queue.",
  mend: "Call predict with the same arguments, and let values that matter come from Config.",
  severity: "error",
  bad: `# train.py\noof[va_idx] = predict(model, valid, tta=True)\n# inference.py\nprediction = predict(model, test)`,
  good: `# inference.py\nprediction = predict(model, test, tta=True)`,
  find(source) {
    const { train, inference } = source;
    const predict = train?.functions.get("predict");
    if (train === undefined || inference === undefined || predict === undefined) return [];
    const theirs = predictCalls(train, "predict");
    return predictCalls(inference, "train.predict").flatMap((call) => {
      const refused = cannotCall(predict, call);
      if (refused !== undefined) return [{ file: inference, at: call, message: refused }];
      const other = callsOtherwise(theirs, call);
      if (other === undefined) return [];
      return [{ file: inference, at: call, message: other, severity: "warning" as const }];
    });
  },
};

function predictCalls(file: IndexedFile, name: string): Call[] {
  return file.calls.filter((call) => resolve(file, call.func) === name && !takesUnknown(call));
}

type Function = NonNullable<ReturnType<typeof mainOf>>;

/** Why Python would refuse the call, or undefined. */
function cannotCall(predict: Function, call: Call): string | undefined {
  const known = parameterList(predict);
  const names = call.keywords.map(({ arg }) => arg!);
  const unknown = names.find((name) => !known.some((one) => one.name === name));
  if (unknown !== undefined && !predict.args.kwarg) return `predict takes no ${unknown}`;
  const positional = predict.args.posonlyargs.length + predict.args.args.length;
  if (call.args.length > positional && !predict.args.vararg)
    return `predict takes ${positional} arguments by position`;
  const needed = known.filter(
    (one, index) => index >= call.args.length && one.default === undefined,
  );
  const lacking = needed.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
  return lacking.length > 0 ? `predict is not given ${lacking.join(", ")}` : undefined;
}

/** An option that every call in training sets and this one does not, or sets to another constant. */
function callsOtherwise(theirs: readonly Call[], call: Call): string | undefined {
  const [first] = theirs;
  if (first === undefined || first.args.length !== call.args.length) return undefined;
  for (const { arg, value } of first.keywords) {
    if (!theirs.every((one) => keyword(one, arg!) !== undefined) || value.nodeType !== "Constant")
      continue;
    const ours = keyword(call, arg!);
    if (ours === undefined) return `training calls predict with ${arg}, inference without`;
    if (ours.nodeType === "Constant" && ours.value !== value.value)
      return `predict is given another ${arg} than in training`;
  }
  return undefined;
}
