"""Calls a metric's function on rows that Crossfold wrote, and writes what it returned.

    python run_metric.py FOLDER

FOLDER has request.json, a file for each column and one for each set of rows; result.json goes there,
written whole or not at all. What the function prints, and what it leaves running, does not matter.
"""

import json
import math
import os
import sys
import threading
import time
import traceback
import types
from pathlib import Path

MODULE = "crossfold_metric"  # what the function's file is imported as
SEED = 20240229


class Fault(Exception):
    """What is wrong, in words, and the line of the metric's file where it is known."""

    def __init__(self, message, line=None):
        super().__init__(message)
        self.line = line


def main(folder):
    folder = Path(folder)
    owner = os.getpid()
    threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    # A metric is its one file and what is installed: nothing that lies beside this file or in the
    # working directory, such as an experiment, can take part.
    here = {str(Path(__file__).resolve().parent), os.getcwd(), ""}
    sys.path[:] = [path for path in sys.path if path not in here]
    try:
        result = score(folder, request)
    except Fault as fault:
        result = {"fault": str(fault), "line": fault.line}
    if os.getpid() != owner:  # the function forked, and this is the child
        os._exit(0)
    part = folder / "result.part"
    part.write_text(json.dumps(result), encoding="utf-8")
    os.replace(part, folder / "result.json")


def end_with(parent):
    """Ends this process when the one that started it is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def score(folder, request):
    try:
        import numpy as np
    except ImportError as error:
        return {"environment": f"numpy is not installed for {sys.executable} ({error})"}
    function = load(folder, request)
    truth = read_side(np, folder, request["actual"])
    predicted = read_side(np, folder, request["predicted"])
    sets = []
    for name in request["sets"]:
        rows = None if name is None else np.fromfile(folder / name, dtype="<i4")
        sets.append(call(np, function, request, truth, predicted, rows))
    check_function(np, folder, function, request, truth, predicted, sets)
    return {"sets": sets}


def load(folder, request):
    """The function, from the source as Crossfold read it; no compiled file is taken or left."""
    source = (folder / "metric.py").read_bytes()
    module = types.ModuleType(MODULE)
    module.__file__ = os.path.abspath(request["file"])
    sys.modules[MODULE] = module
    try:
        code = compile(source, request["file"], "exec", dont_inherit=True)
        exec(code, vars(module))
    except BaseException as error:
        raise Fault(*told(error, request)) from None
    function = getattr(module, request["name"], None)
    if not callable(function):
        what = "has no" if function is None else "has something else than a"
        raise Fault(f"it {what} function {request['name']}")
    return function


def read_side(np, folder, side):
    """One column as it is; several beside each other, a column each."""
    columns = []
    for name in side["files"]:
        if side["kind"] == "number":
            columns.append(np.fromfile(folder / name, dtype="<f8"))
        else:
            texts = json.loads((folder / f"{name}.names").read_text(encoding="utf-8"))
            columns.append(np.array(texts)[np.fromfile(folder / name, dtype="<i4")])
    return columns[0] if len(columns) == 1 else np.column_stack(columns)


def call(np, function, request, truth, predicted, rows):
    """{"score"} or {"fault", "line"}. The function gets copies: it may change them."""
    arguments = [np.array(side if rows is None else side[rows]) for side in (truth, predicted)]
    try:
        value = function(*arguments)
    except BaseException as error:
        message, line = told(error, request)
        return {"fault": message, "line": line}
    number = as_number(np, value)
    if isinstance(number, str):
        return {"fault": f"{request['name']} returned {number}", "line": None}
    return {"score": number}


def as_number(np, value):
    """A finite float, or what else it is, in words."""
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value[()]
    if isinstance(value, bool | np.bool_ | str | bytes | complex | np.complexfloating):
        return f"{value!r:.60}, not a number"
    try:
        number = float(value)
    except BaseException:
        return f"{shown(value)}, not a number"
    return number if math.isfinite(number) else f"{number}, which is no score"


def shown(value):
    try:
        return f"{value!r:.60}"
    except BaseException:
        return f"an object of {type(value).__name__}"


def check_function(np, folder, function, request, truth, predicted, sets):
    """Refuses what is no function of the rows: random, dependent on their order, or a constant."""
    first = next((index for index, one in enumerate(sets) if "score" in one), None)
    if first is None:
        return
    name = request["sets"][first]
    rows = np.arange(len(truth)) if name is None else np.fromfile(folder / name, dtype="<i4")
    score = sets[first]["score"]
    shuffled = rows[np.random.default_rng(SEED).permutation(len(rows))]
    again = call(np, function, request, truth, predicted, shuffled).get("score")
    if again is None or abs(again - score) > slack(np, score, again, truth, predicted):
        raise Fault(
            f"{request['name']} is not a function of the rows: it gave {score} and, for the same "
            f"rows in another order, {'an error' if again is None else again}; leave out what is "
            "random, remembered or dependent on the order"
        )
    if is_constant(np, function, request, truth, predicted, rows, sets):
        raise Fault(f"{request['name']} gives {score} whatever the predictions are")


def slack(np, one, other, truth, predicted):
    """What sums of floats, in 32 bits too, may differ by in another order."""
    sides = [np.abs(side).max() for side in (truth, predicted) if side.dtype.kind == "f"]
    return 1e-6 * max(abs(one), abs(other)) + 1e-12 * max([0.0, *sides])


def is_constant(np, function, request, truth, predicted, rows, sets):
    """Whether predictions that are all right and predictions that are all wrong get the same score.

    Asked only where the scores of all sets are the same, and known only where a target can be
    given as its own prediction.
    """
    scores = {one.get("score") for one in sets}
    if (
        len(scores) > 1
        or truth.shape != predicted.shape
        or truth.dtype.kind != predicted.dtype.kind
    ):
        return False
    columns = truth[rows].reshape(len(rows), -1).T
    parts = [np.unique(column, return_inverse=True) for column in columns]
    if any(len(values) < 2 for values, _ in parts):
        return False
    turned = [values[(numbers + 1) % len(values)] for values, numbers in parts]
    wrong = np.column_stack(turned).reshape(truth[rows].shape)
    own = truth[rows]
    given = [call(np, function, request, own, one, None).get("score") for one in (own, wrong)]
    return set(given) == scores


def told(error, request):
    """An exception in words, and the last line of the metric's own file that led to it."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == request["file"]
    ]
    if isinstance(error, SyntaxError) and error.filename == request["file"]:
        lines = [error.lineno]
    text = " ".join(str(error).split())
    if isinstance(error, ModuleNotFoundError):
        text += "; a metric's file stands alone: it can import what is installed, nothing else"
    message = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return message[:500], lines[-1] if lines else None


if __name__ == "__main__":
    main(sys.argv[1])
