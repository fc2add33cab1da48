"""Pictures of out-of-fold predictions against the truth."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import metrics as skm
from sklearn.calibration import CalibrationDisplay

from .scoring import Metric, class_numbers
from .targets import Outputs


def save_plots(folder: Path, truth: Outputs, outputs: Outputs, classes: dict, metric: Metric):
    """Out-of-fold predictions against the truth, a panel for each of the first targets."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.font_manager import get_font_names

    fonts = ["DejaVu Sans", "Noto Sans CJK JP", "Hiragino Sans", "IPAexGothic", "Yu Gothic"]
    plt.rcParams["font.family"] = [font for font in fonts if font in get_font_names()]
    targets = list(truth)[:12]
    regression = not classes[targets[0]]
    for name in ["scatter", "residuals"] if regression else ["confusion_matrix", "calibration"]:
        figure, axes = plt.subplots(1, len(targets), figsize=(6 * len(targets), 5), squeeze=False)
        for ax, target in zip(axes[0], targets, strict=True):
            draw(name, ax, truth[target], outputs[target], classes[target], metric)
            ax.set_title(target)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # no font here for some script: boxes do
            figure.savefig(folder / f"{name}.png", dpi=100, bbox_inches="tight")
        plt.close(figure)


def draw(name: str, ax: Any, y: np.ndarray, output: np.ndarray, classes: list, metric: Metric):
    if name == "confusion_matrix":
        matrix = skm.confusion_matrix(y, class_numbers(metric, output), labels=range(len(classes)))
        display = skm.ConfusionMatrixDisplay(matrix, display_labels=classes)
        display.plot(ax=ax, include_values=len(classes) <= 20, xticks_rotation="vertical")
    elif name == "calibration":
        for k in [1] if len(classes) == 2 else range(min(len(classes), 10)):
            CalibrationDisplay.from_predictions(
                y == k, output[:, k], n_bins=10, name=classes[k], ax=ax
            )
    else:
        kind = "actual_vs_predicted" if name == "scatter" else "residual_vs_predicted"
        skm.PredictionErrorDisplay.from_predictions(y, output, kind=kind, random_state=0, ax=ax)
