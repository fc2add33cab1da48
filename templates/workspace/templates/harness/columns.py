"""Which columns a tabular model can use, and as what."""

import polars as pl
import polars.selectors as cs

from .project import Project
from .tables import NO_TABLE


def column_groups(
    features: pl.DataFrame, project: Project, max_categories: int
) -> tuple[list[str], list[str], list[str]]:
    """Texts with few values, texts with many, and numbers. Id and group are in none of them.

    A text that differs in nearly every row is left out. Ends the program where nothing is left.
    """
    usable = features.drop([project.id, *([project.group] if project.group else [])], strict=False)
    texts = [c for c in usable.select(cs.string()).columns if repeats(usable[c])]
    few = [c for c in texts if usable[c].n_unique() <= max_categories]
    many = [c for c in texts if c not in few]
    numbers = usable.select(cs.numeric()).columns
    if not texts and all(usable[c].n_unique() <= 1 for c in numbers):
        raise SystemExit(
            f"no column to learn from: one must be in {project.train} and in {project.test}, vary,"
            f"\nand be no text that differs in nearly every row.\n{NO_TABLE}"
        )
    return few, many, numbers


def repeats(column: pl.Series) -> bool:
    """Whether its values come again, as those of a category do and those of an id do not."""
    texts = column.drop_nulls()
    return texts.n_unique() <= 0.95 * len(texts)
