"""Polynomial chaotic systems: equations, periods and points on their attractors.

Names, parameters, periods and starting points are those of the ``dysts`` collection: Gilpin (2021),
"Chaos as an interpretable benchmark for forecasting and data-driven modelling", arXiv:2110.05266, where
the original publication of each system is cited.
"""

import re
from dataclasses import dataclass
from typing import Final

from mechanist.formats.field_files import Truth

VARIABLES: Final = "xyzw"
_SIGNED: Final = re.compile(r"([+-]?)\s*([^+-]+)")


@dataclass(frozen=True)
class ChaoticSystem:
    """An autonomous polynomial system.

    Parameters
    ----------
    name : str
        Name in ``dysts``.
    equations : tuple of str
        Right-hand sides of the first derivatives of ``x``, ``y``, ``z`` and perhaps ``w``.
    period : float
        Dominant period, in units of time.
    start : tuple of float
        A point on the attractor.
    """

    name: str
    equations: tuple[str, ...]
    period: float
    start: tuple[float, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables."""
        return tuple(VARIABLES[: len(self.equations)])

    @property
    def truth(self) -> Truth:
        """Coefficients by target and canonical term name."""
        return {
            f"{name}_t": parse_polynomial(equation)
            for name, equation in zip(self.variables, self.equations, strict=True)
        }


def parse_polynomial(text: str) -> dict[str, float]:
    """Return the coefficient of each canonical monomial of a text such as ``28 x - y - x z``.

    Raises
    ------
    ValueError
        If a monomial occurs twice.
    """
    coefficients: dict[str, float] = {}
    for sign, body in _SIGNED.findall(text):
        words = body.split()
        value = float(words.pop(0)) if words[0][0].isdigit() else 1.0
        name = " ".join(sorted(words)) or "1"
        if name in coefficients:
            raise ValueError(f"{text!r} has the term {name!r} twice; add its coefficients")
        coefficients[name] = -value if sign == "-" else value
    return coefficients


def _system(
    name: str, equations: str, period: float, start: tuple[float, ...]
) -> tuple[str, ChaoticSystem]:
    return name, ChaoticSystem(name, tuple(equations.split("; ")), period, start)


# fmt: off
SYSTEMS: Final[dict[str, ChaoticSystem]] = dict([
    _system("Lorenz", "-10 x + 10 y; 28 x - y - x z; -2.667 z + x y", 1.5008, (-9.78693, -15.0385, 20.534)),
    _system("Rossler", "-y - z; x + 0.2 y; 0.2 - 5.7 z + x z", 5.9086, (6.51344, 0.477201, 0.341643)),
    _system("Chen", "-35 x + 35 y; -7 x + 28 y - x z; -3 z + x y", 0.58689, (3.26897, 5.29905, 19.4353)),
    _system("Halvorsen", "-1.4 x - 4 y - 4 z - y^2; -4 x - 1.4 y - 4 z - z^2; -4 x - 4 y - 1.4 z - x^2", 1.4889, (-8.68074, -2.47414, 0.0707758)),
    _system("Rucklidge", "-2 x + 6.7 y - y z; x; -z + y^2", 6.0721, (1.92572, 3.19238, 5.78297)),
    _system("SprottB", "y z; x - y; 1 - x y", 11.05, (1.68783, 1.48481, -0.537066)),
    _system("SprottL", "y + 3.9 z; -y + 0.9 x^2; 1 - x", 6.7262, (4.36116, 13.7056, -2.68357)),
    _system("Dadras", "-3 x + y + 2.7 y z; 1.7 y + z - x z; -9 z + 2 x y", 3.2886, (1.02841, -3.53487, -0.720816)),
    _system("NoseHoover", "y; -x + y z; 1.5 - y^2", 5.8673, (-1.97586, 0.246475, 0.790243)),
    _system("HyperRossler", "-y - z; x + 0.25 y + w; 3 + x z; -0.5 z + 0.05 w", 1.1157, (-93.6677, 15.5078, 0.032087, 43.7928)),
    _system("Lorenz84", "6.3756 - 1.32 x - y^2 - z^2; 4.194 - y + x y - 7.91 x z; -z + 7.91 x y + x z", 6.2586, (1.92648, -0.134021, -1.72147)),
    _system("GuckenheimerHolmes", "0.4 x - 20.25 y + 3 x z + 1.6 x^2 z + 1.6 y^2 z; 20.25 x + 0.4 y + 3 y z; 1.7 - 0.44 x^2 - 0.44 y^2 - z^2 - 0.4 z^3", 0.30769, (-0.555824, 0.0518162, 0.377661)),
    _system("MooreSpiegel", "y; 10 z; -4 x + 9 y - z - x^2 y", 1.2887, (-3.47333, 19.667, -3.82625)),
    _system("VallisElNino", "-3 x + 102 y; -y + x z; 1 - z - x y", 2.2087, (-6.99286, 0.0232543, -0.165818)),
    _system("RabinovichFabrikant", "0.87 x - y + y z + x^2 y; x + 0.87 y + 3 x z - x^3; -2.2 z - 2 x y z", 2.3356, (-1.82073, 0.834409, 0.207825)),
    _system("RikitakeDynamo", "-x + y z; -x - y + x z; 1 - x y", 5.8975, (-0.779156, -0.630224, 2.6712)),
    _system("PehlivanWei", "y - y z; -2 x + y + y z; 2 - x y - y^2", 3.7487, (0.216656, 0.867105, 0.506279)),
    _system("SprottA", "y; -x + y z; 1 - y^2", 6.3728, (1.54132, 1.4308, -1.52555)),
    _system("SprottD", "-y; x + z; x z + 3 y^2", 4.8333, (-1.33969, -0.212383, 0.329822)),
    _system("SprottE", "y z; -y + x^2; 1 - 4 x", 7.6275, (0.617376, 0.665993, -1.6575)),
    _system("SprottF", "y + z; -x + 0.5 y; -z + x^2", 19.244, (-0.989413, -1.41917, 0.857972)),
    _system("SprottG", "0.4 x + z; -y + x z; -x + y", 8.7097, (-0.771825, -0.747566, 1.30733)),
    _system("SprottJ", "2 z; -2 y + z; -x + y + y^2", 4.836, (4.47869, 2.29774, 6.58471)),
    _system("SprottK", "-z + x y; x - y; x + 0.3 z", 7.006, (-1.3165, -1.543, 0.664053)),
    _system("SprottM", "-z; -y - x^2; 1.7 + 1.7 x + y", 5.3644, (1.60244, -1.59832, -2.62364)),
    _system("SprottR", "0.9 - y; 0.4 + z; -z + x y", 7.0133, (-1.69149, -1.97837, 1.98078)),
    _system("Arneodo", "y; z; 5.5 x - 4.5 y - z - x^3", 3.1641, (-2.75157, 0.190798, 3.47036)),
    _system("Sakarya", "-x + y + y z; -x - y + 0.4 x z; z - 0.3 x y", 4.9844, (-2.8976, 3.8878, 3.07465)),
    _system("Finance", "4.999 x + z + x y; -0.2 y - x^2; -x - 1.1 z", 9.8932, (-0.516647, -3.95687, 0.00128936)),
    _system("LuChen", "-36 x + 36 y; 18 y - x z; -3 z + x y", 2.3385, (10.9565, 9.88131, 22.6767)),
    _system("BurkeShaw", "-10 x - 10 y; y - 10 x z; 13 + 10 x y", 0.78333, (-0.791532, 0.652445, 0.225178)),
    _system("ChenLee", "5 x - y z; -10 y + x z; -0.38 z + 0.333333333333333 x y", 2.8043, (0.171771, 0.103605, 6.25539)),
    _system("NewtonLiepnik", "-0.4 x + y + 10 y z; -x - 0.4 y + 5 x z; 0.175 z - 5 x y", 8.5095, (0.294308, 0.106495, 0.290811)),
    _system("HyperLorenz", "-10 x + 10 y + w; 28 x - y - x z; -2.667 z + x y; 1.1 w - x z", 1.2775, (-9.18607, -0.674457, 16.4405, -145.024)),
    _system("HyperBao", "-36 x + 36 y + w; 20 y - x z; -3 z + x y; 21 x + 0.1 y z", 0.58315, (9.27131, 9.75225, 23.9192, -16.6968)),
    _system("LorenzStenflo", "-2 x + 2 y + 1.5 w; 26 x - y - x z; -0.7 z + x y; -x - 2 w", 3.8877, (4.23344, 9.08971, 21.8666, -1.40807)),
    _system("ShimizuMorioka", "y; x - 0.85 y - x z; -0.5 z + x^2", 12.038, (0.0168387, 0.0348938, 0.353468)),
    _system("GenesioTesi", "y; z; -x - 1.1 y - 0.44 z + x^2", 5.9431, (-0.0537726, -0.261626, 0.335016)),
    _system("Hadley", "1.8 - 0.2 x - y^2 - z^2; 1 - y + x y - 4 x z; -z + 4 x y + x z", 1.4541, (1.36644, 0.930915, 0.642834)),
    _system("Laser", "-10 x + 10 y + y z^2; 5 x - x z^2; -5 z - 6 x^2", 0.94667, (-2.5408, -1.94057, -2.9681)),
])
# fmt: on
