"""Metrics, and what they are computed on: labels, probabilities or values."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.stats import rankdata
from sklearn import metrics as skm

from .project import Project
from .targets import Outputs, Target


@dataclass(frozen=True)
class Metric:
    """A score of one target; with several targets their mean counts.

    needs: what `function(truth, prediction)` is given. In a regression "values". Else "labels", the
    likeliest class numbers; "ranks", those nearest to the expected one; or "probabilities", a
    column a class.
    pooled: whether it may be taken over all folds at once; otherwise CV is the mean of the folds.
    lowest: predictions below it are raised to it.
    whole: whether `function` is given all targets at once, as oof.csv spells them.
    top: where the prediction is a list of labels, how many.
    """

    needs: Literal["values", "labels", "ranks", "probabilities"]
    function: Callable[[np.ndarray, np.ndarray], float]
    pooled: bool = True
    lowest: float = -np.inf
    whole: bool = False
    top: int = 0


def over_classes(function: Callable) -> Callable[[np.ndarray, np.ndarray], float]:
    """A score of the second of two classes, or the mean of each class against the rest, where
    both are there.
    """

    def score(truth: np.ndarray, proba: np.ndarray) -> float:
        labels = [1] if proba.shape[1] == 2 else range(proba.shape[1])
        seen = [label for label in labels if 0 < np.sum(truth == label) < len(truth)]
        scores = [function(truth == label, proba[:, label]) for label in seen]
        return float(np.mean(scores)) if scores else float("nan")

    return score


def brier(truth: np.ndarray, proba: np.ndarray) -> float:
    """Squared gaps, summed over the classes; of two classes those of one."""
    gaps = (proba - np.eye(proba.shape[1])[truth]) ** 2
    return float(gaps.sum(axis=1).mean() / (2 if proba.shape[1] == 2 else 1))


def top_accuracy(k: int) -> Metric:
    def score(truth: np.ndarray, proba: np.ndarray) -> float:
        order = np.argsort(proba, axis=1, kind="stable")[:, ::-1]
        return float((order[:, :k] == truth[:, None]).any(axis=1).mean())

    return Metric("probabilities", score)


def mean_average_precision(k: int) -> Metric:
    """Of one right label a row."""

    def score(truth: np.ndarray, proba: np.ndarray) -> float:
        return float(((likeliest(proba, k) == truth[:, None]) / np.arange(1, k + 1)).sum(1).mean())

    return Metric("probabilities", score, top=k)


def likeliest(proba: np.ndarray, k: int) -> np.ndarray:
    """The numbers of the k likeliest classes of each row; -1 where there are fewer classes."""
    order = np.argsort(-proba, axis=1, kind="stable")[:, :k]
    return np.pad(order, ((0, 0), (0, k - order.shape[1])), constant_values=-1)


def smape(truth: np.ndarray, values: np.ndarray) -> float:
    size = np.abs(truth) + np.abs(values)
    return float(np.mean(200 * np.abs(truth - values) / np.where(size == 0, 1, size)))


def rmspe(truth: np.ndarray, values: np.ndarray) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.sqrt(np.mean(((truth - values) / truth) ** 2)))


def pearson(truth: np.ndarray, values: np.ndarray) -> float:
    with np.errstate(invalid="ignore"):
        return float(np.corrcoef(truth, values)[0, 1])


def gini(truth: np.ndarray, values: np.ndarray) -> float:
    """Normalised; predictions that are equal share their places."""
    mine, best = (rankdata(side) - (len(truth) + 1) / 2 for side in (values, truth))
    spread = truth @ best
    return float(truth @ mine / spread) if spread else float("nan")


def pinball(quantile: float) -> Metric:
    return Metric("values", lambda y, p: skm.mean_pinball_loss(y, p, alpha=quantile))


def f_beta(beta: float) -> Metric:
    return Metric("labels", lambda y, p: skm.fbeta_score(y, p, beta=beta, zero_division=0))


METRICS = {
    "accuracy": Metric("labels", skm.accuracy_score),
    "balanced_accuracy": Metric("labels", skm.balanced_accuracy_score),
    "mcc": Metric("labels", skm.matthews_corrcoef),
    "f1": f_beta(1),
    "f1_macro": Metric("labels", lambda y, p: skm.f1_score(y, p, average="macro")),
    "f1_micro": Metric("labels", lambda y, p: skm.f1_score(y, p, average="micro")),
    "f1_weighted": Metric("labels", lambda y, p: skm.f1_score(y, p, average="weighted")),
    "fbeta_0.5": f_beta(0.5),
    "fbeta_2": f_beta(2),
    "precision": Metric("labels", lambda y, p: skm.precision_score(y, p, zero_division=0)),
    "recall": Metric("labels", lambda y, p: skm.recall_score(y, p, zero_division=0)),
    "quadratic_weighted_kappa": Metric(
        "ranks", lambda y, p: skm.cohen_kappa_score(y, p, weights="quadratic")
    ),
    "logloss": Metric("probabilities", lambda y, p: skm.log_loss(y, p, labels=range(p.shape[1]))),
    "roc_auc": Metric("probabilities", over_classes(skm.roc_auc_score)),
    "average_precision": Metric("probabilities", over_classes(skm.average_precision_score)),
    "brier": Metric("probabilities", brier),
    **{f"top_{k}_accuracy": top_accuracy(k) for k in (2, 3, 5, 10)},
    **{f"map_at_{k}": mean_average_precision(k) for k in (3, 5, 7, 10, 12, 20)},
    "mse": Metric("values", skm.mean_squared_error),
    "rmse": Metric("values", skm.root_mean_squared_error),
    "rmsle": Metric("values", skm.root_mean_squared_log_error, lowest=0.0),
    "mae": Metric("values", skm.mean_absolute_error),
    "medae": Metric("values", skm.median_absolute_error),
    "mape": Metric("values", skm.mean_absolute_percentage_error),
    "smape": Metric("values", smape),
    "rmspe": Metric("values", rmspe),
    **{f"pinball_{quantile}": pinball(quantile) for quantile in (0.1, 0.5, 0.9)},
    "r2": Metric("values", skm.r2_score),
    "pearson": Metric("values", pearson),
    "spearman": Metric("values", lambda y, p: pearson(rankdata(y), rankdata(p))),
    "gini": Metric("values", gini),
}


# Lines for METRICS to begin from, by direction and kind of task.
EXAMPLES = {
    "minimize": {
        "regression": 'Metric("values", skm.median_absolute_error)',
        "binary, multiclass or multilabel": 'Metric("labels", skm.zero_one_loss)',
    },
    "maximize": {
        "regression": 'Metric("values", skm.explained_variance_score)',
        "binary, multiclass or multilabel": 'Metric("labels", skm.balanced_accuracy_score)',
    },
}


def find_metric(project: Project) -> Metric:
    name = project.metric
    if name in METRICS or project.known_metric in METRICS:
        return METRICS.get(name) or METRICS[project.known_metric]
    lines = [
        f'    "{name}": {line},  # {kind}' for kind, line in EXAMPLES[project.direction].items()
    ]
    raise SystemExit(
        f"project.yml names the metric {name!r}, which this experiment cannot compute yet.\n"
        "Name a function of your own there (metric.function), and its scores are verified; or\n"
        f"add it to METRICS in {Path(__file__).resolve()}; a metric to {project.direction} is,\n"
        "for example\n" + "\n".join(lines)
    )


def decide(metric: Metric, output: np.ndarray) -> np.ndarray:
    """From a model's output to what the metric is computed on."""
    if metric.needs == "ranks":
        return np.rint(output @ np.arange(output.shape[1])).astype(int)
    return output.argmax(axis=1) if metric.needs == "labels" else output


def class_numbers(metric: Metric, output: np.ndarray) -> np.ndarray:
    return output.argmax(axis=1) if metric.needs == "probabilities" else decide(metric, output)


def evaluate(metric: Metric, targets: list[Target], outputs: Outputs, rows: np.ndarray) -> float:
    """The metric over some rows. A target for which it is not defined there is left out."""
    scores = [
        metric.function(target.y[rows], decide(metric, outputs[target.name][rows]))
        for target in targets
    ]
    defined = [score for score in scores if np.isfinite(score)]
    if not defined:
        raise SystemExit("the metric is not defined on a fold: choose another validation.strategy")
    return float(np.mean(defined))
