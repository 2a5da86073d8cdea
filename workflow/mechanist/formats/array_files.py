"""Open files of named arrays: MATLAB (any version), NumPy, HDF5 and pickles.

Long tables are in :mod:`mechanist.formats.csv_grid`.
"""

from pathlib import Path
from typing import Final

import h5py

from mechanist.core.errors import FormatError
from mechanist.formats.hdf5_arrays import HDF5Arrays
from mechanist.formats.matlab_arrays import MatlabArrays
from mechanist.formats.named_arrays import Arrays, guarded
from mechanist.formats.numpy_arrays import ArchiveArrays, FolderArrays
from mechanist.formats.pickled_arrays import PickledArrays

SUFFIXES: Final = {
    ".mat": "mat",
    ".npz": "npz",
    ".npy": "npy",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".nc": "hdf5",
    ".csv": "csv",
    ".pkl": "pickle",
    ".pickle": "pickle",
}
_MATLAB_HDF5: Final = b"MATLAB 7.3"
_CLASSIC_NETCDF: Final = b"CDF"
#: What to do with files that are often given but not read.
_CONVERT: Final = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods"), "Save the sheet as CSV."),
    **dict.fromkeys((".txt", ".dat", ".tsv"), "Save it as CSV with one line of column names."),
}


def format_of(path: Path, declared: str | None = None) -> str:
    """Return the declared format of a file, or the format that its suffix implies.

    Raises
    ------
    FormatError
        If the suffix is unknown, or there is no file that can be read.
    """
    _check_readable(path)
    known = sorted(set(SUFFIXES.values()))
    form = declared or SUFFIXES.get(path.suffix.lower())
    if form not in known:
        remedy = "Declare the `format` of the file, or save it as one of these."
        raise FormatError(
            path,
            f"format is {declared or path.suffix!r}, expected one of {known}",
            remedy=_CONVERT.get(path.suffix.lower(), remedy),
        )
    return form


def _check_readable(path: Path) -> None:
    """Refuse what is no file, and files that may not be read."""
    remedy = "Give the path of a file, from the folder in which you run."
    with guarded(path, remedy=remedy):
        if path.is_dir():
            raise FormatError(path, "is a folder, expected a file", remedy=remedy)
        if not path.exists():
            raise FormatError(path, "there is no such file", remedy=remedy)
        if not path.is_file():
            raise FormatError(path, "is no regular file", remedy=remedy)
    with guarded(path, remedy="Allow yourself to read it (chmod u+r)."), path.open("rb"):
        pass


def open_arrays(path: Path, form: str) -> Arrays:
    """Open a file of named arrays.

    Parameters
    ----------
    path : Path
        The file.
    form : str
        ``mat``, ``npz``, ``npy``, ``hdf5`` or ``pickle``; see :func:`format_of`.

    Raises
    ------
    FormatError
        If the file is damaged or of another format.
    """
    if form == "npz":
        return ArchiveArrays(path)
    if form == "npy":
        return FolderArrays(path)
    if form == "pickle":
        return PickledArrays(path)
    with guarded(path), path.open("rb") as opened:
        head = opened.read(len(_MATLAB_HDF5))
    if form == "hdf5":
        if head.startswith(_CLASSIC_NETCDF):
            raise FormatError(
                path,
                "it is a netCDF file of the classic format, expected HDF5 or netCDF-4",
                remedy="Convert it: nccopy -k netCDF-4 old.nc new.nc.",
            )
        file = HDF5Arrays(path, matlab=False)
        if head == _MATLAB_HDF5:
            file.notes.append("MATLAB wrote the file: with `format: hdf5` dimensions have the order"
                              " of the file, the reverse of MATLAB's")  # fmt: skip
        return file
    if head == _MATLAB_HDF5:
        return HDF5Arrays(path, matlab=True)
    if h5py.is_hdf5(path):
        raise FormatError(
            path,
            "it is an HDF5 file without the header of MATLAB 7.3, which stores dimensions in reverse",
            remedy="Declare `format: hdf5`: dimensions then have the order of the file.",
        )
    return MatlabArrays(path)
