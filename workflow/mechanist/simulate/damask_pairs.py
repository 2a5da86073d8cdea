"""Coefficients of pairs of slip systems in the order in which DAMASK numbers kinds of pairs."""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.damask_phases import SYSTEMS
from mechanist.mechanics.slip_orbits import FCC_KINDS, fcc_kinds, pair_orbits
from mechanist.mechanics.slip_systems import PARALLEL, SlipSystems

#: Number of kinds of pairs that DAMASK 3 tells apart among the slip systems of a table.
KINDS: Final = {"fcc12": 7, "bcc12": 7, "bcc24": 24, "bcc48": 28, "hcp30": 69}
_BCC_OTHERS: Final = 4


def pair_coefficients(systems: SlipSystems, matrix: FloatArray) -> list[float]:
    """Return the coefficients ``h_sl-sl`` of a matrix of shape (n, n), in DAMASK's order.

    Raises
    ------
    ValueError
        If pairs that DAMASK counts as one kind differ.
    """
    families_of(systems)
    if np.ptp(matrix) == 0:
        return [float(matrix.flat[0])] * KINDS[systems.name]
    if systems.name == "fcc12":
        return _fcc_coefficients(systems, matrix)
    if systems.name == "bcc12":
        return _bcc_coefficients(systems, matrix)
    raise ValueError(
        f"pairs of {systems.name!r} have different coefficients; DAMASK's kinds of pairs are written"
        " for 'fcc12' and 'bcc12' alone. Use equal coefficients, or the parameter table"
    )


def families_of(systems: SlipSystems) -> tuple[str, list[int]]:
    """Return the lattice as DAMASK names it, and the number of active systems of each family."""
    for lattice, tables in SYSTEMS.items():
        if systems.name in tables:
            return lattice, list(tables[systems.name])
    known = [name for tables in SYSTEMS.values() for name in tables]
    raise ValueError(f"DAMASK does not have the slip systems {systems.name!r}; it has {known}")


def _fcc_coefficients(systems: SlipSystems, matrix: FloatArray) -> list[float]:
    labels, by_kind = pair_orbits(systems).labels, {}
    for label, kind in enumerate(fcc_kinds(systems)):
        values = matrix[labels == label]
        if np.ptp(values):
            raise ValueError(
                f"pairs of kind {kind!r} have coefficients from {values.min():.4g} to"
                f" {values.max():.4g}; DAMASK has one. Take a law that is tied by symmetry"
            )
        by_kind[kind] = float(values[0])
    own, other = (by_kind[kind] for kind in FCC_KINDS[4:6])
    if own != other:
        raise ValueError(
            f"the two glissile coefficients are {own:.4g} and {other:.4g}; DAMASK's numbers 5 and 6"
            " divide these pairs in another way than symmetry does. Take a law with equal ones, such"
            " as 'tied_symmetric'"
        )
    return [by_kind[kind] for kind in FCC_KINDS]


def _bcc_coefficients(systems: SlipSystems, matrix: FloatArray) -> list[float]:
    plane = np.abs(systems.normals @ systems.normals.T) > PARALLEL
    direction = np.abs(systems.directions @ systems.directions.T) > PARALLEL
    kinds = {
        "self": plane & direction,
        "collinear": direction & ~plane,
        "coplanar": plane & ~direction,
        "other": ~plane & ~direction,
    }
    found = []
    for kind, where in kinds.items():
        if np.ptp(matrix[where]):
            raise ValueError(
                f"pairs of kind {kind!r} have different coefficients; expected equal ones"
            )
        found.append(float(matrix[where][0]))
    return found[:3] + found[3:] * _BCC_OTHERS
