"""Read files of named arrays: MATLAB (any version), NumPy archives and HDF5.

Long tables are in :mod:`mechanist.formats.csv_grid`.
"""

import difflib
import zipfile
from pathlib import Path
from typing import Any, Final, Protocol

import h5py
import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError

SUFFIXES: Final = {
    ".mat": "mat",
    ".npz": "npz",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".csv": "csv",
}
_MATLAB_HDF5: Final = b"MATLAB 7.3"


class Arrays(Protocol):
    """Named arrays of one file."""

    path: Path

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array."""

    def array(self, name: str) -> NDArray[Any]:
        """Return an array; a missing one raises :class:`FormatError`."""


def format_of(path: Path, declared: str | None = None) -> str:
    """Return the declared format of a file, or the format that its suffix implies.

    Raises
    ------
    FormatError
        If the suffix is unknown or the file does not exist.
    """
    if not path.is_file():
        raise FormatError(
            path, "there is no such file", remedy="Give a path from the folder in which you run."
        )
    known = sorted(set(SUFFIXES.values()))
    form = declared or SUFFIXES.get(path.suffix.lower())
    if form not in known:
        raise FormatError(
            path,
            f"format is {declared or path.suffix!r}, expected one of {known}",
            remedy="Declare the `format` of the file, or save it as one of these.",
        )
    return form


def missing(path: Path, name: str, shapes: dict[str, tuple[int, ...]]) -> FormatError:
    """Return the error for a missing array; it lists the arrays that the file has."""
    close = difflib.get_close_matches(name, shapes, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    present = ", ".join(f"{n} {s}" for n, s in sorted(shapes.items())) or "none at all"
    return FormatError(
        path,
        f"no array {name!r}",
        remedy=f"{hint}Arrays in the file, with their shapes: {present}.",
    )


class MemoryArrays:
    """Arrays read as a whole: MATLAB files before 7.3 and NumPy archives."""

    def __init__(self, path: Path, arrays: dict[str, NDArray[Any]]) -> None:
        self.path = path
        self._arrays = arrays

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array."""
        return {name: values.shape for name, values in self._arrays.items()}

    def array(self, name: str) -> NDArray[Any]:
        """Return an array."""
        if name not in self._arrays:
            raise missing(self.path, name, self.shapes())
        return self._arrays[name]


class HDF5Arrays:
    """Arrays of an HDF5 file, read one by one, by their full name such as ``run/u``.

    Parameters
    ----------
    path : Path
        The file.
    matlab : bool
        Whether MATLAB wrote it: dimensions are then stored in reverse order, and complex numbers
        as pairs named ``real`` and ``imag``.
    """

    def __init__(self, path: Path, *, matlab: bool) -> None:
        self.path = path
        self.matlab = matlab
        self._shapes: dict[str, tuple[int, ...]] = {}
        try:
            with h5py.File(path, "r") as file:
                file.visititems(self._note)
        except OSError as error:
            raise _unreadable(path, error) from error

    def _note(self, name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset) and not name.startswith("#"):
            self._shapes[name] = item.shape[::-1] if self.matlab else item.shape

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array."""
        return dict(self._shapes)

    def array(self, name: str) -> NDArray[Any]:
        """Return an array."""
        if name.strip("/") not in self._shapes:
            raise missing(self.path, name, self._shapes)
        with h5py.File(self.path, "r") as file:
            values: NDArray[Any] = np.asarray(file[name.strip("/")][()])
        if values.dtype.names == ("real", "imag"):
            values = values["real"] + 1j * values["imag"]
        return values.T if self.matlab else values


def open_arrays(path: Path, form: str) -> Arrays:
    """Open a file of named arrays.

    Parameters
    ----------
    path : Path
        The file.
    form : str
        ``mat``, ``npz`` or ``hdf5``; see :func:`format_of`.

    Raises
    ------
    FormatError
        If the file is damaged or of another format.
    """
    if form == "hdf5":
        return HDF5Arrays(path, matlab=False)
    return _matlab(path) if form == "mat" else _archive(path)


def _matlab(path: Path) -> Arrays:
    with path.open("rb") as file:
        head = file.read(len(_MATLAB_HDF5))
    if head == _MATLAB_HDF5 or h5py.is_hdf5(path):
        return HDF5Arrays(path, matlab=True)
    from scipy.io import loadmat

    try:
        contents = loadmat(path)
    except Exception as error:
        raise _unreadable(path, error) from error
    arrays = {n: v for n, v in contents.items() if isinstance(v, np.ndarray) and n[:1] != "_"}
    return MemoryArrays(path, arrays)


def _archive(path: Path) -> Arrays:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise _unreadable(path, error) from error
    return MemoryArrays(path, arrays)


def _unreadable(path: Path, error: Exception) -> FormatError:
    remedy = "Check that the file is complete and that its `format` matches its name."
    return FormatError(path, f"cannot be read ({error})", remedy=remedy)
