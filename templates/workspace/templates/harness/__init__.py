"""What a run needs beside its model: data, folds, scores, files, for train.py and inference.py.

It is copied with the experiment, so that a score stays what it was and the folder runs anywhere.
Nothing in here imports train.py, settings.py or inference.py.
"""

from .columns import column_groups
from .cross_validation import CrossValidation, Fold, cross_validate
from .data import Data, has_answers, load_data
from .main_module import name_main_module
from .masking import masked
from .mlflow_guard import guard_mlflow
from .project import Directories, Project, load_project
from .results import save_metrics, save_predictions
from .submission import copy_sample, write_submission
from .targets import Kind, Outputs, Target

__all__ = [
    "CrossValidation",
    "Data",
    "Directories",
    "Fold",
    "Kind",
    "Outputs",
    "Project",
    "Target",
    "column_groups",
    "copy_sample",
    "cross_validate",
    "guard_mlflow",
    "has_answers",
    "load_data",
    "load_project",
    "masked",
    "save_metrics",
    "save_predictions",
    "write_submission",
]

# `crossfold doctor` says where an experiment's is older than what Crossfold ships.
VERSION = 4

name_main_module()
