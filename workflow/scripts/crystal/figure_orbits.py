"""Draw interaction classes by symmetry for fcc and hcp, and identified interactions for hcp."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap, Normalize
from matplotlib.patches import Patch
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.mechanics.slip_law_files import read_slip_law
from mechanist.mechanics.slip_orbits import FCC_KINDS, fcc_kinds, pair_orbits
from mechanist.mechanics.slip_systems import SlipSystems, slip_systems

#: Colours of the kinds of fcc pairs, in their order.
COLOURS: Final = ("#000000", "#8c8c8c", "#d55e00", "#e8d9a0", "#56b4e9", "#0072b2", "#6a1b6e")

#: Short names of slip families.
NAMES: Final = {
    "basal<a>": "basal a",
    "prismatic<a>": "prism. a",
    "pyramidal I<a>": "pyr. I a",
    "pyramidal I<c+a>": "pyr. I c+a",
    "pyramidal II<c+a>": "pyr. II c+a",
    "prismatic<c>": "prism. c",
    "prismatic<c+a>": "prism. c+a",
}


@styled()
def main(*, hexagonal: Path, stem: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Draw the kinds of fcc pairs, the orbits of hcp pairs, and an identified law.

    Parameters
    ----------
    hexagonal : Path
        Identified law of a hexagonal crystal.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Stored in the files.
    """
    found = read_slip_law(hexagonal)
    cubic, systems = slip_systems("fcc12"), slip_systems(found.systems)
    figure, axes = new_figure(1, 3, width=DOUBLE, height=3.2)
    order = np.lexsort(np.round(cubic.normals, 6).T)  # systems on the same plane side by side
    kinds = np.array(fcc_kinds(cubic))[pair_orbits(cubic).labels[np.ix_(order, order)]]
    numbers = np.vectorize(FCC_KINDS.index, otypes=[np.int64])(kinds)
    colours = ListedColormap(list(COLOURS))
    axes[0, 0].imshow(numbers, cmap=colours, norm=_steps(len(COLOURS)))
    kinds_of = [
        Patch(facecolor=one, label=kind) for one, kind in zip(COLOURS, FCC_KINDS, strict=True)
    ]
    figure.legend(handles=kinds_of, loc="outside lower center", ncols=len(kinds_of), fontsize=6.3,
                  handlelength=1.0, columnspacing=1.0, title="a: kinds of pairs in fcc")  # fmt: skip
    ranks = _ranks(systems)
    n = int(ranks.max()) + 1
    image = axes[0, 1].imshow(ranks, cmap="turbo", norm=_steps(n))
    bar = figure.colorbar(image, ax=axes[0, 1], location="bottom", pad=0.02, shrink=0.9)
    bar.set_ticks([0, n - 1], labels=["1st", f"{n}th"])
    bar.set_label("orbit within its pair of families")
    values = np.ma.masked_equal(found.law.interactions, 0.0)
    image = axes[0, 2].imshow(values, cmap="viridis_r", norm=Normalize(0.0, float(values.max())))
    bar = figure.colorbar(image, ax=axes[0, 2], location="bottom", pad=0.02, shrink=0.9)
    bar.set_label("identified $H_{ij}$ (white: zero)")
    _quiet(axes[0, 0])
    for panel in axes[0, 1:]:
        _quiet(panel)
        _families(panel, systems)
    _name_families(axes[0, 1], systems)
    axes[0, 0].set_ylabel("slip system $i$")
    for panel in axes[0]:
        panel.set_title("obstacle $j$", loc="right")
    orbits = pair_orbits(systems).number
    share = 100 * float((found.law.interactions != 0).mean())
    titles = [
        f"fcc: {len(FCC_KINDS)} of {kinds.size}",
        f"hcp: {orbits} of {ranks.size}",
        f"{share:.0f} % nonzero",
    ]
    letter_panels(axes, titles)
    tables = {
        "fcc": _long(kinds),
        "hcp": _long(pair_orbits(systems).labels),
        "identified": _long(found.law.interactions),
    }
    save_figure(figure, stem, tables, title="Orbits of slip-system pairs",
                units={"value": "1"}, columns=FIGURES["orbits"], metadata=metadata)  # fmt: skip


def _ranks(systems: SlipSystems) -> IntArray:
    """Return each pair's orbit, numbered within the block of its two families, shape (n, n)."""
    labels = pair_orbits(systems).labels
    families = np.array(systems.families)
    ranks = np.zeros_like(labels)
    for first in dict.fromkeys(systems.families):
        for second in dict.fromkeys(systems.families):
            block = np.ix_(families == first, families == second)
            ranks[block] = np.unique(labels[block], return_inverse=True)[1].reshape(
                labels[block].shape
            )
    return ranks


def _steps(count: int) -> BoundaryNorm:
    return BoundaryNorm(np.arange(count + 1) - 0.5, 256 if count > len(COLOURS) else count)


def _quiet(panel: Axes) -> None:
    panel.set(xticks=[], yticks=[])
    for spine in panel.spines.values():
        spine.set_visible(False)


def _families(panel: Axes, systems: SlipSystems) -> None:
    """Draw lines between the blocks of families."""
    families = np.array(systems.families)
    for edge in np.flatnonzero(families[1:] != families[:-1]) + 0.5:
        panel.axhline(edge, color="white", lw=0.8)
        panel.axvline(edge, color="white", lw=0.8)
        if panel.images[0].get_array().mask.any():  # type: ignore[union-attr]
            panel.axhline(edge, color="#b5b5b5", lw=0.4)
            panel.axvline(edge, color="#b5b5b5", lw=0.4)


def _name_families(panel: Axes, systems: SlipSystems) -> None:
    """Label the rows of each family."""
    families = np.array(systems.families)
    names = list(dict.fromkeys(systems.families))
    middles = [float(np.flatnonzero(families == name).mean()) for name in names]
    panel.set_yticks(middles, [NAMES.get(name, name) for name in names], size=5.5)
    panel.tick_params(axis="y", length=0, pad=1)


def _long(matrix: FloatArray | IntArray | NDArray[np.str_]) -> pd.DataFrame:
    i, j = np.indices(matrix.shape)
    return pd.DataFrame({"i": i.ravel(), "j": j.ravel(), "value": matrix.ravel()})
