"""Columns of the section Atoms of LAMMPS data files: https://docs.lammps.org/read_data.html."""

from typing import Final

from mechanist.formats.text_columns import Column
from mechanist.formats.trajectory import SIZES

#: Columns of integers and of text; all others hold real numbers.
_INTEGERS: Final = ("id", "mol")
_TEXT: Final = ("type",)
_USED: Final = ("id", "type", "x", "y", "z", *SIZES)
_NAMES: Final = {
    **dict.fromkeys(("atomic", "oxdna"), "id type x y z"),
    **dict.fromkeys(("bond", "angle", "molecular"), "id mol type x y z"),
    **dict.fromkeys(("full", "amoeba"), "id mol type q x y z"),
    "body": "id type bodyflag mass x y z",
    "bpm/sphere": "id mol type diameter density x y z",
    "charge": "id type q x y z",
    "dielectric": "id mol type q x y z mux muy muz area ed em epsilon curvature",
    "dipole": "id type q x y z mux muy muz",
    "dpd": "id type theta x y z",
    "edpd": "id type temperature capacity x y z",
    "electron": "id type q espin eradius x y z",
    "ellipsoid": "id type ellipsoidflag density x y z",
    "line": "id mol type lineflag density x y z",
    "mdpd": "id type rho x y z",
    "peri": "id type volume density x y z",
    "rheo": "id type status rho x y z",
    "rheo/thermal": "id type status rho energy x y z",
    "smd": "id type mol volume mass kradius cradius x0 y0 z0 x y z",
    "sph": "id type rho esph cv x y z",
    "sphere": "id type diameter density x y z",
    "spin": "id type x y z spx spy spz sp",
    "template": "id type mol template_index template_atom x y z",
    "tri": "id mol type triangleflag density x y z",
}
#: Style whose rows begin in one way and end in the columns of its parts.
HYBRID: Final = "hybrid"
_BEGINNING: Final = "id type x y z"
#: Names of all styles.
STYLES: Final = (*_NAMES, HYBRID)


def columns_of(style: str, width: int) -> tuple[Column, ...]:
    """Return the columns of a style, without image flags.

    Parameters
    ----------
    style : str
        One of ``STYLES``; ``hybrid`` may be followed by its parts, as in ``hybrid charge sphere``.
    width : int
        Number of fields of a row, which only ``hybrid`` needs: where its parts are not stated, or not
        known, the fields after the first five, whatever they are, are not read.
    """
    name, *parts = style.split()
    if name != HYBRID:
        return _columns(_NAMES[name])
    begin = _BEGINNING.split()
    # LAMMPS writes a quantity that several parts have once, at the first of them.
    own = [one for part in parts for one in _NAMES.get(part, "").split() if one not in begin]
    columns = _columns(" ".join([*begin, *dict.fromkeys(own)]))
    if own and all(part in _NAMES for part in parts) and width in (len(columns), len(columns) + 3):
        return columns
    rest = (Column(f"part{k}", "text", used=False) for k in range(max(0, width - len(begin))))
    return (*_columns(_BEGINNING), *rest)


def _columns(names: str) -> tuple[Column, ...]:
    return tuple(
        Column(
            n,
            "integer" if n in _INTEGERS else "text" if n in _TEXT else "real",
            used=n in _USED,
        )
        for n in names.split()
    )
