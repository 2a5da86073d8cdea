"""Draw the scoreboard: published values beside our models, baselines and mechanism-based rivals."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from mechanist.assess.metrics import SHARE, metric_named
from mechanist.core.progress import log_to
from mechanist.core.typing import FloatArray
from mechanist.draw.discovery import LOOKS
from mechanist.draw.labels import metric_label, percent, plain, target_label
from mechanist.draw.meanings.figures_of_trust import FIGURES
from mechanist.draw.palette import PUBLISHED_EDGE, PUBLISHED_FILL, PUBLISHED_MARKER
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import ALL
from mechanist.draw.stems import figure_stems
from mechanist.draw.style import (
    DOUBLE,
    Look,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS: Final = (
    "case", "publication", "system", "target", "subset", "metric", "model", "label", "value", "low", "high", "bound",
    "unit", "level", "method", "n_samples", "n_objects",
)  # fmt: skip
#: In equation discovery, the target is the noise level.
NOISE: Final = "noise"
#: What is predicted where latent coordinates are looked for.
LATENT: Final = ("channels", "channel_rates", "latent_rates")
DISCOVERY: Final = "equations"
#: Factor by which a bar goes on below its value if its interval reaches zero on a logarithmic axis.
BEYOND: Final = 30.0
#: Longest line of a label, in characters, in a figure of one and of two columns.
WIDEST: Final = (60, 30)
#: Height in inches from which panels stand in two columns, so that the figure fits on a page.
TALLEST: Final = 9.0
#: Heights of the labels of a panel and of the legend, in inches.
LABELS: Final = 0.65
LEGEND: Final = 0.6
#: Ratio of the ends of a logarithmic axis below which it has labels within a decade.
FEW_DECADES: Final = 30.0
#: Height of a row, and what a mark in it adds to that, in inches.
ROW_HEIGHT: Final = 0.24
MARK_HEIGHT: Final = 0.035
#: Height of a line of a label, in inches.
LINE: Final = 0.115
#: Share of a row over which its marks are spread, so that equal values stay visible.
SPREAD: Final = 0.7
#: Length, in points, of the arrow that shows the direction of a published bound.
ARROW: Final = 22
#: Bounds of the axis of a share, with room for marks at its ends.
SHARE_LIMITS: Final = (-0.03, 1.03)
UNKNOWN: Final = "(no published value is known)"


@styled()
def main(
    *,
    scoreboard: Path,
    stem: Path,
    wing: str,
    models: LabelEntries,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each metric, a row for each published case and a mark for each model.

    Published cases without a score of ours appear only in the table, and their number below.

    Parameters
    ----------
    scoreboard : Path
        CSV with one row per value: ``wing``, ``case`` and ``metric`` (identify the comparison),
        ``publication``, ``system``, ``target`` and ``subset`` (label the case), ``model`` (a model
        of the configuration, or empty for a published value), ``label``, ``value``, ``low``,
        ``high`` (empty without an interval) and ``bound`` (``<`` or ``>`` if the published value is
        a bound, else empty); ``unit``, ``level``, ``method``, ``n_samples`` and ``n_objects`` of
        our values, copied to the figure's data. Further columns are ignored.
    stem : Path
        Path of the figure files, without suffix.
    wing : str
        Wing whose rows are shown.
    models : mapping
        Label and role of every model of the wing's configuration.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    table = pd.read_csv(scoreboard, dtype={"model": str, "bound": str, "unit": str})
    table = table.loc[table["wing"] == wing, list(COLUMNS)]
    table[["model", "bound"]] = table[["model", "bound"]].fillna("")
    met = table["case"].isin(table.loc[table["model"] != "", "case"])
    table = table[met].reset_index(drop=True)
    # Published values have the unit of our values in the same metric.
    table["unit"] = table.groupby("metric")["unit"].transform(lambda unit: unit.ffill().bfill())
    scored = table["case"].isin(table.loc[(table["model"] != "") & table["value"].notna(), "case"])
    shown = table[scored] if scored.any() else table
    parts = list(shown.groupby("metric", sort=False))
    heights = [_height(part, WIDEST[0]) for _, part in parts]
    places = columns_of(heights)
    if len(places) > 1:
        heights = [_height(part, WIDEST[1]) for _, part in parts]
        places = columns_of(heights)
    parts = [parts[k] for column in places for k in column]
    figure, panels = _panels([[heights[k] for k in column] for column in places])
    styles = _styles(wing, models)
    widest = WIDEST[len(places) - 1]
    for panel, (metric, part) in zip(panels, parts, strict=True):
        draw_metric(panel, part, styles, widest)
        panel.set_xlabel(metric_label(str(metric)))
        _ticks(panel)
    titles = [_publications(part) for _, part in parts]
    letter_panels(panels, titles, wrap=90 // len(places))
    left = table["case"].nunique() - shown["case"].nunique()
    figure_legend(figure, panels, title=_left_out(left))
    save_figure(
        figure, stem, table, title="Scoreboard", columns=FIGURES["scoreboard"], metadata=metadata
    )


def columns_of(heights: Sequence[float]) -> list[list[int]]:
    """Return the numbers of the panels in each column, from top to bottom: two columns if one is too tall."""
    whole = [height + LABELS for height in heights]
    if sum(whole) + LEGEND <= TALLEST or len(whole) == 1:
        return [list(range(len(whole)))]
    columns: tuple[list[int], list[int]] = ([], [])
    for k in sorted(range(len(whole)), key=lambda k: -whole[k]):
        min(columns, key=lambda column: sum(whole[j] for j in column)).append(k)
    return sorted(sorted(column) for column in columns)


def _panels(columns: Sequence[Sequence[float]]) -> tuple[Figure, list[Axes]]:
    """Return a figure with panels of these heights, in inches, column by column."""
    tallest = max(sum(heights) + LABELS * len(heights) for heights in columns)
    figure = Figure(figsize=(DOUBLE, tallest + LEGEND))
    grid = figure.add_gridspec(1, len(columns))
    panels: list[Axes] = []
    for k, heights in enumerate(columns):
        rows = grid[k].subgridspec(len(heights), 1, height_ratios=list(heights))
        panels += [figure.add_subplot(rows[j]) for j in range(len(heights))]
    return figure, panels


def _styles(wing: str, models: LabelEntries) -> dict[str, ModelStyle]:
    """Return the style of every model; methods of discovery look as in the figures of their wing."""
    styles = model_styles(models)
    if wing != DISCOVERY:
        return styles
    return {
        name: replace(
            style,
            **dict(
                zip(
                    ("colour", "marker"), LOOKS.get(name, (style.colour, style.marker)), strict=True
                )
            ),
        )
        for name, style in styles.items()
    }


def _height(part: pd.DataFrame, widest: int) -> float:
    """Return the height of a panel in inches, by its rows and the marks and lines in the fullest of them."""
    marks = part[part["value"].notna()].groupby("case").size()
    lines = max(name.count("\n") + 1 for name in _names(part, widest))
    row = max(ROW_HEIGHT + MARK_HEIGHT * max(0, int(marks.max()) - 2), LINE * lines)
    return float(part["case"].nunique() * row)


def _ticks(panel: Axes) -> None:
    """Label 1, 2 and 5 on a logarithmic axis of hardly more than a decade, on which all would overlap."""
    low, high = panel.get_xlim()
    if panel.get_xscale() == "log" and high / low < FEW_DECADES:
        panel.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        panel.xaxis.set_major_formatter("{x:g}")
        panel.xaxis.set_minor_formatter(NullFormatter())


def _publications(part: pd.DataFrame) -> str:
    return "; ".join(dict.fromkeys(short_reference(name) for name in part["publication"]))


def _left_out(cases: int) -> str | None:
    if not cases:
        return None
    return (
        f"not drawn: {cases} published cases for which none of our models has a value in this run"
    )


def draw_metric(
    axes: Axes, table: pd.DataFrame, styles: Mapping[str, ModelStyle], widest: int = WIDEST[0]
) -> None:
    """Draw the cases of one metric from top to bottom, with diamonds for published values.

    The marks of a case lie below each other, so that equal values do not hide each other.
    """
    cases = list(dict.fromkeys(table["case"]))
    places = {case: -float(k) for k, case in enumerate(cases)}
    metric = metric_named(str(table["metric"].iloc[0]))
    if metric.log_axis:
        axes.set_xscale("log")
    present = [
        name for name in ("", *styles) if name in set(table.loc[table["value"].notna(), "model"])
    ]
    lanes = np.linspace(SPREAD / 2, -SPREAD / 2, len(present)) if len(present) > 1 else [0.0]
    for name, lane in zip(present, lanes, strict=True):
        chosen = table[(table["model"] == name) & table["value"].notna()]
        if metric.log_axis:  # An interval that reaches zero has no end on a logarithmic axis.
            chosen = chosen.assign(
                low=chosen["low"].where(~(chosen["low"] <= 0), chosen["value"] / BEYOND)
            )
        place = chosen["case"].map(places).to_numpy(dtype=float) + lane
        if name:
            look: Look = {**styles[name].line, "linestyle": "none", "label": styles[name].label}
            look["markersize"] = 0.85 * look["markersize"]
        else:
            look = {"color": PUBLISHED_EDGE, "marker": PUBLISHED_MARKER, "linestyle": "none",
                    "markerfacecolor": PUBLISHED_FILL, "markersize": 5.0, "label": "published"}  # fmt: skip
            _bounds(axes, chosen, place)
        points_with_intervals(axes, place, chosen, style=look, horizontal=True)
    _rows(axes, table, list(places.values()), widest)
    if metric.range == SHARE:
        axes.set_xlim(*SHARE_LIMITS)
    elif not metric.log_axis:
        axes.margins(x=0.08)


def _bounds(axes: Axes, known: pd.DataFrame, place: FloatArray) -> None:
    """Draw an arrow at published values that are bounds."""
    for y, row in zip(place, known.itertuples(), strict=True):
        if row.bound:
            side = -ARROW if row.bound == "<" else ARROW
            axes.annotate("", (row.value, y), (side, 0), textcoords="offset points",
                          arrowprops={"arrowstyle": "<-", "color": PUBLISHED_EDGE, "linewidth": 0.8,
                                      "shrinkA": 0, "shrinkB": 3})  # fmt: skip


def _rows(axes: Axes, table: pd.DataFrame, places: Sequence[float], widest: int) -> None:
    """Label the rows, and shade every other one."""
    axes.set_yticks(list(places), _names(table, widest), fontsize=6.3)
    axes.set_ylim(-len(places) + 0.5, 0.5)
    axes.tick_params(axis="y", length=0)
    for place in places[::2]:
        axes.axhspan(place - 0.5, place + 0.5, color="#f3f3f3", linewidth=0, zorder=0)


def _names(table: pd.DataFrame, widest: int) -> list[str]:
    """Return the label of every case, with a remark where no published value is known."""
    about = table.drop_duplicates("case")[["publication", "system", "target", "subset"]]
    several = len(set(about["publication"])) > 1
    names = [
        case_label(publication, system, target, subset, several, widest)
        for publication, system, target, subset in about.fillna("").to_numpy(str)
    ]
    published = table[(table["model"] == "") & table["value"].notna()]["case"]
    known = table.drop_duplicates("case")["case"].isin(published)
    return [name if k else f"{name}\n{UNKNOWN}" for name, k in zip(names, known, strict=True)]


def short_reference(publication: str) -> str:
    """Return authors and year, such as ``Cubuk et al. (2015)``."""
    return f"{publication.partition(',')[0]} {publication[-6:]}"


def case_label(
    publication: str, system: str, target: str, subset: str, several: bool, widest: int = WIDEST[0]
) -> str:
    """Return the label of a case: target and subset, after authors and year if a panel has several.

    Parameters
    ----------
    publication : str
        Such as ``"Cubuk et al., Phys. Rev. Lett. 114, 108001 (2015)"``.
    system, target, subset : str
        As in the scoreboard.
    several : bool
        Whether the panel shows several publications.
    widest : int
        Longest line, in characters.
    """
    quantity, mark, value = target.partition("@")
    if quantity == NOISE:
        parts = [system, f"{percent(float(value))} noise"]
    elif quantity in LATENT:
        parts = [system, plain(target)]
    else:
        parts = [target_label(target) if mark else plain(target or system)]
    if subset != ALL:
        parts.append(subset)
    said = ", ".join(parts)
    return textwrap.fill(f"{short_reference(publication)}: {said}" if several else said, widest)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        stems = figure_stems(snakemake.output)
        for shown in snakemake.params.wings:
            main(
                scoreboard=Path(snakemake.input.scoreboard),
                stem=stems[f"scoreboard_{shown}"],
                wing=shown,
                models=snakemake.params.models[shown],
                metadata=snakemake.params.metadata,
            )
