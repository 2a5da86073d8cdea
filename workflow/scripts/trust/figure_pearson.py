"""Draw R2 against Pearson's correlation for every model, to show how a correlation can flatter.

This supports the perspective's argument with our own predictions. R2 cannot exceed the square of
Pearson's correlation; it reaches this bound only if the prediction's scale and mean are right.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.assess.coverage import intervals
from mechanist.assess.synthetic_predictions import flattered
from mechanist.core.progress import log_to
from mechanist.core.seeds import generator
from mechanist.draw.labels import metric_label, plain, target_label
from mechanist.draw.meanings.figures_of_trust import FIGURES
from mechanist.draw.numerals import numeral
from mechanist.draw.score_curves import spread_out
from mechanist.draw.score_tables import ALL, read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    Look,
    ModelStyle,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.entry_types.trust_block_entries import ConstructedEntry, PanelEntry
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

BOUND: Final = "#595959"
#: Least end of the axis of Pearson's correlation, with the constructed case, and room beyond points.
SHOWN: Final = 0.65
ROOM: Final = 0.04
CONSTRUCTED: Final = "constructed"
PEARSON, R2 = "pearson", "r2"
#: Least vertical distance of labels, and their horizontal position, in axes fractions.
LABEL_STEP: Final = 0.068
LABEL_PLACE: Final = 1.05
#: Units of the columns in the figure's data table, all dimensionless.
UNITS: Final = {
    **{f"{metric}_{end}": "1" for metric in (PEARSON, R2) for end in ("value", "low", "high")},
    "truth": "1",
    "prediction": "1",
}
COLUMNS: Final = ("model", "target", "subset", "n_samples", "n_objects", "level")


class ConstructedCase(ConstructedEntry):
    """The constructed case with the level of its intervals."""

    level: float


@styled()
def main(
    *,
    scores: Mapping[str, Sequence[Path]],
    stem: Path,
    panels: Mapping[str, PanelEntry],
    models: Mapping[str, LabelEntries],
    constructed: ConstructedCase,
    seed: int,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each system with one point per model, and a panel of a constructed case.

    Parameters
    ----------
    scores : mapping of str to sequence of Path
        Score files of the models of each panel.
    stem : Path
        Path of the figure files, without suffix.
    panels : mapping
        ``title``, ``target`` and ``subset`` of each panel.
    models : mapping
        Label and role of every model, by panel.
    constructed : mapping
        ``pearson``, ``n_samples``, ``n_objects``, ``shared`` and ``level`` of the constructed case.
    seed : int
        Seed of the constructed case.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    n_rows = -(-(len(panels) + 1) // 2)
    figure, axes = new_figure(n_rows, 2, width=DOUBLE, height=2.75 * n_rows)
    places = list(axes.flat)
    case, score = construct(**constructed, seed=seed)
    tables, titles = {}, []
    for place, (name, about) in zip(places, panels.items(), strict=False):
        tables[name] = both_scores(scores[name], about["target"], about["subset"])
        draw_models(place, tables[name], model_styles(models[name]))
        mark_case(place, score)
        titles.append(f"{about['title']}: {_said(tables[name])}")
    draw_case(places[len(panels)], case, score)
    titles.append(f"Constructed: {_said(score)}")
    for unused in places[len(panels) + 1 :]:
        unused.remove()
    letter_panels(axes.ravel()[: len(titles)].reshape(1, -1), titles, wrap=46)
    drawn = {**tables, CONSTRUCTED: score, f"{CONSTRUCTED} pairs": case}
    save_figure(figure, stem, drawn, title="R2 against Pearson's correlation", units=UNITS,
                columns=FIGURES["pearson"], metadata=metadata)  # fmt: skip


def both_scores(paths: Sequence[Path], target: str, subset: str) -> pd.DataFrame:
    """Return Pearson and R2 with intervals, one row per model that regresses the target."""
    table = rows(read_scores(paths), target=target, subset=subset)
    wide = {
        metric: rows(table, metric=metric).set_index("model")[["value", "low", "high"]]
        for metric in (PEARSON, R2)
    }
    about = rows(table, metric=R2)[list(COLUMNS)].set_index("model")
    parts = [part.add_prefix(f"{metric}_") for metric, part in wide.items()]
    return about.join(parts, how="inner").reset_index()


def construct(
    *, pearson: float, n_samples: int, n_objects: int, shared: float, level: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the truth-prediction pairs of the constructed case, and the scores of these pairs."""
    truth, said = flattered(
        pearson, n_samples=n_samples, n_objects=n_objects, shared=shared,
        rng=generator(seed, "trust", CONSTRUCTED),
    )  # fmt: skip
    found = intervals(truth, said, level, resamples=1, seed=seed)
    score: dict[str, str | float] = {
        "model": CONSTRUCTED, "target": "normal numbers", "subset": ALL, "n_samples": n_samples,
        "n_objects": truth.size, "level": level,
    }  # fmt: skip
    for metric in (PEARSON, R2):
        one = found[metric]
        ends = {"value": one.value, "low": one.low, "high": one.high}
        score |= {f"{metric}_{end}": number for end, number in ends.items()}
    sample = np.repeat(np.arange(n_samples), n_objects)
    pairs = {"sample": sample, "truth": truth.ravel(), "prediction": said.ravel()}
    return pd.DataFrame(pairs), pd.DataFrame([score])


def draw_models(axes: Axes, table: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Draw the bound, and a point for each model with both intervals and its name at the margin."""
    table = table.sort_values(f"{R2}_value", kind="stable", ignore_index=True)
    least = min(0.0, float(table[f"{PEARSON}_low"].min()))
    reach = np.linspace(least, 1, 200)
    axes.plot(reach, reach**2, color=BOUND, linewidth=1.0, linestyle="--")
    axes.axhline(0, color="black", linewidth=0.5)
    for row in table.itertuples():
        style = styles[row.model]
        look: Look = {**style.line, "linestyle": "none", "elinewidth": 0.8, "zorder": 3}
        bars = [
            np.abs([[getattr(row, f"{m}_value") - getattr(row, f"{m}_{end}")] for end in ends])
            for m, ends in ((PEARSON, ("low", "high")), (R2, ("low", "high")))
        ]
        axes.errorbar(
            row.pearson_value, row.r2_value, xerr=np.nan_to_num(bars[0]),
            yerr=np.nan_to_num(bars[1]), **look,
        )  # fmt: skip
    lowest = float(table[f"{R2}_low"].min())
    # As close as the points allow, so that they do not lie on each other.
    most = min(1.0, ROOM + max(SHOWN, float(table[f"{PEARSON}_high"].fillna(0).max())))
    axes.set(xlim=(least - 0.04, most + 0.02), ylim=(min(-0.05, lowest) - 0.05, most**2 + 0.02))
    axes.set(xlabel=metric_label(PEARSON), ylabel=metric_label(R2))
    axes.annotate("$R^2 = $ Pearson$^2$", (0.8 * most, (0.8 * most) ** 2), (-6, 4), color=BOUND,
                  textcoords="offset points", ha="right", fontsize=7)  # fmt: skip
    name_points(axes, table, styles)


def name_points(axes: Axes, table: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Label each point beside the panel, ordered by height, with a line to the point."""
    low, high = axes.get_ylim()
    heights = spread_out((table[f"{R2}_value"].to_numpy(float) - low) / (high - low), LABEL_STEP)
    for row, height in zip(table.itertuples(), heights, strict=True):
        style = styles[row.model]
        axes.annotate(
            style.label, (row.pearson_value, row.r2_value), (LABEL_PLACE, height),
            textcoords="axes fraction", va="center", fontsize=6.3, color="black",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "linewidth": 0.4, "color": style.colour, "shrinkA": 1,
                        "shrinkB": 2, "relpos": (0, 0.5)},
        )  # fmt: skip


def mark_case(axes: Axes, score: pd.DataFrame) -> None:
    """Mark the scores of the constructed case, which is drawn in the last panel."""
    x, y = float(score[f"{PEARSON}_value"].iloc[0]), float(score[f"{R2}_value"].iloc[0])
    axes.plot(x, y, "o", color="black", markerfacecolor="white", markersize=5, zorder=4)
    axes.annotate("constructed", (x, y), (2, -5), textcoords="offset points", ha="right", va="top",
                  fontsize=6.3, zorder=4, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip


def draw_case(axes: Axes, pairs: pd.DataFrame, score: pd.DataFrame) -> None:
    """Draw predicted against true values of the constructed case."""
    reach = 1.03 * float(pairs[["truth", "prediction"]].abs().to_numpy().max())
    axes.plot((-reach, reach), (-reach, reach), color="black", linewidth=0.8, linestyle="--")
    axes.plot(pairs["truth"], pairs["prediction"], "o", color="#0072b2", markersize=1.8,
              alpha=0.5, markeredgewidth=0)  # fmt: skip
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.set(xlabel="true value", ylabel="predicted value")
    one = score.iloc[0]
    lines = [_interval(metric_label(metric), one, metric) for metric in (PEARSON, R2)]
    axes.text(1.06, 0.98, "\n".join(lines), transform=axes.transAxes, va="top", fontsize=7)


def _interval(name: str, row: pd.Series, metric: str) -> str:
    value, low, high = (
        numeral(float(row[f"{metric}_{end}"]), ".2f") for end in ("value", "low", "high")
    )
    return f"{name} {value} [{low}, {high}]"


def _said(table: pd.DataFrame) -> str:
    """Return the target, subset, interval level and number of samples of the scores as text."""
    first = table.iloc[0]
    of = ""
    if first["model"] != CONSTRUCTED:
        subset = "all loads" if first["subset"] == ALL else plain(first["subset"])
        of = f"{target_label(first['target'])}, {subset}, "
    return f"{of}{100 * first['level']:g}\N{NO-BREAK SPACE}% intervals over {first['n_samples']} samples"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            scores={
                name: [Path(path) for path in snakemake.input[name]]
                for name in snakemake.params.panels
            },
            stem=Path(snakemake.output.pdf).with_suffix(""),
            panels=snakemake.params.panels,
            models=snakemake.params.models,
            constructed=snakemake.params.constructed,
            seed=snakemake.params.seed,
            metadata=snakemake.params.metadata,
        )
