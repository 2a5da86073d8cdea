"""Draw the angular structure functions that best separate plastic from rigid particles.

Cubuk et al., https://doi.org/10.1103/PhysRevLett.114.108001, use them to explain what makes a
particle soft.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
from matplotlib.axes import Axes

from mechanist.assess.separation import standardised_difference
from mechanist.draw.labels import percent
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.palette import FIRST_CLASS, SECOND_CLASS
from mechanist.draw.score_tables import read_columns, rows
from mechanist.draw.style import (
    DOUBLE,
    Look,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.sample import read_sample
from mechanist.formats.tables import keys_of
from mechanist.learn.plastic_classes import LEFT_OUT, PLASTIC, RIGID, class_labels
from mechanist.settings.target_names import at_strain

NAME: Final = re.compile(
    r"angular_(?P<pair>[^_]+)_xi(?P<xi>[^_]+)_lambda(?P<sign>[+-]\d+)_zeta(?P<zeta>\d+)"
)
BINS: Final = 40
#: What the symbols of the panels mean, by the definition in the descriptor of structure functions.
MEANING: Final = (
    r"$\Psi=\sum_{j<k}\;\exp[-(r_{ij}^2+r_{ik}^2+r_{jk}^2)/\xi^2]\;(1+\lambda\,\cos\theta_{jik})^\zeta$"
    " over pairs of neighbours of the named species,\nwith the angle "
    r"$\theta_{jik}$ at particle $i$; "
    r"$\xi$: range, $\lambda=\pm1$: small or large angles, $\zeta$: sharpness in angle;"
    "\n$d$: difference of the class means over their common standard deviation"
)
CLIPPED: Final = 2e-3
LOOKS: Final[dict[int, Look]] = {
    PLASTIC: {"color": FIRST_CLASS, "linestyle": "-"},
    RIGID: {"color": SECOND_CLASS, "linestyle": "--"},
}


@styled()
def main(
    *,
    samples: Sequence[Path],
    features: Path,
    targets: Path,
    stem: Path,
    strain: float,
    plastic_fraction: float,
    rigid_fraction: float,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a row for each species at the centre, a column for each pair of species around it.

    Parameters
    ----------
    samples : sequence of Path
        Sample files, for the species.
    features : Path
        Table of structure functions.
    targets : Path
        Target table.
    stem : Path
        Figure files without their suffix.
    strain, plastic_fraction, rigid_fraction : float
        Strain, and fractions of a frame that count as plastic (highest D2min) and rigid (lowest).
    metadata : mapping, optional
        Kept in the files.
    """
    table, functions = classed_features(features, targets, strain, plastic_fraction, rigid_fraction)
    table = table.merge(species_of(samples), on=["sample", "object"])
    species = sorted(table["species"].unique())
    pairs = list(dict.fromkeys(match["pair"] for match in functions.values()))
    at = f"at {percent(strain)} strain"
    shares = {PLASTIC: f"plastic (top {percent(plastic_fraction)} {at})",
              RIGID: f"rigid (bottom {percent(rigid_fraction)} {at})"}  # fmt: skip

    height = 1.75 * len(species) + 1.0
    figure, axes = new_figure(len(species), len(pairs), width=DOUBLE, height=height)
    titles, tables = [], []
    for centre, row in zip(species, axes, strict=True):
        ours = rows(table, species=centre)
        for pair, panel in zip(pairs, row, strict=True):
            name, distance = most_separated(
                ours, [f for f in functions if functions[f]["pair"] == pair]
            )
            counts = histograms(ours, name).assign(centre=centre, pair=pair, separation=distance)
            draw(panel, counts, shares)
            match = functions[name]
            sign = match["sign"].replace("-", "\N{MINUS SIGN}")
            panel.set_xlabel(
                rf"$\Psi$ for $\xi$ = {match['xi']} $\sigma$, $\lambda$ = {sign}, $\zeta$ = {match['zeta']}",
                labelpad=13,  # below the common factor of the ticks
            )
            titles.append(
                f"{centre} among {pair}, $d$ = {distance:+.2f}".replace("= -", "= \N{MINUS SIGN}")
            )
            tables.append(counts)
    for row in axes:
        row[0].set_ylabel("density")
    letter_panels(axes, titles)
    figure_legend(figure, list(axes.flat), title=MEANING)
    # Histogram bins of an angular function, which is a sum of dimensionless terms.
    save_figure(figure, stem, pd.concat(tables).assign(strain=strain), title="Angular functions by class",
                units={"label": "1", "left": "1", "right": "1", "density": "1",
                       "separation": "standard deviations"}, columns=FIGURES["angular"], metadata=metadata)  # fmt: skip


def classed_features(
    features: Path, targets: Path, strain: float, plastic_fraction: float, rigid_fraction: float
) -> tuple[pd.DataFrame, dict[str, re.Match[str]]]:
    """Return angular functions of plastic and rigid particles, and the parsed function names."""
    column = at_strain("d2min", strain)
    truth = read_columns(targets, [column])
    labels = truth.groupby(["sample", "load"], observed=True, sort=False)[column].transform(
        lambda values: class_labels(values.to_numpy(), plastic_fraction, rigid_fraction)
    )
    truth = truth.assign(label=labels.astype(int))[labels != LEFT_OUT]
    names = parquet.read_schema(features).names
    functions = {name: match for name in names if (match := NAME.fullmatch(name))}
    table = read_columns(features, list(functions))
    return truth.drop(columns=column).merge(table, on=keys_of(table)), functions


def species_of(samples: Sequence[Path]) -> pd.DataFrame:
    """Return the species name of every particle."""
    tables = []
    for path in samples:
        sample = read_sample(path)
        names = np.array(sample.reference.species_names, dtype=object)
        species = names[sample.reference.species]
        objects = np.arange(len(species), dtype=np.int32)
        tables.append(pd.DataFrame({"sample": sample.name, "object": objects, "species": species}))
    return pd.concat(tables, ignore_index=True)


def most_separated(table: pd.DataFrame, names: list[str]) -> tuple[str, float]:
    """Return the function whose class means differ most, in units of the pooled deviation."""
    plastic, rigid = (
        table.loc[table["label"] == label, names].to_numpy(float) for label in (PLASTIC, RIGID)
    )
    distances = standardised_difference(plastic, rigid)
    best = int(np.argmax(np.abs(distances)))
    return names[best], float(distances[best])


def histograms(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return densities of a function in both classes over the same bins."""
    low, high = table[name].quantile([CLIPPED, 1 - CLIPPED])
    parts = []
    for label in (PLASTIC, RIGID):
        values = table.loc[table["label"] == label, name]
        density, edges = np.histogram(values, BINS, range=(low, high), density=True)
        parts.append(
            pd.DataFrame({"function": name, "label": label, "left": edges[:-1], "right": edges[1:],
                          "density": density})
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def draw(axes: Axes, counts: pd.DataFrame, names: Mapping[int, str]) -> None:
    """Draw the two densities as steps."""
    for label, look in LOOKS.items():
        part = rows(counts, label=label)
        edges = [*part["left"], part["right"].iloc[-1]]
        axes.stairs(part["density"], edges, fill=True, alpha=0.12, color=look["color"])
        axes.stairs(part["density"], edges, label=names[label], linewidth=1.1, **look)
    axes.set(ylim=(0, None), yticks=[])
    axes.ticklabel_format(axis="x", scilimits=(-2, 3), useMathText=True)
