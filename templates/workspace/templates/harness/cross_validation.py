"""Out-of-fold predictions: a model on each fold's training rows predicts the rows left out."""

import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from .data import Data
from .own_metric import score as score_rows
from .project import Directories, Project
from .targets import Outputs, Target
from .tracking import track_score
from .validation import make_splits


@dataclass(frozen=True)
class Fold:
    """What `fit` is told of the fold it trains for. Its result depends on its arguments alone."""

    number: int  # from 0
    seed: int
    folder: Path  # what fit writes here, such as checkpoints, stays with the artifacts


@dataclass
class FoldModel:
    model: Any  # what fit returned; None where there was one class only, so nothing to learn
    classes: dict[str, list[int]]  # of each target, which of all classes the model knows


Fit = Callable[[pl.DataFrame, list[Target], Fold, Project, Any], Any]
Predict = Callable[[Any, pl.DataFrame], Outputs]


@dataclass
class CrossValidation:
    data: Data
    models: list[FoldModel]
    scores: list[float]
    # All rows, as often as they are split anew: the first repeat's rows, then the second's.
    targets: list[Target]
    fold: np.ndarray  # in which each was validated; -1: in none
    oof: Outputs

    @property
    def score(self) -> float:
        if self.data.metric.pooled:
            validated = np.flatnonzero(self.fold >= 0)
            return score_rows(self.data.metric, self.targets, self.oof, validated)
        return float(np.mean(self.scores))


def cross_validate(
    data: Data, fit: Fit, predict: Predict, config: Any, settings: Directories
) -> CrossValidation:
    """Calls `fit` once a fold, and `predict` on the rows that fold leaves out.

    `config` goes to `fit` as it is; its field `seed` is every fold's seed.
    """
    start_artifacts(settings)
    project, metric = data.project, data.metric
    splits = make_splits(data.table, data.targets, project)
    n_classes = {target.name: len(target.classes) for target in data.targets}
    height, repeats = data.frame.height, project.n_repeats
    places = height * repeats
    oof = {name: np.zeros((places, n) if n else places) for name, n in n_classes.items()}
    truth = [replace(target, y=np.tile(target.y, repeats)) for target in data.targets]
    result = CrossValidation(data, [], [], truth, np.full(places, -1), oof)
    for number, (fit_rows, valid_rows) in enumerate(splits):
        fold = Fold(number, config.seed, settings.artifact_dir / "folds" / str(number))
        model = fit_fold(data, fit_rows, fit, fold, config)
        outputs = predict_fold(predict, model, data.frame[valid_rows], n_classes, metric.lowest)
        validated = valid_rows + number // project.n_splits * height
        for name, output in outputs.items():
            oof[name][validated] = output
        score = score_rows(metric, truth, oof, validated)
        result.models.append(model)
        result.scores.append(score)
        result.fold[validated] = number
        track_score(f"fold_{project.metric}", score, step=number)
        print(f"fold {number + 1}/{len(splits)} {project.metric}={score:.4f}", flush=True)
    print(f"CV {project.metric}={result.score:.4f}", flush=True)
    track_score(f"cv_{project.metric}", result.score)
    return result


def start_artifacts(settings: Directories) -> None:
    """Nothing of an earlier run may pass for this one's."""
    settings.artifact_dir.mkdir(parents=True, exist_ok=True)
    (settings.artifact_dir / "metrics.json").unlink(missing_ok=True)
    shutil.rmtree(settings.artifact_dir / "folds", ignore_errors=True)


def fit_fold(data: Data, rows: np.ndarray, fit: Fit, fold: Fold, config: Any) -> FoldModel:
    targets = [target.rows(rows) for target in data.targets]
    learnt = [target for target in targets if len(target.classes) != 1]
    numbers = {
        whole.name: [whole.classes.index(name) for name in part.classes]
        for whole, part in zip(data.targets, targets, strict=True)
    }
    if not learnt:
        return FoldModel(None, numbers)
    fold.folder.mkdir(parents=True)
    seed_everything(fold.seed)
    model = fit(data.frame[rows], learnt, fold, data.project, config)
    for folder in (fold.folder, fold.folder.parent):
        if not any(folder.iterdir()):
            folder.rmdir()
    return FoldModel(model, numbers)


def seed_everything(seed: int) -> None:
    """Of what draws from a state of the whole process: no fold goes on from the one before."""
    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def predict_fold(
    predict: Predict, fold: FoldModel, df: pl.DataFrame, n_classes: dict[str, int], lowest: float
) -> Outputs:
    """One model's predictions: values, or a column for each of all classes (0: unknown to it)."""
    given = {} if fold.model is None else predict(fold.model, df)
    outputs = {}
    for name, known in fold.classes.items():
        if n_classes[name] == 0:
            values = checked(given, name, (df.height,))
            outputs[name] = np.maximum(values, lowest)
            continue
        outputs[name] = np.zeros((df.height, n_classes[name]))
        one_class = len(known) == 1
        outputs[name][:, known] = 1 if one_class else checked(given, name, (df.height, len(known)))
    return outputs


def checked(given: Outputs, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """What predict gave for a target. Two classes may come as the probability of the second."""
    raw = np.asarray(given.get(name, []))
    output = raw.astype(float)
    if shape[1:] == (2,) and output.shape == shape[:1]:
        output = np.column_stack([1 - output, output])
    elif len(shape) > 1 and output.shape == shape and raw.itemsize < 8:
        output /= output.sum(axis=1, keepdims=True)  # float32 adds up to 1 only nearly
    if output.shape == shape and np.isfinite(output).all():
        return output
    columns = f" and {shape[1]} columns, one a class" if len(shape) > 1 else ""
    found = f"an array of shape {output.shape}" if name in given else "nothing"
    raise SystemExit(
        f"predict() in train.py must give finite numbers for the target {name!r}, in "
        f"{shape[0]} rows{columns}; it gave {found}"
    )
