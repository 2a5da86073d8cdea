"""The weak form of equations whose coefficients vary along one axis.

Each coefficient is expanded in smooth functions of that axis, ``a(x) = sum_k c_k B_k(x)``. The basis
functions multiply the test function, and all derivatives are moved onto their product,

    integral of phi B_k D^d g  =  (-1)^d  integral of D^d(phi B_k) g,

which is exact however fast the coefficient varies: no coefficient is assumed constant over a test
function, and no field is differentiated. Columns come in groups, one per term.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Final

import numpy as np
from numpy.polynomial import legendre

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.regression_data import as_terms, check_data
from mechanist.discover.terms import Term
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.triangular_factors import triangular
from mechanist.discover.widths import choose_test_functions
from mechanist.formats.field_files import TIME, FieldData

#: The distance between neighbouring test functions is the half-width divided by this.
PER_HALF_WIDTH: Final = 6
#: Half-width in time relative to the one chosen from the spectrum: windows hardly cover the ends of
#: a curve along time, and more windows distinguish more terms.
TIME_SHARE: Final = 0.6


@dataclass(frozen=True, eq=False)
class VaryingSystem:
    """Blocks of ``Theta c = b`` with one column per term and basis function.

    Parameters
    ----------
    terms : tuple of Term
        One group of columns each.
    axis : str
        Axis along which coefficients vary.
    grid : ndarray of shape (n,)
        Points of that axis, up to the centres of the outermost test functions.
    basis : ndarray of shape (n, n_basis)
        Basis functions on the grid, from coarse to fine; the first is constant.
    factors : ndarray of shape (n_blocks, p n_basis + 1, p n_basis + 1)
        Upper triangular factor of ``[Theta | b]`` of each block; column ``i n_basis + k`` is term
        ``i`` times basis function ``k``.
    rows : int
        Number of rows behind all factors.
    """

    terms: tuple[Term, ...]
    axis: str
    grid: FloatArray
    basis: FloatArray
    factors: FloatArray
    rows: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the terms."""
        return tuple(term.name for term in self.terms)

    def columns(self, sizes: Mapping[int, int]) -> list[int]:
        """Return the columns of terms, given the number of basis functions of each term."""
        n = self.basis.shape[1]
        return [i * n + k for i, size in sizes.items() for k in range(size)]


def varying_widths(
    data: FieldData, terms: Sequence[Term | str], target: str
) -> dict[str, TestFunction]:
    """Return a test function for each axis, from the spectrum of the data.

    Parameters
    ----------
    data : FieldData
        Fields over one space axis and time.
    terms : sequence of Term or str
        Library.
    target : str
        Left-hand side.
    """
    chosen = choose_test_functions([data], (*as_terms(terms), *as_terms([target])))
    time = chosen[TIME]
    shorter = max(round(TIME_SHARE * time.half_width), 2 + time.power // 2)
    return {**chosen, TIME: TestFunction(shorter, time.power)}


def varying_system(
    data: FieldData,
    terms: Sequence[Term | str],
    target: str,
    *,
    axis: str,
    n_basis: int,
    widths: Mapping[str, TestFunction],
    blocks: int = 8,
) -> VaryingSystem:
    """Return the weak form of a library with coefficients that vary along one axis.

    Parameters
    ----------
    data : FieldData
        Fields over one space axis and time.
    terms : sequence of Term or str
        Terms in divergence form, such as ``"(u^2)_x"``.
    target : str
        Left-hand side, such as ``"u_t"``.
    axis : str
        Axis along which coefficients vary.
    n_basis : int
        Number of basis functions: harmonics on a periodic axis (an odd number), Legendre
        polynomials otherwise.
    widths : mapping of str to TestFunction
        Test function of each axis.
    blocks : int
        Number of stretches that the data are cut into along the other axis.

    Raises
    ------
    ValueError
        If the data do not have two axes, a term is not in divergence form, an axis is shorter than
        its test function, or the number of basis functions does not fit.
    """
    library, wanted = as_terms(terms), as_terms([target])
    check_data([data], (*library, *wanted))
    _check(data, (*library, *wanted), axis, n_basis)
    other = next(name for name in data.axes if name != axis)
    orders = {name: 1 + max(_order(t, name) for t in (*library, *wanted)) for name in data.axes}
    places = {name: _places(data, name, widths[name]) for name in data.axes}
    weights = {
        name: np.stack([widths[name].weights(order, data.spacings[name]) for order in range(most)])
        for name, most in orders.items()
    }
    across = _windows(weights[other], places[other], len(data.axes[other]))
    basis = _basis(data, axis, n_basis, orders[axis])
    modulated = [
        _modulated(weights[axis], basis[:, places[axis]], order) for order in range(orders[axis])
    ]
    parts = np.array_split(np.arange(across.shape[1]), blocks)
    monomials = {term.factors: _monomial(data, term, axis) for term in (*library, *wanted)}
    factors = []
    for part in parts:
        # shape (n_windows, support, rows of the other axis)
        projected = {
            term: (monomials[term.factors] @ across[_order(term, other), part].T)[places[axis]]
            for term in (*library, *wanted)
        }
        columns = [
            np.swapaxes(modulated[_order(term, axis)] @ projected[term], 0, 1).reshape(n_basis, -1)
            for term in library
        ]
        right = weights[axis][_order(wanted[0], axis)] @ projected[wanted[0]]
        rows = np.concatenate([*columns, right.reshape(1, -1)])
        factors.append(triangular(rows.T))
    n_rows = len(places[axis]) * len(places[other])
    # Beyond the centres of the first and last window the data hardly constrain a curve.
    m = 0 if axis in data.periodic else widths[axis].half_width
    seen = slice(m, len(data.axes[axis]) - m)
    factor = np.stack(factors)
    return VaryingSystem(library, axis, data.axes[axis][seen], basis[0, seen], factor, n_rows)


def _order(term: Term, axis: str) -> int:
    return dict(term.outer).get(axis, 0)


def _monomial(data: FieldData, term: Term, axis: str) -> FloatArray:
    """Return the undifferentiated product, with the axis along which coefficients vary first."""
    values = np.ones(data.shape)
    for factor in term.factors:
        values = values * factor.value(data.variables[factor.variable])
    return np.moveaxis(values, list(data.axes).index(axis), 0)


def _places(data: FieldData, axis: str, function: TestFunction) -> IntArray:
    """Return the grid points under each test function along an axis, shape (n_windows, support)."""
    n, support, periodic = len(data.axes[axis]), function.support, axis in data.periodic
    if n < support:
        raise ValueError(
            f"axis {axis!r}: {n} points, but a test function covers {support}. Give narrower test"
            " functions or longer data"
        )
    stride = max(1, function.half_width // PER_HALF_WIDTH)
    starts = np.arange(0, n if periodic else n - support + 1, stride)
    return np.asarray((starts[:, None] + np.arange(support)) % n)


def _windows(weights: FloatArray, places: IntArray, n: int) -> FloatArray:
    """Return test functions and derivatives on the whole axis, shape (orders, n_windows, n)."""
    windows = np.zeros((len(weights), len(places), n))
    for window, own in zip(windows, weights, strict=True):
        np.put_along_axis(window, places, np.broadcast_to(own, places.shape), axis=1)
    return windows


def _modulated(weights: FloatArray, basis: FloatArray, order: int) -> FloatArray:
    """Return ``(-1)^d D^d (phi B_k)`` by Leibniz' rule, shape (n_windows, n_basis, support).

    Parameters
    ----------
    weights : ndarray of shape (orders, support)
        Derivatives of the test function.
    basis : ndarray of shape (orders, n_windows, support, n_basis)
        Derivatives of the basis functions at the points of each window.
    order : int
        Order ``d`` of the derivative.
    """
    total = np.zeros(basis.shape[1:])
    for j in range(order + 1):
        # The sign of (-1)^(d-j) is already in the weights.
        sign = comb(order, j) * (-1.0) ** j
        total += sign * weights[order - j][:, None] * basis[j]
    return np.swapaxes(total, 1, 2)


def _basis(data: FieldData, axis: str, size: int, orders: int) -> FloatArray:
    """Return basis functions and their derivatives, shape (orders, n, size)."""
    grid, spacing = data.axes[axis], data.spacings[axis]
    if axis not in data.periodic:
        half = 0.5 * (grid[-1] - grid[0])
        place = (grid - grid[0]) / half - 1
        rows = np.eye(size)
        return np.stack(
            [
                np.stack(
                    [legendre.legval(place, legendre.legder(r, d) if d else r) for r in rows], 1
                )
                / half**d
                for d in range(orders)
            ]
        )
    basis = np.zeros((orders, len(grid), size))
    basis[0, :, 0] = 1.0
    for m in range(1, size // 2 + 1):
        wave = 2 * np.pi * m / (len(grid) * spacing)
        for d in range(orders):
            phase = wave * (grid - grid[0]) + d * np.pi / 2
            basis[d, :, 2 * m - 1] = wave**d * np.cos(phase)
            basis[d, :, 2 * m] = wave**d * np.sin(phase)
    return basis


def _check(data: FieldData, terms: Sequence[Term], axis: str, n_basis: int) -> None:
    if len(data.axes) != 2 or axis not in data.axes:
        raise ValueError(
            f"trajectory {data.name!r}: axes {list(data.axes)}, coefficients along {axis!r};"
            " expected one space axis and t, and coefficients along one of them"
        )
    other = [term.name for term in terms if term.form != "divergence"]
    if other:
        raise ValueError(
            f"terms {other} contain derivatives inside products; write them in divergence form,"
            " such as '(u^2)_x' for 'u u_x'"
        )
    if axis in data.periodic and n_basis % 2 == 0:
        raise ValueError(f"n_basis = {n_basis}; a periodic axis needs an odd number of harmonics")
    if not 1 <= n_basis <= len(data.axes[axis]) // 2:
        raise ValueError(
            f"n_basis = {n_basis}; expected 1 to half of the {len(data.axes[axis])} points"
        )
    if any(dict(term.outer).get(TIME, 0) for term in terms[:-1]):
        raise ValueError("library terms must not contain time derivatives; only the target may")
