"""Typeset numbers: with a true minus sign, powers of ten, and intervals in brackets."""

import math
import re
from typing import Final, TypedDict

from mechanist.settings.paper_numbers import Quantity

MINUS: Final = "\N{MINUS SIGN}"
SUPERSCRIPTS: Final = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
#: Multiplication sign between no-break spaces.
TIMES: Final = "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}"
#: Text of a missing value.
EMPTY: Final = "\N{EN DASH}"
#: Separator of thousands.
NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
#: Style with powers of ten below ``SMALL`` and from ``LARGE`` on, and decimals in between.
AUTO: Final = "auto"
SMALL: Final = 1e-2
LARGE: Final = 1e4
#: Smallest value whose thousands are grouped.
GROUPED: Final = 1e4
#: The sign of a number that is rounded to zero.
_ZERO: Final = re.compile(r"^[-+](0(?:\.0+)?)$")
_POWER: Final = re.compile(r"([-+]?[0-9.]+)e([-+]?)0*([0-9]+)")


class PrintEntry(TypedDict, total=False):
    """How an entry of a specification prints its quantity."""

    style: str
    scale: float
    reference: float


def numeral(value: str | float, style: str = "") -> str:
    """Return a value as text.

    Parameters
    ----------
    value : float, int, bool or str
        Strings are returned unchanged.
    style : str
        A Python format, such as ``.3f``, ``+.2f`` or ``.1e``; ``auto`` for two digits over many
        orders of magnitude; empty for integers and strings.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return "∞" if value > 0 else EMPTY
    if style == AUTO:
        style = _automatic(float(value))
    elif not style:
        return _grouped(value)
    text = _ZERO.sub(r"\1", f"{value:{style}}")
    power = _POWER.fullmatch(text)
    if power:
        mantissa, sign, digits = power.groups()
        exponent = f"{sign.replace('+', '')}{digits}".translate(SUPERSCRIPTS)
        text = f"{mantissa}{TIMES}10{exponent}"
    return text.replace("-", MINUS)


def interval(quantity: Quantity, style: str, scale: float = 1.0) -> str:
    """Return the interval of a quantity in brackets, or an empty string if it has none."""
    if quantity.low is None or quantity.high is None:
        return ""
    low, high = (numeral(scale * end, style) for end in (quantity.low, quantity.high))
    return f"[{low}, {high}]"


def printed(quantity: Quantity, entry: PrintEntry) -> dict[str, str]:
    """Return a quantity as printed in a text.

    Parameters
    ----------
    quantity : Quantity
    entry : mapping
        Entry of a specification: ``style``, ``scale``, and the ``reference`` with which its
        interval is compared, 0 by default.

    Returns
    -------
    dict
        ``text``, ``interval``, and ``verdict``: ``above`` or ``below`` the reference, or ``level``
        if the interval contains it; without an interval, the value is compared.
    """
    style, scale = str(entry.get("style", "")), float(entry.get("scale", 1.0))
    value = quantity.value
    scaled = scale * value if "scale" in entry and not isinstance(value, str) else value
    return {
        "text": numeral(scaled, style),
        "interval": interval(quantity, style, scale),
        "verdict": _verdict(quantity, float(entry.get("reference", 0.0))),
    }


def _verdict(quantity: Quantity, reference: float) -> str:
    if isinstance(quantity.value, str):
        return "level"
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    return "above" if low > reference else "below" if high < reference else "level"


def _automatic(value: float) -> str:
    size = abs(value)
    if size and (size < SMALL or size >= LARGE):
        return ".1e"
    digits = 1 - math.floor(math.log10(size)) if size else 1
    return f".{max(0, digits)}f"


def _grouped(value: float) -> str:
    text = f"{value:,}" if abs(value) >= GROUPED else f"{value}"
    return text.replace(",", NARROW).replace("-", MINUS)
