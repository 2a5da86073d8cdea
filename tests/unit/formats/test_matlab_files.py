"""Files of MATLAB: every version is read, and wrong names are explained."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import loadmat, savemat
from scipy.sparse import csc_array

from array_writers import (
    NAMES,
    WRONG,
    U,
    V,
    cells,
    matlab,
    matlab73,
    read,
    refused,
)
from mechanist.core.errors import FormatError
from mechanist.formats.array_files import open_arrays


@pytest.mark.parametrize("packed", [False, True], ids=["version 6", "version 7"])
@pytest.mark.parametrize("name", NAMES)
def test_matlab_structs_and_cells(tmp_path: Path, name: str, packed: bool) -> None:
    matlab(tmp_path / "a.mat", do_compression=packed)
    np.testing.assert_array_equal(read(tmp_path / "a.mat", name), NAMES[name])


@pytest.mark.parametrize("name", WRONG)
def test_wrong_names_in_matlab_files_are_told(tmp_path: Path, name: str) -> None:
    matlab(tmp_path / "a.mat")
    assert WRONG[name] in str(refused(tmp_path / "a.mat", name))


@pytest.mark.parametrize("packed", [False, True])
def test_all_types_of_matlab_are_read_as_scipy_reads_them(tmp_path: Path, packed: bool) -> None:
    rng = np.random.default_rng(2)
    plain: dict[str, Any] = {
        kind: (100 * rng.random((2, 3, 4))).astype(kind)
        for kind in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8", "c16", "bool")
    }
    plain |= {"empty": np.zeros((0, 3)), "words": "dx in µm", "whole": np.arange(5.0), "one": 2.5,
              "nothing": cells(), "sparse": csc_array(np.diag([0, 1.5, 0, 2.5])[:3])}  # fmt: skip
    savemat(tmp_path / "a.mat", plain, do_compression=packed)
    file, oracle = open_arrays(tmp_path / "a.mat", "mat"), loadmat(tmp_path / "a.mat")
    for name in set(plain) - {"nothing"}:
        expected = oracle[name].toarray() if name == "sparse" else oracle[name]
        if name == "words":
            assert "".join(file.array(name).ravel()) == plain[name]
        else:
            np.testing.assert_array_equal(file.array(name), expected)
            assert file.array(name).dtype.kind in (expected.dtype.kind, "f")
    with pytest.raises(FormatError, match=r"is a cell, expected numbers\. It holds no array"):
        file.array("nothing")


@pytest.mark.parametrize("order", ["<", ">"])
def test_matlab_5_of_both_byte_orders(tmp_path: Path, order: str) -> None:
    def element(kind: int, data: bytes) -> bytes:
        return struct.pack(f"{order}II", kind, len(data)) + data + bytes(-len(data) % 8)

    numbers = U.astype(f"{order}f8").tobytes(order="F")
    matrix = element(6, struct.pack(f"{order}II", 6, 0)) + element(
        5, struct.pack(f"{order}ii", 4, 3)
    )
    matrix += struct.pack(f"{order}I", 1 << 16 | 1) + b"u\0\0\0" + element(9, numbers)
    mark = b"IM" if order == "<" else b"MI"
    head = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack(f"{order}H", 0x0100) + mark
    (tmp_path / "a.mat").write_bytes(head + element(14, matrix))
    np.testing.assert_array_equal(read(tmp_path / "a.mat", "u"), U)
    np.testing.assert_array_equal(loadmat(tmp_path / "a.mat")["u"], U)


def test_a_matlab_file_that_is_cut_short_says_so(tmp_path: Path) -> None:
    matlab(tmp_path / "a.mat")
    (tmp_path / "a.mat").write_bytes((tmp_path / "a.mat").read_bytes()[:-40])
    assert "cannot be read (an element of" in refused(tmp_path / "a.mat", "x").problem


def test_matlab_4_is_read(tmp_path: Path) -> None:
    savemat(tmp_path / "a.mat", {"u": U, "z": U + 1j * V}, format="4")
    np.testing.assert_array_equal(read(tmp_path / "a.mat", "u"), U)
    np.testing.assert_array_equal(read(tmp_path / "a.mat", "z"), U + 1j * V)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"mask", "many(2).u"}))
def test_matlab_73_structs_and_cells(tmp_path: Path, name: str) -> None:
    matlab73(tmp_path / "a.mat")
    np.testing.assert_array_equal(read(tmp_path / "a.mat", name), NAMES[name])


def test_matlab_73_arrays_of_structs_and_wrong_names(tmp_path: Path) -> None:
    path = tmp_path / "a.mat"
    matlab73(path)
    np.testing.assert_array_equal(read(path, "many(2).u"), V)
    for name, words in {"U{4}": "has 3 elements", "run.w": "no array 'run.w'", "run": "no array 'run'",
                        "U": "is a cell or belongs to", "nothing": "is empty", "many.u": "belongs to several structs"}.items():  # fmt: skip
        assert words in str(refused(path, name))


@pytest.mark.parametrize(
    ("first", "whole"), [(2.0, True), (2.5, False), (300.0, False), (np.nan, False)]
)
def test_whole_numbers_of_matlab_are_not_cut(tmp_path: Path, first: float, whole: bool) -> None:
    path = tmp_path / "a.mat"
    savemat(path, {"u": np.array([[first, 1.0], [0.0, 3.0]])})
    data = bytearray(path.read_bytes())
    assert data[144] == 6  # class double
    data[144] = 9  # uint8, whose numbers are stored as doubles here
    path.write_bytes(bytes(data))
    if whole:
        np.testing.assert_array_equal(read(path, "u"), [[2, 1], [0, 3]])
    else:
        assert "an array of whole numbers with values that are none" in str(refused(path))
