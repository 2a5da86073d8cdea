"""Draw out-of-fold predicted against true strength of dislocation samples, with residuals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.draw.labels import metric_label, percent, strain_of
from mechanist.draw.meanings.figures_of_dislocations import FIGURES
from mechanist.draw.numerals import numeral
from mechanist.draw.score_tables import read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    ModelStyle,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.settings.label_entry import LabelEntries

STATISTICS: Final = ("r2", "pearson")
#: Share of the samples, ordered by true strength, in the running mean of the residual.
WINDOW: Final = 0.1
HEIGHTS: Final = (2.2, 1.0)


@styled()
def main(
    *,
    predictions: Sequence[Path],
    scores: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    branch: str,
    target: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw, for each model, predicted against true strength and the residual by rank of strength.

    Parameters
    ----------
    predictions, scores : sequence of Path
        Out-of-fold predictions, and scores of the same models.
    stem : Path
        Path of the figure files, without suffix.
    models : mapping
        Label and role of every model of the configuration.
    branch, target : str
        Branch and target to show, such as ``prestrained`` and ``stress@0.010``.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    styles = model_styles(models)
    scored = rows(read_scores(scores), subset=branch, target=target)
    tables = {path.stem: _pairs(path, branch, target) for path in predictions}
    names = [name for name in styles if name in tables]
    values = np.concatenate([tables[name][["truth", "prediction"]].to_numpy() for name in names])
    span = (min(0.0, float(values.min())), 1.04 * float(values.max()))
    figure, axes = new_figure(
        2, len(names), width=DOUBLE, height=DOUBLE / len(names) * 1.35 + 0.5,
        sharey="row", height_ratios=HEIGHTS,
    )  # fmt: skip
    for name, (upper, lower) in zip(names, axes.T, strict=True):
        table, style = tables[name], styles[name]
        upper.plot(span, span, color="black", linewidth=0.8, linestyle="--")
        _points(upper, table["truth"], table["prediction"], style)
        upper.set(
            xlim=span, ylim=span, xlabel=f"true stress at {percent(strain_of(target))} ($D/b$)"
        )
        upper.text(0.03, 0.97, _text(rows(scored, model=name)), transform=upper.transAxes, va="top",
                   fontsize=6.5)  # fmt: skip
        lower.axhline(0, color="black", linewidth=0.6)
        _points(lower, table["rank"], table["residual"], style)
        lower.plot(table["rank"], table["trend"], color="black", linewidth=1.0)
        lower.set(xlabel="sample, by true stress")
    axes[0, 0].set_ylabel("predicted ($D/b$)")
    axes[1, 0].set_ylabel("residual ($D/b$)")
    letter_panels(axes[0], [styles[name].label for name in names], wrap=24)
    drawn = pd.concat([table.assign(model=name) for name, table in tables.items()])
    columns = ["model", "sample", "rank", "truth", "prediction", "residual"]
    units = {"rank": "1", **dict.fromkeys(("truth", "prediction", "residual"), "D/b")}
    save_figure(figure, stem, drawn[columns], title=f"Parity of {target}, {branch}", units=units,
                columns=FIGURES["parity"], metadata=metadata)  # fmt: skip


def _pairs(path: Path, branch: str, target: str) -> pd.DataFrame:
    """Return truth, prediction and residual of every sample, weakest first."""
    table = read_table(path, ["sample", "load", "target", "truth", "prediction"])
    table = rows(table, load=branch, target=target).sort_values("truth", kind="stable")
    residual = (table["prediction"] - table["truth"]).to_numpy(float)
    width = max(3, round(WINDOW * len(table)))
    trend = pd.Series(residual).rolling(width, center=True, min_periods=width // 2).mean()
    rank = np.arange(1, len(table) + 1)
    return table.assign(rank=rank, residual=residual, trend=trend.to_numpy())


def _points(axes: Axes, x: "pd.Series[float]", y: "pd.Series[float]", style: ModelStyle) -> None:
    axes.plot(x, y, "o", color=style.colour, markersize=1.8, alpha=0.6, markeredgewidth=0)


def _text(scores: pd.DataFrame) -> str:
    """Return the scores as text, one line each."""
    value = scores.set_index("metric")["value"].to_dict()
    return "\n".join(
        f"{metric_label(name)} {numeral(float(value[name]), '.2f')}" for name in STATISTICS
    )
