"""Read named arrays of NumPy: archives (.npz), and folders of single arrays (.npy).

Objects are never unpickled: a pickle runs code of whoever wrote it.
"""

import zipfile
from pathlib import Path
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.formats.compound_members import member_from, members_of
from mechanist.formats.named_arrays import guarded, missing

_SUFFIX: Final = ".npy"
_MAGIC: Final = b"\x93NUMPY"
_PACKED: Final = b"PK\x03\x04"
_PICKLED: Final = (
    "Objects are not unpickled, since that would run code of the file: save an array of numbers,"
    " np.savez(..., u=np.stack(u).astype(float))."
)


class ArchiveArrays:
    """Arrays of a .npz file, each read when it is named; what else it holds is not looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        with guarded(path):
            with path.open("rb") as file:
                start = file.read(len(_MAGIC))
            if not zipfile.is_zipfile(path):
                raise FormatError(path, f"cannot be read ({_seen(start)})", remedy=_remedy(start))
            with zipfile.ZipFile(path) as archive:
                members = [m for m in archive.namelist() if m.endswith(_SUFFIX)]
        self._twice = {m for m in members if members.count(m) > 1}
        self._members = {member.removesuffix(_SUFFIX): member for member in members}

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array whose header can be read."""
        with guarded(self.path), zipfile.ZipFile(self.path) as archive:
            found: dict[str, tuple[int, ...]] = {}
            for name, member in self._members.items():
                found |= _shapes(name, archive, member)
            return found

    def array(self, name: str) -> NDArray[np.generic]:
        """Return an array, or a member of a compound one."""
        member = self._members.get(name)
        if member is None:
            of_compound = member_from(name, self._members.__contains__, self.array)
            if of_compound is not None:
                return of_compound
            raise missing(self.path, name, self.shapes())
        if member in self._twice:
            remedy = "Save the file again, each array once."
            raise FormatError(self.path, f"two arrays are named {name!r}", remedy=remedy)
        what = f"array {name!r}"
        with (
            guarded(self.path, what, remedy="The file is damaged: fetch or write it again."),
            zipfile.ZipFile(self.path) as archive,
            archive.open(member) as file,
        ):
            return _array(self.path, what, file)


class FolderArrays:
    """Single arrays in .npy files: ``u`` is the file itself or its neighbour ``u.npy``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        with guarded(path), path.open("rb") as file:
            start = file.read(len(_MAGIC))
        if start != _MAGIC:
            seen = "it is an archive of NumPy" if start.startswith(_PACKED) else _seen(start)
            remedy = (
                "Give one of the .npy files that np.save wrote, or declare the `format` it has."
            )
            raise FormatError(path, f"cannot be read ({seen}, expected .npy)", remedy=remedy)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the names of all arrays in the folder; their shapes are not read."""
        with guarded(self.path):
            return {one.stem: () for one in sorted(self.path.parent.glob(f"*{_SUFFIX}"))}

    def array(self, name: str) -> NDArray[np.generic]:
        """Return an array, or a member of a compound one."""
        file = self._file(name)
        if not file.is_file():
            of_compound = member_from(name, lambda one: self._file(one).is_file(), self.array)
            if of_compound is not None:
                return of_compound
            raise missing(self.path, name, self.shapes())
        with guarded(file), file.open("rb") as opened:
            return _array(file, "the array", opened)

    def _file(self, name: str) -> Path:
        return self.path.parent / (name.removesuffix(_SUFFIX) + _SUFFIX)


def _array(path: Path, what: str, file: IO[bytes]) -> NDArray[np.generic]:
    """Return the array of an open .npy file."""
    _, dtype = _header(file)
    if dtype.hasobject:
        raise FormatError(path, f"{what} holds pickled objects, expected numbers", remedy=_PICKLED)
    file.seek(0)
    values: NDArray[np.generic] = np.lib.format.read_array(file, allow_pickle=False)
    if file.read(1):
        raise ValueError("bytes follow the array")
    return values


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    """Return shape and type of the array at the start of a file."""
    major, _ = np.lib.format.read_magic(file)
    # version 3 differs from 2 in the encoding of names of fields alone
    read = (
        np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    )
    shape, _, dtype = read(file)
    return shape, dtype


def _shapes(name: str, archive: zipfile.ZipFile, member: str) -> dict[str, tuple[int, ...]]:
    """Return the shape of an array, and those of its members if it is a compound one."""
    try:
        with archive.open(member) as file:
            shape, kind = _header(file)
    except Exception:  # noqa: BLE001  (an array that nobody asked for may be anything)
        return {name: ()}
    inner = {".".join((name, *way)): (*shape, *part) for way, part in members_of(kind)}
    return {name: shape, **inner}


def _seen(start: bytes) -> str:
    if start == _MAGIC:
        return "it is one array of NumPy, .npy, not an archive of several"
    if start.startswith(_PACKED):
        return "it ends before its table of contents"
    return "it is no archive of NumPy" if start else "the file is empty"


def _remedy(start: bytes) -> str:
    if start == _MAGIC:
        return "Declare `format: npy`, or save with np.savez."
    if start.startswith(_PACKED):
        return "Check that the file is complete: fetch or write it again."
    return "Give a file that np.savez wrote, whole, and declare the `format` that it has."
