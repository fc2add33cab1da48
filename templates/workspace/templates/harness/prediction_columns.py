"""Predictions as the columns of oof.csv, test_predictions.csv and submission.csv."""

from typing import Any

import numpy as np

from .scoring import Metric, class_numbers, likeliest
from .targets import Outputs


def prediction_columns(outputs: Outputs, classes: dict[str, list[str]], metric: Metric) -> dict:
    """`pred` is the label or value, or, where the metric wants probabilities and there are two
    classes, that of the second; of a list of labels it has the likeliest, with blanks between.
    proba_<class> are all. With several targets their names are part of
    the columns'.
    """
    columns: dict[str, Any] = {}
    for target, output in outputs.items():
        suffix = f"_{target}" if len(outputs) > 1 else ""
        names = classes[target]
        if not names:
            columns[f"pred{suffix}"] = output
            continue
        second = metric.needs == "probabilities" and len(names) == 2 and not metric.top
        labels = np.array(names)[class_numbers(metric, output)]
        if metric.top:
            order = likeliest(output, min(metric.top, len(names)))
            labels = np.array([" ".join(names[k] for k in row) for row in order])
        columns[f"pred{suffix}"] = output[:, 1] if second else labels
        columns |= {f"proba{suffix}_{name}": output[:, k] for k, name in enumerate(names)}
    return columns


def scored_columns(classes: dict[str, list[str]], metric: Metric) -> list[str]:
    """Those of the prediction columns on which the metric is computed."""
    if len(classes) > 1:
        return [f"pred_{target}" for target in classes]
    (names,) = classes.values()
    if metric.needs == "probabilities" and len(names) > 2:
        return [f"proba_{name}" for name in names]
    return ["pred"]
