"""Training of exp000: fit and predict, to be filled in. harness/ does the rest of the run.

As it is, it predicts what is most likely without looking at a row: the mean of the target, or how
often each class occurs.

crossfold train exp000 --on local                           the full run
crossfold train exp000 --on local -- --debug                one epoch on little data
crossfold train exp000 --on local -- --config.epochs 3      another value of Config
"""

import os
from dataclasses import asdict, replace

import numpy as np
import polars as pl

from harness import (
    Fold,
    Outputs,
    Project,
    Target,
    copy_sample,
    cross_validate,
    guard_mlflow,
    has_answers,
    load_data,
    masked,
    save_metrics,
    save_predictions,
)
from settings import Config, DirectorySettings

Model = dict[str, np.ndarray]  # of each target, what is predicted for every row


def fit(
    df: pl.DataFrame, targets: list[Target], fold: Fold, project: Project, config: Config
) -> Model:
    """What is learnt from a fold's training rows. The harness calls it once a fold.

    df has the id of each row (of a file in DirectorySettings("exp000").input_dir, say) and the
    columns that the training and the test table share; target.y its values, or the number of its
    class from 0. Return anything that pickle can write; fold.folder keeps files as checkpoints.
    """
    return {
        target.name: target.y.mean(keepdims=True)
        if target.kind == "regression"
        else np.bincount(target.y) / len(target.y)
        for target in targets
    }


def predict(model: Model, df: pl.DataFrame) -> Outputs:
    """推論処理。inference.pyからも呼び出される。 Of each target its values, or a column a class."""
    return {
        name: np.repeat(values, df.height) if len(values) == 1 else np.tile(values, (df.height, 1))
        for name, values in model.items()
    }


def start_tracking(settings: DirectorySettings, project: Project, config: Config, debug: bool):
    """An MLflow run. Where crossfold started this process, the environment says where and which."""
    os.environ.setdefault("MLFLOW_TRACKING_URI", f"sqlite:///{settings.root}/mlflow.db")
    import mlflow

    guard_mlflow(settings.artifact_dir / "mlflow_missed")
    mlflow.set_experiment(os.environ.get("MLFLOW_EXPERIMENT_NAME", project.competition_name))
    name = None if "MLFLOW_RUN_CONTEXT" in os.environ else settings.exp_name
    run = mlflow.start_run(run_name=name, tags={"debug": str(debug).lower()})
    mlflow.log_params(masked(asdict(config)) | project.validation())
    return run


def main(debug: bool = False, config: Config = Config()) -> None:  # noqa: B008
    settings = DirectorySettings(exp_name="exp000")
    if debug:
        settings.artifact_dir = settings.artifact_dir / "debug"
        settings.output_dir = settings.artifact_dir
        config = replace(config, epochs=1)

    import inference  # here, because it imports predict from this file

    if not has_answers(settings):  # then make a table of id and target: load_data(..., table=table)
        return copy_sample(settings)
    data = load_data(settings, config.debug_rows if debug else None, config.seed)
    with start_tracking(settings, data.project, config, debug):
        result = cross_validate(data, fit, predict, config, settings)
        save_predictions(result, settings)
        inference.main(debug)
        save_metrics(result, config, settings, debug)


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
