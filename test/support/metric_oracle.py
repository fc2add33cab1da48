"""The scores of random rows by scikit-learn, SciPy or a formula written apart, and by the template's harness.

Reads JSON from standard input: {"harness": folder, "questions": [{metric, task, form, y, p}]}; `y` and
`p` have a list for each side of the leaderboard, and in it one for each target.
"""

import json
import sys
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics as skm

warnings.filterwarnings("ignore")


def averaged(**options):
    return lambda function: lambda y, p: function(y, p, zero_division=0, **options)


def mean_of_targets(function):
    """One column to the function; of several the mean."""

    def score(y, p):
        if len(y) == 1:
            return function(np.array(y[0]), np.array(p[0]))
        return np.mean([function(np.array(a), np.array(b)) for a, b in zip(y, p, strict=True)])

    return score


def as_matrix(function, **options):
    """Of several targets scikit-learn's own mean over the columns of a matrix."""

    def score(y, p):
        if len(y) == 1:
            return function(np.array(y[0]), np.array(p[0]))
        second = [np.array(b)[:, 1] if np.ndim(b) == 2 else np.array(b) for b in p]
        return function(np.array(y).T, np.array(second).T, average="macro", **options)

    return score


def second(proba):
    return proba[:, 1] if proba.shape[1] == 2 else proba


def log_loss(y, p):
    return skm.log_loss(y, p, labels=range(p.shape[1]))


def roc_auc(y, p, **options):
    if p.ndim == 2 and p.shape[1] > 2 and not options:
        return skm.roc_auc_score(y, p, multi_class="ovr", labels=range(p.shape[1]))
    return skm.roc_auc_score(y, p if options else second(p), **options)


def average_precision(y, p, **options):
    return skm.average_precision_score(y, p if options else second(p), **options)


def brier(y, p):
    return skm.brier_score_loss(y, second(p), labels=range(p.shape[1]))


def top(k):
    return lambda y, p: skm.top_k_accuracy_score(y, p, k=k, labels=range(p.shape[1]))


def apk(actual, predicted, k):
    """The average precision at k of Ben Hamner's ml_metrics, which Kaggle's definition follows."""
    predicted = predicted[:k]
    score = hits = 0.0
    for place, label in enumerate(predicted):
        if label in actual and label not in predicted[:place]:
            hits += 1.0
            score += hits / (place + 1.0)
    return score / min(len(actual), k)


def mapk(k):
    def score(y, p):
        (truth,), (lists,) = y, p
        return np.mean([apk(a, b, k) for a, b in zip(truth, lists, strict=True)])

    return score


def smape(y, p):
    return 100 * np.mean([0 if a == b == 0 else abs(a - b) / ((abs(a) + abs(b)) / 2) for a, b in zip(y, p)])


def rmspe(y, p):
    return float(np.sqrt(sum(((a - b) / a) ** 2 for a, b in zip(y, p)) / len(y)))


def gini_in_order(truth):
    """Kaggle's: how far the share of the total runs ahead of the share of the rows."""
    ahead = np.cumsum(truth) / np.sum(truth) - np.arange(1, len(truth) + 1) / len(truth)
    return np.sum(ahead) / len(truth)


def gini(y, p):
    """With equal predictions the mean of their best and their worst order."""
    if set(y) <= {0, 1}:
        return 2 * skm.roc_auc_score(y, p) - 1
    best, worst = (gini_in_order(y[np.lexsort((order, -p))]) for order in (-y, y))
    return (best + worst) / 2 / gini_in_order(np.sort(y)[::-1])


def pinball(quantile):
    return lambda y, p: skm.mean_pinball_loss(y, p, alpha=quantile)


def fbeta(beta):
    def score(y, p, **options):
        return skm.fbeta_score(y, p, beta=beta, zero_division=0, **options)

    return as_matrix(score)


def labels_of(function, **options):
    return mean_of_targets(lambda y, p: function(y, p, **options))


SKLEARN = {
    "accuracy": ("accuracy_score", labels_of(skm.accuracy_score)),
    "balanced_accuracy": ("balanced_accuracy_score", labels_of(skm.balanced_accuracy_score)),
    "mcc": ("matthews_corrcoef", labels_of(skm.matthews_corrcoef)),
    "f1": ("f1_score", as_matrix(lambda y, p, **o: skm.f1_score(y, p, zero_division=0, **o))),
    "f1_macro": ("f1_score", labels_of(skm.f1_score, average="macro")),
    "f1_micro": ("f1_score", labels_of(skm.f1_score, average="micro")),
    "f1_weighted": ("f1_score", labels_of(skm.f1_score, average="weighted")),
    "fbeta_0.5": ("fbeta_score", fbeta(0.5)),
    "fbeta_2": ("fbeta_score", fbeta(2)),
    "precision": (
        "precision_score",
        as_matrix(lambda y, p, **o: skm.precision_score(y, p, zero_division=0, **o)),
    ),
    "recall": (
        "recall_score",
        as_matrix(lambda y, p, **o: skm.recall_score(y, p, zero_division=0, **o)),
    ),
    "quadratic_weighted_kappa": (
        "cohen_kappa_score",
        labels_of(skm.cohen_kappa_score, weights="quadratic"),
    ),
    "logloss": ("log_loss", mean_of_targets(log_loss)),
    "roc_auc": ("roc_auc_score", as_matrix(roc_auc)),
    "average_precision": ("average_precision_score", as_matrix(average_precision)),
    "brier": ("brier_score_loss", mean_of_targets(brier)),
    **{f"top_{k}_accuracy": ("top_k_accuracy_score", mean_of_targets(top(k))) for k in (2, 3, 5, 10)},
    "mse": ("mean_squared_error", labels_of(skm.mean_squared_error)),
    "rmse": ("root_mean_squared_error", labels_of(skm.root_mean_squared_error)),
    "rmsle": ("root_mean_squared_log_error", labels_of(skm.root_mean_squared_log_error)),
    "mae": ("mean_absolute_error", labels_of(skm.mean_absolute_error)),
    "medae": ("median_absolute_error", labels_of(skm.median_absolute_error)),
    "mape": ("mean_absolute_percentage_error", labels_of(skm.mean_absolute_percentage_error)),
    **{f"pinball_{q}": ("mean_pinball_loss", mean_of_targets(pinball(q))) for q in (0.1, 0.5, 0.9)},
    "r2": ("r2_score", labels_of(skm.r2_score)),
}
SCIPY = {
    "pearson": ("pearsonr", mean_of_targets(lambda y, p: stats.pearsonr(y, p).statistic)),
    "spearman": ("spearmanr", mean_of_targets(lambda y, p: stats.spearmanr(y, p).statistic)),
}
APART = {
    **{f"map_at_{k}": ("Kaggle's formula", mapk(k)) for k in (3, 5, 7, 10, 12, 20)},
    "smape": ("Kaggle's formula", mean_of_targets(smape)),
    "rmspe": ("Kaggle's formula", mean_of_targets(rmspe)),
    "gini": ("Kaggle's formula", mean_of_targets(gini)),
}


def oracle(metric):
    for prefix, table in (("sklearn.metrics.", SKLEARN), ("scipy.stats.", SCIPY), ("", APART)):
        if metric in table:
            name, function = table[metric]
            return prefix + name, function
    raise SystemExit(f"no second computation of {metric}")


def by_harness(metric, y, p):
    scores = [
        metric.function(np.array(truth), np.array(prediction))
        for truth, prediction in zip(y, p, strict=True)
    ]
    return float(np.mean(scores))


def main():
    request = json.load(sys.stdin)
    sys.path.insert(0, request["harness"])
    from harness.metric_names import OTHER_NAMES
    from harness.scoring import METRICS

    answers = []
    for question in request["questions"]:
        name, function = oracle(question["metric"])
        sides = list(zip(question["y"], question["p"], strict=True))
        harness = None
        if question["harness"] is not None:
            metric = METRICS[question["metric"]]
            given = question if question["harness"] == "same" else question["harness"]
            inputs = zip(given["y"], given["p"], strict=True)
            harness = [by_harness(metric, y, p) for y, p in inputs]
        answers.append({"by": name, "scores": [float(function(y, p)) for y, p in sides], "harness": harness})
    table = {name: {"needs": metric.needs, "top": metric.top} for name, metric in METRICS.items()}
    json.dump({"answers": answers, "metrics": table, "names": OTHER_NAMES}, sys.stdout)


main()
