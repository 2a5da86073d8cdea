"""Plot the error of identified coefficients against the number of states, by method and noise."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.resampling import mean_interval
from mechanist.draw.labels import percent
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.score_curves import number_axis
from mechanist.draw.score_tables import ALL
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.settings.label_entry import LabelEntries

TENSORS: Final = {"H": "resistance, $H$", "K": "evolution, $K$"}
#: Limits of the error axis in %; errors beyond are drawn at its edge.
LIMITS: Final = (0.03, 1000.0)


@styled()
def main(
    *,
    errors: Path,
    stem: Path,
    models: LabelEntries,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw one row per tensor and one column per noise level; intervals are over seeds.

    Parameters
    ----------
    errors : Path
        Output of crystal_interaction_errors.py.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Labels and roles of methods.
    metadata : mapping, optional
        Stored in the files.
    """
    table = read_table(errors)
    noises, states = (sorted(table[name].unique()) for name in ("noise", "states"))
    styles = model_styles(models)
    figure, axes = new_figure(
        len(TENSORS), len(noises), width=DOUBLE, height=4.2, sharex=True, sharey=True
    )
    drawn = []
    for row, tensor in zip(axes, TENSORS, strict=True):
        for panel, noise in zip(row, noises, strict=True):
            part = table[table["tensor"].eq(tensor) & table["noise"].eq(noise)]
            # In reverse order, so that the first method is drawn on top of methods that agree.
            for method in [name for name in reversed(styles) if name in set(part["method"])]:
                line = _summary(part[part["method"] == method])
                style = styles[method]
                shown = line[["value", "low", "high"]].clip(*LIMITS)
                panel.plot(line["states"], shown["value"], label=style.label, **style.line)
                panel.fill_between(
                    line["states"], shown["low"], shown["high"], color=style.colour, alpha=0.2,
                    linewidth=0,
                )  # fmt: skip
                drawn.append(line.assign(method=method, tensor=tensor, noise=noise))
            number_axis(panel, states)
            panel.set(yscale="log", ylim=LIMITS)
        row[0].set_ylabel("coefficient error (%)")
    for panel in axes[-1]:
        panel.set_xlabel("states")
    titles = [f"{text}, {percent(noise)} noise" for text in TENSORS.values() for noise in noises]
    letter_panels(axes, titles)
    figure_legend(figure, list(axes.ravel()))
    table = pd.concat(drawn).assign(metric="error_percent", subset=ALL, unit="%")
    save_figure(figure, stem, table, title="Error of coefficients", units={"states": "1", "n": "1"},
                columns=FIGURES["coefficients"], metadata=metadata)  # fmt: skip


def _summary(part: pd.DataFrame) -> pd.DataFrame:
    """Return the mean error at each number of states with its interval over seeds.

    Logarithms are averaged, since errors span decades.
    """
    rows = []
    for states, one in part.groupby("states", sort=True):
        interval = mean_interval(np.log10(one["error_percent"].to_numpy()))
        bounds = (interval.value, interval.low, interval.high)
        value, low, high = (10.0**number for number in bounds)
        rows.append({"states": states, "value": value, "low": low, "high": high, "n": interval.n,
                     "level": interval.level, "n_samples": interval.n})  # fmt: skip
    return pd.DataFrame(rows)
