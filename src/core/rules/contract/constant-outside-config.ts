import type { PyNode } from "../analysis/python-tree.ts";
import { assignments, type IndexedFile } from "../analysis/source-index.ts";
import type { Found, Rule } from "../rule.ts";

/** Words of names that one tunes. A name must hold one whole: LEARNING_RATE, lgb_params, N_FOLDS. */
const tunable =
  /(?:^|_)(lr|learning_rate|epochs?|n_epochs|batch_size|bs|n_splits|n_folds|folds|num_folds|seed|random_state|max_depth|num_leaves|n_estimators|num_boost_round|num_rounds|iterations|max_iter|early_stopping(_rounds)?|patience|dropout|weight_decay|warmup(_ratio|_steps)?|momentum|img_size|image_size|max_len|max_length|hidden(_size|_dim)?|num_layers|n_layers|min_child_(weight|samples)|subsample|colsample_bytree|reg_(alpha|lambda)|label_smoothing|mixup|backbone|model_name)$/i;

const tunableDict = /(?:^|_)(params|parameters|hparams|hyperparams|hyperparameters|config|cfg)$/i;

export const constantOutsideConfig: Rule = {
  code: "XF108",
  name: "constant-outside-config",
  severity: "warning",
  summary: "tunable values are fields of Config, not module constants",
  why: "Config is written to metrics.json and MLflow. A value outside it is not recorded, and two experiments that differ only in that value look the same.",
  fix: "Make it a field of Config in settings.py and read it from config.",
  bad: `LEARNING_RATE = 0.05`,
  good: `@dataclass\nclass Config:\n    learning_rate: float = 0.05`,
  check({ files }) {
    return [...files.values()].flatMap(constantsIn);
  },
};

function constantsIn(file: IndexedFile): Found[] {
  const found: Found[] = [];
  for (const node of file.tree.body) {
    for (const { name, value } of assignments(node)) {
      if (!isTunable(name, value)) continue;
      found.push({ file, at: node, message: `${name} is tunable: make it a field of Config` });
    }
  }
  return found;
}

function isTunable(name: string, value: PyNode): boolean {
  if (tunable.test(name)) return isLiteral(value);
  if (!tunableDict.test(name)) return false;
  if (value.nodeType === "Dict") return value.values.some(isNumber);
  if (value.nodeType !== "Call" || value.func.nodeType !== "Name" || value.func.id !== "dict") {
    return false;
  }
  return value.keywords.some((one) => isNumber(one.value));
}

function isLiteral(node: PyNode): boolean {
  return node.nodeType === "Constant" ? node.value !== null : isNumber(node);
}

function isNumber(node: PyNode): boolean {
  if (node.nodeType === "UnaryOp") return isNumber(node.operand);
  return node.nodeType === "Constant" && typeof node.value === "number";
}
