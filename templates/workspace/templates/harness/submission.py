"""submission.csv from the models that training left; runs without internet."""

import shutil

import joblib
import numpy as np
import polars as pl

from .cross_validation import Predict, predict_fold
from .data import load_test
from .own_metric import inference_metric
from .prediction_columns import prediction_columns
from .project import Directories, Project, load_project
from .tables import TableError, read_table

SPELLINGS = [("False", "True"), ("false", "true"), ("FALSE", "TRUE"), ("0", "1"), ("0.0", "1.0")]


def write_submission(predict: Predict, settings: Directories) -> None:
    """submission.csv, the mean of the folds' models, and test_predictions.csv, which has each."""
    project = load_project(settings)
    sample = read_sample(settings, project)
    saved = joblib.load(settings.artifact_dir / "models.joblib")
    metric = inference_metric(project, saved)
    classes = saved["classes"]
    n_classes = {target: len(names) for target, names in classes.items()}
    test = load_test(settings, project, saved["layout"], sample)
    folds = [
        predict_fold(predict, model, test, n_classes, metric.lowest) for model in saved["models"]
    ]
    tables = [
        pl.DataFrame(
            {project.id: test[project.id]} | prediction_columns(outputs, classes, metric)
        ).with_columns(fold=pl.lit(number))
        for number, outputs in enumerate(folds)
    ]
    pl.concat(tables).write_csv(settings.output_dir / "test_predictions.csv")
    mean = {target: np.mean([outputs[target] for outputs in folds], axis=0) for target in classes}
    predictions = pl.DataFrame(prediction_columns(mean, classes, metric))
    submission = fill_sample(sample, test[project.id], predictions, project)
    submission.write_csv(settings.output_dir / "submission.csv")


def copy_sample(settings: Directories) -> None:
    """sample_submission as the submission, where nothing can be learnt. Leaves no score."""
    project = load_project(settings)
    settings.output_dir.mkdir(parents=True, exist_ok=True)
    settings.artifact_dir.mkdir(parents=True, exist_ok=True)
    (settings.artifact_dir / "metrics.json").unlink(missing_ok=True)  # of an earlier run
    shutil.copyfile(settings.project_file, settings.artifact_dir / "project.yml")
    read_sample(settings, project).write_csv(settings.output_dir / "submission.csv")
    wanted = ", ".join(project.targets) or "target that project.yml names"
    print(
        f"{project.train} holds no {wanted}: submission.csv has the values of "
        f"{project.sample_submission}, and there is no score"
    )


def read_sample(settings: Directories, project: Project) -> pl.DataFrame:
    """sample_submission with every value as it is spelt."""
    path = settings.input_dir / project.sample_submission
    try:
        return read_table(path, read_table(path).columns)
    except TableError as error:
        raise SystemExit(str(error)) from error


def fill_sample(
    sample: pl.DataFrame, ids: pl.Series, predictions: pl.DataFrame, project: Project
) -> pl.DataFrame:
    """The predictions in the columns and the order of sample_submission."""
    wanted = [column for column in sample.columns if column != project.id]
    submission = {project.id: ids}
    for name in wanted:
        column = predictions[find_column(name, project, predictions, len(wanted) == 1)]
        submission[name] = spell(column, sample[name]) if column.dtype == pl.String else column
    rows = sample.select(project.id).join(pl.DataFrame(submission), on=project.id, how="left")
    if rows.height != sample.height or rows.select(wanted).null_count().sum_horizontal().item():
        raise SystemExit(f"{project.test} and {project.sample_submission} do not have the same ids")
    return rows.select(sample.columns)


def find_column(name: str, project: Project, predictions: pl.DataFrame, only: bool) -> str:
    """The prediction for one column of sample_submission: a target, or a class's probability."""
    if name in project.targets or only:
        return f"pred_{name}" if len(project.targets) > 1 else "pred"
    proba = [column for column in predictions.columns if column.startswith("proba_")]
    for column in proba:
        label = column.removeprefix("proba_")
        if name == label or name.endswith(f"_{label}"):
            return column
    raise SystemExit(f"no prediction for the column {name!r} of {project.sample_submission}")


def spell(labels: pl.Series, sample: pl.Series) -> pl.Series:
    """Yes and no as sample_submission writes them, where train.csv writes them otherwise."""
    wanted = set(sample.drop_nulls())
    ours = next((pair for pair in SPELLINGS if set(labels) <= set(pair)), None)
    theirs = next((pair for pair in SPELLINGS if wanted and wanted <= set(pair)), None)
    if ours is None or theirs is None:
        return labels
    return labels.replace_strict(ours, theirs)
