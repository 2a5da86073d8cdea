"""Colours, markers and lines, each with one meaning in all figures and pages.

Hues by Okabe and Ito belong to models, by their role. What is not a model has other looks: published
values are yellow diamonds with a black edge, cases such as crystals have the muted hues of Tol, and
classes of objects, such as plastic and rigid particles, are black and grey.
"""

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

#: Published values: marker, edge and filling.
PUBLISHED_MARKER: Final = "d"
PUBLISHED_EDGE: Final = "#000000"
PUBLISHED_FILL: Final = "#ffe14d"
#: Colours and markers of cases: systems, crystals, materials, tests.
CASES: Final = ("#332288", "#117733", "#882255", "#44aa99", "#999933", "#cc6677", "#aa4499")
CASE_MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X")
#: Colours of two classes or signs of objects that are no models.
FIRST_CLASS: Final = "#000000"
SECOND_CLASS: Final = "#7d7d7d"
#: Text and reference lines that step back.
QUIET: Final = "#595959"
