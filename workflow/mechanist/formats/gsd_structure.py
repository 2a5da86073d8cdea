"""Check that what a GSD file states of itself lies within it, before its library reads it.

The library adds sizes and places that the file states in 64 bits, where damaged ones overflow, and
then reads memory that is not its own: the process ends. The format is described at
https://gsd.readthedocs.io/en/stable/file-layer.html.
"""

import struct
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from mechanist.core.errors import FormatError

_MAGIC: Final = 0x65DF65DF65DF65DF
#: Magic number, then places and numbers of entries of the index and of the list of names.
_HEADER: Final = struct.Struct("<5Q")
_HEADER_BYTES: Final = 256
_NAME_BYTES: Final = 64
_ENTRY: Final = np.dtype(
    [("frame", "<u8"), ("N", "<u8"), ("location", "<i8"), ("M", "<u4"), ("id", "<u2"), ("type", "u1"),
     ("flags", "u1")]
)  # fmt: skip
#: Bytes of a number of each type, from 1 on; 11 are characters, which files of version 2.1 hold.
_SIZES: Final = np.array([0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 1])
_REMEDY: Final = "It is damaged or cut short: fetch the whole file again."


class _Block(NamedTuple):
    """A table of a file: its name, where it begins, and number and size of its entries."""

    name: str
    place: int
    entries: int
    width: int


def check_structure(path: Path) -> None:
    """Refuse a GSD file whose tables or arrays reach beyond its end.

    Files that are too short for a header, or of another format, are left to the library.

    Raises
    ------
    FormatError
        If a table or an array does not lie within the file.
    OSError
        If the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(_HEADER_BYTES)
        if len(start) < _HEADER_BYTES:
            return
        magic, place, count, names_at, names = _HEADER.unpack_from(start)
        if magic != _MAGIC:
            return
        blocks = (
            _Block("an index", place, count, _ENTRY.itemsize),
            _Block("a list of names", names_at, names, _NAME_BYTES),
        )
        for block in blocks:
            if block.place + block.entries * block.width > size or block.entries == 0:
                raise FormatError(
                    path,
                    f"not a readable GSD file (its header states {block.name} of {block.entries} entries"
                    f" from byte {block.place})",
                    remedy=f"The file has {size} bytes. {_REMEDY}",
                )
        file.seek(place)
        index = np.frombuffer(file.read(count * _ENTRY.itemsize), _ENTRY)
    _check_arrays(path, index[index["location"] != 0], size)


def _check_arrays(
    path: Path, index: "np.ndarray[tuple[int], np.dtype[np.void]]", size: int
) -> None:
    """Refuse an array of an unknown type, or one that reaches beyond the end of the file."""
    known = index["type"] < len(_SIZES)
    widths = _SIZES[np.where(known, index["type"], 0)].astype(float)
    ends = index["location"] + index["N"].astype(float) * index["M"] * widths
    wrong = np.flatnonzero((widths == 0) | (index["location"] < 0) | (ends > size))
    if len(wrong):
        one = index[wrong[0]]
        raise FormatError(
            path,
            f"not a readable GSD file (entry {wrong[0]} of its index states {one['N']} x {one['M']}"
            f" numbers of type {one['type']} from byte {one['location']})",
            remedy=f"The file has {size} bytes. {_REMEDY}",
        )
