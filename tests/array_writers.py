"""Files of named arrays in every version, and how tests read them."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from scipy.io import savemat
from scipy.sparse import csc_array

from mechanist.core.errors import FormatError
from mechanist.formats.array_files import format_of, open_arrays

U = np.arange(12.0).reshape(4, 3)


V = -1.5 * U


def read(path: Path, name: str, form: str | None = None) -> np.ndarray:
    return open_arrays(path, format_of(path, form)).array(name)


def refused(path: Path, name: str = "u", form: str | None = None) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read(path, name, form)
    assert str(path.parent) in str(caught.value)
    assert caught.value.remedy
    return caught.value


def cells(*values: Any) -> np.ndarray:
    made = np.empty((1, len(values)), object)
    for k, value in enumerate(values):
        made[0, k] = value
    return made


NESTED: dict[str, Any] = {
    "x": np.arange(4.0),
    "run": {"u": U, "inner": {"v": V}, "parts": cells(U, V)},
    "U": cells(U, V, cells(2 * U)),
    "many": [{"u": U}, {"u": V}],
    "note": "text",
    "mask": csc_array(U),
}


NAMES = {
    "x": np.arange(4.0)[None],
    "run.u": U,
    "run/u": U,
    "run(1).u": U,
    "run.inner.v": V,
    "run.parts{2}": V,
    "U{1}": U,
    "U{ 2 }": V,
    "U{3}{1}": 2 * U,
    "many(2).u": V,
    "mask": U,
}


WRONG = {
    "U": "array 'U' is a cell, expected numbers. Name an array inside it, such as U{1}, U{2}",
    "run": "array 'run' is a struct, expected numbers. Name an array inside it, such as run.u",
    "U{4}": "'U' has 3 elements. Elements are counted from 1",
    "U{0}": "'U' has 3 elements",
    "many.u": "'many' has 2 elements, expected one struct. Number the element from 1: many(1).u",
    "run.w": "no array 'run.w'. Did you mean 'run.u'?",
    "runs.u": "no array 'runs.u'",
    "u": "no array 'u'",
    "U{": "no array 'U{'",
    "x.u": "no array 'x.u'",
}


def matlab(path: Path, **options: Any) -> None:
    many = np.empty((1, 2), [("u", object)])
    many["u"][0, 0], many["u"][0, 1] = U, V
    savemat(path, {**NESTED, "many": many}, **options)


def matlab73(path: Path) -> None:
    """Write structs and cells as MATLAB 7.3 does: groups, and references into #refs#."""
    with h5py.File(path, "w", userblock_size=512) as file:
        kept = file.create_group("#refs#")
        stored = {name: kept.create_dataset(name, data=values.T) for name, values in
                  (("a", U), ("b", V), ("d", 2 * U))}  # fmt: skip

        def cell(
            group: h5py.Group, name: str, shape: tuple[int, ...], *members: str
        ) -> h5py.Dataset:
            references = np.array([kept[m].ref for m in members], h5py.ref_dtype).reshape(shape)
            made = group.create_dataset(name, data=references, dtype=h5py.ref_dtype)
            made.attrs["MATLAB_class"] = np.bytes_("cell")
            return made

        assert stored
        cell(kept, "c", (1, 1), "d")
        file["x"] = np.arange(4.0)[:, None]
        run = file.create_group("run")
        run["u"] = U.T
        run["inner/v"] = V.T
        cell(run, "parts", (2, 1), "a", "b")
        cell(file, "U", (3, 1), "a", "b", "c")
        many = file.create_group("many")
        cell(many, "u", (2, 1), "a", "b")
        file["nothing"] = np.array([0, 0], np.uint64)
        file["nothing"].attrs["MATLAB_empty"] = np.uint8(1)
    with path.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file")


def hdf5(path: Path, values: np.ndarray, **attributes: Any) -> Path:
    with h5py.File(path, "w") as file:
        file["u"] = values
        file["other"] = np.full(3, -999.0)
        file["other"].attrs["_FillValue"] = -999.0
        file["u"].attrs.update(attributes)
    return path


PACKED = np.array([[0, 100], [-200, 327]], np.int16)


def objects(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, u=cells(U, V), fine=U)
