"""Settings of exp000: what to tune, where files lie."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Where Kaggle mounts everything.
KAGGLE = Path(os.environ.get("CROSSFOLD_KAGGLE_ROOT", "/kaggle"))


@dataclass
class Config:
    """Everything one may tune; a flag each: --config.learning-rate 0.1. Recorded with every run."""

    epochs: int = 200  # boosting rounds
    learning_rate: float = 0.05
    max_leaf_nodes: int = 31
    min_samples_leaf: int = 20
    l2_regularization: float = 0.0
    max_features: float = 1.0  # share of the columns each split may choose from
    max_categories: int = 100  # text columns with more values are target-encoded; at most 255
    seed: int = 42
    debug_rows: int = 1000  # rows of the training data in a debug run


class DirectorySettings:
    """Folders of this experiment, on this machine, on Vertex AI or on Kaggle.

    root          the workspace, where project.yml lies
    input_dir     the competition's files
    artifact_dir  what training leaves: models, metrics.json, OOF predictions, plots
    output_dir    where submission.csv goes
    """

    def __init__(self, exp_name: str) -> None:
        here = Path(__file__).resolve().parent
        self.exp_name = exp_name
        self.root = here.parents[1]
        self.artifact_dir = self.root / "models" / exp_name / "artifacts"
        self.project_file = self.root / "project.yml"
        environment = find_environment()
        if environment == "kaggle" and not self.project_file.exists():
            # No workspace: the folder is mounted as a model, project.yml lies in its artifacts.
            self.root = here
            self.artifact_dir = here / "artifacts"
            self.project_file = self.artifact_dir / "project.yml"
        elif environment == "vertex":
            self.artifact_dir = mounted(os.environ["AIP_MODEL_DIR"])

        name = str(read_yaml(self.project_file)["competition_name"])
        self.input_dir = self.root / "data" / "input" / name
        self.output_dir = self.artifact_dir
        if environment == "kaggle":
            # Since 2026 below competitions/, before that beside the other inputs.
            mounts = [KAGGLE / "input" / "competitions" / name, KAGGLE / "input" / name]
            self.input_dir = next((path for path in mounts if path.exists()), mounts[0])
            self.output_dir = KAGGLE / "working"
        elif environment == "vertex":
            # The bucket mirrors the workspace: gs://BUCKET/data/input/<competition>.
            bucket = os.environ["AIP_MODEL_DIR"].removeprefix("gs://").split("/")[0]
            self.input_dir = mounted(bucket) / "data" / "input" / name


def find_environment() -> str:
    """Where this process runs: "kaggle", "vertex" or "local"."""
    if "KAGGLE_KERNEL_RUN_TYPE" in os.environ or (KAGGLE / "working").exists():
        return "kaggle"
    return "vertex" if "AIP_MODEL_DIR" in os.environ else "local"


def mounted(uri: str) -> Path:
    """The path under which Vertex AI mounts a bucket: gs://bucket/a -> /gcs/bucket/a."""
    return Path(os.environ.get("CROSSFOLD_GCS_ROOT", "/gcs")) / uri.removeprefix("gs://")


def read_yaml(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise SystemExit(f"{path} is missing; it says what the competition is")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}
