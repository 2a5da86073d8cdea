"""Draw latent coordinates, the shares of the terms of their law, and errors beside published ones."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mechanist.core.progress import log_to
from mechanist.core.typing import FloatArray
from mechanist.draw.legibility import EXPLAINED
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.settings.entry_types.latent_settings_entries import (
    LatentCaseEntry,
    PublishedLatentEntry,
)
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Errors in the order in which they are drawn, and what they are of by the order of the law.
ERRORS: Final = ("values", "rates", "latent_rates")
ERROR_LABELS: Final = {
    1: ("channels", "rates of\nchannels", "rates of\nlatents"),
    2: ("channels", "accel. of\nchannels", "accel. of\nlatent"),
}
#: What a law gives by its order.
RATES: Final = {1: "rate", 2: "acceleration"}
#: Our methods by the order of the law: their coordinates are drawn.
OURS: Final = {1: "autoencoder", 2: "curve"}
#: Terms that are drawn, and the smallest share that the axis shows.
SHOWN: Final = 16
SMALLEST: Final = 1e-4
#: Largest share that it shows at least.
LARGEST: Final = 5.0
#: Runs of the held-out data that are drawn.
RUNS: Final = 4
#: Columns of the data that are numbers without a unit.
UNITLESS: Final = ("across", "up", "share", "rank", "error", "seed", "run", "equation")
#: Markers of published errors.
MARKERS: Final = ("_", "+", "x")
HEIGHT: Final = 2.5


@styled()
def main(
    *,
    runs: Sequence[Path],
    terms: Sequence[Path],
    latents: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    cases: Mapping[str, LatentCaseEntry],
    published: Sequence[PublishedLatentEntry],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw three panels for each case.

    Parameters
    ----------
    runs, terms, latents : sequence of Path
        Tables of latent.py: ``<case>/<kind>/<method>.parquet``.
    stem : Path
        Figure files without their suffix.
    models, cases, published : mapping, mapping, sequence
        Entries of ``equations/latent``.
    metadata : mapping, optional
        Kept in the files.
    """
    styles = model_styles(models)
    names = list(dict.fromkeys(path.parent.parent.name for path in runs))
    figure, axes = new_figure(len(names), 3, width=DOUBLE, height=HEIGHT * len(names) + 0.5,
                              width_ratios=[1.0, 1.2, 1.2])  # fmt: skip
    scores, shares, paths = (_read(files) for files in (runs, terms, latents))
    drawn: dict[str, list[pd.DataFrame]] = {"coordinates": [], "terms": [], "errors": []}
    for row, name in zip(axes, names, strict=True):
        order = int(cases[name].get("order", 1))
        ours = OURS[order]
        drawn["coordinates"].append(
            _coordinates(row[0], paths[name, ours], styles[ours]).assign(case=name)
        )
        mine = {m: table for (case, m), table in shares.items() if case == name}
        drawn["terms"].append(_terms(row[1], mine, styles).assign(case=name))
        row[1].set_ylabel(f"share of the {RATES[order]}")
        errors = {m: table for (case, m), table in scores.items() if case == name}
        known = [entry for entry in published if entry["case"] == name]
        drawn["errors"].append(_errors(row[2], errors, styles, known).assign(case=name))
        row[2].set_xticks(range(len(ERRORS)), list(ERROR_LABELS[order]))
        row[0].set_title(cases[name]["label"], loc="left")
    letter_panels(axes)
    figure_legend(figure, [*axes[:, 2], *axes[:, 0]])
    save_figure(figure, stem, {key: pd.concat(tables) for key, tables in drawn.items()},
                title="Latent coordinates and their laws",
                units=dict.fromkeys(UNITLESS, "1"),
                columns=FIGURES["latent"], metadata=metadata)  # fmt: skip


def _read(paths: Sequence[Path]) -> dict[tuple[str, str], pd.DataFrame]:
    return {(path.parent.parent.name, path.stem): read_table(path) for path in paths}


def _coordinates(panel: Axes, table: pd.DataFrame, style: ModelStyle) -> pd.DataFrame:
    """Draw the first and the last coordinate, and the affine function of hidden ones closest to them.

    Of a law of second order, the coordinate and its rate are drawn.
    """
    names = [c for c in table.columns if c.startswith("z")]
    hidden = table[[c for c in table.columns if c.startswith("hidden")]].to_numpy(float)
    found = table[names].to_numpy(float)
    moving = "rate1" in table
    if moving:
        found = table[["z1", "rate1"]].to_numpy(float)
    curves: dict[str, tuple[FloatArray, str, str, str | None]] = {
        "found": (found, style.colour, "-", None)
    }
    if hidden.shape[1] and not moving:
        columns = np.column_stack([np.ones(len(hidden)), hidden])
        fitted = columns @ np.linalg.lstsq(columns, found, rcond=None)[0]
        curves["hidden"] = (fitted, "black", ":", "hidden coordinates, fitted")
    parts = []
    for kind, (values, colour, line, label) in curves.items():
        for k, run in enumerate(sorted(table["series"].unique())[:RUNS]):
            one = values[(table["series"] == run).to_numpy()][:, [0, -1]]
            panel.plot(one[:, 0], one[:, 1], color=colour, linestyle=line, linewidth=0.9,
                       label=label if k == 0 else None, gid=None if label else EXPLAINED)  # fmt: skip
            parts.append(
                pd.DataFrame({"kind": kind, "run": int(run), "across": one[:, 0], "up": one[:, 1]})
            )
    panel.set(xlabel="$z_1$", ylabel="rate of $z_1$" if moving else f"$z_{len(names)}$")
    return pd.concat(parts)


def _terms(
    panel: Axes, tables: Mapping[str, pd.DataFrame], styles: Mapping[str, ModelStyle]
) -> pd.DataFrame:
    """Draw the shares of the terms of each start, the largest first."""
    parts = []
    for method, table in tables.items():
        look = styles[method]
        for seed, one in table.groupby("seed"):
            ranked = one.assign(share=one["share"].abs()).nlargest(SHOWN, "share")
            ranked = ranked.assign(rank=np.arange(1, len(ranked) + 1), model=method, seed=seed)
            visible = ranked[ranked["share"] > SMALLEST]
            panel.plot(
                visible["rank"],
                visible["share"],
                color=look.colour,
                linewidth=0.6,
                alpha=0.7,
                gid=EXPLAINED,
            )
            for kept, face in ((True, look.colour), (False, "white")):
                some = visible[visible["kept"] == kept]
                panel.plot(some["rank"], some["share"], linestyle="none", marker=look.marker,
                           markersize=3.4, color=look.colour, markerfacecolor=face)  # fmt: skip
            parts.append(ranked[["model", "seed", "rank", "equation", "term", "share", "kept"]])
    panel.set_yscale("log")
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    drawn = pd.concat(parts)
    # Terms that nearly replace each other have large shares of both signs.
    top = max(LARGEST, 1.5 * float(drawn["share"].max()))
    panel.set(xlabel="term, by its share", ylim=(SMALLEST, top))
    return drawn


def _errors(
    panel: Axes,
    tables: Mapping[str, pd.DataFrame],
    styles: Mapping[str, ModelStyle],
    published: Sequence[PublishedLatentEntry],
) -> pd.DataFrame:
    """Draw the errors of each start, and what was published."""
    parts = []
    for k, (method, table) in enumerate(tables.items()):
        look = styles[method]
        shift = 0.18 * (k - (len(tables) - 1) / 2)
        for j, error in enumerate(ERRORS):
            panel.plot(np.full(len(table), j + shift), table[error], linestyle="none", marker=look.marker,
                       markersize=4, color=look.colour, label=look.label if j == 0 else None)  # fmt: skip
            parts.append(pd.DataFrame({"model": method, "quantity": error, "seed": table["seed"],
                                       "error": table[error]}))  # fmt: skip
    for entry, marker in zip(published, MARKERS, strict=False):
        for j, error in enumerate(ERRORS):
            value = float(entry[error])  # type: ignore[literal-required]
            panel.plot([j + 0.36], [value], linestyle="none", marker=marker, markersize=7, color="black",
                       label=entry["label"] if j == 0 else None)  # fmt: skip
            parts.append(
                pd.DataFrame({"model": [entry["label"]], "quantity": [error], "error": [value]})
            )
    panel.set_yscale("log")
    panel.set(ylabel="error on held-out data", xlim=(-0.5, len(ERRORS) - 0.4))
    return pd.concat(parts)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            runs=[Path(path) for path in snakemake.input.runs],
            terms=[Path(path) for path in snakemake.input.terms],
            latents=[Path(path) for path in snakemake.input.latents],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            models=snakemake.params.models,
            cases=snakemake.params.cases,
            published=snakemake.params.published,
            metadata=snakemake.params.metadata,
        )
