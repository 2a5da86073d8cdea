"""Draw a law that was followed from an initial state: solution, band, and truth if there is any."""

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.progress import log_to
from mechanist.core.typing import FloatArray
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    SINGLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.csv_tables import UNSTATED
from mechanist.predict.law_outputs import ENDINGS, read_followed

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Times that are drawn of a field in space; the first is that of the initial state.
SHOWN: Final = 4
#: Most entries of a state that are drawn; the file of the solution holds all.
MOST: Final = 3
SOLUTION: Final = "#2b6cb0"
TRUTH: Final = "#1a1a1a"
COLUMNS: Final = ("solution", "mean", "band_from", "band_to", "truth")


@styled()
def main(
    *, solution: Path, summary: Path, stem: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Draw each entry of the state over time or, at several times, over the first axis of space.

    Below each row, the same less the solution of the law, since a band may be narrow beside it.

    Parameters
    ----------
    solution, summary : Path
        What ``follow.py`` has written.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Kept in the files.
    """
    arrays = read_followed(solution)
    said = json.loads(summary.read_text(encoding="utf-8"))
    times, axes, shown = arrays["t"], said["axes"], said["entries"][:MOST]
    indices = np.unique(np.linspace(0, len(times) - 1, SHOWN).round().astype(int))
    columns = len(indices) if axes else 1
    first = axes[0] if axes else "t"
    across = arrays[first]
    rows = 2 * len(shown)
    figure, panels = new_figure(
        rows,
        columns,
        width=DOUBLE if axes else SINGLE,
        height=0.5 + 1.35 * rows,
        sharex=True,
        sharey="row",
    )
    tables: dict[str, pd.DataFrame] = {}
    for row, column in product(range(rows), range(columns)):
        name, difference = shown[row // 2], bool(row % 2)
        lines = _lines(arrays, name, int(indices[column]) if axes else None)
        if difference:
            lines = {label: line - lines["solution"] for label, line in lines.items()}
        _draw(panels[row, column], across, lines, difference=difference)
        what = f"{name}, less the law" if difference else name
        if column == 0:
            panels[row, 0].set_ylabel(_labelled(name, said["units"], what))
        table = pd.DataFrame({first: across, **lines})
        table["entry"], table["unit"] = what, said["units"].get(name) or UNSTATED
        letter = chr(ord("a") + len(tables))
        tables[letter] = table.assign(t=times[indices[column]]) if axes else table
    titles = [f"t = {times[k]:.4g}" for k in indices] * rows if axes else [""] * rows
    for panel in panels[-1]:
        panel.set_xlabel(_labelled(first, said["units"], first))
    letter_panels(panels, titles)
    figure_legend(figure, list(panels.ravel()))
    save_figure(
        figure,
        stem,
        tables,
        title=f"{said['law']}: the law followed from an initial state",
        units={
            **dict.fromkeys(COLUMNS, "{unit}"),
            **{name: said["units"].get(name, "") for name in ("t", first)},
        },
        columns=FIGURES["followed"],
        metadata={**(metadata or {}), "equations": "; ".join(said["equations"])},
    )


def _lines(arrays: Mapping[str, FloatArray], name: str, time: int | None) -> dict[str, FloatArray]:
    """Return the lines of one entry: over time, or at one time along the first axis of space."""
    found = {}
    for label, ending in zip(COLUMNS, ENDINGS, strict=True):
        values = arrays.get(name + ending)
        if values is None:
            continue
        if time is not None:
            values = values[..., time]
            for n in values.shape[:0:-1]:
                values = values[..., n // 2]  # the middle of the other axes
        found[label] = values
    return found


def _draw(
    panel: Axes, across: FloatArray, lines: Mapping[str, FloatArray], *, difference: bool
) -> None:
    if "band_from" in lines:
        panel.fill_between(across, lines["band_from"], lines["band_to"], color=SOLUTION, alpha=0.3,
                           linewidth=0, label="band of the coefficients")  # fmt: skip
    panel.plot(
        across,
        lines["solution"],
        color=SOLUTION,
        label="law",
        linewidth=0.6 + 0.6 * (not difference),
    )
    if "truth" in lines:
        panel.plot(across, lines["truth"], color=TRUTH, linestyle=":", linewidth=0.9, label="truth")
    panel.margins(x=0)


def _labelled(name: str, units: Mapping[str, str], what: str) -> str:
    unit = units.get(name)
    return f"{what} ({unit})" if unit and unit != "1" else what


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            solution=Path(snakemake.input.solution),
            summary=Path(snakemake.input.summary),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
