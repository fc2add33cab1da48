"""First on a run's PYTHONPATH: guards MLflow as soon as the script imports it.

The guard itself is the template's harness/mlflow_guard.py. A sitecustomize of the environment's
own runs as before.
"""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
guarded = "mlflow.utils.rest_utils"
guard_file = here.parent / "workspace" / "templates" / "harness" / "mlflow_guard.py"


class GuardFinder:
    """Finds nothing itself: it adds to what the others find of one module."""

    def find_spec(self, fullname, path, target=None):
        if fullname != guarded:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            guard()

        spec.loader.exec_module = exec_module
        return spec


def guard():
    """Whatever fails here, the script goes on as without it."""
    try:
        spec = importlib.util.spec_from_file_location("crossfold_mlflow_guard", guard_file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.guard_mlflow()
    except Exception as error:
        print(f"warning: MLflow runs without a guard: {error}", file=sys.stderr)


def run_next():
    """The sitecustomize that would have been found without this one."""
    spec = importlib.machinery.PathFinder.find_spec(
        "sitecustomize", [entry for entry in sys.path if Path(entry or ".").resolve() != here]
    )
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


sys.meta_path.insert(0, GuardFinder())
run_next()
