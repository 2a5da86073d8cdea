"""Colours, markers and lines of the roles of models, the same in figures and pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class RoleStyle:
    """The style of models of one role; the n-th model of a role has the n-th colour and marker.

    Parameters
    ----------
    colours, markers : tuple of str
        Their lengths have no common factor, so that many models of a role stay distinct.
    linestyle : str
        Common to all models of the role.
    """

    colours: tuple[str, ...]
    markers: tuple[str, ...]
    linestyle: str


#: Hues by Okabe and Ito, in shades that protanopes and deuteranopes can distinguish.
ROLES: Final[Mapping[str, RoleStyle]] = {
    "baseline": RoleStyle(("#8c8c8c", "#b5b5b5"), ("x", "+", "1"), "-"),
    "mechanism": RoleStyle(("#d55e00", "#e69f00", "#8a4b08"), ("s", "D", "p", "h"), "-"),
    "data": RoleStyle(("#56b4e9", "#0072b2", "#009e73"), ("o", "^", "v", "<"), "-"),
    "hybrid": RoleStyle(("#6a1b6e", "#b65fa8"), ("*", "P", "X"), "-"),
    "ceiling": RoleStyle(("#000000", "#444444"), ("H", "8", "."), "--"),
    "control": RoleStyle(("#bdb76b", "#857d35"), ("d", ">", "4"), ":"),
}
