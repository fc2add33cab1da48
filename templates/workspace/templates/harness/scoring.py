"""Metrics, and what they are computed on: labels, probabilities or values."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
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
    """

    needs: Literal["values", "labels", "ranks", "probabilities"]
    function: Callable[[np.ndarray, np.ndarray], float]
    pooled: bool = True
    lowest: float = -np.inf
    whole: bool = False


def roc_auc(truth: np.ndarray, proba: np.ndarray) -> float:
    """Area under the ROC curve, each class against the rest where both are there."""
    labels = [1] if proba.shape[1] == 2 else range(proba.shape[1])
    seen = [label for label in labels if 0 < np.sum(truth == label) < len(truth)]
    areas = [skm.roc_auc_score(truth == label, proba[:, label]) for label in seen]
    return float(np.mean(areas)) if areas else float("nan")


METRICS = {
    "accuracy": Metric("labels", skm.accuracy_score),
    "f1_macro": Metric("labels", lambda y, p: skm.f1_score(y, p, average="macro")),
    "quadratic_weighted_kappa": Metric(
        "ranks", lambda y, p: skm.cohen_kappa_score(y, p, weights="quadratic")
    ),
    "logloss": Metric("probabilities", lambda y, p: skm.log_loss(y, p, labels=range(p.shape[1]))),
    "roc_auc": Metric("probabilities", roc_auc),
    "rmse": Metric("values", skm.root_mean_squared_error),
    "rmsle": Metric("values", skm.root_mean_squared_log_error, lowest=0.0),
    "mae": Metric("values", skm.mean_absolute_error),
    "r2": Metric("values", skm.r2_score),
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
    if name in METRICS:
        return METRICS[name]
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
