"""Names of targets. The workflow driver, which has no numerical packages, imports this module."""

from decimal import Decimal
from typing import Final

CLASS_PREFIX: Final = "plastic@"
DECIMALS: Final = 3
#: Unit of lengths in each unit system.
LENGTH_UNITS: Final = {"lj": "sigma", "metal": "angstrom", "real": "angstrom", "reduced": "ell"}


def at_strain(quantity: str, strain: float) -> str:
    """Return the name of a quantity at a strain, which is its column in the target table.

    Strains have three decimals, or as many as they need: ``d2min@0.020``, ``stress@0.0005``.
    """
    short = f"{strain:.{DECIMALS}f}"
    exact = f"{Decimal(repr(float(strain))):f}"
    return f"{quantity}@{short if float(short) == strain else exact}"


def class_target(strain: float, plastic_fraction: float, rigid_fraction: float) -> str:
    """Return the name of a class definition."""
    return f"{at_strain('plastic', strain)}|{plastic_fraction:.2f}|{rigid_fraction:.2f}"


def is_class(target: str) -> bool:
    """Return whether a target is a class definition."""
    return target.startswith(CLASS_PREFIX)


def field_set(kind: str) -> str:
    """Return the name of a set of fields in tables: ``rho+kappa`` for the descriptor ``rho_kappa``."""
    return kind.replace("_", "+")
