"""Elements that MATLAB files of version 5 to 7 consist of: a type, a number of bytes, and the bytes.

Whatever does not fit the bytes that are there raises :class:`ValueError`.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Type of an element that holds another one, packed by zlib.
COMPRESSED: Final = 15
_NUMBERS: Final = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8",
                   13: "u8"}  # fmt: skip


class Element(NamedTuple):
    """A typed run of bytes."""

    kind: int
    data: memoryview


def elements(data: memoryview, order: str) -> Iterator[Element]:
    """Yield the elements of some bytes; ``order`` is that of the bytes, < or >."""
    place = 0
    while place < len(data):
        one, place = element(data, place, order)
        yield one


def element(data: memoryview, place: int, order: str) -> tuple[Element, int]:
    """Return the element at a place, and the place of the next one."""
    if place + 8 > len(data):
        raise ValueError("it ends within an element")
    word, count = (int(n) for n in np.frombuffer(data[place : place + 8], f"{order}u4"))
    if word >> 16:  # a small element: its bytes follow at once
        kind, count, begin, after = word & 0xFFFF, word >> 16, place + 4, place + 8
        if count > 4:
            raise ValueError(f"a small element of {count} bytes")
    else:
        kind, begin = word, place + 8
        padding = 0 if kind == COMPRESSED else -count % 8
        after = begin + count + padding
    if begin + count > len(data):
        raise ValueError(f"an element of {count} bytes in {len(data) - begin} bytes")
    return Element(kind, data[begin : begin + count]), after


def values_of(one: Element, order: str) -> NDArray[Any]:
    """Return the numbers of an element."""
    if one.kind not in _NUMBERS:
        raise ValueError(f"numbers of the unknown type {one.kind}")
    return np.frombuffer(one.data, f"{order}{_NUMBERS[one.kind]}")


def next_of(rest: Iterator[Element]) -> Element:
    """Return the next element."""
    one = next(rest, None)
    if one is None:
        raise ValueError("a matrix ends before its values")
    return one
