"""Scores and files for the MLflow run that train.py has started; without one, nothing happens."""

import sys
from pathlib import Path


def track_score(name: str, score: float, step: int | None = None) -> None:
    mlflow = running()
    if mlflow is not None:
        # MLflow refuses the sign in map@3.
        mlflow.log_metric(name.replace("@", "_at_"), score, step=step)


def track_files(folder: Path) -> None:
    """The files of a folder, those of its folders left out."""
    mlflow = running()
    if mlflow is None:
        return
    for file in sorted(folder.iterdir()):
        if file.is_file():
            mlflow.log_artifact(str(file))


def running():
    mlflow = sys.modules.get("mlflow")
    return mlflow if mlflow is not None and mlflow.active_run() is not None else None
