"""What a training leaves in artifact_dir: models, predictions, plots and, last, metrics.json."""

import hashlib
import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import polars as pl

from .cross_validation import CrossValidation
from .main_module import name_main_classes
from .masking import masked
from .plots import save_plots
from .prediction_columns import prediction_columns, scored_columns
from .project import Directories
from .tracking import track_files


def save_predictions(result: CrossValidation, settings: Directories) -> None:
    """models.joblib and project.yml, which inference.py reads; oof.csv, folds.csv and plots."""
    data, folder = result.data, settings.artifact_dir
    shutil.copyfile(settings.project_file, folder / "project.yml")
    name_main_classes()
    saved = {
        "layout": data.layout,
        "classes": classes_of(result),
        "needs": data.metric.needs,
        "models": result.models,
    }
    joblib.dump(saved, folder / "models.joblib")

    validated = np.flatnonzero(result.fold >= 0)
    outputs = {name: output[validated] for name, output in result.oof.items()}
    columns = prediction_columns(outputs, classes_of(result), data.metric)
    table = data.table[validated % data.table.height]
    table = table.select(data.project.id, *data.project.targets)
    table.with_columns(**columns, fold=result.fold[validated]).write_csv(folder / "oof.csv")
    folds_of_all_rows(result).write_csv(folder / "folds.csv")
    truth = {target.name: target.y[validated] for target in result.targets}
    save_plots(folder, truth, outputs, classes_of(result), data.metric)


def save_metrics(result: CrossValidation, config: Any, settings: Directories, debug: bool) -> None:
    """metrics.json, last of all: where it is, the run is whole."""
    data, project = result.data, result.data.project
    classes = classes_of(result)
    single = project.targets[0] if len(project.targets) == 1 else None
    oof = {
        "file": "oof.csv",
        "id": project.id,
        "target": single or project.targets,
        "prediction": scored_columns(classes, data.metric),
        "fold": "fold",
    }
    if single and classes[single]:
        oof["classes"] = classes[single]
    metrics = {
        "cv_score": result.score,
        "cv_is": "oof" if data.metric.pooled else "fold_mean",
        "fold_scores": result.scores,
        "metric": project.metric,
        "direction": project.direction,
        "kind": data.kind,
        "debug": debug,
        "config": masked(asdict(config)),
        "validation": project.validation() | {"folds_sha256": hash_folds(result)},
        "oof": oof,
    }
    write_json(settings.artifact_dir / "metrics.json", metrics)
    track_files(settings.artifact_dir)


def classes_of(result: CrossValidation) -> dict[str, list[str]]:
    return {target.name: target.classes for target in result.data.targets}


def folds_of_all_rows(result: CrossValidation) -> pl.DataFrame:
    """Every row of the training data and the fold that validated it, of several repeats "2 7"; -1:
    none did.
    """
    data = result.data
    fold = np.full(len(data.ids), "-1", dtype=object)
    by_row = result.fold.reshape(-1, data.table.height).T
    fold[data.labelled] = [" ".join(map(str, folds)) for folds in by_row]
    return pl.DataFrame({data.project.id: data.ids, "fold": fold.tolist()})


def hash_folds(result: CrossValidation) -> str:
    """SHA-256 of the lines of folds.csv below the header."""
    rows = folds_of_all_rows(result).iter_rows()
    return hashlib.sha256(
        "".join(f"{row_id},{fold}\n" for row_id, fold in rows).encode()
    ).hexdigest()


def write_json(path: Path, content: dict) -> None:
    """Whole or not at all. A score that is no number is an error, never a file."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    os.replace(part, path)
