"""Curves of the scores of several models in one panel: against strain, and against sample numbers."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from mechanist.core.typing import FloatArray
from mechanist.draw.labels import strain_of
from mechanist.draw.palette import QUIET
from mechanist.draw.panels import curve
from mechanist.draw.score_tables import rows
from mechanist.draw.style import ModelStyle

#: Least distance of names beside a panel, and their place, in fractions of the panel; and their width.
NAME_STEP: Final = 0.085
NAME_PLACE: Final = 1.09
NAME_WIDTH: Final = 30


def by_strain(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores in order of the strain in their target, with that strain as a column.

    Raises
    ------
    ValueError
        If the name of a target contains no strain.
    """
    strains = scores["target"].map(strain_of)
    return scores.assign(strain=strains).sort_values("strain", kind="stable")


def strain_curves(panel: Axes, scores: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Draw, for each model, its score against strain in percent, with a band for the interval.

    Parameters
    ----------
    panel : Axes
        Axes to draw in.
    scores : DataFrame
        Result of :func:`by_strain` for one metric and one subset.
    styles : mapping of str to ModelStyle
        Styles of all models, in the order of the legend; models without scores are left out.
    """
    for name in _present(scores, styles):
        line = rows(scores, model=name)
        x, value, low, high = (line[c].to_numpy(float) for c in ("strain", "value", "low", "high"))
        curve(panel, 100 * x, value, low, high, style=styles[name])


def name_lines(panel: Axes, scores: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Write the name of every model at the right end of its line of :func:`strain_curves`.

    Names that would overlap are moved apart, and joined to their lines.
    """
    last = scores.sort_values("strain", kind="stable").groupby("model", observed=True).tail(1)
    last = last.sort_values("value", kind="stable")
    low, high = panel.get_ylim()
    ends = (last["value"].to_numpy(float) - low) / (high - low)
    for row, height in zip(last.itertuples(), spread_out(ends, NAME_STEP), strict=True):
        style = styles[str(row.model)]
        panel.annotate(
            textwrap.fill(style.label, NAME_WIDTH), (100 * row.strain, row.value),
            (NAME_PLACE, height), textcoords="axes fraction", va="center", fontsize=6.3,
            annotation_clip=False, linespacing=0.95,
            arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": style.colour, "shrinkA": 1,
                        "shrinkB": 2, "relpos": (0, 0.5)},
        )  # fmt: skip


def spread_out(heights: FloatArray, step: float) -> list[float]:
    """Return ascending heights, moved apart to at least ``step`` but close to the original ones.

    Parameters
    ----------
    heights : ndarray of shape (n,)
        Ascending, between 0 and 1.
    step : float
        Least distance.
    """
    step = min(step, 1 / max(1, len(heights) - 1))
    raised = heights.copy()
    for k in range(1, len(raised)):
        raised[k] = max(raised[k], raised[k - 1] + step)
    moved = raised - 0.5 * max(0.0, float((raised - heights).max()))
    if len(moved):
        moved = moved - max(0.0, moved[-1] - 1) + max(0.0, -float(moved[0]))
    return [float(height) for height in moved]


def training_curves(panel: Axes, scores: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Draw, for each model, every training draw as a point, and the mean and range of the draws.

    Parameters
    ----------
    panel : Axes
        Axes to draw in; its abscissa becomes logarithmic.
    scores : DataFrame
        Scores of one metric by ``model``, number ``n_train`` of training samples, and draw.
    styles : mapping of str to ModelStyle
        Styles of all models, in the order of the legend; models without scores are left out.
    """
    for name in _present(scores, styles):
        line, style = rows(scores, model=name), styles[name]
        values = line.groupby("n_train", sort=True)["value"]
        x, mean = values.mean().index.to_numpy(float), values.mean().to_numpy()
        curve(panel, x, mean, values.min().to_numpy(), values.max().to_numpy(), style=style)
        panel.plot(line["n_train"], line["value"], ".", color=style.colour, markersize=1.8)
    panel.plot(
        [], [], ".", color=QUIET, markersize=1.8, label="one draw of samples; band: their range"
    )
    number_axis(panel, sorted(scores["n_train"].unique()))


def number_axis(panel: Axes, numbers: Sequence[int]) -> None:
    """Make the abscissa logarithmic, with ticks at the given numbers of samples and nowhere else."""
    panel.set_xscale("log")
    panel.set_xticks(numbers, [str(number) for number in numbers])
    panel.xaxis.set_minor_locator(NullLocator())


def _present(scores: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> list[str]:
    """Return the models that have scores, in the order of their styles."""
    models = set(scores["model"].astype(str))
    return [name for name in styles if name in models]
