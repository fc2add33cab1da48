"""Answers questions about OOF files on standard input, one JSON object a line, with one a line.

    python oracle_server.py FOLDER_OF_ORACLE

A question is {"workspace", "case", "oof", "mean"}; the answer is what oracle.py prints, with `mean`, the mean of the
folds, where that was asked for, or {"error"}. One process for all cases: to import scikit-learn takes a second.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, sys.argv[1])
import oracle  # noqa: E402


def ask(workspace: Path, case: dict, oof: Path) -> dict:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        oracle.main(workspace, case, oof)
    return json.loads(said.getvalue())


def mean_of_folds(workspace: Path, case: dict, oof: Path) -> float:
    folds: dict[str, list[dict[str, str]]] = {}
    for row in oracle.read(oof):
        folds.setdefault(row[case["oof"]["fold"]], []).append(row)
    scores = []
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "fold.csv"
        for rows in folds.values():
            with open(part, "w", newline="", encoding="utf-8") as sheet:
                writer = csv.DictWriter(sheet, fieldnames=list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            scores.append(ask(workspace, case, part)["score"])
    return sum(scores) / len(scores)


def answer(question: dict) -> dict:
    workspace, case, oof = Path(question["workspace"]), question["case"], Path(question["oof"])
    try:
        found = ask(workspace, case, oof)
        if question["mean"]:
            found["mean"] = mean_of_folds(workspace, case, oof)
        return found
    except (Exception, SystemExit) as error:
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
