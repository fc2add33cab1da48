"""Training of exp000: features, model and predict. harness/ does the rest of the run.

crossfold train exp000 --on local                                  the full run
crossfold train exp000 --on local -- --debug                       one epoch on little data
crossfold train exp000 --on local -- --config.learning-rate 0.1    another value of Config
"""

import os
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder, TargetEncoder

from harness import (
    Fold,
    Outputs,
    Project,
    Target,
    column_groups,
    cross_validate,
    guard_mlflow,
    load_data,
    masked,
    save_metrics,
    save_predictions,
)
from settings import Config, DirectorySettings

Model = dict[str, Any]  # of each target, what predicts it

# What the regressor minimizes for a metric, where that is not the squared error.
LOSSES = {name: {"loss": "absolute_error"} for name in ("mae", "medae", "mape", "smape")} | {
    f"pinball_{quantile}": {"loss": "quantile", "quantile": quantile}
    for quantile in (0.1, 0.5, 0.9)
}


def engineer_features(df: pl.DataFrame) -> pl.DataFrame:
    """Features of a row from that row alone, as f_ columns beside the raw ones."""
    features = [pl.sum_horizontal(pl.all().is_null()).alias("f_missing")]
    for name in df.select(cs.datetime()).columns:
        date = pl.col(name).dt
        features += [
            date.year().alias(f"f_{name}_year"),
            date.month().alias(f"f_{name}_month"),
            date.day().alias(f"f_{name}_day"),
            date.weekday().alias(f"f_{name}_weekday"),
            date.hour().alias(f"f_{name}_hour"),
            date.epoch("d").alias(f"f_{name}_days"),
        ]
    return df.with_columns(features)


def make_features(df: pl.DataFrame) -> pl.DataFrame:
    """Numbers (missing: NaN) and texts (missing: a text of its own)."""
    numbers, texts = cs.numeric().cast(pl.Float64).fill_null(np.nan), cs.string().fill_null("")
    return engineer_features(df).select(numbers, texts)


def make_encoder(
    X: pl.DataFrame, target: Target, seed: int, project: Project, config: Config
) -> tuple[ColumnTransformer, int]:
    """Encoders to fit on a fold's training rows, and how many of their columns are categories.

    A text column with few values becomes category numbers. One with many becomes the target's mean
    of each value; for the training rows those come from other rows (TargetEncoder's own folds).
    """
    few, many, numbers = column_groups(X, project, config.max_categories)
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    mean = TargetEncoder(
        target_type="continuous" if target.kind == "regression" else target.kind,
        cv=KFold(5, shuffle=True, random_state=seed),
    )
    columns = [("few", ordinal, few), ("many", mean, many), ("number", "passthrough", numbers)]
    return ColumnTransformer(columns), len(few)


def fit(
    df: pl.DataFrame, targets: list[Target], fold: Fold, project: Project, config: Config
) -> Model:
    """One model a target, from a fold's training rows. The harness calls it once a fold."""
    X = make_features(df)
    model: Model = {}
    for target in targets:
        encoder, n_categories = make_encoder(X, target, fold.seed, project, config)
        params: dict[str, Any] = {
            "max_iter": config.epochs,
            "learning_rate": config.learning_rate,
            "max_leaf_nodes": config.max_leaf_nodes,
            "min_samples_leaf": config.min_samples_leaf,
            "l2_regularization": config.l2_regularization,
            "max_features": config.max_features,
            "categorical_features": range(n_categories),
            "early_stopping": False,
            "random_state": fold.seed,
        }
        if target.kind == "regression":
            params |= LOSSES.get(project.known_metric, {})
            learner = HistGradientBoostingRegressor(**params)
        else:
            learner = HistGradientBoostingClassifier(**params)
        pipeline = make_pipeline(encoder, learner)
        if project.known_metric == "rmsle":
            pipeline = TransformedTargetRegressor(pipeline, func=np.log1p, inverse_func=np.expm1)
        model[target.name] = pipeline.fit(X, target.y)
    return model


def predict(model: Model, df: pl.DataFrame) -> Outputs:
    """推論処理。inference.pyからも呼び出される。 Of each target its values, or a column a class."""
    X = make_features(df)
    return {
        name: one.predict_proba(X) if hasattr(one, "predict_proba") else one.predict(X)
        for name, one in model.items()
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

    data = load_data(settings, config.debug_rows if debug else None, config.seed)
    with start_tracking(settings, data.project, config, debug):
        result = cross_validate(data, fit, predict, config, settings)
        save_predictions(result, settings)
        inference.main(debug)
        save_metrics(result, config, settings, debug)


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
