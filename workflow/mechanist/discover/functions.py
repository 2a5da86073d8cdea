"""Functions of one variable that stand in terms beside powers: sines, cosines, exponentials, denominators.

Their numbers belong to the term: ``k`` in ``sin(k x)``, ``K`` in ``exp(-x/K)`` and in
``1/(K + x^n)``. Whoever writes the library gives them, or a range in which they are fitted
(:mod:`.inner_parameters`). A search for equations is linear in the coefficients alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

SINE: Final = "sin"
COSINE: Final = "cos"
DECAY: Final = "exp"
OVER: Final = "over"
_NUMBER: Final = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_VARIABLE: Final = r"[A-Za-z][A-Za-z0-9]*"
_WAVE: Final = re.compile(rf"(sin|cos)\( ?(?:({_NUMBER}) ?\*? ?)?({_VARIABLE}) ?\)(?:\^([0-9]+))?")
_DECAY: Final = re.compile(rf"exp\( ?- ?({_VARIABLE}) ?(?:/ ?({_NUMBER}))? ?\)(?:\^([0-9]+))?")
_POWER: Final = rf"({_VARIABLE})(?:\^([0-9]+))?"
_DENOMINATOR: Final = re.compile(
    rf"/ ?\( ?(?:({_NUMBER}) ?\+ ?{_POWER}|{_POWER} ?\+ ?({_NUMBER})) ?\)(?:\^([0-9]+))?"
)
#: A value with its first and second derivative with respect to the variable.
Jet = tuple[FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True)
class Function:
    """A function of one variable ``x``.

    Parameters
    ----------
    kind : str
        ``"sin"`` or ``"cos"`` of ``number x``, ``"exp"`` for ``exp(-x / number)``, or ``"over"`` for
        ``1 / (number + x^exponent)``.
    number : float
        Positive, in the units of the data.
    exponent : int
        Positive; 1 for all but denominators.
    """

    kind: str
    number: float
    exponent: int = 1

    def name(self, variable: str, power: int) -> str:
        """Return the function of a variable, to a power: ``sin(2 x)^2`` or ``/(0.5 + x)``."""
        raised = f"^{power}" if power > 1 else ""
        if self.kind == OVER:
            inner = f"{variable}^{self.exponent}" if self.exponent > 1 else variable
            return f"/({self.number:.12g} + {inner}){raised}"
        if self.kind == DECAY:
            return f"exp(-{variable}{self._divisor()}){raised}"
        return f"{self.kind}({self._factor(' ')}{variable}){raised}"

    def latex(self, symbol: str, power: int) -> str:
        """Return the same in LaTeX; of a quotient, what stands below the line, in parentheses."""
        raised = f"^{{{power}}}" if power > 1 else ""
        if self.kind == OVER:
            inner = f"{symbol}^{{{self.exponent}}}" if self.exponent > 1 else symbol
            return f"({self.number:.12g} + {inner}){raised}"
        if self.kind == DECAY:
            times = f"{power} " if power > 1 else ""
            return f"e^{{-{times}{symbol}{self._divisor()}}}"
        factor = self._factor(r"\,")
        return rf"\{self.kind}{raised}({factor}{symbol})"

    def _factor(self, space: str) -> str:
        return "" if self.number == 1.0 else f"{self.number:.12g}{space}"

    def _divisor(self) -> str:
        return "" if self.number == 1.0 else f"/{self.number:.12g}"

    def parity(self, sign: int) -> int:
        """Return the sign under a reflection that gives the variable a sign; 0 if it has none."""
        if self.kind == SINE:
            return sign
        if self.kind == DECAY:
            return 1 if sign == 1 else 0
        return 1 if self.kind == COSINE or sign**self.exponent == 1 else 0

    def denominator(self, values: FloatArray) -> FloatArray:
        """Return ``number + x^exponent``."""
        return np.asarray(self.number + values**self.exponent)

    def jet(self, values: FloatArray) -> Jet:
        """Return value, slope and curvature of the function."""
        k, n = self.number, self.exponent
        if self.kind == OVER:
            below = self.denominator(values)
            slope, bend = _monomial(values, n)[1:]
            return 1.0 / below, -slope / below**2, 2.0 * slope**2 / below**3 - bend / below**2
        if self.kind == DECAY:
            value = np.exp(-values / k)
            return value, -value / k, value / k**2
        sine, cosine = np.sin(k * values), np.cos(k * values)
        if self.kind == SINE:
            return sine, k * cosine, -(k**2) * sine
        return cosine, -k * sine, -(k**2) * cosine

    def __call__(self, values: FloatArray | float) -> FloatArray:
        """Return the value of the function."""
        return self.jet(np.asarray(values, dtype=np.float64))[0]


def parse_function(word: str) -> tuple[str, Function, int] | None:
    """Return variable, function and power of a word such as ``sin(2 x)^2``, ``exp(-x)`` or ``/(0.5 + x)``.

    None if the word is not written like a function, or a number or an exponent is zero.
    """
    wave, below = _WAVE.fullmatch(word), _DENOMINATOR.fullmatch(word)
    decay = _DECAY.fullmatch(word)
    if decay:
        variable, number, power = decay.groups()
        function = Function(DECAY, _rounded(number or "1"))
    elif wave:
        kind, number, variable, power = wave.groups()
        function = Function(kind, _rounded(number or "1"))
    elif below:
        first, after, raised, before, lifted, last, power = below.groups()
        variable = after or before
        function = Function(OVER, _rounded(first or last), int(raised or lifted or 1))
    else:
        return None
    times = int(power or 1)
    return (variable, function, times) if function.number and function.exponent and times else None


def product_jet(values: FloatArray, factors: Sequence[tuple[Function | None, int]]) -> Jet:
    """Return value, slope and curvature of a product of powers of functions of one variable.

    Parameters
    ----------
    values : ndarray
        The variable.
    factors : sequence of (Function or None, int)
        Functions, None for the variable itself, with their powers.
    """
    total: Jet = (np.ones_like(values), np.zeros_like(values), np.zeros_like(values))
    for function, power in factors:
        if function is None:
            total = _times(total, _monomial(values, power))
            continue
        one = function.jet(values)
        for _ in range(power):
            total = _times(total, one)
    return total


def _rounded(number: str) -> float:
    """Return a number with as many digits as a name shows."""
    return float(f"{float(number):.12g}")


def _monomial(values: FloatArray, power: int) -> Jet:
    slope = power * values ** (power - 1)
    bend = power * (power - 1) * values ** max(power - 2, 0)
    return values**power, slope, bend


def _times(one: Jet, other: Jet) -> Jet:
    f, df, ddf = one
    g, dg, ddg = other
    return f * g, df * g + f * dg, ddf * g + 2.0 * df * dg + f * ddg
