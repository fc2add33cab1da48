"""The training data: rows as a model gets them, and the targets as it learns them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from .own_metric import training_metric
from .project import Directories, Project, load_project
from .scoring import Metric
from .tables import NO_TABLE, TableError, column_names, column_type, read_as, read_table
from .targets import Kind, Target


@dataclass
class Data:
    project: Project
    metric: Metric
    frame: pl.DataFrame  # what fit and predict get: id and the columns in use, typed
    layout: dict[str, str]  # those columns, and how to read each from a file
    targets: list[Target]
    table: pl.DataFrame  # the same rows as they are in the file
    ids: pl.Series  # of all rows, also those without a target
    labelled: np.ndarray  # which of them are the rows above

    @property
    def kind(self) -> Kind:
        one = self.targets[0].kind
        return "multilabel" if len(self.targets) > 1 and one != "regression" else one


def load_data(
    settings: Directories,
    n_rows: int | None = None,
    seed: int = 0,
    table: pl.DataFrame | None = None,
) -> Data:
    """The rows with a target, at most `n_rows` of all.

    `table`: id and target, and what else is known of each row, where no file of the competition
    holds them.
    """
    project = load_project(settings)
    if not project.id or not project.targets:
        found = column_names(settings.input_dir / project.train)
        raise SystemExit(
            f"{settings.project_file}: data.id and data.target are needed, for example\n"
            "data: { id: PassengerId, target: Transported }" + ("" if found else f"\n{NO_TABLE}")
        )
    everything = read_train(settings, project) if table is None else table
    if n_rows is not None:
        rows = np.random.default_rng(seed).permutation(everything.height)[:n_rows]
        everything = everything[np.sort(rows)]
    labelled = everything.select(pl.all_horizontal(pl.col(project.targets).is_not_null()))
    labelled = labelled.to_series().to_numpy()
    rows = everything.filter(labelled)
    metric = training_metric(project, rows, settings)
    layout = find_layout(rows, settings, project)
    return Data(
        project=project,
        metric=metric,
        frame=typed(rows, project, layout),
        layout=layout,
        targets=[encode_target(rows[target], metric) for target in project.targets],
        table=rows,
        ids=everything[project.id],
        labelled=labelled,
    )


def read_train(settings: Directories, project: Project) -> pl.DataFrame:
    """The training table; where the targets are a table of their own, that table's rows."""
    names = [project.id, *project.targets]
    frame = read_or_exit(settings.input_dir / project.train, names)
    if project.labels is not None:
        labels = read_or_exit(settings.input_dir / project.labels, names)
        frame = join_labels(labels, frame, project)
    if project.id not in frame.columns:
        frame = frame.with_columns(pl.int_range(pl.len()).cast(pl.String).alias(project.id))
    for column in [*project.targets, project.group, project.time]:
        if column is not None and column not in frame.columns:
            raise SystemExit(
                f"{project.train} has no column {column!r}, which project.yml names; "
                f"it has {', '.join(frame.columns)}"
            )
    return frame


def read_or_exit(path: Path, text: list[str]) -> pl.DataFrame:
    try:
        return read_table(path, text)
    except TableError as error:
        raise SystemExit(f"{error}\n{NO_TABLE}") from error


def join_labels(labels: pl.DataFrame, frame: pl.DataFrame, project: Project) -> pl.DataFrame:
    """The rows of the labels, in their order, with the columns that train has for the same ids."""
    for name, table in [(project.labels, labels), (project.train, frame)]:
        if project.id not in table.columns:
            raise SystemExit(f"{name} has no column {project.id!r}, as data.id in project.yml says")
        if table[project.id].n_unique() < table.height:
            raise SystemExit(f"{name} has an id twice in {project.id!r}: make one row of it first")
    wanted = labels.select(project.id, *(c for c in project.targets if c in labels.columns))
    others = frame.drop(project.targets, strict=False)
    return wanted.join(others, on=project.id, how="left", maintain_order="left")


def has_answers(settings: Directories) -> bool:
    """Whether the table of the targets is there and has those that project.yml names."""
    project = load_project(settings)
    columns = column_names(settings.input_dir / (project.labels or project.train)) or []
    return bool(project.targets) and set(project.targets) <= set(columns)


def find_layout(frame: pl.DataFrame, settings: Directories, project: Project) -> dict[str, str]:
    """How to read each column that the test data has too and that varies."""
    shared = set(column_names(settings.input_dir / project.test) or [])
    shared -= {project.id, *project.targets}
    columns = [c for c in frame.columns if c in shared and frame[c].n_unique() > 1]
    layout = {column: column_type(frame[column]) for column in columns}
    return {column: how for column, how in layout.items() if how is not None}


def typed(frame: pl.DataFrame, project: Project, layout: dict[str, str]) -> pl.DataFrame:
    """id (text) and the columns of the layout: numbers, texts and dates. An absent one is empty."""
    absent = [pl.lit(None).alias(column) for column in layout if column not in frame.columns]
    columns = [read_as(column, how) for column, how in layout.items()]
    return frame.with_columns(absent).select(pl.col(project.id).cast(pl.String), *columns)


def load_test(
    settings: Directories, project: Project, layout: dict[str, str], sample: pl.DataFrame
) -> pl.DataFrame:
    """The test rows, typed; those of sample_submission where training used no column of a table."""
    if not layout:
        return sample.select(project.id)
    texts = [column for column, how in layout.items() if how not in ("number", "date")]
    try:
        test = read_table(settings.input_dir / project.test, [project.id, *texts])
    except TableError as error:
        raise SystemExit(str(error)) from error
    if project.id not in test.columns:
        test = test.with_columns(sample[project.id])  # rows are then in the sample's order
    return typed(test, project, layout)


def encode_target(column: pl.Series, metric: Metric) -> Target:
    """Class numbers with the classes in their order or, where the metric wants values, values."""
    if metric.needs == "values":
        values = column.cast(pl.Float64, strict=False)
        if values.null_count() > 0:
            raise SystemExit(f"the target {column.name!r} must hold numbers for this metric")
        return Target(column.name, "regression", values.to_numpy(), [])
    classes = sort_labels(column.unique().cast(pl.String).to_list())
    if not 2 <= len(classes) <= max(2, len(column) / 2):
        raise SystemExit(f"{len(classes)} classes in target {column.name!r} fit no such metric")
    y = column.cast(pl.String).replace_strict(classes, range(len(classes))).to_numpy()
    return Target(column.name, "binary" if len(classes) == 2 else "multiclass", y, classes)


def sort_labels(labels: list[str]) -> list[str]:
    try:
        return sorted(labels, key=float)
    except ValueError:
        return sorted(labels)
