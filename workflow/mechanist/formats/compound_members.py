"""Name the members of compound arrays, whose elements are records: ``table.u``, ``table.place.x``."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

#: Members in which programs store complex numbers.
COMPLEX: Final = ({"real", "imag"}, {"r", "i"})


def members_of(kind: np.dtype[np.generic]) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Yield the way to each member of a type that is no record itself, and the shape of one element.

    A type that is no record has none; a record that holds one complex number has none either.
    """
    if kind.names is None or set(kind.names) in COMPLEX:
        return
    for name in kind.names:
        part = cast("np.dtype[np.void]", kind)[name]
        inner = list(members_of(part.base))
        for way, shape in inner or [((), ())]:
            yield (name, *way), (*part.shape, *shape)


def taken(values: NDArray[np.generic], way: Sequence[str]) -> NDArray[np.generic]:
    """Return a member of a compound array."""
    for name in way:
        values = cast("NDArray[np.void]", values)[name]
    return values


def member_from(
    name: str, known: Callable[[str], bool], read: Callable[[str], NDArray[np.generic]]
) -> NDArray[np.generic] | None:
    """Return the member that a name such as ``table.place.x`` stands for, None if there is none.

    Parameters
    ----------
    name : str
        Name of an array, a point, and the way to its member.
    known : callable
        Whether there is an array of a name.
    read : callable
        Returns the array of a name.
    """
    for place in reversed([k for k, letter in enumerate(name) if letter == "."]):
        if known(name[:place]):
            values = read(name[:place])
            for way, _ in members_of(values.dtype):
                if ".".join(way) == name[place + 1 :]:
                    return taken(values, way)
    return None
