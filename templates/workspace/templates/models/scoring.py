"""Metrics, and what they are computed on: class numbers, probabilities or values."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from sklearn import metrics as skm

from settings import Project

# Of each target, a row for each row of data: the probability of each class, or one value.
Outputs = dict[str, np.ndarray]


@dataclass(frozen=True)
class Metric:
    """A score of one target; with several targets their mean counts.

    needs: what `function(truth, prediction)` is given. "label": class numbers, the likeliest.
    "rank": class numbers, nearest to the expected one. "proba": a column a class. "value": numbers.
    pooled: whether it may be taken over all folds at once; otherwise CV is the mean of the folds.
    """

    needs: Literal["label", "rank", "proba", "value"]
    function: Callable[[np.ndarray, np.ndarray], float]
    pooled: bool = True


def roc_auc(truth: np.ndarray, proba: np.ndarray) -> float:
    """Area under the ROC curve, each class against the rest where both are there."""
    labels = [1] if proba.shape[1] == 2 else range(proba.shape[1])
    seen = [label for label in labels if 0 < np.sum(truth == label) < len(truth)]
    areas = [skm.roc_auc_score(truth == label, proba[:, label]) for label in seen]
    return float(np.mean(areas)) if areas else float("nan")


METRICS = {
    "accuracy": Metric("label", skm.accuracy_score),
    "f1_macro": Metric("label", lambda y, p: skm.f1_score(y, p, average="macro")),
    "quadratic_weighted_kappa": Metric(
        "rank", lambda y, p: skm.cohen_kappa_score(y, p, weights="quadratic")
    ),
    "logloss": Metric("proba", lambda y, p: skm.log_loss(y, p, labels=range(p.shape[1]))),
    "roc_auc": Metric("proba", roc_auc),
    "rmse": Metric("value", skm.root_mean_squared_error),
    "rmsle": Metric("value", skm.root_mean_squared_log_error),
    "mae": Metric("value", skm.mean_absolute_error),
    "r2": Metric("value", skm.r2_score),
}


# Lines for METRICS to begin from, by direction and by what the target holds.
EXAMPLES = {
    "minimize": {
        "numbers": 'Metric("value", skm.median_absolute_error)',
        "classes": 'Metric("label", skm.zero_one_loss)',
    },
    "maximize": {
        "numbers": 'Metric("value", skm.explained_variance_score)',
        "classes": 'Metric("label", skm.balanced_accuracy_score)',
    },
}


def find_metric(project: Project) -> Metric:
    name = project.metric
    if name in METRICS:
        return METRICS[name]
    lines = [
        f'    "{name}": {line},  # where the target holds {kind}'
        for kind, line in EXAMPLES[project.direction].items()
    ]
    raise SystemExit(
        f"project.yml names the metric {name!r}, which this experiment cannot compute yet.\n"
        f"Add it to METRICS in {Path(__file__).resolve()}; a metric to {project.direction} is,\n"
        "for example\n" + "\n".join(lines)
    )


def decide(metric: Metric, output: np.ndarray) -> np.ndarray:
    """From what the models say to what the metric is computed on."""
    if metric.needs == "rank":
        return np.rint(output @ np.arange(output.shape[1])).astype(int)
    return output.argmax(axis=1) if metric.needs == "label" else output


def class_numbers(metric: Metric, output: np.ndarray) -> np.ndarray:
    return output.argmax(axis=1) if metric.needs == "proba" else decide(metric, output)


def evaluate(metric: Metric, truth: Outputs, outputs: Outputs, rows: np.ndarray) -> float:
    """The metric over some rows. A target for which it is not defined there is left out."""
    scores = [metric.function(y[rows], decide(metric, outputs[t][rows])) for t, y in truth.items()]
    defined = [score for score in scores if np.isfinite(score)]
    if not defined:
        raise SystemExit("the metric is not defined on a fold: choose another validation.strategy")
    return float(np.mean(defined))


def encode_target(column: pl.Series, metric: Metric) -> tuple[np.ndarray, list[str]]:
    """The target as class numbers with the classes in their order, or as values with no classes."""
    if metric.needs == "value":
        values = column.cast(pl.Float64, strict=False)
        if values.null_count() > 0:
            raise SystemExit(f"the target {column.name!r} must hold numbers for this metric")
        return values.to_numpy(), []
    classes = sort_labels(column.unique().to_list())
    if not 2 <= len(classes) <= max(2, len(column) / 2):
        raise SystemExit(f"{len(classes)} classes in target {column.name!r} fit no such metric")
    return column.replace_strict(classes, range(len(classes))).to_numpy(), classes


def sort_labels(labels: list[str]) -> list[str]:
    try:
        return sorted(labels, key=float)
    except ValueError:
        return sorted(labels)


def prediction_columns(outputs: Outputs, classes: dict[str, list[str]], metric: Metric) -> dict:
    """Columns of oof.csv and submission.csv. `pred` is the label or value, or, where the metric
    wants probabilities and there are two classes, that of the second; proba_<class> are all.
    With several targets their names are part of the columns'.
    """
    columns: dict[str, Any] = {}
    for target, output in outputs.items():
        suffix = f"_{target}" if len(outputs) > 1 else ""
        names = classes[target]
        if not names:
            columns[f"pred{suffix}"] = output
            continue
        second = metric.needs == "proba" and len(names) == 2
        labels = np.array(names)[class_numbers(metric, output)]
        columns[f"pred{suffix}"] = output[:, 1] if second else labels
        columns |= {f"proba{suffix}_{name}": output[:, k] for k, name in enumerate(names)}
    return columns


def scored_columns(classes: dict[str, list[str]], metric: Metric) -> list[str]:
    """Those of the prediction columns on which the metric is computed."""
    if len(classes) > 1:
        return [f"pred_{target}" for target in classes]
    (names,) = classes.values()
    if metric.needs == "proba" and len(names) > 2:
        return [f"proba_{name}" for name in names]
    return ["pred"]
