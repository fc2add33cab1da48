"""What an experiment needs to know of project.yml."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from .metric_names import OTHER_NAMES


class Directories(Protocol):
    """DirectorySettings of settings.py, as far as it is used here."""

    project_file: Path
    input_dir: Path
    artifact_dir: Path
    output_dir: Path


@dataclass
class Project:
    competition_name: str
    train: str
    labels: str | None
    test: str
    sample_submission: str
    id: str
    targets: list[str]
    metric: str
    direction: str
    function: str  # path.py:name, from project.yml's folder; empty: the metric is in METRICS
    needs: str
    root: Path  # the folder of project.yml
    strategy: str
    n_splits: int
    n_repeats: int  # how often the rows are split anew; 1 but under a Repeated strategy
    seed: int
    group: str | None
    time: str | None
    gap: int
    test_size: float  # share of the rows that a Holdout validates

    @property
    def known_metric(self) -> str:
        """The name of the metric in METRICS, where project.yml has another name of it."""
        return OTHER_NAMES.get(self.metric, self.metric)

    def validation(self) -> dict[str, Any]:
        """The keys of project.yml's `validation` that are in use."""
        names = ["strategy", "n_splits", "seed", "group", "time"]
        names += ["gap"] * (self.gap > 0) + ["n_repeats"] * (self.n_repeats > 1)
        names += ["test_size"] * (self.strategy == "Holdout")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def load_project(settings: Directories) -> Project:
    """Reads project.yml. What it does not name is empty: id, targets."""
    content = yaml.safe_load(settings.project_file.read_text(encoding="utf-8")) or {}
    data, validation = content.get("data") or {}, content.get("validation") or {}
    target = data.get("target") or []
    strategy = validation.get("strategy", "KFold")
    strategy = "Holdout" if strategy == "holdout" else strategy
    return Project(
        competition_name=str(content["competition_name"]),
        train=data.get("train", "train.csv"),
        labels=data.get("labels"),
        test=data.get("test", "test.csv"),
        sample_submission=data.get("sample_submission", "sample_submission.csv"),
        id=data.get("id") or "",
        targets=[target] if isinstance(target, str) else list(target),
        metric=content["metric"]["name"],
        direction=content["metric"]["direction"],
        function=content["metric"].get("function", ""),
        needs=content["metric"].get("needs", ""),
        root=settings.project_file.parent,
        strategy=strategy,
        n_splits=1 if strategy == "Holdout" else validation.get("n_splits", 5),
        n_repeats=validation.get("n_repeats", 2) if strategy.startswith("Repeated") else 1,
        seed=validation.get("seed", 42),
        group=validation.get("group"),
        time=validation.get("time"),
        gap=validation.get("gap", 0),
        test_size=validation.get("test_size", 0.2),
    )
