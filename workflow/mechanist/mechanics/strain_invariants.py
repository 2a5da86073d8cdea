"""Quadratic invariants of the strain of crystals, and the stress that each contributes.

The energy density is ``W = sum_k c_k I_k(e)``, so the stress ``dW/de = sum_k c_k dI_k/de`` is linear
in the coefficients. The invariants are nested: two for isotropy, one more for cubic crystals, three
for an axis along z, three for an axis along x, four for a mirror plane normal to z. The invariants
with nonzero coefficients therefore determine the symmetry class of the material.

Spencer, A. J. M. (1971), "Theory of invariants", in Continuum Physics I, is the classical source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mechanist.core.typing import FloatArray

Family = Literal["isotropic", "cubic", "axis_z", "axis_x", "mirror_z"]
SymmetryClass = Literal[
    "isotropic", "cubic", "hexagonal", "tetragonal", "orthotropic", "monoclinic"
]  # fmt: skip

#: Symmetry classes, from the most to the least symmetric.
CLASSES: Final[tuple[SymmetryClass, ...]] = (
    "isotropic", "cubic", "hexagonal", "tetragonal", "orthotropic", "monoclinic",
)  # fmt: skip


@dataclass(frozen=True)
class Invariant:
    """One quadratic form of the strain.

    Parameters
    ----------
    name : str
        Name as printed in tables.
    family : str
        Symmetry that must be broken for a nonzero coefficient.
    """

    name: str
    family: Family


INVARIANTS: Final = (
    Invariant("tr(e)^2", "isotropic"),
    Invariant("tr(e^2)", "isotropic"),
    Invariant("sum e_ii^2", "cubic"),
    Invariant("e_zz tr(e)", "axis_z"),
    Invariant("e_zz^2", "axis_z"),
    Invariant("|e z|^2", "axis_z"),
    Invariant("e_xx tr(e)", "axis_x"),
    Invariant("e_xx^2", "axis_x"),
    Invariant("|e x|^2", "axis_x"),
    Invariant("e_xy tr(e)", "mirror_z"),
    Invariant("e_xy e_zz", "mirror_z"),
    Invariant("e_xy e_xx", "mirror_z"),
    Invariant("e_xz e_yz", "mirror_z"),
)
NAMES: Final = tuple(invariant.name for invariant in INVARIANTS)
_FAMILIES: Final[Mapping[SymmetryClass, frozenset[Family]]] = {
    "isotropic": frozenset({"isotropic"}),
    "cubic": frozenset({"isotropic", "cubic"}),
    "hexagonal": frozenset({"isotropic", "axis_z"}),
    "tetragonal": frozenset({"isotropic", "cubic", "axis_z"}),
    "orthotropic": frozenset({"isotropic", "cubic", "axis_z", "axis_x"}),
    "monoclinic": frozenset({"isotropic", "cubic", "axis_z", "axis_x", "mirror_z"}),
}


def quadratic_forms() -> FloatArray:
    """Return the invariants as symmetric forms on strains, each of shape (3, 3, 3, 3).

    Returns
    -------
    ndarray of shape (13, 3, 3, 3, 3)
        ``I_k(e) = e_ij form_k[i, j, m, n] e_mn``, with all minor and major symmetries.
    """
    one = np.eye(3)
    trace, x, z = one, np.outer(one[0], one[0]), np.outer(one[2], one[2])
    xy, xz, yz = (_symmetric(np.outer(one[i], one[j])) for i, j in ((0, 1), (0, 2), (1, 2)))
    identity = 0.5 * (np.einsum("im,jn->ijmn", one, one) + np.einsum("in,jm->ijmn", one, one))
    diagonal = sum(np.einsum("i,j,m,n->ijmn", *([axis] * 4)) for axis in one)
    forms = [
        _product(trace, trace), identity, diagonal,
        _product(z, trace), _product(z, z), _length(one[2], one),
        _product(x, trace), _product(x, x), _length(one[0], one),
        _product(xy, trace), _product(xy, z), _product(xy, x), _product(xz, yz),
    ]  # fmt: skip
    return np.stack(forms)


def stress_library(strains: FloatArray) -> FloatArray:
    """Return the stress that each invariant contributes with coefficient 1.

    Parameters
    ----------
    strains : ndarray of shape (n, 3, 3)
        Symmetric strains, dimensionless.

    Returns
    -------
    ndarray of shape (n, 3, 3, 13)
        ``dI_k/de``, dimensionless: times coefficients in GPa it is a stress in GPa.
    """
    return 2.0 * np.asarray(np.einsum("kijmn,smn->sijk", quadratic_forms(), strains))


def class_of(names: Iterable[str]) -> SymmetryClass:
    """Return the most symmetric class whose energy may contain all named invariants.

    Parameters
    ----------
    names : iterable of str
        Names from ``NAMES``; the two isotropic invariants may be omitted.

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    families = {invariant.name: invariant.family for invariant in INVARIANTS}
    unknown = sorted(set(names) - set(families))
    if unknown:
        raise ValueError(f"unknown invariants {unknown}; expected some of {', '.join(NAMES)}")
    broken = {families[name] for name in names}
    return next(name for name in CLASSES if broken <= _FAMILIES[name])


def invariants_of(symmetry: SymmetryClass) -> list[int]:
    """Return the indices in ``INVARIANTS`` of the invariants that a class allows."""
    allowed = _FAMILIES[symmetry]
    return [k for k, invariant in enumerate(INVARIANTS) if invariant.family in allowed]


def isotropic(*, lame: float, shear: float) -> dict[str, float]:
    """Return coefficients of an isotropic energy from both Lame constants, in their unit."""
    return {"tr(e)^2": lame / 2, "tr(e^2)": shear}


def cubic(*, c11: float, c12: float, c44: float) -> dict[str, float]:
    """Return coefficients of a cubic energy from elastic constants, in their unit."""
    return {**isotropic(lame=c12, shear=c44), "sum e_ii^2": (c11 - c12 - 2 * c44) / 2}


def hexagonal(*, c11: float, c12: float, c13: float, c33: float, c44: float) -> dict[str, float]:
    """Return coefficients of a hexagonal energy with axis z from elastic constants."""
    shear = (c11 - c12) / 2
    return {
        **isotropic(lame=c12, shear=shear),
        "e_zz tr(e)": c13 - c12,
        "e_zz^2": (c11 + c33 - 2 * c13 - 4 * c44) / 2,
        "|e z|^2": 2 * (c44 - shear),
    }


def _symmetric(matrix: FloatArray) -> FloatArray:
    return 0.5 * (matrix + matrix.T)


def _product(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the form of ``(a : e)(b : e)``."""
    form = np.einsum("ij,mn->ijmn", a, b)
    return 0.5 * (form + form.transpose(2, 3, 0, 1))


def _length(axis: FloatArray, one: FloatArray) -> FloatArray:
    """Return the form of ``|e axis|^2``."""
    along = np.outer(axis, axis)
    form = np.einsum("im,jn->ijmn", one, along)
    form = 0.25 * (form + form.transpose(1, 0, 2, 3) + form.transpose(0, 1, 3, 2)
                   + form.transpose(1, 0, 3, 2))  # fmt: skip
    return np.asarray(form)
