"""Evaluate terms on time stretches of a trajectory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.debiasing import unbiased_power
from mechanist.discover.derivatives import Derivative
from mechanist.discover.functions import Jet, product_jet
from mechanist.discover.terms import Factor, Orders, Term
from mechanist.formats.field_files import TIME, FieldData


@dataclass(frozen=True, eq=False)
class Evaluator:
    """Evaluates terms on a time stretch of one trajectory, caching derivatives that terms share.

    Parameters
    ----------
    data : FieldData
        The trajectory.
    derivative : Derivative
        Differentiation method; along time, finite differences replace spectral derivatives.
    start, stop : int
        Time stretch, as a slice.
    variances : mapping of str to float, optional
        Variance of the white noise on each variable; powers of the variable are corrected for bias.
    """

    data: FieldData
    derivative: Derivative
    start: int
    stop: int
    variances: Mapping[str, float] = field(default_factory=dict)
    _cache: dict[Factor, FloatArray] = field(default_factory=dict, init=False, repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the values."""
        return (*self.data.shape[:-1], self.stop - self.start)

    def product(self, factors: tuple[Factor, ...]) -> FloatArray:
        """Return the product of factors, in the shape of the stretch."""
        if not factors:
            return np.ones(self.shape)
        total: FloatArray | None = None
        within = {factor.variable for factor in factors if factor.function}
        for name in sorted(within):
            value, _, bend = self._jet(factors, name)
            # to first order in the variance, the mean over noise is raised by half the curvature
            unbiased = value - 0.5 * self.variances.get(name, 0.0) * bend
            total = unbiased if total is None else total * unbiased
        for factor in factors:
            if factor.variable in within:
                continue
            variance = 0.0 if factor.orders else self.variances.get(factor.variable, 0.0)
            power = unbiased_power(self._base(factor), factor.power, variance)
            total = power if total is None else total * power
        assert total is not None
        return total

    def gradient(self, factors: tuple[Factor, ...], name: str, coefficient: float) -> FloatArray:
        """Return a coefficient times the derivative of a product by one of its variables.

        Parameters
        ----------
        factors : tuple of Factor
            The product, without derivatives inside.
        name : str
            The variable.
        coefficient : float
            Number that multiplies the product.
        """
        others = tuple(factor for factor in factors if factor.variable != name)
        if any(factor.function for factor in factors if factor.variable == name):
            return coefficient * self.product(others) * self._jet(factors, name)[1]
        power = sum(factor.power for factor in factors if factor.variable == name)
        lowered = (Factor(name, (), power - 1),) if power > 1 else ()
        return coefficient * power * self.product((*others, *lowered))

    def _jet(self, factors: tuple[Factor, ...], name: str) -> Jet:
        """Return value, slope and curvature of the factors of one variable."""
        own = [(factor.function, factor.power) for factor in factors if factor.variable == name]
        return product_jet(self._base(Factor(name)), own)

    def term(self, term: Term) -> FloatArray:
        """Return a term with all its derivatives taken point by point."""
        if not term.outer:
            return self.product(term.factors)
        if term.bare:
            return self._base(Factor(term.factors[0].variable, term.outer))
        if any(axis == TIME for axis, _ in term.outer):
            raise ValueError(
                f"term {term.name!r}: time derivatives of products are not taken point by point. "
                "Write it in product form, such as 'u u_t', or use the weak form"
            )
        return self._differentiated(self.product(term.factors), term.outer)

    def _base(self, factor: Factor) -> FloatArray:
        """Return a variable or its derivative, without power."""
        values = self.data.variables[factor.variable]
        if not factor.orders:
            return values[..., self.start : self.stop]
        key = Factor(factor.variable, factor.orders)
        if key not in self._cache:
            self._cache[key] = self._derivative(values, factor.orders)
        return self._cache[key]

    def _derivative(self, values: FloatArray, orders: Orders) -> FloatArray:
        """Return a derivative; time is first, on a stretch widened by the reach of the window."""
        time = dict(orders).get(TIME, 0)
        if not time:
            return self._differentiated(values[..., self.start : self.stop], orders)
        if self.data.uneven:
            raise ValueError(
                f"trajectory {self.data.name!r}: times are uneven, so that time derivatives inside "
                "products are not taken point by point. Leave such terms out, or declare "
                "`resample: [t]` in place of `uneven`"
            )
        n = self.data.shape[-1]
        size = 2 * self._method(TIME).reach(time) + 1
        first = max(0, min(self.start - size // 2, n - size))
        last = min(n, max(self.stop + size // 2, size))
        wide = self._along(values[..., first:last], TIME, time)
        inner = wide[..., self.start - first : self.stop - first]
        return self._differentiated(inner, tuple(item for item in orders if item[0] != TIME))

    def _differentiated(self, values: FloatArray, orders: Orders) -> FloatArray:
        for axis, order in orders:
            values = self._along(values, axis, order)
        return values

    def _along(self, values: FloatArray, axis: str, order: int) -> FloatArray:
        return self._method(axis)(
            values,
            axis=list(self.data.axes).index(axis),
            order=order,
            spacing=self.data.spacings[axis],
            periodic=axis in self.data.periodic,
        )

    def _method(self, axis: str) -> Derivative:
        """Return the method for an axis; along time, finite differences replace a spectral one."""
        if axis == TIME and self.derivative.method == "spectral":
            return Derivative()
        return self.derivative
