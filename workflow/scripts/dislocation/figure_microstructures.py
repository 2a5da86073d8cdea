"""Draw the classes of microstructures and how well coarse-grained fields classify them."""

from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from mechanist.assess.classification_summary import ProblemSummary, read_classification
from mechanist.draw.meanings.figures_of_dislocations import FIGURES
from mechanist.draw.style import DOUBLE, letter_panels, save_figure, styled
from mechanist.formats.microstructure_files import Microstructure, read_microstructures

#: Label, colour and marker of each field set.
LOOKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "rho": (r"$\rho$", "#56b4e9", "o"),
    "rho+kappa": (r"$\rho$, $\kappa$", "#0072b2", "^"),
    "rho+kappa+q": (r"$\rho$, $\kappa$, $q$", "#009e73", "v"),
}
#: Colours of further field sets, in their order.
FURTHER: Final = ("#cc79a7", "#e69f00", "#f0e442")
NAMES: Final[Mapping[str, str]] = {
    "loops_equal": "equal loops",
    "loops_broad": "broad loops",
    "loops_elongated": "elongated loops",
    "loops_channels": "loops in channels",
    "lines_one_sign": "lines, one sign",
    "lines_dipolar": "dipolar lines",
    "lines_bowed": "bowed lines",
}
#: Colours of lines along +x, of lines along -x, and of loops (all of one sense).
SENSES: Final[Mapping[int, str]] = {1: "#d55e00", -1: "#0072b2", 0: "#333333"}
#: Numbers in cells darker than this are white.
DARK: Final = 0.6
#: Units of the columns in the figure's data table.
UNITS: Final = {
    "voxel": "b",
    **dict.fromkeys(("voxels", "features", "n", "accuracy", "low", "high"), "1"),
}
#: Voxel sides that are written below an axis.
MOST_TICKS: Final = 4


@styled()
def main(
    *,
    microstructures: Path,
    accuracy: Path,
    summary: Path,
    stem: Path,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw an example of each class, accuracy against voxel size, and the confusion matrix.

    Parameters
    ----------
    microstructures : Path
        Batch; the first sample of each class is drawn.
    accuracy, summary : Path
        Outputs of ``dislocation_classify.py``.
    stem : Path
        Path of the figure files, without suffix.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    first: dict[str, Microstructure] = {}
    for sample in read_microstructures(microstructures):
        first.setdefault(sample.label, sample)
    labels = [label for label in NAMES if label in first]
    table = pd.read_parquet(accuracy)
    problems = read_classification(summary)["problems"]
    figure = Figure(figsize=(DOUBLE, 4.1))
    rows = figure.add_gridspec(2, 1, height_ratios=[1, 2.1])
    examples = rows[0].subgridspec(1, len(labels)).subplots(squeeze=False)[0]
    for panel, label in zip(examples, labels, strict=True):
        _lines(panel, first[label])
        panel.set_title(NAMES[label], fontsize=6.5, pad=3)
    lower = rows[1].subgridspec(
        1, 3, width_ratios=[1.25, 1.1 if "edges" in problems else 0.01, 1.35]
    )
    panels = [figure.add_subplot(lower[0, k]) for k in range(3)]
    _curves(panels[0], table[table["problem"] == "curved"], problems["curved"])
    panels[0].set_ylabel("held-out accuracy")
    if "edges" in problems:
        _curves(panels[1], table[table["problem"] == "edges"], problems["edges"])
    else:
        panels[1].set_axis_off()
    matrix = _matrix(panels[2], problems["curved"], labels)
    best = problems["curved"]["best"]
    letter_panels(panels, [
        "classes above", "edges: as relaxed or pre-strained",
        f"all fields, voxel {best['voxel']:g} $b$",
    ])  # fmt: skip
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    curves = table.assign(subset=table["problem"], n_samples=table["n"])
    save_figure(figure, stem, {"accuracy": curves, "matrix": matrix},
                title="Classification of microstructures from density fields", units=UNITS,
                columns=FIGURES["microstructures"], metadata=metadata)  # fmt: skip


def _lines(panel: Axes, sample: Microstructure) -> None:
    """Draw all periodic images of a sample's lines that touch the cell, coloured by sense."""
    pieces, colours = [], []
    for line in sample.lines:
        closed = np.vstack([line.vertices, line.vertices[:1] + line.period]) / sample.side
        low, high = np.floor(closed.min(axis=0)), np.floor(closed.max(axis=0))
        for i in np.arange(low[0], high[0] + 1):
            for j in np.arange(low[1], high[1] + 1):
                pieces.append(closed - [i, j])
                colours.append(SENSES[int(np.sign(line.period[0]))])
    panel.add_collection(LineCollection(pieces, colors=colours, linewidths=0.4))
    panel.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xticks=[], yticks=[])
    for spine in panel.spines.values():
        spine.set_visible(True)


def _curves(panel: Axes, table: pd.DataFrame, problem: ProblemSummary) -> None:
    """Draw accuracy against voxel size for each field set, with the dummy and the rival."""
    further = [key for key in table["fields"].unique() if key not in LOOKS]
    own = {key: (key, colour, "s") for key, colour in zip(further, cycle(FURTHER), strict=False)}
    for key, (label, colour, marker) in {**LOOKS, **own}.items():
        line = table[table["fields"] == key].sort_values("voxel")
        if line.empty:
            continue
        x, y = line["voxel"].to_numpy(float), line["accuracy"].to_numpy(float)
        panel.fill_between(x, line["low"], line["high"], color=colour, alpha=0.2, linewidth=0)
        panel.plot(x, y, color=colour, marker=marker, label=label)
    panel.axhline(problem["dummy"], color="#8c8c8c", linewidth=0.9, label="dummy")
    panel.axhline(problem["scalars"]["accuracy"], color="#d55e00", linestyle="--", linewidth=0.9,
                  label="mean densities alone (rival)")  # fmt: skip
    panel.set(xscale="log", ylim=(0, 1.02), xlabel="voxel side ($b$)")
    sides = sorted(table["voxel"].unique(), reverse=True)
    shown = sides[:: -(-len(sides) // MOST_TICKS)]
    panel.set_xticks(shown, [f"{side:.3g}" if side < 1000 else f"{side:.0f}" for side in shown])
    panel.minorticks_off()


def _matrix(panel: Axes, problem: ProblemSummary, labels: list[str]) -> pd.DataFrame:
    """Draw the confusion matrix in the order of ``labels``."""
    order = [problem["classes"].index(label) for label in labels]
    values = np.array(problem["matrix"])[np.ix_(order, order)]
    panel.imshow(values, cmap="Blues", vmin=0, vmax=1)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            if value >= 0.005:
                panel.text(j, i, f"{100 * value:.0f}", ha="center", va="center", fontsize=6,
                           color="white" if value > DARK else "black")  # fmt: skip
    names = [NAMES[label] for label in labels]
    numbers = [str(number) for number in range(1, len(names) + 1)]
    panel.set_xticks(range(len(names)), numbers, fontsize=6.3)
    panel.set_yticks(range(len(names)),
                     [f"{name} ({k})" for name, k in zip(names, numbers, strict=True)],
                     fontsize=6.3)  # fmt: skip
    panel.set_xlabel("predicted class, by its number (%)", labelpad=1)
    return pd.DataFrame(
        [
            {"class": labels[i], "predicted": labels[j], "share": values[i, j]}
            for i in range(len(labels))
            for j in range(len(labels))
        ]
    )
