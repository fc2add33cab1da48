"""The competition's files as tables: reading them, and telling what their columns hold."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from settings import DirectorySettings, Project

MISSING = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"]
DATE_FORMATS = [
    *("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y"),
    *("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M"),
    *("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"),
]


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
