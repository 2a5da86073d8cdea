"""Names of targets. The workflow driver, which has no numerical packages, imports this module."""

import re
from decimal import Decimal
from typing import Final

#: Strain of a target that belongs to the state before loading, and so to no load.
AT_REST: Final = 0.0
#: Name, in place of a load, of the path of such a target: its tensor is zero, and the state before
#: loading is its only frame.
NO_LOAD: Final = "no_load"
#: What ranks particles under load, in the names of classes.
PLASTIC: Final = "plastic"
#: Motion from rest, and after an earlier interval of strain, where both are targets.
FROM_REST: Final = "from_rest"
LATER: Final = "later"
_CLASS: Final = re.compile(r".+\|\d\.\d\d\|\d\.\d\d")
DECIMALS: Final = 3
#: Unit of lengths in each unit system.
LENGTH_UNITS: Final = {"lj": "sigma", "metal": "angstrom", "real": "angstrom", "reduced": "ell"}


def at_strain(quantity: str, strain: float) -> str:
    """Return the name of a quantity at a strain, which is its column in the target table.

    Strains have three decimals, or as many as they need: ``d2min@0.020``, ``stress@0.0005``. A
    quantity of the state at rest has its bare name: ``propensity``.
    """
    if strain == AT_REST:
        return quantity
    short = f"{strain:.{DECIMALS}f}"
    exact = f"{Decimal(repr(float(strain))):f}"
    return f"{quantity}@{short if float(short) == strain else exact}"


def ranking(quantity: str, strain: float) -> str:
    """Return what classes are named after: plasticity at a strain, or a quantity at rest."""
    return quantity if strain == AT_REST else at_strain(PLASTIC, strain)


def class_target(
    strain: float, plastic_fraction: float, rigid_fraction: float, quantity: str = PLASTIC
) -> str:
    """Return the name of a class definition: ``plastic@0.020|0.10|0.50``, ``propensity|0.10|0.50``.

    Parameters
    ----------
    strain : float
        Strain at which particles are ranked.
    plastic_fraction, rigid_fraction : float
        Fractions of particles in the classes.
    quantity : str
        What particles are ranked by, which names the classes of the state at rest.
    """
    return f"{ranking(quantity, strain)}|{plastic_fraction:.2f}|{rigid_fraction:.2f}"


def is_class(target: str) -> bool:
    """Return whether a target is a class definition."""
    return _CLASS.fullmatch(target) is not None


def field_set(kind: str) -> str:
    """Return the name of a set of fields in tables: ``rho+kappa`` for the descriptor ``rho_kappa``."""
    return kind.replace("_", "+")
