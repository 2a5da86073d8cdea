"""Draw the gain of a hybrid model over the best mechanism or data model, glass by glass."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.draw.labels import metric_label, strain_of
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.palette import QUIET
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import ALL, SCORE_PARTS, rows
from mechanist.draw.style import (
    DOUBLE,
    Look,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.settings.label_entry import LabelEntries

ROLES: Final = ("data", "mechanism")
#: Distance between the marks of two rivals, in strain steps, and width of the cloud of glasses.
SPREAD: Final = 0.36
CLOUD: Final = 0.2


@styled()
def main(
    *,
    comparisons: Path,
    frame_scores: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    hybrid: str,
    quantity: str,
    metrics: Sequence[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw, for each metric and strain, the paired gain over the best model of either kind.

    The rival at each strain is the model over which the hybrid gains least.

    Parameters
    ----------
    comparisons : Path
        Paired differences, CSV.
    frame_scores : sequence of Path
        Scores of single frames of the hybrid and of its rivals, ``<model>.parquet``.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    hybrid : str
        The model that combines mechanism and data.
    quantity : str
        Target to show, such as ``log10_d2min``.
    metrics : sequence of str
        Such as ``auc_top10``, ``spearman`` and ``r2_within``.
    metadata : mapping, optional
        Kept in the files.
    """
    gains = hardest_rivals(
        pd.read_csv(comparisons, dtype={"unit": str}), models, hybrid, quantity, metrics
    )
    glasses = gains_by_glass(frame_scores, gains, hybrid)
    styles = model_styles(models)
    strains = sorted(gains["strain"].unique())

    figure, axes = new_figure(1, len(metrics), width=DOUBLE, height=2.6)
    for panel, metric in zip(axes[0], metrics, strict=True):
        draw_metric(panel, rows(gains, metric=metric), glasses, strains, styles)
        panel.set_ylabel(f"gain in {metric_label(metric)}")
    letter_panels(axes)
    title = f"gain of {styles[hybrid].label}, paired by glass, over"
    figure_legend(figure, list(axes.flat), title=title)
    tables = {"gain": gains, "glasses": glasses}
    save_figure(figure, stem, tables, title="Gain of the hybrid over mechanism alone and data alone",
                units={"gain": "{unit}"}, columns=FIGURES["thesis"], metadata=metadata)  # fmt: skip


def hardest_rivals(
    table: pd.DataFrame,
    models: LabelEntries,
    hybrid: str,
    quantity: str,
    metrics: Sequence[str],
) -> pd.DataFrame:
    """Return, by metric, strain and role, the comparison with the smallest gain."""
    table = rows(table, first=hybrid, subset=ALL)
    table = table[table["target"].str.startswith(f"{quantity}@") & table["metric"].isin(metrics)]
    table = table.assign(
        strain=table["target"].map(strain_of),
        role=table["second"].map(lambda name: str(models[name]["role"])),
        value=table["difference"],
    )
    table = table[table["role"].isin(ROLES)].sort_values("value", kind="stable")
    best = table.groupby(["metric", "strain", "role"], sort=True).head(1)
    columns = ["metric", "target", "strain", "role", "second", "value", "low", "high",
               *SCORE_PARTS]  # fmt: skip
    return best.sort_values(["metric", "strain", "role"])[columns].reset_index(drop=True)


def gains_by_glass(paths: Sequence[Path], gains: pd.DataFrame, hybrid: str) -> pd.DataFrame:
    """Return the gain over each rival in every glass, averaged over its loads."""
    frames = {path.stem: read_table(path) for path in paths}
    keys = ["sample", "load", "target", "metric"]
    tables = []
    for rival in sorted(gains["second"].unique()):
        pair = frames[hybrid].merge(frames[rival], on=keys, suffixes=("", "_rival"))
        pair["gain"] = pair["value"] - pair["value_rival"]
        means = pair.groupby(["sample", "target", "metric"], observed=True)["gain"].mean()
        tables.append(means.reset_index().assign(second=rival))
    shown = gains[["metric", "target", "strain", "role", "second", "unit"]]
    return shown.merge(pd.concat(tables), on=["metric", "target", "second"])


def draw_metric(
    axes: Axes,
    gains: pd.DataFrame,
    glasses: pd.DataFrame,
    strains: list[float],
    styles: Mapping[str, ModelStyle],
) -> None:
    """Draw the gains in one metric: a cloud of glasses, and the mean with its interval."""
    axes.axhline(0, color="black", linewidth=0.6)
    for k in range(1, len(strains)):
        axes.axvline(k - 0.5, color="#e0e0e0", linewidth=0.6, zorder=0)
    labelled: set[str] = set()
    for gain in gains.itertuples():
        style = styles[str(gain.second)]
        side = -0.5 if gain.role == ROLES[0] else 0.5
        place = strains.index(gain.strain) + side * SPREAD
        cloud = rows(glasses, metric=gain.metric, strain=gain.strain, second=gain.second)
        values = np.sort(cloud["gain"].to_numpy())
        # Deterministic spread by rank.
        shift = CLOUD * (np.arange(len(values)) * 0.618034 % 1 - 0.5)
        axes.plot(place + shift, values, ".", color=style.colour, alpha=0.35, markersize=2.2,
                  markeredgewidth=0)  # fmt: skip
        label = "_" if style.label in labelled else style.label
        labelled.add(style.label)
        mark: Look = {**style.line, "linestyle": "none", "label": label, "markeredgecolor": "black",
                "markeredgewidth": 0.5, "ecolor": "black", "zorder": 3}  # fmt: skip
        points_with_intervals(axes, np.array([place]), pd.DataFrame([gain]), style=mark)
    axes.plot([], [], ".", color=QUIET, markersize=2.2, label="one glass")
    axes.set_xticks(range(len(strains)), [f"{100 * strain:g}" for strain in strains])
    axes.set(xlabel=r"strain $\gamma$ (%)", xlim=(-0.5, len(strains) - 0.5))
