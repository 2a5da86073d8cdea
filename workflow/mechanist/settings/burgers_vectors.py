"""Check that the magnitude of a Burgers vector is stated in metres."""

from typing import Final

#: Magnitudes in m: the shortest perfect lattice vectors of crystals are 0.2 to 0.3 nm in metals, up to
#: about 1 nm in minerals and molecular crystals.
SHORTEST: Final = 1e-10
LONGEST: Final = 3e-9
_UNITS: Final = {"nm": 1e-9, "angstrom": 1e-10}


def burgers_problem(value: float) -> str | None:
    """Return what is wrong with a magnitude of a Burgers vector in m, if anything.

    A value in angstrom or nm would pass as a positive number, and make every density wrong by many
    orders of magnitude.
    """
    if SHORTEST <= value <= LONGEST:
        return None
    meant = [
        f"{value * metres:.4g} if it is in {name}"
        for name, metres in _UNITS.items()
        if SHORTEST <= value * metres <= LONGEST
    ]
    advice = f" Write {' or '.join(meant)}." if meant else ""
    return (
        f"{value:g}; expected the magnitude of the Burgers vector in metres, from {SHORTEST:g} to"
        f" {LONGEST:g}, such as 2.56e-10 for copper.{advice}"
    )
