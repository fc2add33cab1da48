"""The competition's files as tables: reading them, and telling what their columns hold."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

MISSING = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"]
DATE_FORMATS = [
    *("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y"),
    *("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M"),
    *("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"),
]
NO_TABLE = (
    "For images, texts or other data that lie in files, start from the template with fit and\n"
    "predict to fill in: crossfold new --template bare"
)


class TableError(Exception):
    """A file that is missing or holds no table; the message says which."""


def read_table(path: Path, text: Iterable[str] = ()) -> pl.DataFrame:
    """Reads CSV, TSV (also .gz) or Parquet. Columns in `text` stay as they are spelt: 007, True."""
    if not path.is_file():
        raise TableError(f"{path} is {'a folder, not a table' if path.is_dir() else 'missing'}")
    try:
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path, glob=False)
            return frame.with_columns(pl.col(c).cast(pl.String) for c in text if c in frame.columns)
        separator = "\t" if ".tsv" in path.suffixes else ","
        header = pl.read_csv(path, separator=separator, n_rows=0, glob=False).columns
        return pl.read_csv(
            path,
            glob=False,  # a folder may be called [fold]
            separator=separator,
            null_values=MISSING,
            infer_schema_length=None,
            schema_overrides={column: pl.String for column in text if column in header},
        )
    except pl.exceptions.PolarsError as error:
        raise TableError(f"{path} cannot be read as a table: {error}") from error


def column_names(path: Path) -> list[str] | None:
    """The columns of a table; None where there is none."""
    try:
        return read_table(path).columns
    except TableError:
        return None


def column_type(column: pl.Series) -> str | None:
    """How to read a column: "number", "text", "date", or the format of dates written as text.

    None where it holds something else, as lists.
    """
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
    return "text"


def read_as(column: str, how: str) -> pl.Expr:
    if how == "number":
        return pl.col(column).cast(pl.Float64, strict=False)
    if how == "text":
        return pl.col(column).cast(pl.String)
    if how == "date":
        return pl.col(column).cast(pl.Datetime)
    return pl.col(column).cast(pl.String).str.strptime(pl.Datetime, how, strict=False)
