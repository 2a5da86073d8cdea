"""Files of NumPy: every version is read, and archives that are none are refused."""

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from array_writers import (
    U,
    V,
    cells,
    objects,
    read,
    refused,
)


def test_numpy_files(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", u=U)
    np.savez_compressed(tmp_path / "b.npz", u=U.T.copy(order="F"))
    np.save(tmp_path / "u.npy", U)
    np.save(tmp_path / "x.npy", V)
    for version in ((1, 0), (2, 0), (3, 0)):
        with (tmp_path / "c.npy").open("wb") as file:
            np.lib.format.write_array(file, U, version=version)
        np.testing.assert_array_equal(read(tmp_path / "c.npy", "c"), U)
    np.testing.assert_array_equal(read(tmp_path / "a.npz", "u"), U)
    np.testing.assert_array_equal(read(tmp_path / "b.npz", "u"), U.T)
    for name in ("u", "u.npy"):
        np.testing.assert_array_equal(read(tmp_path / "u.npy", name), U)
    np.testing.assert_array_equal(read(tmp_path / "u.npy", "x"), V)
    assert "Arrays in the file, with their shapes: c (), u (), x ()" in str(
        refused(tmp_path / "u.npy", "w")
    )


def text(path: Path) -> None:
    path.write_text("x,t,u\n1,2,3\n")


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("u", "1 2 3")
        archive.writestr("u.txt", "1 2 3")


def text_member(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("u.npy", "1 2 3")


def short_member(path: Path) -> None:
    np.save(path.with_suffix(".npy"), U)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("u.npy", path.with_suffix(".npy").read_bytes()[:-8])


def long_member(path: Path) -> None:
    np.save(path.with_suffix(".npy"), U)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("u.npy", path.with_suffix(".npy").read_bytes() + b"12345678")


def huge_member(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive, archive.open("u.npy", "w") as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<f8", "fortran_order": False, "shape": (10**9, 10**8)}
        )


def twice(path: Path) -> None:
    np.save(path.with_suffix(".npy"), U)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(path.with_suffix(".npy"), "u.npy")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.write(path.with_suffix(".npy"), "u.npy")


def damaged_zip(path: Path) -> None:
    np.savez_compressed(path, u=np.random.default_rng(0).random(500))
    data = bytearray(path.read_bytes())
    data[600:620] = bytes(20)
    path.write_bytes(data)


def cut(path: Path) -> None:
    np.savez(path, u=U)
    path.write_bytes(path.read_bytes()[:-30])


def single(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, U)


def pickled(path: Path) -> None:
    path.write_bytes(pickle.dumps({"u": U}))


ARCHIVES: dict[str, tuple[Callable[[Path], None], str]] = {
    "empty": (lambda path: path.write_bytes(b"") and None, "the file is empty"),
    "text": (text, "it is no archive of NumPy"),
    "a pickle": (pickled, "it is no archive of NumPy"),
    "one array": (single, "it is one array of NumPy, .npy, not an archive of several). Declare `format: npy`"),
    "cut": (cut, "it ends before its table of contents"),
    "zip of other things": (other_zip, "no array 'u'. Arrays in the file, with their shapes: none at all"),
    "text inside": (text_member, "array 'u' cannot be read"),
    "short array": (short_member, "array 'u' cannot be read"),
    "bytes behind the array": (long_member, "array 'u' cannot be read (bytes follow the array)"),
    "huge array": (huge_member, "array 'u' cannot be read"),
    "two of one name": (twice, "two arrays are named 'u'"),
    "damaged": (damaged_zip, "array 'u' cannot be read"),
    "objects": (objects, "array 'u' holds pickled objects, expected numbers. Objects are not unpickled"),
}  # fmt: skip


@pytest.mark.parametrize("case", ARCHIVES)
def test_archives_that_are_none_are_refused(tmp_path: Path, case: str) -> None:
    write, words = ARCHIVES[case]
    write(tmp_path / "a.npz")
    assert words in str(refused(tmp_path / "a.npz"))


def test_what_is_not_named_is_not_refused(tmp_path: Path) -> None:
    objects(tmp_path / "a.npz")
    np.testing.assert_array_equal(read(tmp_path / "a.npz", "fine"), U)
    objects_npy = tmp_path / "u.npy"
    np.save(objects_npy, cells(U), allow_pickle=True)
    assert "holds pickled objects" in str(refused(objects_npy))
