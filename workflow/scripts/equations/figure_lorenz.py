"""Draw the attractors of found equations beside the true one, and the error of their forecasts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from mechanist.core.progress import log_to
from mechanist.draw.discovery import noise_label, title_of
from mechanist.draw.legibility import EXPLAINED
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.score_tables import read_all
from mechanist.draw.style import DOUBLE, letter_panels, save_figure, styled

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

TRUTH: Final = "#8c8c8c"
#: Range of the colour map used for noise levels, from low to high.
SHADES: Final = (0.15, 0.8)
PALETTE: Final = "plasma"
#: Smaller errors are drawn at this value, in standard deviations.
FLOOR: Final = 1e-9
#: Error at which a forecast is lost, in standard deviations.
LOST: Final = 1.0
HEIGHTS: Final = (1.0, 0.95)


@styled()
def main(
    *,
    forecast: Path,
    stem: Path,
    plane: Sequence[str] = ("x", "z"),
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw the true and each found attractor, then one field and the error over time.

    Parameters
    ----------
    forecast : Path
        Table of ``equations_forecast.py``.
    stem : Path
        Figure files without their suffix.
    plane : sequence of str
        Two fields in whose plane the attractor is drawn; the first is also drawn over time.
    metadata : mapping, optional
        Kept in the files.

    Raises
    ------
    ValueError
        If the table lacks one of these fields.
    """
    table = read_all([forecast])
    missing = sorted(set(plane) - set(table["field"]))
    if missing:
        raise ValueError(f"no fields {missing}; the forecast has {sorted(set(table['field']))}")
    noises = sorted(table["noise"].unique())
    colours = _colours(noises)
    figure = Figure(figsize=(DOUBLE, 4.4))
    top, bottom = figure.subfigures(2, 1, squeeze=False, height_ratios=HEIGHTS)[:, 0]
    upper = top.subplots(1, 1 + len(noises), sharex=True, sharey=True)
    _attractor(upper[0], table[table["noise"] == noises[0]], "truth", plane, TRUTH)
    for panel, noise in zip(upper[1:], noises, strict=True):
        _attractor(panel, table[table["noise"] == noise], "found", plane, colours[noise])
    upper[0].set_ylabel(f"${plane[1]}$")
    left, right = bottom.subplots(1, 2)
    first = table[table["field"] == plane[0]]
    _over_time(left, first, noises[-1:], colours)
    for panel in (left, right):
        panel.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    left.set(ylabel=f"${plane[0]}$", xlabel="time")
    _error(right, first, noises, colours)
    titles = ["truth", *[f"found, {noise_label(noise)} % noise" for noise in noises]]
    titles += [
        f"truth (grey), and found at {noise_label(noises[-1])} % noise",
        "error of the forecast",
    ]
    letter_panels([*upper, left, right], titles)
    name = title_of(str(table["case"].iloc[0]))
    save_figure(figure, stem, table, title=f"{name}: found equations integrated in time",
                units=dict.fromkeys(("time", "truth", "found", "error"), "1"), columns=FIGURES["lorenz"], metadata=metadata)  # fmt: skip


def _colours(noises: Sequence[float]) -> dict[float, tuple[float, ...]]:
    """Return a colour for each noise level."""
    low, high = SHADES
    step = (high - low) / max(len(noises) - 1, 1)
    return {noise: colormaps[PALETTE](low + k * step) for k, noise in enumerate(noises)}


def _attractor(
    panel: Axes,
    table: pd.DataFrame,
    what: str,
    plane: Sequence[str],
    colour: str | tuple[float, ...],
) -> None:
    """Draw the path in the plane of two fields, or a note if no equation was found."""
    x, y = (table.loc[table["field"] == name, what].to_numpy(float) for name in plane)
    panel.plot(x, y, color=colour, linewidth=0.45)
    panel.set_xlabel(f"${plane[0]}$")
    if pd.isna(x).all():
        panel.text(0.5, 0.5, "no equation found", transform=panel.transAxes, ha="center")


def _over_time(
    panel: Axes,
    one: pd.DataFrame,
    noises: Sequence[float],
    colours: Mapping[float, tuple[float, ...]],
) -> None:
    """Draw a field over time: the truth, and the found equations' solution."""
    truth = one[one["noise"] == noises[0]]
    panel.plot(truth["time"], truth["truth"], color=TRUTH, linewidth=2.0, gid=EXPLAINED)
    for noise in noises:
        line = one[one["noise"] == noise]
        panel.plot(line["time"], line["found"], color=colours[noise], linewidth=0.9)
    panel.margins(x=0)


def _error(
    panel: Axes,
    one: pd.DataFrame,
    noises: Sequence[float],
    colours: Mapping[float, tuple[float, ...]],
) -> None:
    """Draw the error over time for each noise level."""
    for noise in noises:
        line = one[one["noise"] == noise]
        panel.plot(line["time"], line["error"].clip(lower=FLOOR), color=colours[noise],
                   linewidth=0.9, label=f"{noise_label(noise)} % noise")  # fmt: skip
    panel.axhline(LOST, color="black", linewidth=0.6, linestyle=":")
    panel.set(yscale="log", ylabel="error (standard deviations)", xlabel="time")
    panel.margins(x=0)
    panel.yaxis.set_major_locator(LogLocator(numticks=7))
    panel.yaxis.set_minor_formatter(NullFormatter())
    panel.legend(loc="lower right", ncols=2)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            forecast=Path(snakemake.input.forecast),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
