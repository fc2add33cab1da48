"""What is predicted, and the predictions."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["regression", "binary", "multiclass", "multilabel"]
# Of each target, a row for each row of data: the probability of each class, or one value.
Outputs = dict[str, np.ndarray]


@dataclass(frozen=True)
class Target:
    """A column to predict: `y` has class numbers from 0 or, in a regression, values."""

    name: str
    kind: Kind
    y: np.ndarray
    classes: list[str]  # as train.csv spells them, by number; empty in a regression

    def rows(self, rows: np.ndarray) -> "Target":
        """The target on these rows alone; its classes are those that occur there."""
        if not self.classes:
            return Target(self.name, self.kind, self.y[rows], [])
        seen, y = np.unique(self.y[rows], return_inverse=True)
        kind = "binary" if len(seen) <= 2 else "multiclass"
        return Target(self.name, kind, y, [self.classes[k] for k in seen])
