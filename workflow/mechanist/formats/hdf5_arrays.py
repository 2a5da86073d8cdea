"""Read named arrays of HDF5 files, netCDF-4 and MATLAB 7.3 among them."""

from pathlib import Path
from typing import Any, Final, cast

import h5py
import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.formats.array_names import Step, plain_name, steps_of
from mechanist.formats.compound_members import COMPLEX, members_of, taken
from mechanist.formats.named_arrays import guarded, missing
from mechanist.formats.packed_values import of_member, unpacked_values

#: Names of registered filters, which files need not hold;
#: https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md
_FILTERS: Final = {
    4: "szip", 307: "bzip2", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle",
    32013: "zfp", 32015: "zstd", 32017: "sz", 32026: "blosc2",
}  # fmt: skip
#: Bytes that one byte of a file can stand for, packed by gzip.
_DENSEST: Final = 1100
#: Attribute of the files of netCDF-4.
_NETCDF: Final = "_NCProperties"


class HDF5Arrays:
    """Arrays of an HDF5 file, read one by one, by their full name such as ``run/u``.

    Members of compound arrays are named as in ``run/table.u``.

    Parameters
    ----------
    path : Path
        The file.
    matlab : bool
        Whether MATLAB wrote it: dimensions are then stored in reverse order, and cells as
        references. Names may then also be written as in MATLAB, such as ``run.u`` and ``U{1}``.
    """

    def __init__(self, path: Path, *, matlab: bool) -> None:
        self.path = path
        self.matlab = matlab
        self.notes: list[str] = []
        self._shapes: dict[str, tuple[int, ...]] = {}
        #: Array and member that a name stands for.
        self._members: dict[str, tuple[str, tuple[str, ...]]] = {}
        with guarded(path), h5py.File(path, "r") as file:
            file.visititems(self._note)

    def _note(self, name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset) and not name.startswith("#"):
            self._shapes[name] = self._shape(item)
            for way, inner in members_of(item.dtype):
                member = ".".join((name, *way))
                self._members[member] = (name, way)
                self._shapes.setdefault(member, (*self._shape(item), *inner))

    def _shape(self, item: h5py.Dataset) -> tuple[int, ...]:
        shape = item.shape or ()
        return shape[::-1] if self.matlab else shape

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array."""
        return dict(self._shapes)

    def array(self, name: str) -> NDArray[np.generic]:
        """Return an array, unpacked as its attributes say."""
        with guarded(self.path), h5py.File(self.path, "r") as file:
            plain = name.strip("/")
            array, way = self._members.get(plain, (name, ())) if plain not in file else (name, ())
            item = self._found(file, array)
            attributes = _never_written(file, item) | dict(item.attrs)
            if attributes.get("MATLAB_empty"):
                raise FormatError(
                    self.path, f"array {name!r} is empty", remedy="Name an array of numbers."
                )
            values = self._read(item, array)
            values = taken(values, way) if way else values
        if way:
            attributes = of_member(self.path, array, way, attributes)
        if values.dtype.names and set(values.dtype.names) in COMPLEX:
            real, imaginary = sorted(values.dtype.names, reverse=True)
            record = cast("NDArray[np.void]", values)
            values = record[real] + 1j * record[imaginary]
        values = unpacked_values(self.path, name, values, attributes, self.notes)
        return values.T if self.matlab else values

    def _found(self, file: h5py.File, name: str) -> h5py.Dataset:
        """Return the data set of a name, following references of MATLAB's cells."""
        steps = steps_of(name) if self.matlab else [Step(name.strip("/"))]
        item: h5py.Group | h5py.Dataset = file
        element: Step | None = None  # of an array of structs, whose fields refer to its elements'
        for step in steps:
            if step.name is not None:
                found = item.get(step.name) if isinstance(item, h5py.Group) else None
                if found is None:
                    raise self._absent(item, name, step.name)
                item = found
                if element is not None and (_refers(item) or element.number((1,)) != 1):
                    item = self._element(file, item, element, name, plain_name(steps, step))
                element = None
            elif isinstance(item, h5py.Group):
                element = step
            else:
                item = self._element(file, item, step, name, plain_name(steps, step))
        if not isinstance(item, h5py.Dataset):
            raise missing(self.path, name, self._shapes)
        if _refers(item):
            raise FormatError(
                self.path,
                f"array {name!r} is a cell or belongs to several structs, expected numbers",
                remedy=f"Name an element, counted from 1, such as {name}{{1}}, or"
                f" {name.rpartition('.')[0] or name}(1).u.",
            )
        return item

    def _absent(self, item: h5py.Group | h5py.Dataset, name: str, step: str) -> FormatError:
        """Return the error for a name that leads to nothing."""
        link = item.get(step, getlink=True) if isinstance(item, h5py.Group) else None
        if isinstance(link, h5py.SoftLink | h5py.ExternalLink):
            where = f" of file {link.filename!r}" if isinstance(link, h5py.ExternalLink) else ""
            return FormatError(
                self.path,
                f"{name!r} is a link to {link.path!r}{where}, where there is nothing",
                remedy="Name the array itself, or bring the file that the link leads to.",
            )
        return missing(self.path, name, self._shapes)

    def _element(
        self,
        file: h5py.File,
        item: h5py.Group | h5py.Dataset,
        step: Step,
        name: str,
        before: str,
    ) -> h5py.Group | h5py.Dataset:
        """Return an element of a cell, counted from 1 in MATLAB's order."""
        references = np.asarray(item[()]) if _refers(item) else np.zeros((1, 1))
        shape = references.shape[::-1]
        index = step.number(shape)
        if not index:
            raise FormatError(
                self.path,
                f"{name!r}: {before!r} has {' x '.join(map(str, shape))} elements",
                remedy="Elements are counted from 1, as in MATLAB.",
            )
        return file[references.ravel()[index - 1]] if _refers(item) else item

    def _read(self, item: h5py.Dataset, name: str) -> NDArray[Any]:
        held = self.path.stat().st_size
        if item.nbytes > _DENSEST * held:
            raise FormatError(
                self.path,
                f"array {name!r} would have {item.nbytes} bytes in a file of {held}",
                remedy="The file is damaged, or the array was never written: write it again.",
            )
        try:
            return np.asarray(item[()])
        except Exception as error:
            said = " ".join(str(error).split())
            lacking = _lacking_filters(item)
            if lacking:
                raise FormatError(
                    self.path,
                    f"array {name!r} is compressed by {lacking}, which cannot be undone here",
                    remedy="Store it with gzip or without compression, or convert the file where"
                    " it was written: h5repack -f GZIP=4 old.h5 new.h5.",
                ) from error
            raise FormatError(
                self.path,
                f"array {name!r} cannot be read ({said})",
                remedy="The file is damaged: fetch or write it again.",
            ) from error


def _never_written(file: h5py.File, item: h5py.Dataset) -> dict[str, object]:
    """Return what netCDF stores in whole numbers that were never written, as its default mark."""
    kind = item.dtype.kind
    bytes_ = item.dtype.itemsize
    if _NETCDF not in file.attrs or kind not in "iu" or bytes_ == 1:
        return {}
    marks = {"i": {2: -(2**15) + 1, 4: -(2**31) + 1, 8: -(2**63) + 2},
             "u": {2: 2**16 - 1, 4: 2**32 - 1, 8: 2**64 - 2}}  # fmt: skip
    return {"_FillValue": np.array(marks[kind][bytes_], dtype=item.dtype)}


def _refers(item: h5py.Group | h5py.Dataset) -> bool:
    return isinstance(item, h5py.Dataset) and h5py.check_ref_dtype(item.dtype) is h5py.Reference


def _lacking_filters(item: h5py.Dataset) -> str:
    """Return the filters of a data set that are not installed, by name and number."""
    plan = item.id.get_create_plist()
    filters = [plan.get_filter(k) for k in range(plan.get_nfilters())]
    return " and ".join(
        f"the filter {name.decode(errors='replace') or _FILTERS.get(code, 'without a name')!r} (number {code})"
        for code, _, _, name in filters
        if not h5py.h5z.filter_avail(code)
    )
