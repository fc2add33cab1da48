"""Training of exp000: features, models, out-of-fold predictions, score and submission.

crossfold train exp000 --on local               the full run
crossfold train exp000 --on local -- --debug    one epoch on little data, into artifacts/debug/
"""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypedDict

import joblib
import numpy as np
import polars as pl
import polars.selectors as cs
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder, TargetEncoder

from plots import save_plots
from scoring import (
    Metric,
    Outputs,
    encode_target,
    evaluate,
    find_metric,
    prediction_columns,
    scored_columns,
)
from settings import Config, DirectorySettings, Project, load_project
from tables import find_layout, load_train, read_as, sample_rows
from validation import make_splits


class FoldModel(TypedDict):
    """What one fold learnt. Plain data and scikit-learn only, so that any script can load it."""

    layout: dict[str, str]  # raw columns in use and how to read each, see find_layout
    classes: dict[str, list[str]]  # of each target, as train.csv spells them; empty: a number
    log_target: bool
    pipelines: dict[str, Pipeline]  # of each target


# --- Features and model -----------------------------------------------------------------------


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


def make_features(df: pl.DataFrame, layout: dict[str, str]) -> pl.DataFrame:
    """Raw data to numbers (missing: NaN) and texts (missing: a text of its own)."""
    absent = [pl.lit(None).alias(column) for column in layout if column not in df.columns]
    raw = df.with_columns(absent).select(read_as(column, kind) for column, kind in layout.items())
    numbers, texts = cs.numeric().cast(pl.Float64).fill_null(np.nan), cs.string().fill_null("")
    return engineer_features(raw).select(numbers, texts)


def make_encoder(features: pl.DataFrame, y: np.ndarray, classes: list[str], config: Config):
    """Encoders to be fitted on a fold's training rows only, and how many columns are categories.

    A text column with few values becomes category numbers. One with many becomes the target's mean
    of each value; for the training rows those come from other rows (TargetEncoder's own folds).
    """
    texts = features.select(cs.string()).columns
    few = [c for c in texts if features[c].n_unique() <= config.max_categories]
    many = [c for c in texts if c not in few]
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    mean = TargetEncoder(
        target_type=target_type(y, classes),
        cv=KFold(5, shuffle=True, random_state=config.seed),
    )
    numbers = features.select(cs.numeric()).columns
    columns = [("few", ordinal, few), ("many", mean, many), ("number", "passthrough", numbers)]
    return ColumnTransformer(columns), len(few)


def target_type(y: np.ndarray, classes: list[str]) -> str:
    if not classes:
        return "continuous"
    return "binary" if len(np.unique(y)) == 2 else "multiclass"


def make_model(
    features: pl.DataFrame, y: np.ndarray, classes: list[str], loss: str, config: Config
):
    if classes and len(np.unique(y)) == 1:
        return make_pipeline("passthrough", DummyClassifier())
    encoder, n_categories = make_encoder(features, y, classes, config)
    settings: dict[str, Any] = {
        "max_iter": config.epochs,
        "learning_rate": config.learning_rate,
        "max_leaf_nodes": config.max_leaf_nodes,
        "min_samples_leaf": config.min_samples_leaf,
        "l2_regularization": config.l2_regularization,
        "max_features": config.max_features,
        "categorical_features": range(n_categories),
        "early_stopping": False,
        "random_state": config.seed,
    }
    if classes:
        return make_pipeline(encoder, HistGradientBoostingClassifier(**settings))
    return make_pipeline(encoder, HistGradientBoostingRegressor(loss=loss, **settings))


def fit(df: pl.DataFrame, truth: Outputs, layout: dict, classes: dict, metric: str, config: Config):
    """One model a target, on the rows of `df`; `truth` has the same rows."""
    features = make_features(df, layout)
    log_target = metric == "rmsle"
    loss = "absolute_error" if metric == "mae" else "squared_error"
    pipelines = {}
    for target, y in truth.items():
        goal = np.log1p(y) if log_target else y
        pipelines[target] = make_model(features, goal, classes[target], loss, config)
        pipelines[target].fit(features, goal)
    return FoldModel(layout=layout, classes=classes, log_target=log_target, pipelines=pipelines)


def predict(models: list[FoldModel], df: pl.DataFrame) -> Outputs:
    """推論処理。inference.pyからも呼び出される。 The mean over the models, from raw data."""
    features = make_features(df, models[0]["layout"])
    return {
        target: np.mean([predict_target(model, target, features) for model in models], axis=0)
        for target in models[0]["classes"]
    }


def predict_target(model: FoldModel, target: str, features: pl.DataFrame) -> np.ndarray:
    pipeline, classes = model["pipelines"][target], model["classes"][target]
    if not classes:
        values = pipeline.predict(features)
        return np.maximum(np.expm1(values), 0) if model["log_target"] else values
    proba = np.zeros((features.height, len(classes)))  # a class this fold never saw keeps 0
    proba[:, pipeline.classes_] = pipeline.predict_proba(features)
    return proba


# --- Cross-validation -------------------------------------------------------------------------


@dataclass
class CrossValidation:
    models: list[FoldModel]
    scores: list[float]
    fold: np.ndarray  # in which each row was validated; -1: in none
    oof: Outputs

    def score(self, metric: Metric, truth: Outputs) -> float:
        if metric.pooled:
            return evaluate(metric, truth, self.oof, np.flatnonzero(self.fold >= 0))
        return float(np.mean(self.scores))


def cross_validate(
    train: pl.DataFrame,
    truth: Outputs,
    layout: dict[str, str],
    classes: dict[str, list[str]],
    project: Project,
    config: Config,
) -> CrossValidation:
    import mlflow

    splits = make_splits(train, truth, project)
    shapes = {
        t: (train.height, len(names)) if names else train.height for t, names in classes.items()
    }
    empty = {target: np.zeros(shape) for target, shape in shapes.items()}
    result = CrossValidation([], [], np.full(train.height, -1), empty)
    for fold, (fit_rows, valid_rows) in enumerate(splits):
        part = {target: y[fit_rows] for target, y in truth.items()}
        model = fit(train[fit_rows], part, layout, classes, project.metric, config)
        for target, output in predict([model], train[valid_rows]).items():
            result.oof[target][valid_rows] = output
        score = evaluate(find_metric(project), truth, result.oof, valid_rows)
        result.models.append(model)
        result.scores.append(score)
        result.fold[valid_rows] = fold
        mlflow.log_metric(f"fold_{project.metric}", score, step=fold)
        print(f"fold {fold + 1}/{len(splits)} {project.metric}={score:.4f}", flush=True)
    return result


# --- What is left behind ----------------------------------------------------------------------


def save_oof(
    artifacts: Path,
    train: pl.DataFrame,
    truth: Outputs,
    classes: dict[str, list[str]],
    project: Project,
    result: CrossValidation,
) -> dict[str, Any]:
    """oof.csv and plots of the validated rows; returns what metrics.json says of them."""
    rows = np.flatnonzero(result.fold >= 0)
    metric = find_metric(project)
    outputs = {target: output[rows] for target, output in result.oof.items()}
    columns = prediction_columns(outputs, classes, metric)
    table = train[rows].select(project.id, *project.targets)
    table = table.with_columns(**columns, fold=result.fold[rows])
    table.write_csv(artifacts / "oof.csv")
    save_plots(artifacts, {t: y[rows] for t, y in truth.items()}, outputs, classes, metric)
    single = project.targets[0] if len(project.targets) == 1 else None
    return {
        "file": "oof.csv",
        "id": project.id,
        "target": single or project.targets,
        "prediction": scored_columns(classes, metric),
        "fold": "fold",
    } | ({"classes": classes[single]} if single and classes[single] else {})


def save_folds(artifacts: Path, ids: pl.Series, fold: np.ndarray) -> str:
    """folds.csv, and the SHA-256 of its lines below the header. Fold -1: never validated."""
    table = pl.DataFrame({ids.name: ids, "fold": fold})
    table.write_csv(artifacts / "folds.csv")
    lines = (f"{row_id},{number}\n" for row_id, number in table.iter_rows())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_json(path: Path, content: dict) -> None:
    """Whole or not at all. A score that is no number is an error, never a file."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    os.replace(part, path)


def start_tracking(settings: DirectorySettings, project: Project, params: dict, debug: bool):
    """An MLflow run. Where crossfold started this process, the environment says where and which."""
    os.environ.setdefault("MLFLOW_TRACKING_URI", f"sqlite:///{settings.root}/mlflow.db")
    import mlflow

    mlflow.set_experiment(os.environ.get("MLFLOW_EXPERIMENT_NAME", project.competition_name))
    name = None if "MLFLOW_RUN_CONTEXT" in os.environ else settings.exp_name
    run = mlflow.start_run(run_name=name, tags={"debug": str(debug).lower()})
    mlflow.log_params(params)
    return run


# --- The run ----------------------------------------------------------------------------------


def main(debug: bool = False) -> None:
    settings = DirectorySettings(exp_name="exp000")
    config = Config()
    if debug:
        settings.artifact_dir = settings.artifact_dir / "debug"
        settings.output_dir = settings.artifact_dir
        config.epochs = 1

    import inference  # here, because it imports predict from this file

    project = load_project(settings)
    metric = find_metric(project)
    artifacts = settings.artifact_dir
    artifacts.mkdir(parents=True, exist_ok=True)
    (artifacts / "metrics.json").unlink(missing_ok=True)  # of an earlier run
    shutil.copyfile(settings.project_file, artifacts / "project.yml")

    everything = load_train(settings, project)
    if debug:
        everything = sample_rows(everything, config.debug_rows, config.seed)
    labelled = pl.all_horizontal(pl.col(project.targets).is_not_null())
    train = everything.filter(labelled)
    layout = find_layout(train, settings, project)
    encoded = {target: encode_target(train[target], metric) for target in project.targets}
    truth = {target: y for target, (y, _) in encoded.items()}
    classes = {target: names for target, (_, names) in encoded.items()}

    validation = project.validation()
    with start_tracking(settings, project, asdict(config) | validation, debug):
        import mlflow

        result = cross_validate(train, truth, layout, classes, project, config)
        cv_score = result.score(metric, truth)
        print(f"CV {project.metric}={cv_score:.4f}", flush=True)
        mlflow.log_metric(f"cv_{project.metric}", cv_score)

        joblib.dump(result.models, artifacts / "models.joblib")
        oof = save_oof(artifacts, train, truth, classes, project, result)
        fold = np.full(everything.height, -1)
        fold[everything.select(labelled).to_series().to_numpy()] = result.fold
        folds_sha256 = save_folds(artifacts, everything[project.id], fold)
        inference.main(debug)
        metrics = {
            "cv_score": cv_score,
            "cv_is": "oof" if metric.pooled else "fold_mean",
            "fold_scores": result.scores,
            "metric": project.metric,
            "direction": project.direction,
            "debug": debug,
            "config": asdict(config),
            "validation": validation | {"folds_sha256": folds_sha256},
            "oof": oof,
        }
        write_json(artifacts / "metrics.json", metrics)
        for file in sorted(artifacts.iterdir()):
            if file.is_file():
                mlflow.log_artifact(str(file))


if __name__ == "__main__":
    import tyro

    tyro.cli(main)
