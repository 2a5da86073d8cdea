"""Find equations with varying coefficients as published: one regression per slice, shared terms.

Rudy, Alla, Brunton and Kutz (2019), SIAM J. Appl. Dyn. Syst. 18, 643, 10.1137/18M1191944:
derivatives are taken point by point, every slice (a time or a place) has its own coefficients, and
a term is kept in all slices or in none, by sequential grouped threshold ridge regression (SGTR) or
by the group LASSO. The penalty is chosen by the paper's loss, an Akaike criterion with a floor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray
from mechanist.discover.derivatives import Derivative
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.grouped import VaryingEquation
from mechanist.discover.regression_data import as_terms, check_data
from mechanist.formats.field_files import FieldData

#: As published: ridge, number of tolerances, passes, floor of the loss.
RIDGE: Final = 1e-5
TOLERANCES: Final = 50
PASSES: Final = 5
LOSS_FLOOR: Final = 1e-5
#: Smallest penalty of the group LASSO, relative to the one that leaves no term.
LEAST_PENALTY: Final = 1e-5
_ITERATIONS: Final = 200
_CONVERGED: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Slices:
    """A linear system for each slice, normalised as published.

    Parameters
    ----------
    names : tuple of str
        Terms.
    axis : str
        Axis along which coefficients vary.
    grid : ndarray of shape (n_slices,)
    factors : ndarray of shape (n_slices, p + 1, p + 1)
        Triangular factor of ``[columns | target]`` of each slice. A column has unit norm over all
        slices; the target has norm ``1 / n_slices`` in each.
    rows : int
        Number of grid points behind all factors.
    scale : ndarray of shape (n_slices, p)
        Factors that convert coefficients of the normalised system to those of the data.
    """

    names: tuple[str, ...]
    axis: str
    grid: FloatArray
    factors: FloatArray
    rows: int
    scale: FloatArray

    @property
    def gram(self) -> FloatArray:
        """Products of the columns, the target last, shape (n_slices, p + 1, p + 1)."""
        return np.asarray(self.factors.transpose(0, 2, 1) @ self.factors)


def sliced_system(
    data: FieldData, terms: Sequence[str], target: str, *, axis: str, derivative: Derivative
) -> Slices:
    """Return the slices of one trajectory over one space axis and time.

    Parameters
    ----------
    data : FieldData
        Fields over two axes.
    terms : sequence of str
        Terms in product form, such as ``"u u_x"``.
    target : str
        Left-hand side, such as ``"u_t"``.
    axis : str
        Axis along which coefficients vary.
    derivative : Derivative
        Differentiation method. Points within the reach of its window from an edge are left out.

    Raises
    ------
    ValueError
        If the data do not have two axes, or lack a variable.
    """
    library, wanted = as_terms(terms), as_terms([target])
    check_data([data], (*library, *wanted))
    if len(data.axes) != 2 or axis not in data.axes:
        raise ValueError(
            f"axes {list(data.axes)}, slices along {axis!r}; expected two axes, slices along one"
        )
    values = Evaluator(data, derivative, 0, data.shape[-1])
    highest = {a: max(dict(t.outer).get(a, 0) + t.inner_order for t in (*library, *wanted))
               for a in data.axes}  # fmt: skip
    inside = {a: _inside(data, a, derivative.reach(highest[a])) for a in data.axes}
    cut = tuple(inside[a] for a in data.axes)
    first = list(data.axes).index(axis)
    stacked = [np.moveaxis(values.term(term)[cut], first, 0) for term in (*library, *wanted)]
    table = np.stack(stacked, axis=-1)
    norms = np.sqrt((table[..., :-1] ** 2).sum(axis=(0, 1)))
    sizes = len(table) * np.linalg.norm(table[..., -1], axis=1)
    norms[norms == 0], sizes[sizes == 0] = 1.0, 1.0
    table[..., :-1] /= norms
    table[..., -1] /= sizes[:, None]
    return Slices(
        tuple(term.name for term in library), axis, data.axes[axis][inside[axis]],
        np.asarray(np.linalg.qr(table, mode="r")), table.shape[0] * table.shape[1], sizes[:, None] / norms,
    )  # fmt: skip


def _inside(data: FieldData, axis: str, reach: int) -> slice:
    return slice(None) if axis in data.periodic else slice(reach, len(data.axes[axis]) - reach)


def sgtr(slices: Slices) -> VaryingEquation:
    """Fit by sequential grouped threshold ridge regression, at the tolerance of least loss."""
    gram = slices.gram
    norms = np.linalg.norm(_ridge(gram, np.ones(len(slices.names), bool)), axis=0)
    low, high = float(norms.min()), float(norms.max())
    tolerances = [0.0, *np.geomspace(max(low, 1e-12 * high), high, TOLERANCES)[:-1]]
    supports = {tuple(_thresholded(gram, tolerance).tolist()) for tolerance in tolerances}
    return _best(slices, [np.array(support) for support in sorted(supports)])


def group_lasso(slices: Slices, *, penalties: int = 20) -> VaryingEquation:
    """Fit by the group LASSO, refitted without penalty, at the penalty of least loss.

    Parameters
    ----------
    slices : Slices
    penalties : int
        Number of penalties in geometric steps.
    """
    gram, right = slices.gram[:, :-1, :-1], slices.gram[:, :-1, -1]
    steepest = float(np.linalg.eigvalsh(gram)[:, -1].max())
    most = float(np.linalg.norm(right, axis=0).max())
    weights = np.zeros_like(right)
    supports = {tuple([True] * len(slices.names))}
    for penalty in np.geomspace(most, LEAST_PENALTY * most, penalties):
        weights = _accelerated(gram, right, penalty, steepest, weights)
        supports.add(tuple((np.abs(weights).sum(axis=0) > 0).tolist()))
    return _best(slices, [np.array(support) for support in sorted(supports)])


def _ridge(gram: FloatArray, support: BoolArray) -> FloatArray:
    """Return ridge coefficients of every slice, shape (n_slices, p)."""
    inside = gram[:, :-1, :-1][:, support][:, :, support] + RIDGE * np.eye(int(support.sum()))
    weights = np.zeros((len(gram), len(support)))
    weights[:, support] = np.linalg.solve(inside, gram[:, :-1, -1:][:, support])[..., 0]
    return weights


def _thresholded(gram: FloatArray, tolerance: float) -> BoolArray:
    support = np.ones(gram.shape[1] - 1, bool)
    for _ in range(PASSES):
        keep = support & (np.linalg.norm(_ridge(gram, support), axis=0) > tolerance)
        if keep.sum() in (0, support.sum()):
            break
        support = keep
    return support


def _accelerated(
    gram: FloatArray, right: FloatArray, penalty: float, steepest: float, start: FloatArray
) -> FloatArray:
    """Minimise the group LASSO by accelerated proximal gradients."""
    weights, ahead, momentum = start, start, 1.0
    for _ in range(_ITERATIONS):
        slope = (gram @ ahead[..., None])[..., 0] - right
        moved = ahead - slope / steepest
        norms = np.linalg.norm(moved, axis=0)
        shrink = np.maximum(1 - penalty / steepest / np.maximum(norms, np.finfo(float).tiny), 0)
        following = moved * shrink
        grown = 0.5 * (1 + np.sqrt(1 + 4 * momentum**2))
        ahead = following + (momentum - 1) / grown * (following - weights)
        change = np.linalg.norm(following - weights)
        weights, momentum = following, grown
        if change <= _CONVERGED * np.linalg.norm(weights):
            break
    return weights


def _best(slices: Slices, supports: Sequence[BoolArray]) -> VaryingEquation:
    """Refit every support by least squares and return the one of least loss."""
    found: list[tuple[float, BoolArray, FloatArray]] = []
    for support in supports:
        columns, target = slices.factors[:, :, :-1][:, :, support], slices.factors[:, :, -1]
        weights = (np.linalg.pinv(columns) @ target[..., None])[..., 0]
        rss = float((((columns @ weights[..., None])[..., 0] - target) ** 2).sum())
        n, k = slices.rows, int(support.sum())
        loss = n * np.log(rss / n + LOSS_FLOOR) + 2 * k + (2 * k * k + 2 * k) / (n - k - 1)
        found.append((loss, support, weights))
    _, support, weights = min(found, key=lambda entry: entry[0])
    names = [name for name, kept in zip(slices.names, support, strict=True) if kept]
    curves = weights * slices.scale[:, support]
    return VaryingEquation(
        slices.axis, slices.grid, dict(zip(names, curves.T, strict=True)),
        {name: np.zeros(len(curves)) for name in names}, dict.fromkeys(names, len(curves)),
    )  # fmt: skip
