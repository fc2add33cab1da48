import { findMetric, metricFamily } from "../metrics/known-metrics.ts";
import type { Metric } from "../metrics/metric.ts";
import type { Project } from "../competition/project.ts";

/** What a competition asks for, as far as it decides which techniques make sense. */
export interface TaskTraits {
  /** Undefined under a metric whose name does not say. */
  family: "classification" | "regression" | undefined;
  /** What the metric is computed on; undefined where Crossfold does not compute it. */
  needs: Metric["needs"] | undefined;
  /** Rows are ordered in time. */
  time: boolean;
  /** The metric is taken on a log scale; the template then trains on one already. */
  logScale: boolean;
  /** Several targets. */
  several: boolean;
}

/** What is known of one experiment or plan, for telling which techniques it tried. */
export interface Trial {
  experiment: string;
  /** Hypothesis, title, description: any script. */
  text: string;
  /** Keys of Config that differ from the parent's. */
  changed: readonly string[];
  /** Names of `f_` columns that neither the template nor the parent has. */
  features: readonly string[];
}

interface Technique {
  name: string;
  fits?(task: TaskTraits): boolean;
  /** In a trial's text. */
  words: RegExp;
  /** A changed key of Config. */
  keys?: RegExp;
  /** An `f_` column's name. */
  features?: RegExp;
}

const isRegression = ({ family }: TaskTraits) => family === "regression";
const isClassification = ({ family }: TaskTraits) => family === "classification";

// oxfmt-ignore
const techniques: readonly Technique[] = [
  { name: "target transform (log, rank)", fits: (task) => isRegression(task) && !task.logScale, words: /\blog[ -]?(of the )?targets?\b|target.{0,30}\b(log|rank|scale)|\blog(1p)?\b.{0,30}\b(target|price|sales)|対数/i, keys: /log_?target|target_?(transform|scale)/i },
  { name: "a loss that matches the metric", fits: isRegression, words: /\bloss\b|\bobjective\b|huber|tweedie|quantile|損失/i, keys: /loss|objective/i },
  { name: "ratios and differences of columns", words: /\bratios?\b|\bdifferences? (of|between)|\bshares? of|interaction|比率|割合|差分|交互作用/i, features: /ratio|_per_|share|diff|_x_|_div_/i },
  { name: "group statistics (aggregations)", words: /aggregat|group(ed)? (mean|statistic|median)|\bcount encod|frequency|per[- ]group|集約|頻度|グループ.{0,6}(平均|統計)/i, features: /mean|median|count|freq|_std|_agg|rank/i },
  { name: "target or mean encoding", words: /(target|mean)[- ]encod|ターゲットエンコ/i, keys: /max_categories|encod|smooth/i },
  { name: "missing-value indicators or imputation", words: /missing|imput|\bnulls?\b|\bnan\b|欠損|補完/i, keys: /imput/i, features: /missing|isnull|isna/i },
  { name: "feature selection", words: /feature selection|\b(drop|remov|prun)\w* .{0,30}(columns?|features?)|fewer (columns|features)|特徴量(選択|削減)/i, keys: /drop|select|n_features/i },
  { name: "lags and rolling windows", fits: ({ time }) => time, words: /\blags?\b|rolling|window|moving average|ラグ|移動平均/i, features: /lag|roll|ewm|shift/i },
  { name: "seasonal and calendar features", fits: ({ time }) => time, words: /season|holiday|calendar|week(day|end)|fourier|季節|祝日|曜日/i, features: /holiday|season|_sin|_cos|weekend/i },
  { name: "learning rate and number of rounds", words: /learning rate|\brounds\b|\bepochs\b|学習率/i, keys: /learning_rate|^lr$|epochs|n_estimators|max_iter/i },
  { name: "model size", words: /deeper|shallower|\bdepth\b|\bleaves\b|(bigger|smaller|larger) (model|network|trees)|深さ|葉/i, keys: /depth|leaves|leaf_nodes|hidden|layers|width/i },
  { name: "regularization and row or column sampling", words: /regulari[sz]|\bdropout\b|weight decay|subsampl|colsample|bagging|正則化/i, keys: /l1|l2|lambda|alpha|dropout|decay|min_samples|min_child|subsample|colsample|max_features|bagging/i },
  { name: "another model family", words: /lightgbm|\blgbm?\b|xgboost|\bxgb\b|catboost|random forest|extra trees|\blinear\b|\bridge\b|logistic|\bsvm\b|\bknn\b|neural|\bmlp\b|transformer|tabpfn|ニューラル|線形|別のモデル/i, keys: /^model(_name|_kind|_type)?$|estimator|algorithm|backbone/i },
  { name: "a blend or stack of models", words: /blend|ensembl|stack(ed|ing)|アンサンブル|ブレンド|スタッキング/i, keys: /blend|ensembl|stack/i },
  { name: "seed averaging", words: /\bseeds\b|seed averag|シード/i, keys: /^seeds$|n_seeds/i },
  { name: "class weights", fits: isClassification, words: /class weight|imbalanc|oversampl|undersampl|resampl|smote|focal|不均衡/i, keys: /class_weight|pos_weight|focal/i },
  { name: "decision thresholds tuned on OOF", fits: ({ needs }) => needs === "labels", words: /threshold|cut-?off|閾値|しきい値/i, keys: /threshold|cutoff/i },
  { name: "probability calibration", fits: ({ needs }) => needs === "probabilities", words: /calibrat|temperature|isotonic|platt|較正|キャリブレ/i, keys: /calibrat|temperature/i },
  { name: "one target's prediction as a feature for another", fits: ({ several }) => several, words: /\bchain|multi-?task|other targets?/i, keys: /chain/i },
  { name: "pseudo-labels, or external data where the rules allow it", words: /pseudo|external data|semi-?supervised|外部データ|擬似ラベル/i, keys: /pseudo|external/i },
];

/** What a project.yml says of the task. */
export function taskTraits({ metric, validation, data }: Project): TaskTraits {
  const known = findMetric(metric.name);
  return {
    family: metricFamily(metric.name),
    needs: known?.needs,
    time: validation.strategy === "TimeSeriesSplit" || validation.time !== undefined,
    logScale: known?.logScale === true,
    several: Array.isArray(data.target) && data.target.length > 1,
  };
}

export interface TechniqueSeen {
  technique: string;
  /** Experiments and plans in which it was seen; empty where it was in none. */
  seenIn: string[];
}

/**
 * The common techniques for a kind of task, and where each was tried: in the words of a hypothesis, in a changed setting, in
 * the name of a feature. A technique tried without any of these is not seen.
 */
export function commonTechniques(task: TaskTraits, trials: readonly Trial[]): TechniqueSeen[] {
  return techniques
    .filter(({ fits }) => fits === undefined || fits(task))
    .map((technique) => ({
      technique: technique.name,
      seenIn: trials.filter((trial) => shows(trial, technique)).map(({ experiment }) => experiment),
    }));
}

function shows({ text, changed, features }: Trial, technique: Technique): boolean {
  return (
    technique.words.test(text) ||
    changed.some((key) => technique.keys?.test(key) === true) ||
    features.some((name) => technique.features?.test(name) === true)
  );
}
