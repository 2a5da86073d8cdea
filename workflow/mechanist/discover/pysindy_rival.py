"""PySINDy for comparison: its features and derivatives as linear systems of our own terms.

PySINDy's libraries and differentiation are combined with our selection rules, so that only its
computed features are compared; its own selection at default settings is reported as well. Pinned to
PySINDy 2.1, https://doi.org/10.21105/joss.03994. This wrapper avoids known pitfalls of PySINDy:

- ``FiniteDifference()`` differentiates along the first axis; fields need ``axis=-2``.
- ``SmoothedFiniteDifference(axis=-2)`` still smooths along the first axis, which is space. Here
  time is moved to the first axis, so that smoothing is along time.
- ``SmoothedFiniteDifference`` also writes its options into a dictionary shared by all its objects.
- ``WeakPDELibrary`` draws its domains from the global random state of NumPy, which is seeded here
  and restored, and its default is 100 domains.
"""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.regression_data import refuse_uneven
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term, parse_term
from mechanist.discover.triangular_factors import triangular
from mechanist.formats.field_files import TIME, FieldData

if TYPE_CHECKING:
    from pysindy import PDELibrary, PolynomialLibrary, WeakPDELibrary

METHODS: Final = ("pysindy_fd", "pysindy_sfd", "pysindy_weak_default", "pysindy_weak_tuned")
#: Domains of PySINDy's weak form: its default, and the number for the tuned variant.
DOMAINS: Final = {"pysindy_weak_default": 100, "pysindy_weak_tuned": 1000}
#: PySINDy's default power of test functions, and their default width as a fraction of the axis.
DEFAULT_POWER: Final = 4
DEFAULT_WIDTH: Final = 0.1
#: Margin left out at every edge of a differentiated field: fraction of the axis, minimum in points.
MARGIN: Final = (0.03, 6)
#: PySINDy's default threshold and ridge penalty of sequentially thresholded least squares.
DEFAULT_THRESHOLD: Final = 0.1
DEFAULT_RIDGE: Final = 0.05
#: Offset of half-widths to between grid points, since domains shrink to the grid points inside.
BETWEEN: Final = 0.01
BLOCKS: Final = 8


@dataclass(frozen=True, kw_only=True)
class RivalLibrary:
    """The terms that PySINDy may use.

    Parameters
    ----------
    degree : int
        Highest degree of monomials.
    order : int
        Highest order of derivatives in space.
    products : bool
        Whether to include products of monomials and derivatives, such as ``u u_x``.
    half_widths : mapping of str to int
        Half-width of the test functions along each axis in grid points, for the tuned variant.
    power : int
        Power of the test functions, for the tuned variant.
    """

    degree: int = 3
    order: int = 0
    products: bool = True
    half_widths: Mapping[str, int] = field(default_factory=dict)
    power: int = 8


class Rival:
    """One of PySINDy's methods with its library.

    Parameters
    ----------
    method : str
        One of ``METHODS``.
    library : RivalLibrary
        Candidate terms.
    seed : int
        Seed of the domains of the weak form.

    Raises
    ------
    ValueError
        If the method is unknown or half-widths are missing for the tuned variant.
    """

    def __init__(self, method: str, library: RivalLibrary, *, seed: int = 0) -> None:
        if method not in METHODS:
            raise ValueError(f"no PySINDy method {method!r}; expected one of {list(METHODS)}")
        if method == "pysindy_weak_tuned" and not library.half_widths:
            raise ValueError("pysindy_weak_tuned needs half_widths, in grid points along each axis")
        self.method = method
        self.library = library
        self.seed = seed
        self._weak: dict[tuple[float, ...], WeakPDELibrary] = {}

    def prepare(self, data: Sequence[FieldData]) -> None:
        """Draw the domains of the weak form, and keep them for data on the same grids."""
        refuse_uneven(data)
        if self.method in DOMAINS:
            for one in data:
                self._weak_library(one)

    def system(self, data: Sequence[FieldData]) -> LinearSystem:
        """Return the linear system of PySINDy's features.

        All trajectories must share axes, fields and inputs.
        """
        refuse_uneven(data)
        variables = list(data[0].variables)
        fields = list(data[0].fields)
        factors, rows, groups = [], [], []
        terms: tuple[Term, ...] = ()
        for k, one in enumerate(data):
            with _quiet():
                names, features, targets = self._features(one, variables)
            terms = tuple(_term(name, variables, list(one.axes)) for name in names)
            table = np.column_stack([features, targets[:, : len(fields)]])
            for block in np.array_split(table, min(BLOCKS, len(table) // table.shape[1] or 1)):
                factors.append(triangular(block))
                rows.append(len(block))
                groups.append(k)
        return LinearSystem(
            terms=terms,
            targets=tuple(f"{name}_{TIME}" for name in fields),
            factors=np.stack(factors),
            rows=np.array(rows),
            groups=np.array(groups),
            overlap=self._overlap(data),
        )

    def _overlap(self, data: Sequence[FieldData]) -> float:
        """Return how many domains of the weak form cover a point; 1 for pointwise rows."""
        if self.method not in DOMAINS:
            return 1.0
        if self.method == "pysindy_weak_default":
            shares = [DEFAULT_WIDTH] * len(data[0].shape)
        else:
            widths = self.library.half_widths
            shares = [2 * widths[a] / len(grid) for a, grid in data[0].axes.items()]
        return max(1.0, DOMAINS[self.method] * float(np.prod(shares)))

    def _features(
        self, one: FieldData, variables: list[str]
    ) -> tuple[list[str], FloatArray, FloatArray]:
        """Return names, features of shape (rows, p) and time derivatives of shape (rows, q)."""
        from pysindy.utils import AxesArray, comprehend_axes

        stacked = np.stack([one.variables[name] for name in variables], axis=-1)
        x = AxesArray(stacked, comprehend_axes(stacked))
        if self.method in DOMAINS:
            library = self._weak_library(one)
            library.fit([x])
            rows = np.asarray(library.transform(x))
            return library.get_feature_names(variables), rows, library.convert_u_dot_integral(x)
        library = self._point_library(one)
        library.fit([x])
        features = np.asarray(library.transform(x))
        inner = _inner(one)
        slopes = self._slopes(stacked, one.axes[TIME])[inner].reshape(-1, len(variables))
        names = library.get_feature_names(variables)
        return names, features[inner].reshape(-1, features.shape[-1]), slopes

    def _slopes(self, stacked: FloatArray, times: FloatArray) -> FloatArray:
        """Return time derivatives in the shape of ``stacked``, whose second-last axis is time."""
        import pysindy as ps

        if self.method == "pysindy_fd":
            axis = -2 if stacked.ndim > 2 else 0
            return np.asarray(ps.FiniteDifference(axis=axis)._differentiate(stacked, times))  # noqa: SLF001
        first = np.moveaxis(stacked, -2, 0)
        smoothed = ps.SmoothedFiniteDifference(axis=0, smoother_kws={})
        return np.moveaxis(np.asarray(smoothed._differentiate(first, times)), 0, -2)  # noqa: SLF001

    def _polynomials(self) -> "PolynomialLibrary":
        import pysindy as ps

        return ps.PolynomialLibrary(degree=self.library.degree, include_bias=False)

    def _point_library(self, one: FieldData) -> "PDELibrary | PolynomialLibrary":
        import pysindy as ps

        space = [grid for axis, grid in one.axes.items() if axis != TIME]
        if not space:
            return ps.PolynomialLibrary(degree=self.library.degree, include_bias=True)
        grid = (
            space[0] if len(space) == 1 else np.stack(np.meshgrid(*space, indexing="ij"), axis=-1)
        )
        smooth = self.method == "pysindy_sfd"
        how = {
            "differentiation_method": ps.SmoothedFiniteDifference,
            "diff_kwargs": {"smoother_kws": {}},
        }
        return ps.PDELibrary(
            function_library=self._polynomials(),
            derivative_order=self.library.order,
            spatial_grid=grid,
            include_bias=True,
            include_interaction=self.library.products,
            **(how if smooth else {}),
        )

    def _weak_library(self, one: FieldData) -> "WeakPDELibrary":
        """Return the weak library on a trajectory's grid, cached by grid."""
        import pysindy as ps

        key = (*one.shape, *one.spacings.values())
        if key in self._weak:
            return self._weak[key]
        widths, power = None, DEFAULT_POWER
        if self.method == "pysindy_weak_tuned":
            chosen = self.library.half_widths
            widths = [(chosen[axis] + BETWEEN) * step for axis, step in one.spacings.items()]
            power = self.library.power
        grids = list(one.axes.values())
        mesh = (
            grids[0] if len(grids) == 1 else np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1)
        )
        with _seeded(self.seed):
            library = ps.WeakPDELibrary(
                function_library=self._polynomials(),
                derivative_order=self.library.order,
                spatiotemporal_grid=mesh,
                include_bias=True,
                include_interaction=self.library.products and self.library.order > 0,
                K=DOMAINS[self.method],
                H_xt=widths,
                p=power,
            )
        self._weak[key] = library
        return library


def default_selection(system: LinearSystem, target: str) -> FloatArray:
    """Return the coefficients by PySINDy's own optimiser at its defaults, shape (p,).

    The optimiser gets the triangular factor, which has the same normal equations as all rows.
    """
    import pysindy as ps

    columns, values = system.problem(target)
    optimiser = ps.STLSQ(threshold=DEFAULT_THRESHOLD, alpha=DEFAULT_RIDGE)
    with _quiet():
        optimiser.fit(columns, values[:, None])
    return np.asarray(optimiser.coef_[0], dtype=np.float64)


def _inner(one: FieldData) -> tuple[slice, ...]:
    """Return the points of a field away from its edges, or all points of a time series.

    Finite differences at edges are one-sided.
    """
    if len(one.shape) == 1:
        return (slice(None),)
    share, least = MARGIN
    margins = [max(least, int(share * n)) for n in one.shape]
    return tuple(slice(m, -m) for m in margins)


def _term(name: str, variables: Sequence[str], axes: Sequence[str]) -> Term:
    """Parse a PySINDy feature name, such as ``u^2u_11`` for ``u^2 u_xx``."""
    found = re.fullmatch(r"(.*)_([1-9]+)", name)
    if found is None:
        return parse_term(name)
    letters = "".join(axes[int(digit) - 1] for digit in found[2])
    # the differentiated variable is the longest one at the end of the rest
    variable = max((v for v in variables if found[1].endswith(v)), key=len)
    monomial = found[1].removesuffix(variable)
    return parse_term(f"{monomial} {variable}_{letters}".strip())


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed NumPy's global random state and restore it afterwards."""
    state = np.random.get_state()  # noqa: NPY002 -- PySINDy draws from it
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence PySINDy's warnings of deprecations and of thresholds that remove all terms."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
