"""Take the part of an array that an entry asks for: real numbers, or a single one."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.formats.compound_members import members_of
from mechanist.formats.named_arrays import Arrays
from mechanist.settings.field_entry import Source


def part_of(
    path: Path, name: str, source: Source, values: NDArray[np.generic]
) -> NDArray[np.generic]:
    """Return the requested part of an array.

    Raises
    ------
    FormatError
        If the array is empty, holds no numbers, or is complex and no part is requested.
    """
    if source.part is not None and values.dtype.kind in "fiubc":
        return np.ascontiguousarray(values.real if source.part == "real" else values.imag)
    if not values.size:
        raise FormatError(
            path,
            f"array {source.array!r} of {name!r} is empty: its shape is {values.shape}",
            remedy="Name an array of numbers.",
        )
    if np.iscomplexobj(values):
        largest, imaginary = np.abs(values.real).max(), np.abs(values.imag).max()
        raise FormatError(
            path,
            f"array {source.array!r} of {name!r} is complex: its real part reaches {largest:.3g}"
            f" and its imaginary part {imaginary:.3g}",
            remedy=f"Declare {{array: {source.array}, part: real}}; if both parts matter, declare"
            " two fields.",
        )
    if values.dtype.kind not in "fiub":
        raise FormatError(
            path,
            f"array {source.array!r} of {name!r} holds {values.dtype}, expected real numbers",
            remedy="Name one of its members: "
            + ", ".join(".".join((source.array, *way)) for way, _ in members_of(values.dtype))
            + "."
            if values.dtype.names
            else "Name an array of numbers.",
        )
    return values


def scalar(file: Arrays, axis: str, value: float | str) -> float:
    """Return a number, or the only number of the array that a name stands for.

    Raises
    ------
    FormatError
        If the array has another size, or holds no real numbers.
    """
    if not isinstance(value, str):
        return float(value)
    array = file.array(value)
    if array.size != 1:
        raise FormatError(
            file.path,
            f"axis {axis!r}: {value!r} has the shape {array.shape}, expected one number",
            remedy="Name a scalar, or the whole grid as the axis itself.",
        )
    if array.dtype.kind not in "fiu":
        raise FormatError(
            file.path,
            f"axis {axis!r}: {value!r} holds {array.dtype}, expected a real number",
            remedy="Name a scalar, or write the number itself.",
        )
    return float(array.ravel()[0])
