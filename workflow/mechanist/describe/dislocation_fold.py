"""Equilibrium branch that a loaded dislocation configuration follows until its first burst.

The first burst begins at a fold of the equilibrium branch: the stable state meets an unstable one
and both vanish (in one dimension: https://arxiv.org/abs/1603.00624). Following the branch by
continuation (:mod:`mechanist.describe.shared.glide_branch`) yields the stress and strain of that burst and
the whole reversible curve before it, without integrating any motion. Beyond the fold nothing is
known, and the stress is held at the fold stress.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.glide import SYMMETRY, Glide, read_glide
from mechanist.describe.shared.glide_branch import ANNIHILATION, LOST, Branch, follow
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import PURE, SHARE, Column

#: Floor of stresses (D/b) and strains in logarithms; a branch that is lost at once has this value.
SMALLEST: Final = 1e-6


#: What the columns mean.
COLUMNS: Final = {
    "fold_stress": Column("log10(D/b)", "Decimal logarithm of the stress of the first burst."),
    "fold_strain": Column("log10", "Decimal logarithm of the plastic strain at the first burst."),
    "fold_participation": Column(
        PURE, "Share of dislocations that the motion at the first burst moves.", SHARE
    ),
    "fold_load": Column(
        PURE, "Overlap of the motion at the first burst with motion of all along the load.", SHARE
    ),
    "ended_by_annihilation": Column(
        PURE, "1 if the branch ended because two dislocations annihilate, else 0.", SHARE
    ),
    "lost": Column(PURE, "1 if no further point of the branch was found, else 0.", SHARE),
    "compliance": Column(
        "log10(b/D)", "Decimal logarithm of plastic strain per stress in the unloaded state."
    ),
    "stress_at_*": Column(
        "log10(D/b)",
        "Decimal logarithm of the stress at the strain in the name; beyond the first burst, of the"
        " stress of that burst.",
    ),
    "secant_at_*": Column(
        "log10(b/D)",
        "Decimal logarithm of strain over stress at the share of the burst stress in the name.",
    ),
}


@dataclass(frozen=True)
class DislocationFold:
    """Fold stress and strain, and the branch before the fold.

    Parameters
    ----------
    strains : tuple of float
        Strains at which the stress is read; beyond the fold it is the fold stress.
    fractions : tuple of float
        Fractions of the fold stress at which secant compliances are read.
    annihilation_radius : float
        Distance in b at which opposite dislocations annihilate and the branch ends.
    """

    card: ClassVar[Card] = Card(
        name="Equilibrium branch to the first fold",
        reference="https://arxiv.org/abs/1603.00624",
        units="log10 of stresses in D/b, strains, compliances in b/D",
        symmetry=SYMMETRY,
        load_aware=True,
        subject=SubjectName.DISLOCATION_SAMPLE,
        needs_potential=True,
        columns=COLUMNS,
    )
    strains: tuple[float, ...] = (0.0005, 0.001, 0.002, 0.004, 0.007, 0.01, 0.015, 0.02, 0.03)
    fractions: tuple[float, ...] = (0.25, 0.5, 0.75, 0.95)
    annihilation_radius: float = 1.0

    def __post_init__(self) -> None:
        """Validate the strains and fractions."""
        if not all(strain > 0 for strain in self.strains):
            raise ValueError(f"strains = {self.strains}; expected positive numbers")
        if not all(0 < fraction <= 1 for fraction in self.fractions):
            raise ValueError(f"fractions = {self.fractions}; expected numbers in (0, 1]")

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe the sample; see :class:`mechanist.describe.descriptor.Descriptor`."""
        glide = read_glide(configuration, load)
        branch = follow(glide, annihilation_radius=self.annihilation_radius)
        columns = self._columns(glide, branch)
        return Features(np.array([list(columns.values())]), list(columns))

    def _columns(self, glide: Glide, branch: Branch) -> dict[str, float]:
        columns = {
            "fold_stress": _log(branch.stress[-1]),
            "fold_strain": _log(branch.strain[-1]),
            "fold_participation": participation(branch.mode),
            "fold_load": abs(float(branch.mode @ glide.forward)) * glide.spacing,
            # How the branch ended is a feature too, so that models can use it.
            "ended_by_annihilation": float(branch.end == ANNIHILATION),
            "lost": float(branch.end == LOST),
            "compliance": _log(branch.compliance[0]),
        }
        for strain in self.strains:
            stress = np.interp(strain, branch.strain, branch.stress)
            columns[f"stress_at_{strain:g}"] = _log(float(stress))
        for fraction in self.fractions:
            stress = fraction * branch.stress[-1]
            strain = float(np.interp(stress, branch.stress, branch.strain))
            columns[f"secant_at_{fraction:g}"] = _log(strain) - _log(stress)
        return columns


def participation(mode: FloatArray) -> float:
    """Return the share of dislocations that a mode moves; 0 if it moves none."""
    fourth = float(np.sum(mode**4))
    return float(np.sum(mode**2)) ** 2 / (fourth * len(mode)) if fourth > 0 else 0.0


def _log(value: float) -> float:
    return float(np.log10(max(value, SMALLEST)))


DESCRIPTOR = DislocationFold
