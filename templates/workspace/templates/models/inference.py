"""Submission of exp000: runs without internet and needs only artifacts/ and the test data."""

import argparse

import joblib
import polars as pl

from scoring import find_metric, prediction_columns
from settings import DirectorySettings, Project, load_project
from tables import read_table
from train import predict

SPELLINGS = [("False", "True"), ("false", "true"), ("FALSE", "TRUE"), ("0", "1"), ("0.0", "1.0")]


def load_test(settings: DirectorySettings, project: Project, layout: dict, sample: pl.DataFrame):
    texts = [column for column, kind in layout.items() if kind not in ("number", "date")]
    test = read_table(settings.input_dir / project.test, [project.id, *texts])
    if project.id in test.columns:
        return test
    return test.with_columns(sample[project.id])  # rows are then in the sample's order


def spell(labels: pl.Series, sample: pl.Series) -> pl.Series:
    """Yes and no as sample_submission writes them, where train.csv writes them otherwise."""
    wanted = set(sample.drop_nulls())
    ours = next((pair for pair in SPELLINGS if set(labels) <= set(pair)), None)
    theirs = next((pair for pair in SPELLINGS if wanted and wanted <= set(pair)), None)
    if ours is None or theirs is None:
        return labels
    return labels.replace_strict(ours, theirs)


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


def main(debug: bool = False) -> None:
    settings = DirectorySettings(exp_name="exp000")
    if debug:
        settings.artifact_dir = settings.artifact_dir / "debug"
        settings.output_dir = settings.artifact_dir
    project = load_project(settings)
    models = joblib.load(settings.artifact_dir / "models.joblib")
    sample_path = settings.input_dir / project.sample_submission
    columns = read_table(sample_path).columns
    sample = read_table(sample_path, columns)

    test = load_test(settings, project, models[0]["layout"], sample)
    outputs = predict(models, test)
    predictions = pl.DataFrame(
        prediction_columns(outputs, models[0]["classes"], find_metric(project))
    )
    wanted = [column for column in columns if column != project.id]
    submission = {project.id: test[project.id]}
    for name in wanted:
        column = predictions[find_column(name, project, predictions, len(wanted) == 1)]
        submission[name] = spell(column, sample[name]) if column.dtype == pl.String else column
    rows = sample.select(project.id).join(pl.DataFrame(submission), on=project.id, how="left")
    if rows.height != sample.height or rows.select(wanted).null_count().sum_horizontal().item():
        raise SystemExit(f"{project.test} and {project.sample_submission} have not the same ids")
    rows.select(columns).write_csv(settings.output_dir / "submission.csv")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--debug", action="store_true", help="use artifacts/debug/")
    main(**vars(parser.parse_args()))
