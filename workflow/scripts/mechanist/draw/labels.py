"""What axes and legends call the quantities that tables name."""

from typing import Final

METRICS: Final = {
    "auc_top10": "AUC (top 10 %)",
    "ap_top10": "average precision (top 10 %)",
    "spearman": "Spearman",
    "pearson": "Pearson",
    "r2": "$R^2$",
    "r2_within": "$R^2$ within frame",
    "mae": "MAE",
    "rmse": "RMSE",
    "balanced_accuracy": "balanced accuracy",
    "accuracy": "accuracy",
    "mcc": "MCC",
    "auc": "AUC",
}

#: Symbol and power of length of the quantities that target columns hold.
QUANTITIES: Final = {
    "d2min": (r"D^2_\mathrm{min}", 2),
    "d2min_sum": (r"\Sigma D^2_\mathrm{min}", 2),
    "nonaffine": (r"|u_\mathrm{na}|", 1),
}

#: Unit of length of each unit system, after LAMMPS.
LENGTHS: Final = {"lj": r"\sigma", "metal": r"\mathrm{\AA}", "real": r"\mathrm{\AA}"}


def metric_label(name: str) -> str:
    """Return what an axis calls a metric."""
    return METRICS.get(name, name)


def quantity_label(name: str, units: str) -> str:
    """Return what an axis calls the quantity of a target column, with its unit.

    Parameters
    ----------
    name : str
        Such as ``log10_d2min`` or ``log10_d2min@0.020``.
    units : str
        Unit system, such as ``"lj"``; without a known length the unit is left out.
    """
    quantity = name.partition("@")[0]
    bare = quantity.removeprefix("log10_")
    if bare not in QUANTITIES:
        return quantity
    symbol, power = QUANTITIES[bare]
    if units in LENGTHS:
        symbol += rf" / {LENGTHS[units]}" + (f"^{power}" if power > 1 else "")
    return f"${symbol}$" if bare == quantity else rf"$\log_{{10}}\,({symbol})$"


def strain_of(target: str) -> float:
    """Return the strain in the name of a target, such as ``plastic@0.020|0.05|0.50``.

    Raises
    ------
    ValueError
        If the name holds none.
    """
    _, mark, rest = target.partition("@")
    if not mark:
        raise ValueError(f"target {target!r} names no strain; expected <quantity>@<strain>")
    return float(rest.partition("|")[0])


def percent(fraction: float) -> str:
    """Return a fraction as a short percentage, such as ``2 %``."""
    return f"{100 * fraction:g} %"


def plain(name: object) -> str:
    """Return a name of the configuration, such as ``shear_forward``, as words."""
    return str(name).replace("_", " ")


def stress_label(name: str, units: str, dimension: int) -> str:
    """Return what an axis calls a stress, with its unit in two or three dimensions."""
    return rf"{name} ($\epsilon/\sigma^{dimension}$)" if units == "lj" else name
