"""Names and colours of methods, rules and cases of equation discovery, for all figures."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from mechanist.assess.equation_runs import BEST, ORACLE
from mechanist.draw.labels import plain
from mechanist.draw.style import ModelStyle

#: Separator of method and rule in the name of a series.
MARK: Final = "/"
TITLES: Final[Mapping[str, str]] = {
    "linear_2d": "Linear 2D",
    "cubic_2d": "Cubic 2D",
    "linear_3d": "Linear 3D",
    "lorenz": "Lorenz",
    "hopf": "Hopf",
    "logistic": "Logistic map",
    "burgers": "Burgers",
    "kdv": "KdV",
    "kdv_one_soliton": "KdV, one soliton",
    "kdv_solitons": "KdV, two solitons",
    "schroedinger": "Schrödinger",
    "nls": "Nonlinear Schrödinger",
    "kuramoto_sivashinsky": "Kuramoto-Sivashinsky",
    "reaction_diffusion": "Reaction-diffusion",
    "navier_stokes": "Navier-Stokes",
    "random_walk": "Random walk",
    "parametric_burgers": "Burgers, $a(t)$",
    "parametric_advection_diffusion": "Advection-diffusion, $a(x)$",
    "parametric_kuramoto_sivashinsky": "Kuramoto-Sivashinsky, $a(x)$",
    "kocks_mecking": "Kocks-Mecking",
    "voce": "Voce",
    "armstrong_frederick": "Armstrong-Frederick",
}
METHODS: Final[Mapping[str, str]] = {
    "weak": "weak form",
    "map": "map",
    "finite_difference": "finite differences",
    "local_polynomial": "local polynomials",
    "spectral": "spectral derivatives",
    "sgtr": "SGTR",
    "group_lasso": "group LASSO",
    "pysindy_fd": "PySINDy, differences",
    "pysindy_sfd": "PySINDy, smoothed differences",
    "pysindy_weak_default": "PySINDy, weak, default",
    "pysindy_weak_tuned": "PySINDy, weak, tuned",
}
RULES: Final[Mapping[str, str]] = {
    "auto": "our rule",
    "messenger_bortz": "Messenger-Bortz",
    "penalised": "penalised",
    "default": "default rule",
    BEST: "best rule",
    ORACLE: "oracle",
}
#: Colour and marker of each method, and of the weak form's rules.
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "weak": ("#6a1b6e", "o"),
    "map": ("#6a1b6e", "o"),
    "weak/messenger_bortz": ("#d79ad0", "X"),
    "weak/oracle": ("#000000", "_"),
    "map/oracle": ("#000000", "_"),
    "finite_difference": ("#e69f00", "s"),
    "local_polynomial": ("#d55e00", "D"),
    "spectral": ("#8a4b08", "p"),
    "pysindy_fd": ("#b5b5b5", "P"),
    "pysindy_sfd": ("#7d7d7d", "X"),
    "pysindy_weak_default": ("#56b4e9", "v"),
    "pysindy_weak_tuned": ("#0072b2", "^"),
    "sgtr": ("#009e73", "v"),
    "group_lasso": ("#8c8c8c", "<"),
    "autoencoder": ("#6a1b6e", "s"),
}
UNKNOWN: Final = ("#009e73", "h")
#: Series compared by default: our rule, its oracle, and each other method with its best rule.
SERIES: Final = (
    "weak/auto",
    "weak/oracle",
    "finite_difference/best",
    "local_polynomial/best",
    "spectral/best",
    "pysindy_fd/best",
    "pysindy_sfd/best",
    "pysindy_weak_default/best",
    "pysindy_weak_tuned/best",
)


def title_of(case: str) -> str:
    """Return the name of a case in figures."""
    return TITLES.get(case, plain(case))


def method_of(method: str) -> str:
    """Return the name of a method in figures."""
    return METHODS.get(method, plain(method))


def series_style(series: str) -> ModelStyle:
    """Return the style of ``<method>/<rule>``; the label names the rule unless it is the best."""
    method, _, rule = series.partition(MARK)
    colour, marker = LOOKS.get(series, LOOKS.get(method, UNKNOWN))
    label = method_of(method)
    if rule and rule != BEST:
        label += f", {RULES.get(rule, plain(rule))}"
    role = "ceiling" if rule == ORACLE else "data"
    return ModelStyle(label, role, colour, marker, "--" if rule == ORACLE else "-")


def of_series(summary: pd.DataFrame, series: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the rows of each series present in the table, in the given order.

    Raises
    ------
    ValueError
        If none of the series is present.
    """
    names = summary["method"] + MARK + summary["rule"]
    found = {one: summary[names == one] for one in series}
    present = {one: rows for one, rows in found.items() if len(rows)}
    if not present:
        raise ValueError(f"no rows for {list(series)}; the table has {sorted(set(names))}")
    return present


def noise_label(noise: float) -> str:
    """Return a noise level in per cent, such as ``0.5``."""
    return f"{100 * noise:g}"
