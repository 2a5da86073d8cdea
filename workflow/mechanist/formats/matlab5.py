"""Parse MATLAB files of version 5, 6 and 7 (`save -v6`, `save -v7`).

Each variable is parsed when it is asked for. Every length is checked before it is used: the compiled
reader of SciPy ends the process on some damaged files. The format is described in MATLAB's "MAT-File
Format" (https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf).
"""

import math
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.formats.matlab_elements import (
    COMPRESSED,
    Element,
    element,
    elements,
    next_of,
    values_of,
)

_HEADER: Final = 128
_MATRIX: Final = 14
#: Types of the elements that hold a name (bytes or UTF-8) and a shape.
_NAMES: Final = (1, 2, 16)
_SIZES: Final = (5, 6)
_TEXTS: Final = {16: "utf-8", 17: "utf-16", 18: "utf-32"}
_CELL, _STRUCT, _CHAR, _SPARSE = 1, 2, 4, 5
_CLASSES: Final = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4",
                   14: "i8", 15: "u8"}  # fmt: skip
_COMPLEX: Final = 0x0800
#: Most numbers of a sparse array that is filled up.
_FILLED: Final = 100_000_000
#: Bytes of a packed variable that hold its name and shape.
_START: Final = 4096


class Head(NamedTuple):
    """What stands before the values of a matrix."""

    kind: int
    flags: int
    shape: tuple[int, ...]
    name: str


def variables(data: bytes) -> dict[str, Callable[[], NDArray[np.generic]]]:
    """Return a function for each variable of a file that parses its values.

    Structs are structured arrays of objects and cells are arrays of objects, as from
    ``scipy.io.loadmat``; sparse arrays are filled up. Function handles and objects are empty cells.

    Parameters
    ----------
    data : bytes
        Content of the file.

    Raises
    ------
    ValueError, zlib.error
        If the file is damaged, here or when a variable is parsed.
    """
    if len(data) < _HEADER or data[126:128] not in (b"IM", b"MI"):
        raise ValueError("it is no MATLAB file")
    order = "<" if data[126:128] == b"IM" else ">"
    found: dict[str, Callable[[], NDArray[np.generic]]] = {}
    for one in elements(memoryview(data)[_HEADER:], order):
        if one.kind == COMPRESSED:
            start = zlib.decompressobj().decompress(one.data, _START)
            name = _head(memoryview(start)[8:], order)[0].name
            found[name] = partial(_unpacked, one.data, order)
        elif one.kind == _MATRIX:
            name = _head(one.data, order)[0].name
            found[name] = partial(_matrix, one.data, order)
    return found


def _unpacked(packed: memoryview, order: str) -> NDArray[np.generic]:
    (one,) = elements(memoryview(zlib.decompress(packed)), order)
    return _matrix(one.data, order)


def _head(data: memoryview, order: str) -> tuple[Head, int]:
    """Return class, shape and name of a matrix, and the place of what follows."""
    flags, place = element(data, 0, order)
    words = values_of(flags, order)
    if len(words) != 2:
        raise ValueError("flags of a matrix are damaged")
    kind = int(words[0]) & 0xFF
    if kind > max(_CLASSES):  # opaque objects have a name in place of a shape
        name, place = _name(data, place, order)
        return Head(kind, 0, (0, 0), name), place
    sizes, place = element(data, place, order)
    if sizes.kind not in _SIZES:
        raise ValueError(f"a shape of the type {sizes.kind}")
    shape = tuple(int(n) for n in values_of(sizes, order))
    if len(shape) < 2 or min(shape) < 0:
        raise ValueError(f"a matrix of the shape {shape}")
    name, place = _name(data, place, order)
    return Head(kind, int(words[0]), shape, name), place


def _name(data: memoryview, place: int, order: str) -> tuple[str, int]:
    """Return the name of a matrix, and the place of what follows."""
    name, after = element(data, place, order)
    if name.kind not in _NAMES:
        raise ValueError(f"a name of the type {name.kind}, expected text")
    return bytes(name.data).decode(errors="replace"), after


def _matrix(data: memoryview, order: str) -> NDArray[np.generic]:
    if not len(data):
        return np.zeros((0, 0))
    head, place = _head(data, order)
    rest = elements(data[place:], order)
    count = math.prod(head.shape)
    if count > (_FILLED if head.kind == _SPARSE else len(data)):
        raise ValueError(f"a matrix of the shape {head.shape} in {len(data)} bytes")
    if head.kind in _CLASSES:
        values = _numbers(rest, head, count, _CLASSES[head.kind], order)
    elif head.kind == _CELL:
        values = np.empty(count, object)
        for k in range(count):
            values[k] = _matrix(_inner(rest), order)
    elif head.kind == _STRUCT:
        values = _struct(rest, count, order)
    elif head.kind == _CHAR:
        one = next_of(rest)
        coding = _TEXTS.get(one.kind)
        codes = bytes(one.data).decode(coding) if coding else map(chr, values_of(one, order))
        letters = list(codes)
        if len(letters) != count:
            return np.array("".join(letters))
        values = np.array(letters, "<U1")
    elif head.kind == _SPARSE:
        return _sparse(rest, head, order)
    else:
        return np.empty((0, 0), object)
    return values.reshape(head.shape, order="F")


def _inner(rest: Iterator[Element]) -> memoryview:
    one = next_of(rest)
    if one.kind != _MATRIX:
        raise ValueError("an element of a cell or struct is missing")
    return one.data


def _numbers(
    rest: Iterator[Element], head: Head, count: int, kind: str, order: str
) -> NDArray[np.generic]:
    parts = [values_of(next_of(rest), order) for _ in range(2 if head.flags & _COMPLEX else 1)]
    if any(len(part) != count for part in parts):
        raise ValueError(f"{len(parts[0])} numbers for the shape {head.shape}")
    with np.errstate(invalid="ignore"):
        cast = [part.astype(kind) for part in parts]
    if kind[0] in "iu" and any((a != b).any() for a, b in zip(cast, parts, strict=True)):
        raise ValueError("an array of whole numbers with values that are none, or too large for it")
    parts = cast
    return parts[0] + 1j * parts[1] if len(parts) > 1 else parts[0]


def _struct(rest: Iterator[Element], count: int, order: str) -> NDArray[np.generic]:
    width = int(values_of(next_of(rest), order)[0])
    text = bytes(next_of(rest).data)
    if width < 1 or len(text) % width:
        raise ValueError("names of fields are damaged")
    names = [text[k : k + width].split(b"\0")[0].decode() for k in range(0, len(text), width)]
    values = np.empty(count, [(name, object) for name in names])
    for k in range(count):
        for name in names:
            values[name][k] = _matrix(_inner(rest), order)
    return values


def _sparse(rest: Iterator[Element], head: Head, order: str) -> NDArray[np.generic]:
    rows, ends = (values_of(next_of(rest), order) for _ in range(2))
    parts = [values_of(next_of(rest), order) for _ in range(2 if head.flags & _COMPLEX else 1)]
    numbers = parts[0] + 1j * parts[1] if len(parts) > 1 else parts[0]
    used = int(ends[-1]) if len(ends) else 0
    whole = ends.astype(np.int64)
    counts = whole[1:] - whole[:-1]
    wrong = (
        len(ends) != head.shape[1] + 1 or (counts < 0).any() or used > min(len(rows), len(numbers))
    )
    if wrong or (rows[:used].astype(np.int64) < 0).any():
        raise ValueError("a sparse matrix is damaged")
    filled = np.zeros(head.shape, complex if len(parts) > 1 else float)
    filled[rows[:used], np.repeat(np.arange(head.shape[1]), counts)] = numbers[:used]
    return filled
