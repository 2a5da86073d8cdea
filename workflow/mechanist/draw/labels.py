"""Labels of quantities on axes and in legends, by their names in tables."""

import re
from typing import Final

from mechanist.assess.metrics import metric_named
from mechanist.settings.target_names import LENGTH_UNITS

#: Symbols of the quantities in target columns.
QUANTITIES: Final = {
    "d2min": r"D^2_\mathrm{min}",
    "d2min_sum": r"\Sigma D^2_\mathrm{min}",
    "nonaffine": r"|u_\mathrm{na}|",
}

#: Symbols of the length units in the metadata of tables.
LENGTHS: Final = {"sigma": r"\sigma", "angstrom": r"\mathrm{\AA}", "ell": r"\ell"}
UNIT: Final = re.compile(r"(log10\()?(?P<length>[a-z]+)(?P<power>\^\d)?\)?")


def metric_label(name: str) -> str:
    """Return the axis label of a metric, such as ``auc_top10``."""
    _, top, fraction = name.partition("_top")
    label = metric_named(name).label
    return f"{label} (top {fraction} %)" if top else label


def quantity_label(name: str, unit: str) -> str:
    """Return the axis label of the quantity of a target column, divided by its unit.

    Parameters
    ----------
    name : str
        Column name, such as ``log10_d2min`` or ``log10_d2min@0.020``.
    unit : str
        Unit in the metadata of tables, such as ``log10(sigma^2)``. A quantity that has no symbol is
        followed by its unit, as a user states both, unless that is 1.
    """
    quantity = name.partition("@")[0]
    bare = quantity.removeprefix("log10_")
    if bare not in QUANTITIES:
        unit_of_it = f" ({unit})" if unit not in {"", "1"} else ""
        return (plain(quantity) + unit_of_it).replace("$", r"\$")
    symbol = QUANTITIES[bare]
    match = UNIT.fullmatch(unit)
    if match and match["length"] in LENGTHS:
        symbol += f" / {LENGTHS[match['length']]}{match['power'] or ''}"
    return f"${symbol}$" if bare == quantity else rf"$\log_{{10}}\,({symbol})$"


def length_symbol(unit: str) -> str:
    """Return a unit of length as it stands in labels, such as the Greek letter for ``sigma``."""
    return f"${LENGTHS[unit]}$" if unit in LENGTHS else unit


def strain_of(target: str) -> float:
    """Return the strain in the name of a target, such as ``plastic@0.020|0.05|0.50``.

    Raises
    ------
    ValueError
        If the name contains no strain.
    """
    _, mark, rest = target.partition("@")
    if not mark:
        raise ValueError(f"target {target!r} contains no strain; expected <quantity>@<strain>")
    return float(rest.partition("|")[0])


def target_label(target: str) -> str:
    """Return the label of a target, such as ``top 5 % vs bottom 50 %, 4 % strain``.

    A target without a strain is named: ``propensity``, or ``propensity, top 5 % vs bottom 50 %``.
    """
    named, *fractions = target.split("|")
    quantity, mark, _ = named.partition("@")
    classes = [percent(float(fraction)) for fraction in fractions]
    said = [f"top {classes[0]} vs bottom {classes[1]}"] if classes else []
    if not mark:
        return ", ".join([plain(quantity), *said])
    return ", ".join([*(said or [plain(quantity)]), f"{percent(strain_of(target))} strain"])


def percent(fraction: float) -> str:
    """Return a fraction as a short percentage, such as ``2 %``."""
    return f"{100 * fraction:g} %"


def plain(name: object) -> str:
    """Return a configuration name, such as ``shear_forward``, as words."""
    return str(name).replace("_", " ")


def length_unit(units: str) -> str:
    """Return the length unit of a unit system, such as ``lj``."""
    return LENGTH_UNITS.get(units, f"length in {units} units")


def stress_unit(units: str, dimension: int) -> str:
    """Return the stress unit of a unit system, in two or three dimensions."""
    return f"epsilon/sigma^{dimension}" if units == "lj" else f"stress in {units} units"


def stress_label(name: str, units: str, dimension: int) -> str:
    """Return the axis label of a stress, with its unit in two or three dimensions."""
    return rf"{name} ($\epsilon/\sigma^{dimension}$)" if units == "lj" else name
