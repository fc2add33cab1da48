"""Trains the template's experiment by one metric after another, in one process and without plots.

Reads JSON from standard input: [[project.yml, folder of the artifacts], ...]. The working directory is
the workspace.
"""

import json
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("error")
sys.path.insert(0, "models/exp001")

import harness.results
from settings import Config, DirectorySettings
from train import fit, predict

from harness import cross_validate, load_data, save_metrics, save_predictions, write_submission

harness.results.save_plots = lambda *_: None
for project_file, artifacts in json.load(sys.stdin):
    settings = DirectorySettings(exp_name="exp001")
    settings.project_file = Path(project_file)
    settings.artifact_dir = settings.output_dir = Path(artifacts)
    config = Config(epochs=4)
    result = cross_validate(load_data(settings, None, config.seed), fit, predict, config, settings)
    save_predictions(result, settings)
    write_submission(predict, settings)
    save_metrics(result, config, settings, False)
