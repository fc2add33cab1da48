"""One train.py, whether it runs as a script or is imported."""

import sys
from pathlib import Path


def name_main_module() -> None:
    """Makes `import train` give the running script, where that is this experiment's train.py.

    Otherwise inference.py would import it a second time.
    """
    main = sys.modules["__main__"]
    script = Path(getattr(main, "__file__", None) or "").resolve()
    if script == Path(__file__).resolve().parents[1] / "train.py":
        sys.modules["train"] = main


def name_main_classes() -> None:
    """Makes pickle call the script's own classes `train.X`: inference.py finds no `__main__.X`."""
    main = sys.modules["__main__"]
    if sys.modules.get("train") is not main:
        return
    for value in vars(main).values():
        if isinstance(value, type) and value.__module__ == "__main__":
            value.__module__ = "train"
