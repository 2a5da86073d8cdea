"""Draw how many, and which, chaotic systems are found from one noisy trajectory each."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, NullFormatter

from mechanist.assess.equation_runs import read_runs, summarised, whole_systems, with_best
from mechanist.assess.resampling import mean_interval
from mechanist.assess.shares import with_intervals
from mechanist.core.progress import log_to
from mechanist.discover.selection_rules import DEVELOPMENT
from mechanist.draw.discovery import noise_label, of_series, series_style
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.panels import SEQUENTIAL, matrix
from mechanist.draw.style import DOUBLE, letter_panels, save_figure, styled

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

SERIES: Final = (
    "weak/auto",
    "weak/messenger_bortz",
    "weak/oracle",
    "pysindy_fd/best",
    "pysindy_sfd/best",
    "pysindy_weak_default/best",
    "pysindy_weak_tuned/best",
)
#: Height of a system's row, and of the rest of the figure, in inches.
ROW: Final = 0.165
REST: Final = 1.2
#: Width of a map, and largest width of all maps, relative to the width of the curves.
MAP: Final = 0.42
WIDEST: Final = 1.9
#: Characters per line of a map's title, and their font size.
LETTERS: Final = 11
TITLE: Final = 6.5
NOISE: Final = "noise (% of std.)"
#: The figure has the height of at least this many systems, so that the curves have room.
FEWEST: Final = 14
#: Colour of the names of systems on which the constants of our rule were chosen.
CHOSEN_ON: Final = "#8c8c8c"
#: Labels of both ends of the map's colour scale.
SHADES: Final = {1.0: "all equations exact", 0.0: "not all exact"}
#: Smaller errors are drawn at this value, in per cent.
FLOOR: Final = 1e-9


@styled()
def main(
    *,
    runs: Sequence[Path],
    stem: Path,
    series: Sequence[str] = SERIES,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw the share of systems found, the error of their coefficients, and a map of systems.

    The share of a system is the share of its runs in which all of its equations have exactly the
    right terms. Systems on which the constants of our rule were chosen are set apart in the map and
    left out of the curves.

    Parameters
    ----------
    runs : sequence of Path
        Tables with the columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`; each system
        is a case.
    stem : Path
        Figure files without their suffix.
    series : sequence of str
        ``<method>/<rule>``; series without runs are left out.
    metadata : mapping, optional
        Kept in the files.

    Raises
    ------
    ValueError
        If there are no runs of any series.
    """
    read = read_runs(runs)
    systems = sorted(dict.fromkeys(read["case"]), key=DEVELOPMENT.__contains__)
    reported = [name for name in systems if name not in DEVELOPMENT] or systems
    lines = of_series(with_best(summarised(whole_systems(read))), series)
    noises = sorted(pd.concat(lines.values())["noise"].unique())
    figure = Figure(figsize=(DOUBLE, REST + ROW * max(len(systems), FEWEST)))
    maps = min(MAP * max(len(lines), 2), WIDEST)
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=[1.0, maps])[0]
    upper, lower = left.subplots(2, 1, sharex=True)
    held_out = {name: one[one["case"].isin(reported)] for name, one in lines.items()}
    counts = _curves(upper, lower, held_out, noises)
    first = _maps(right, lines, systems, reported, noises)
    letter_panels([upper, lower, first])
    handles, _ = upper.get_legend_handles_labels()
    handles += [
        Patch(color=colormaps[SEQUENTIAL](share), label=label) for share, label in SHADES.items()
    ]
    left.legend(handles=handles, loc="outside lower left")
    cells = pd.concat([one.assign(series=name) for name, one in lines.items()])
    kept = ["series", "case", "noise", "n_runs", "share", "error"]
    shares = with_intervals(cells[kept], runs="n_runs").assign(subset="system")
    save_figure(figure, stem, {"systems": shares, "all": counts},
                title="Chaotic systems found from noisy trajectories", units={"error": "%"},
                columns=FIGURES["chaos"], metadata=metadata)  # fmt: skip


def _curves(
    upper: Axes, lower: Axes, lines: Mapping[str, pd.DataFrame], noises: Sequence[float]
) -> pd.DataFrame:
    """Draw the share of systems and the median error of those found; return the drawn values."""
    drawn = []
    n_systems = pd.concat(lines.values())["case"].nunique()
    for name, one in lines.items():
        by_noise = one.groupby("noise")
        table = pd.DataFrame(
            {"share": by_noise["share"].mean(), "error": by_noise["error"].median()}
        ).reindex(noises)
        style = series_style(name)
        place = np.arange(len(noises))
        upper.plot(place, table["share"], label=style.label, clip_on=False, **style.line)
        lower.plot(place, table["error"].clip(lower=FLOOR), **style.line)
        intervals = {noise: mean_interval(part["share"].to_numpy(float), bounds=(0.0, 1.0))
                for noise, part in by_noise}  # fmt: skip
        ends = {"share_low": "low", "share_high": "high", "level": "level", "n_samples": "n"}
        parts = {
            column: table.index.map({noise: getattr(one, part) for noise, one in intervals.items()})
            for column, part in ends.items()
        }
        drawn.append(table.assign(**parts).reset_index(names="noise").assign(series=name))
    upper.set(ylim=(0, 1), ylabel=f"share of {n_systems} systems")
    lower.set(yscale="log", ylabel="median error (%)", xlabel=NOISE)
    lower.yaxis.set_major_locator(LogLocator(numticks=7))
    lower.yaxis.set_minor_formatter(NullFormatter())
    lower.set_xticks(range(len(noises)), [noise_label(noise) for noise in noises])
    return pd.concat(drawn, ignore_index=True).assign(subset="systems not used to tune the rule")


def _maps(
    part: SubFigure,
    lines: Mapping[str, pd.DataFrame],
    systems: Sequence[str],
    reported: Sequence[str],
    noises: Sequence[float],
) -> Axes:
    """Draw a map of systems for each series and return the first."""
    panels: list[Axes] = list(part.subplots(1, len(lines), squeeze=False)[0])
    for k, (panel, (name, one)) in enumerate(zip(panels, lines.items(), strict=True)):
        _map(panel, one, systems, noises)
        if 0 < len(reported) < len(systems):
            panel.axhline(len(reported) - 0.5, color="black", linewidth=1.2, zorder=5)
        label = series_style(name).label
        panel.set_title(textwrap.fill(label, LETTERS), fontsize=TITLE)
        if k:
            panel.set_yticks([])
    for name, tick in zip(systems, panels[0].get_yticklabels(), strict=True):
        tick.set_color("black" if name in reported else CHOSEN_ON)
    part.supxlabel(NOISE, fontsize=7.5)
    return panels[0]


def _map(panel: Axes, one: pd.DataFrame, systems: Sequence[str], noises: Sequence[float]) -> None:
    """Draw the share of exact runs by system and noise; cells without runs stay grey."""
    table = one.pivot_table(index="case", columns="noise", values="share")
    table = table.reindex(index=systems, columns=noises)
    table.columns = pd.Index([noise_label(noise) for noise in noises])
    short = table.map(lambda share: f"{share:.1g}".removeprefix("0") if 0 < share < 1 else "")
    matrix(panel, table, limits=(0.0, 1.0), shown=short)
    panel.set_xticks(np.arange(-0.5, len(noises)), minor=True)
    panel.set_yticks(np.arange(-0.5, len(systems)), minor=True)
    panel.grid(which="minor", color="white", linewidth=0.8)
    panel.tick_params(which="minor", length=0)
    panel.set_axisbelow(False)
    panel.set_aspect("auto")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            runs=[Path(path) for path in snakemake.input.runs],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
