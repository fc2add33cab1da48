"""Cross-validation: which rows to fit on and which to validate on, by project.yml."""

import numpy as np
import polars as pl
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)

from .data import Target
from .project import Project
from .tables import DATE_FORMATS, column_type, read_as

Split = tuple[np.ndarray, np.ndarray]


def make_splits(frame: pl.DataFrame, targets: list[Target], project: Project) -> list[Split]:
    """Row numbers to fit on and to validate on, of each fold, by the strategy of project.yml.

    Of several repeats, the folds of the first come first.
    """
    strategy, n_splits = project.strategy, project.n_splits
    shuffled = {"n_splits": n_splits, "shuffle": True, "random_state": project.seed}
    repeated = {"n_splits": n_splits, "n_repeats": project.n_repeats, "random_state": project.seed}
    rows = np.zeros(frame.height)
    try:
        if strategy == "TimeSeriesSplit":
            return split_by_time(frame, project)
        if strategy == "Holdout":
            return [hold_out(frame, targets, project)]
        if strategy == "MultilabelStratifiedKFold":
            from iterstrat.ml_stratifiers import MultilabelStratifiedKFold

            labels = np.column_stack([one_hot(strata(target)) for target in targets])
            return list(MultilabelStratifiedKFold(**shuffled).split(rows, labels))
        if strategy == "KFold":
            return list(KFold(**shuffled).split(rows))
        if strategy == "RepeatedKFold":
            return list(RepeatedKFold(**repeated).split(rows))
        stacked = np.column_stack([strata(target) for target in targets])
        label = np.unique(stacked, axis=0, return_inverse=True)[1].ravel()
        if strategy == "StratifiedKFold":
            return list(StratifiedKFold(**shuffled).split(rows, label))
        if strategy == "RepeatedStratifiedKFold":
            return list(RepeatedStratifiedKFold(**repeated).split(rows, label))
        splitter = {"GroupKFold": GroupKFold, "StratifiedGroupKFold": StratifiedGroupKFold}
        return list(splitter[strategy](**shuffled).split(rows, label, groups_of(frame, project)))
    except ValueError as error:
        raise SystemExit(f"project.yml: validation {strategy}: {error}") from error


def split_by_time(frame: pl.DataFrame, project: Project) -> list[Split]:
    """Fits on the past of each fold. Rows of one moment stay together; gap counts moments."""
    moment = moments(required(frame, project.time, "time"))
    splitter = TimeSeriesSplit(project.n_splits, gap=project.gap)
    folds = splitter.split(np.zeros(moment.max() + 1))
    return [
        (np.flatnonzero(np.isin(moment, past)), np.flatnonzero(np.isin(moment, next_part)))
        for past, next_part in folds
    ]


def hold_out(frame: pl.DataFrame, targets: list[Target], project: Project) -> Split:
    """One fold: the last rows by `time`, whole groups, or rows at random with their share of each
    class.
    """
    size, seed = project.test_size, project.seed
    once = {"n_splits": 1, "test_size": size, "random_state": seed}
    rows = np.zeros(frame.height)
    if project.time is not None:
        moment = moments(required(frame, project.time, "time"))
        last = moment > min(np.quantile(moment, 1 - size), moment.max() - 1)
        return np.flatnonzero(~last), np.flatnonzero(last)
    if project.group is not None:
        return next(GroupShuffleSplit(**once).split(rows, groups=groups_of(frame, project)))
    stacked = np.column_stack([strata(target) for target in targets])
    label = np.unique(stacked, axis=0, return_inverse=True)[1].ravel()
    # Both sides hold a row of each class where there are as many.
    fewest, least = np.bincount(label).min(), min(size, 1 - size) * frame.height
    if fewest < 2 or least < len(np.unique(label)):
        return next(ShuffleSplit(**once).split(rows))
    return next(StratifiedShuffleSplit(**once).split(rows, label))


def moments(column: pl.Series) -> np.ndarray:
    """The place of each row's time among all times, from 0."""
    how = column_type(column)
    if how in DATE_FORMATS:
        column = column.to_frame().select(read_as(column.name, how)).to_series()
    if column.null_count() > 0:
        raise ValueError(f"{column.name} is empty or no date in {column.null_count()} rows")
    return column.rank("dense").to_numpy() - 1


def groups_of(frame: pl.DataFrame, project: Project) -> np.ndarray:
    return required(frame, project.group, "group").cast(pl.String).fill_null("").to_numpy()


def required(frame: pl.DataFrame, column: str | None, role: str) -> pl.Series:
    if column is None:
        raise ValueError(f"needs `{role}`, the name of a column")
    return frame[column]


def strata(target: Target) -> np.ndarray:
    """Classes as they are; the values of a regression in ten parts of equal size."""
    if target.kind != "regression":
        return target.y
    return np.searchsorted(np.quantile(target.y, np.linspace(0.1, 0.9, 9)), target.y)


def one_hot(labels: np.ndarray) -> np.ndarray:
    return (labels[:, None] == np.unique(labels)).astype(int)
