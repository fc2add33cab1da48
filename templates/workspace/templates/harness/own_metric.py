"""A metric of your own: the Python function that `metric.function` of project.yml names.

It is called as `function(y_true, y_pred)` with what oof.csv has in its columns: one column as an
array of one dimension; several targets, or a probability for each of more than two classes, as an
array with a column each. Numbers come as floats, True and False as 1 and 0, other labels as texts.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import polars as pl

from .prediction_columns import prediction_columns, scored_columns
from .project import Directories, Project
from .scoring import Metric, evaluate, find_metric
from .tables import TableError, read_table
from .targets import Outputs, Target

Needs = Literal["values", "labels", "probabilities"]
MANY_VALUES = 20  # a target of numbers with more different ones is no class
YES_OR_NO = {"true": 1.0, "false": 0.0}


def training_metric(project: Project, rows: pl.DataFrame, settings: Directories) -> Metric:
    """The metric, with the function of your own where project.yml names one."""
    if not project.function:
        return find_metric(project)
    needs = known_needs(project)
    if needs is None:
        needs = guess_needs(project, rows, settings)
        print(f"metric.needs is {needs}, by the target's values; project.yml may say otherwise")
    return replace(own_metric(needs), function=load_function(project))


def inference_metric(project: Project, saved: dict) -> Metric:
    """What predictions have to be; a function of your own need not be there."""
    return own_metric(saved["needs"]) if project.function else find_metric(project)


def own_metric(needs: Needs) -> Metric:
    return Metric(needs, not_there, whole=True)


def not_there(truth: np.ndarray, prediction: np.ndarray) -> float:
    raise NotImplementedError("nothing is scored in inference")


def known_needs(project: Project) -> Needs | None:
    for needs in ("values", "labels", "probabilities"):
        if project.needs == needs:
            return needs
    return None


def guess_needs(project: Project, rows: pl.DataFrame, settings: Directories) -> Needs:
    """By the target's values and sample_submission, where project.yml has no metric.needs."""
    target = rows[project.targets[0]].cast(pl.String)
    numbers = target.cast(pl.Float64, strict=False)
    whole = numbers.null_count() == 0 and bool((numbers == numbers.round()).all())
    if numbers.null_count() == 0 and not (whole and numbers.n_unique() <= MANY_VALUES):
        return "values"
    try:
        sample = read_table(settings.input_dir / project.sample_submission)
    except TableError:
        return "labels"
    wanted = [column for column in sample.columns if column != project.id]
    if len(wanted) > len(project.targets):
        return "probabilities"
    blank = sample[wanted[0]].cast(pl.Float64, strict=False) if wanted else pl.Series([0.0])
    return "probabilities" if bool(((blank > 0) & (blank < 1)).any()) else "labels"


def load_function(project: Project) -> Callable[[np.ndarray, np.ndarray], float]:
    file, _, name = project.function.rpartition(":")
    path = project.root / file
    spec = importlib.util.spec_from_file_location("own_metric_of_project", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SystemExit(f"{path} is missing; metric.function of project.yml names it")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function = getattr(module, name, None)
    if not callable(function):
        raise SystemExit(f"{path} has no function {name}; metric.function of project.yml names it")
    return function


def score(metric: Metric, targets: list[Target], outputs: Outputs, rows: np.ndarray) -> float:
    """The metric over some rows, of METRICS or of your own."""
    if not metric.whole:
        return evaluate(metric, targets, outputs, rows)
    classes = {target.name: target.classes for target in targets}
    chosen = {name: output[rows] for name, output in outputs.items()}
    columns = prediction_columns(chosen, classes, metric)
    predicted = [np.asarray(columns[name]) for name in scored_columns(classes, metric)]
    result = float(metric.function(beside([spelt(t, rows) for t in targets]), beside(predicted)))
    if not np.isfinite(result):
        raise SystemExit(f"the metric gives {result} on a fold: choose another validation.strategy")
    return result


def spelt(target: Target, rows: np.ndarray) -> np.ndarray:
    """The target as the file has it."""
    return np.array(target.classes)[target.y[rows]] if target.classes else target.y[rows]


def beside(columns: list[np.ndarray]) -> np.ndarray:
    """One column as it is, several as one array; numbers where all are numbers."""
    numbers = [as_numbers(column) for column in columns]
    known = [column for column in numbers if column is not None]
    sides = known if len(known) == len(columns) else [column.astype(str) for column in columns]
    return sides[0].copy() if len(sides) == 1 else np.column_stack(sides)


def as_numbers(column: np.ndarray) -> np.ndarray | None:
    if column.dtype.kind in "fiub":
        return column.astype(float)
    texts = [str(value).strip().lower() for value in column]
    if set(texts) <= set(YES_OR_NO):
        return np.array([YES_OR_NO[text] for text in texts])
    try:
        return column.astype(float)
    except ValueError:
        return None
