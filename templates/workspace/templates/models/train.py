"""Training of exp000: folds, models, out-of-fold predictions, score, plots and submission.

crossfold train exp000 --on local               the full run
crossfold train exp000 --on local -- --debug    one epoch on little data, into artifacts/debug/
"""

import hashlib
import json
import os
import shutil
import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypedDict

import joblib
import numpy as np
import polars as pl
import polars.selectors as cs
from iterstrat.ml_stratifiers import MultilabelStratifiedKFold
from settings import Config, DirectorySettings, Project, load_project
from sklearn import metrics as skm
from sklearn.calibration import CalibrationDisplay
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder, TargetEncoder

MISSING = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"]
DATE_FORMATS = [
    *("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y"),
    *("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M"),
    *("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"),
]

# Of each target, a row for each row of data: the probability of each class, or one value.
Outputs = dict[str, np.ndarray]
Split = tuple[np.ndarray, np.ndarray]


class FoldModel(TypedDict):
    """What one fold learnt. Plain data and scikit-learn only, so that any script can load it."""

    layout: dict[str, str]  # raw columns in use and how to read each, see find_layout
    classes: dict[str, list[str]]  # of each target, as train.csv spells them; empty: a number
    log_target: bool
    pipelines: dict[str, Pipeline]  # of each target


# --- Metric -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Metric:
    """A score of one target; with several targets their mean counts.

    needs: what `function(truth, prediction)` is given. "label": class numbers, the likeliest.
    "rank": class numbers, nearest to the expected one. "proba": a column a class. "value": numbers.
    pooled: whether it may be taken over all folds at once; otherwise CV is the mean of the folds.
    """

    needs: Literal["label", "rank", "proba", "value"]
    function: Callable[[np.ndarray, np.ndarray], float]
    pooled: bool = True


def roc_auc(truth: np.ndarray, proba: np.ndarray) -> float:
    """Area under the ROC curve, each class against the rest where both are there."""
    labels = [1] if proba.shape[1] == 2 else range(proba.shape[1])
    seen = [label for label in labels if 0 < np.sum(truth == label) < len(truth)]
    areas = [skm.roc_auc_score(truth == label, proba[:, label]) for label in seen]
    return float(np.mean(areas)) if areas else float("nan")


METRICS = {
    "accuracy": Metric("label", skm.accuracy_score),
    "f1_macro": Metric("label", lambda y, p: skm.f1_score(y, p, average="macro")),
    "quadratic_weighted_kappa": Metric(
        "rank", lambda y, p: skm.cohen_kappa_score(y, p, weights="quadratic")
    ),
    "logloss": Metric("proba", lambda y, p: skm.log_loss(y, p, labels=range(p.shape[1]))),
    "roc_auc": Metric("proba", roc_auc),
    "rmse": Metric("value", skm.root_mean_squared_error),
    "rmsle": Metric("value", skm.root_mean_squared_log_error),
    "mae": Metric("value", skm.mean_absolute_error),
    "r2": Metric("value", skm.r2_score),
}


def find_metric(name: str) -> Metric:
    if name in METRICS:
        return METRICS[name]
    raise SystemExit(
        f"project.yml names the metric {name!r}, which this experiment cannot compute yet.\n"
        f"Add it to METRICS in {Path(__file__).resolve()}, for example\n"
        f'    "{name}": Metric("label", lambda y, p: skm.balanced_accuracy_score(y, p)),'
    )


def decide(metric: Metric, output: np.ndarray) -> np.ndarray:
    """From what the models say to what the metric is computed on."""
    if metric.needs == "rank":
        return np.rint(output @ np.arange(output.shape[1])).astype(int)
    return output.argmax(axis=1) if metric.needs == "label" else output


def class_numbers(metric: Metric, output: np.ndarray) -> np.ndarray:
    return output.argmax(axis=1) if metric.needs == "proba" else decide(metric, output)


def evaluate(metric: Metric, truth: Outputs, outputs: Outputs, rows: np.ndarray) -> float:
    """The metric over some rows. A target for which it is not defined there is left out."""
    scores = [metric.function(y[rows], decide(metric, outputs[t][rows])) for t, y in truth.items()]
    defined = [score for score in scores if np.isfinite(score)]
    if not defined:
        raise SystemExit("the metric is not defined on a fold: choose another validation.strategy")
    return float(np.mean(defined))


# --- Data -------------------------------------------------------------------------------------


def read_table(path: Path, text: Iterable[str] = ()) -> pl.DataFrame:
    """Reads CSV, TSV (also .gz) or Parquet. Columns in `text` stay as they are spelt: 007, True."""
    if not path.exists():
        raise SystemExit(f"{path} is missing")
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        return frame.with_columns(pl.col(c).cast(pl.String) for c in text if c in frame.columns)
    separator = "\t" if ".tsv" in path.suffixes else ","
    header = pl.read_csv(path, separator=separator, n_rows=0).columns
    return pl.read_csv(
        path,
        separator=separator,
        null_values=MISSING,
        infer_schema_length=None,
        schema_overrides={column: pl.String for column in text if column in header},
    )


def load_train(settings: DirectorySettings, project: Project) -> pl.DataFrame:
    frame = read_table(settings.input_dir / project.train, [project.id, *project.targets])
    if project.id not in frame.columns:
        frame = frame.with_columns(pl.int_range(pl.len()).cast(pl.String).alias(project.id))
    for column in [*project.targets, project.group, project.time]:
        if column is not None and column not in frame.columns:
            raise SystemExit(
                f"{project.train} has no column {column!r}, which project.yml names; "
                f"it has {', '.join(frame.columns)}"
            )
    return frame


def sample_rows(frame: pl.DataFrame, n_rows: int, seed: int) -> pl.DataFrame:
    """At most n_rows rows, in their order."""
    rows = np.random.default_rng(seed).permutation(frame.height)[:n_rows]
    return frame[np.sort(rows)]


def encode_target(column: pl.Series, metric: Metric) -> tuple[np.ndarray, list[str]]:
    """The target as class numbers with the classes in their order, or as values with no classes."""
    if metric.needs == "value":
        values = column.cast(pl.Float64, strict=False)
        if values.null_count() > 0:
            raise SystemExit(f"the target {column.name!r} must hold numbers for this metric")
        return values.to_numpy(), []
    classes = sort_labels(column.unique().to_list())
    if not 2 <= len(classes) <= max(2, len(column) / 2):
        raise SystemExit(f"{len(classes)} classes in target {column.name!r} fit no such metric")
    return column.replace_strict(classes, range(len(classes))).to_numpy(), classes


def sort_labels(labels: list[str]) -> list[str]:
    try:
        return sorted(labels, key=float)
    except ValueError:
        return sorted(labels)


def find_layout(frame: pl.DataFrame, settings: DirectorySettings, project: Project) -> dict:
    """Raw columns worth a model's while: those that test data has too, that vary, that are no id.

    Of each how to read it: "number", "text", "date", or the format of dates written as text.
    """
    test = settings.input_dir / project.test
    known = set(read_table(test).columns if test.exists() else frame.columns)
    known -= {project.id, *project.targets, project.group}
    columns = [c for c in frame.columns if c in known and frame[c].n_unique() > 1]
    layout = {column: find_kind(frame[column]) for column in columns}
    return {column: kind for column, kind in layout.items() if kind is not None}


def find_kind(column: pl.Series) -> str | None:
    """How to read a column; None where nearly every text in it is another one, like an id."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return "number"
    if column.dtype in (pl.Date, pl.Datetime):
        return "date"
    if column.dtype.is_nested() or column.dtype.is_temporal():
        return None
    texts = column.cast(pl.String).drop_nulls()
    for date_format in DATE_FORMATS:
        parsed = texts.str.strptime(pl.Datetime, date_format, strict=False)
        if parsed.null_count() <= 0.05 * len(texts):
            return date_format
    return "text" if texts.n_unique() <= 0.95 * len(texts) else None


def read_as(column: str, kind: str) -> pl.Expr:
    if kind == "number":
        return pl.col(column).cast(pl.Float64, strict=False)
    if kind == "text":
        return pl.col(column).cast(pl.String)
    if kind == "date":
        return pl.col(column).cast(pl.Datetime)
    return pl.col(column).cast(pl.String).str.strptime(pl.Datetime, kind, strict=False)


# --- Validation -------------------------------------------------------------------------------


def make_splits(frame: pl.DataFrame, truth: Outputs, project: Project) -> list[Split]:
    """Row numbers to fit on and to validate on, of each fold, by the strategy of project.yml."""
    strategy, n_splits = project.strategy, project.n_splits
    shuffled = {"n_splits": n_splits, "shuffle": True, "random_state": project.seed}
    rows = np.zeros(frame.height)
    try:
        if strategy == "TimeSeriesSplit":
            return split_by_time(frame, project)
        if strategy == "MultilabelStratifiedKFold":
            labels = np.column_stack([one_hot(strata(y)) for y in truth.values()])
            return list(MultilabelStratifiedKFold(**shuffled).split(rows, labels))
        if strategy == "KFold":
            return list(KFold(**shuffled).split(rows))
        stacked = np.column_stack([strata(y) for y in truth.values()])
        label = np.unique(stacked, axis=0, return_inverse=True)[1].ravel()
        if strategy == "StratifiedKFold":
            return list(StratifiedKFold(**shuffled).split(rows, label))
        splitter = {"GroupKFold": GroupKFold, "StratifiedGroupKFold": StratifiedGroupKFold}
        groups = required(frame, project.group, "group").cast(pl.String).fill_null("").to_numpy()
        return list(splitter[strategy](**shuffled).split(rows, label, groups))
    except ValueError as error:
        raise SystemExit(f"project.yml: validation {strategy}: {error}") from error


def split_by_time(frame: pl.DataFrame, project: Project) -> list[Split]:
    """Fits on the past of each fold. Rows of one moment stay together; gap counts moments."""
    column = required(frame, project.time, "time")
    kind = find_kind(column)
    if kind in DATE_FORMATS:
        column = column.to_frame().select(read_as(column.name, kind)).to_series()
    if column.null_count() > 0:
        raise ValueError(f"{project.time} is empty or no date in {column.null_count()} rows")
    moment = column.rank("dense").to_numpy() - 1
    splitter = TimeSeriesSplit(project.n_splits, gap=project.gap)
    folds = splitter.split(np.zeros(column.n_unique()))
    return [tuple(np.flatnonzero(np.isin(moment, part)) for part in fold) for fold in folds]


def required(frame: pl.DataFrame, column: str | None, role: str) -> pl.Series:
    if column is None:
        raise ValueError(f"needs `{role}`, the name of a column")
    return frame[column]


def strata(truth: np.ndarray) -> np.ndarray:
    """Classes as they are; values in ten parts of equal size."""
    if truth.dtype.kind != "f":
        return truth
    return np.searchsorted(np.quantile(truth, np.linspace(0.1, 0.9, 9)), truth)


def one_hot(labels: np.ndarray) -> np.ndarray:
    return (labels[:, None] == np.unique(labels)).astype(int)


# --- Features and model -----------------------------------------------------------------------


def engineer_features(df: pl.DataFrame) -> pl.DataFrame:
    """Features of a row from that row alone: f_ columns. What is learnt from data is an encoder's."""
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


def prediction_columns(outputs: Outputs, classes: dict[str, list[str]], metric: Metric) -> dict:
    """Columns of oof.csv and submission.csv. `pred` is the label or value, or, where the metric
    wants probabilities and there are two classes, that of the second; proba_<class> are all.
    With several targets their names are part of the columns'.
    """
    columns: dict[str, Any] = {}
    for target, output in outputs.items():
        suffix = f"_{target}" if len(outputs) > 1 else ""
        names = classes[target]
        if not names:
            columns[f"pred{suffix}"] = output
            continue
        second = metric.needs == "proba" and len(names) == 2
        labels = np.array(names)[class_numbers(metric, output)]
        columns[f"pred{suffix}"] = output[:, 1] if second else labels
        columns |= {f"proba{suffix}_{name}": output[:, k] for k, name in enumerate(names)}
    return columns


def scored_columns(classes: dict[str, list[str]], metric: Metric) -> list[str]:
    """Those of the prediction columns on which the metric is computed."""
    if len(classes) > 1:
        return [f"pred_{target}" for target in classes]
    (names,) = classes.values()
    if metric.needs == "proba" and len(names) > 2:
        return [f"proba_{name}" for name in names]
    return ["pred"]


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
        score = evaluate(find_metric(project.metric), truth, result.oof, valid_rows)
        result.models.append(model)
        result.scores.append(score)
        result.fold[valid_rows] = fold
        mlflow.log_metric(f"fold_{project.metric}", score, step=fold)
        print(f"fold {fold + 1}/{len(splits)} {project.metric}={score:.4f}", flush=True)
    return result


# --- What is left behind ----------------------------------------------------------------------


def save_plots(folder: Path, truth: Outputs, outputs: Outputs, classes: dict, metric: Metric):
    """Out-of-fold predictions against the truth, a panel for each of the first targets."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.font_manager import get_font_names

    fonts = ["DejaVu Sans", "Noto Sans CJK JP", "Hiragino Sans", "IPAexGothic", "Yu Gothic"]
    plt.rcParams["font.family"] = [font for font in fonts if font in get_font_names()]
    targets = list(truth)[:12]
    numbers = not classes[targets[0]]
    for name in ["scatter", "residuals"] if numbers else ["confusion_matrix", "calibration"]:
        figure, axes = plt.subplots(1, len(targets), figsize=(6 * len(targets), 5), squeeze=False)
        for ax, target in zip(axes[0], targets, strict=True):
            draw(name, ax, truth[target], outputs[target], classes[target], metric)
            ax.set_title(target)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # no font here for some script: boxes do
            figure.savefig(folder / f"{name}.png", dpi=100, bbox_inches="tight")
        plt.close(figure)


def draw(name: str, ax: Any, y: np.ndarray, output: np.ndarray, classes: list, metric: Metric):
    if name == "confusion_matrix":
        matrix = skm.confusion_matrix(y, class_numbers(metric, output), labels=range(len(classes)))
        display = skm.ConfusionMatrixDisplay(matrix, display_labels=classes)
        display.plot(ax=ax, include_values=len(classes) <= 20, xticks_rotation="vertical")
    elif name == "calibration":
        for k in [1] if len(classes) == 2 else range(min(len(classes), 10)):
            CalibrationDisplay.from_predictions(
                y == k, output[:, k], n_bins=10, name=classes[k], ax=ax
            )
    else:
        kind = "actual_vs_predicted" if name == "scatter" else "residual_vs_predicted"
        skm.PredictionErrorDisplay.from_predictions(y, output, kind=kind, random_state=0, ax=ax)


def save_oof(
    artifacts: Path,
    train: pl.DataFrame,
    truth: Outputs,
    classes: dict[str, list[str]],
    project: Project,
    result: CrossValidation,
) -> dict[str, Any]:
    """oof.csv and the plots, of the rows that were validated. Returns what metrics.json says of it."""
    rows = np.flatnonzero(result.fold >= 0)
    metric = find_metric(project.metric)
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
    metric = find_metric(project.metric)
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
