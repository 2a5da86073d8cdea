"""Draw the candidate models, by size and threshold, and each rule's choice."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from mechanist.core.progress import log_to
from mechanist.draw.discovery import RULES, noise_label, title_of
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.score_tables import read_all
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.entry_types.equation_studies_entries import CaseAtNoiseEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


class Mark(TypedDict):
    """How a marker is drawn."""

    marker: str
    color: str
    markersize: float
    markerfacecolor: NotRequired[str]


#: Marker, colour and size of the model that a rule selects; the oracle's ring surrounds the others.
MARKS: Final[Mapping[str, Mark]] = {
    "oracle": {"marker": "o", "color": "black", "markersize": 11.0, "markerfacecolor": "none"},
    "auto": {"marker": "o", "color": "#6a1b6e", "markersize": 8.0},
    "messenger_bortz": {"marker": "X", "color": "#ffa72b", "markersize": 5.5},
}
TRUE: Final = "#0072b2"
FALSE: Final = "#b5b5b5"
RIGHT: Final = "#e3f1e8"
#: Smaller losses are drawn at the first value; the axis of weights begins no lower than the second.
FLOOR: Final = 1e-20
LEAST_WEIGHT: Final = 1e-5
#: Units of the columns of the figure's data; weights refer to columns of unit norm.
UNITS: Final = dict.fromkeys(("place", "size", "loss", "weight"), "1")


@styled()
def main(
    *,
    paths: Sequence[Path],
    stem: Path,
    cells: Sequence[CaseAtNoiseEntry],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a column of two panels for each case and noise.

    Parameters
    ----------
    paths : sequence of Path
        Tables of ``equations_paths.py``.
    stem : Path
        Figure files without their suffix.
    cells : sequence of mapping
        ``case`` and ``noise`` of each column.
    metadata : mapping, optional
        Kept in the files.

    Raises
    ------
    ValueError
        If there is no path for a case and noise.
    """
    table = read_all(paths)
    figure, axes = new_figure(2, len(cells), width=DOUBLE, height=4.3)
    drawn = []
    for (upper, lower), cell in zip(axes.T, cells, strict=True):
        one = table[(table["case"] == cell["case"]) & np.isclose(table["noise"], cell["noise"])]
        if one.empty:
            known = sorted(set(zip(table["case"], table["noise"], strict=True)))
            raise ValueError(f"no path for {dict(cell)}; there are {known}")
        _by_size(upper, one)
        _by_threshold(lower, one[one["path"] == "threshold"])
        drawn.append(one)
    axes[0, 0].set_ylabel("relative squared residual")
    axes[1, 0].set_ylabel("|coefficient|, columns of norm 1")
    titles = [f"{title_of(cell['case'])}, {noise_label(cell['noise'])} % noise" for cell in cells]
    letter_panels(axes[0], titles)
    figure_legend(figure, list(axes.flat))
    save_figure(figure, stem, pd.concat(drawn, ignore_index=True),
                title="Candidate models", units=UNITS, columns=FIGURES["paths"], metadata=metadata)  # fmt: skip


def _by_size(panel: Axes, one: pd.DataFrame) -> None:
    """Draw the loss of the best model of each size, and each rule's choice."""
    models = one[one["path"] == "size"].drop_duplicates("place").sort_values("place")
    loss = models["loss"].clip(lower=FLOOR)
    panel.plot(models["size"], loss, "-", color="#8c8c8c", marker=".", markersize=4,
               label="best model of each size")  # fmt: skip
    right = models["right"].to_numpy(bool)
    panel.plot(models["size"][right], loss[right], linestyle="none", marker="s", markersize=16,
               color=RIGHT, zorder=0)  # fmt: skip
    panel.plot([], [], linestyle="none", marker="s", markersize=8, color=RIGHT,
               label="the right terms")  # fmt: skip
    for rule, mark in MARKS.items():
        taken = _taken(one, rule).head(1)
        panel.plot(taken["size"], taken["loss"].clip(lower=FLOOR), linestyle="none", zorder=4,
                   label=f"selected by {RULES[rule]}", **mark)  # fmt: skip
    panel.set(yscale="log", xlabel="number of terms")
    panel.margins(x=0.06, y=0.12)
    panel.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    panel.yaxis.set_major_locator(LogLocator(numticks=7))
    panel.yaxis.set_minor_formatter(NullFormatter())


def _taken(one: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Return the rows of the terms that a rule selects, on either path."""
    return one[[rule in rules.split() for rules in one["rules"]]]


def _by_threshold(panel: Axes, one: pd.DataFrame) -> None:
    """Draw coefficients against the threshold, and shade thresholds that leave the right terms."""
    places = np.sort(one["place"].unique())
    models = one.drop_duplicates("place").set_index("place").loc[places]
    edges = np.sqrt(places[1:] * places[:-1])
    edges = np.concatenate([places[:1], edges, places[-1:]])
    for k in np.flatnonzero(models["right"].to_numpy(bool)):
        panel.axvspan(edges[k], edges[k + 1], color=RIGHT, linewidth=0, zorder=0)
    named = one[one["term"] != ""]
    for true, colour, label in (
        (False, FALSE, "coefficient of a false term"),
        (True, TRUE, "coefficient of a true term"),
    ):
        lines = named[named["true"] == true].assign(weight=lambda t: t["weight"].abs())
        for rank, (_, line) in enumerate(lines.groupby("term", sort=True)):
            whole = line.set_index("place")["weight"].reindex(places)
            panel.plot(places, whole, color=colour, linewidth=1.3 if true else 0.6,
                       zorder=3 if true else 2, label=label if rank == 0 else "_")  # fmt: skip
    places_taken = _taken(one, "messenger_bortz")["place"].to_numpy(float)
    if len(places_taken):
        middle = np.exp(np.log(places_taken[[0, -1]]).mean())
        panel.plot([middle], [1.0], transform=panel.get_xaxis_transform(), clip_on=False,
                   linestyle="none", zorder=4, **MARKS["messenger_bortz"])  # fmt: skip
    panel.plot(places, places, ":", color="black", linewidth=0.8, label="threshold")
    panel.set(xscale="log", yscale="log", xlabel="threshold", xlim=(places[0], places[-1]))
    panel.set_ylim(bottom=max(LEAST_WEIGHT, panel.get_ylim()[0]))
    panel.xaxis.set_minor_formatter(NullFormatter())
    panel.yaxis.set_minor_formatter(NullFormatter())


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            paths=[Path(path) for path in snakemake.input.paths],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            cells=snakemake.params.cells,
            metadata=snakemake.params.metadata,
        )
