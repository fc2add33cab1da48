"""The 2,000,000-row competition of split-2m.mjs, and what polars needs for the same counts.

    python split_2m.py make FOLDER      writes train.csv and test.csv, the same at every run
    python split_2m.py count FOLDER     distinct values, ranges and overlap of each column; prints JSON
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

TRAIN_ROWS, TEST_ROWS, SEED = 2_000_000, 500_000, 20261123


def make(folder: Path) -> None:
    rng = np.random.default_rng(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows, first in [("train", TRAIN_ROWS, 0), ("test", TEST_ROWS, 40_000)]:
        customers = first + rng.integers(0, rows // 50, rows)
        frame = pl.DataFrame(
            {
                "id": np.arange(rows) + (0 if name == "train" else TRAIN_ROWS),
                "customer_id": [f"C{number:06d}" for number in customers],
                "shop": rng.integers(0, 400, rows),
                "city": rng.choice(["東京", "大阪", "札幌", "那覇"], rows),
                "bought": np.datetime64("2025-01-01") + rng.integers(0, 365, rows),
                "price": rng.lognormal(6, 1, rows).round(2),
                "amount": rng.poisson(2, rows),
                "device": rng.choice(["web", "app", "shop"], rows),
                **{f"x{index}": rng.normal(size=rows).round(4) for index in range(6)},
            }
        )
        if name == "train":
            frame = frame.with_columns(pl.Series("returned", (rng.random(rows) < 0.1).astype(int)))
        frame.write_csv(folder / f"{name}.csv")


def count(folder: Path) -> None:
    start = time.perf_counter()
    train, test = pl.read_csv(folder / "train.csv"), pl.read_csv(folder / "test.csv")
    apart = []
    for column in test.columns:
        values = [frame.group_by(column).len() for frame in (train, test)]
        [frame[column].min() for frame in (train, test)], [frame[column].max() for frame in (train, test)]
        shared = values[0].join(values[1], on=column).height
        if shared == 0 and values[0].height < 0.5 * train.height:
            apart.append(column)
    seconds = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak, cpu = usage.ru_maxrss, usage.ru_utime + usage.ru_stime
    print(json.dumps({"seconds": seconds, "cpu": cpu, "megabytes": peak // 1024, "apart": apart}))


if __name__ == "__main__":
    {"make": make, "count": count}[sys.argv[1]](Path(sys.argv[2]))
