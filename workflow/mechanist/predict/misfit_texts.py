"""Why a model cannot predict a glass, in words: dimension, units and species that it has not seen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a model has seen, or what a glass is.

    Parameters
    ----------
    dimension : int
    units : str
    species : collection of str
    """

    dimension: int
    units: str
    species: Collection[str]


def misfit_texts(seen: str, known: Kind, asked: Kind) -> list[str]:
    """Return why a model cannot predict a glass: each a problem and its remedy.

    Parameters
    ----------
    seen : str
        Which model it is.
    known : Kind
        What it has seen.
    asked : Kind
        What the glass is.
    """
    found = []
    if asked.dimension != known.dimension:
        found.append(
            f"dimension {asked.dimension}; {seen} has seen samples in {known.dimension}"
            " dimensions: name another system"
        )
    if asked.units != known.units:
        found.append(
            f"units {asked.units!r}; {seen} has seen samples in {known.units!r} units: convert the file"
            " (divide positions and cell by the unit of length of the model, and write its units into the"
            " sheet), or keep a model of your own system"
        )
    strange = _others(asked.species, known.species)
    if strange:
        found.append(
            f"species {strange}; {seen} knows {list(known.species)}: give the particles these names if"
            " they are these species, or keep a model of your own system"
        )
    return found


def _others(names: Iterable[str], known: Collection[str]) -> list[str]:
    return [name for name in names if name not in known]
