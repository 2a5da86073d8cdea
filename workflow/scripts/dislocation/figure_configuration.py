"""Draw one sample's relaxed configurations on their internal stress fields."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from mechanist.core.typing import FloatArray
from mechanist.draw.meanings.figures_of_dislocations import FIGURES
from mechanist.draw.panels import DIVERGING
from mechanist.draw.style import DOUBLE, SINGLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import read_batch, signs
from mechanist.mechanics.edge_kernel import stress_on_grid

#: Grid cells of the stress field along a side, and the share beyond the colour scale.
CELLS: Final = 100
CLIPPED: Final = 0.04
#: Markers of positive dislocations, negative dislocations and pins, and their sizes.
MARKS: Final = {1.0: r"$\bot$", -1.0: r"$\top$", 0.0: "."}
MARK_SIZE: Final = {1.0: 26.0, -1.0: 26.0, 0.0: 4.0}
MEANINGS: Final = {
    1.0: "edge dislocation, Burgers vector along $x$",
    -1.0: "edge dislocation, opposite Burgers vector",
    0.0: "pin",
}
UNIT: Final = r"$b$: Burgers vector; $D=\mu b/[2\pi(1-\nu)]$, with shear modulus $\mu$ and Poisson ratio $\nu$"
NAMES: Final = {"undeformed": "relaxed", "prestrained": "pre-strained, unloaded, relaxed"}


@styled()
def main(
    *,
    samples: Sequence[Path],
    stem: Path,
    sample: str | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each branch of one sample.

    Parameters
    ----------
    samples : sequence of Path
        Batches of one system.
    stem : Path
        Path of the figure files, without suffix.
    sample : str, optional
        Name of the sample. Default: among samples whose branches all completed, the first that lost
        dislocations in pre-straining, or else the first.
    metadata : mapping, optional
        Metadata stored in the figure files.

    Raises
    ------
    ValueError
        If no batch contains such a sample.
    """
    states = _chosen(samples, sample)
    fields = {name: stress_on_grid(state, CELLS) for name, state in states.items()}
    limit = float(np.quantile(np.abs(np.stack(list(fields.values()))), 1 - CLIPPED))

    n = len(states)
    width, height = (DOUBLE, 0.53 * DOUBLE) if n > 1 else (SINGLE, 1.1 * SINGLE)
    figure, axes = new_figure(1, n, width=width, height=height)
    for panel, name in zip(axes[0], states, strict=True):
        image = stress_panel(panel, fields[name], states[name].cell[0, 0], limit)
        dislocation_marks(panel, states[name])
    axes[0, 0].set_ylabel(r"$y$ ($b$)")
    titles = [
        f"{NAMES.get(k, k)}: {int((signs(s) != 0).sum())} dislocations" for k, s in states.items()
    ]
    letter_panels(axes, titles)
    bar = figure.colorbar(image, ax=axes, extend="both", shrink=0.85, aspect=22, pad=0.02)
    bar.set_label(r"internal shear stress ($D/b$)")
    present = set(np.unique(np.concatenate([signs(state) for state in states.values()])))
    handles = [
        Line2D(
            [], [], linestyle="none", marker=MARKS[kind], color="black", markersize=6, label=label
        )
        for kind, label in MEANINGS.items()
        if kind in present
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), title=UNIT)
    tables = {name: configuration_table(states[name], fields[name]) for name in states}
    save_figure(figure, stem, tables, title="Relaxed dislocations", units={"x": "b", "y": "b"},
                columns=FIGURES["configuration"], metadata=metadata)  # fmt: skip


def _chosen(batches: Sequence[Path], sample: str | None) -> dict[str, Configuration]:
    """Return the initial states of a sample's branches, undeformed first."""
    fallback: dict[str, Configuration] = {}
    for path in batches:
        for candidate in read_batch(path):
            good = candidate.good_branches
            order = sorted(good, key=lambda name: name != "undeformed")
            starts = {name: good[name].start for name in order}
            if not starts or (sample is None and len(good) < len(candidate.branches)):
                continue
            changed = len({len(start) for start in starts.values()}) > 1
            if candidate.name == sample or (sample is None and changed):
                return starts
            if sample is None:
                fallback = fallback or starts
    if not fallback:
        wanted = f"branch of sample {sample!r}" if sample else "sample with all branches"
        raise ValueError(f"no {wanted} completed in {[str(path) for path in batches]}")
    return fallback


def stress_panel(panel: Axes, field: FloatArray, length: float, limit: float) -> AxesImage:
    """Draw the internal stress of a box of a side ``length``, in colours up to ``limit``."""
    panel.set(xlabel=r"$x$ ($b$)", xlim=(0, length), ylim=(0, length), aspect="equal")
    for spine in panel.spines.values():
        spine.set_visible(True)
    return panel.imshow(
        field,
        origin="lower",
        extent=(0, length, 0, length),
        cmap=DIVERGING,
        vmin=-limit,
        vmax=limit,
        interpolation="bilinear",
    )


def dislocation_marks(panel: Axes, state: Configuration) -> None:
    """Draw a mark for every dislocation and pin."""
    sign = signs(state)
    for kind, mark in MARKS.items():
        x, y, _ = state.positions[sign == kind].T
        panel.scatter(x, y, s=MARK_SIZE[kind], marker=mark, color="black", linewidths=0.3)


def configuration_table(state: Configuration, field: FloatArray) -> pd.DataFrame:
    """Return a table of the particles, followed by the field values, one row each."""
    length = state.cell[0, 0]
    x, y, _ = state.positions.T
    marks = pd.DataFrame(
        {"what": "particle", "x": x, "y": y, "value": signs(state), "unit": "sign"}
    )
    centres = (np.arange(CELLS) + 0.5) * (length / CELLS)
    columns, rows = np.meshgrid(centres, centres)
    grid = {"what": "stress", "x": columns.ravel(), "y": rows.ravel(), "value": field.ravel()}
    return pd.concat([marks, pd.DataFrame(grid).assign(unit="D/b")], ignore_index=True)
