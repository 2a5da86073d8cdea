"""Files of named arrays: every version is read, packed values are unpacked, damage is located."""

import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from scipy.io import loadmat, netcdf_file, savemat
from scipy.sparse import csc_array

from mechanist.core.errors import FormatError
from mechanist.formats.array_files import format_of, open_arrays
from mechanist.formats.array_frames import read_array_frames
from mechanist.formats.packed_values import NEVER_WRITTEN

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
    "U{1,2}": V,
    "U{ 1, 3 }{1,1}": 2 * U,
    "U{1,1,1}": U,
    "mask": U,
}
WRONG = {
    "U": "array 'U' is a cell, expected numbers. Name an array inside it, such as U{1}, U{2}",
    "run": "array 'run' is a struct, expected numbers. Name an array inside it, such as run.u",
    "U{4}": "'U' has 1 x 3 elements. Elements are counted from 1",
    "U{0}": "'U' has 1 x 3 elements",
    "U{2,1}": "'U' has 1 x 3 elements",
    "U{0,1}": "'U' has 1 x 3 elements",
    "U{1,}": "no array 'U{1,}'",
    "many(2,1).u": "'many' has 1 x 2 elements",
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


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"\x01\x00\x01\x00u", b"\xb1\x00\x01\x00u", "a name of the type 177, expected text"),
        (b"\x05\x00\x00\x00\x08\x00\x00\x00\x04", b"\x09\x00\x00\x00\x08\x00\x00\x00\x04", "a shape of the type 9"),
        (b"\x01\x00\x01\x00u", b"\x10\x00\x01\x00u", ""),
    ],
    ids=["name", "shape", "name in UTF-8"],
)  # fmt: skip
def test_names_and_shapes_of_matlab_have_their_types(
    tmp_path: Path, before: bytes, after: bytes, message: str
) -> None:
    path = tmp_path / "a.mat"
    savemat(path, {"u": U})
    whole = path.read_bytes()
    assert whole.count(before) == 1
    path.write_bytes(whole.replace(before, after))
    if message:
        assert message in str(refused(path))
    else:
        np.testing.assert_array_equal(read(path, "u"), U)


def test_matlab_4_is_read(tmp_path: Path) -> None:
    savemat(tmp_path / "a.mat", {"u": U, "z": U + 1j * V}, format="4")
    np.testing.assert_array_equal(read(tmp_path / "a.mat", "u"), U)
    np.testing.assert_array_equal(read(tmp_path / "a.mat", "z"), U + 1j * V)


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


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"mask", "many(2).u"}))
def test_matlab_73_structs_and_cells(tmp_path: Path, name: str) -> None:
    matlab73(tmp_path / "a.mat")
    np.testing.assert_array_equal(read(tmp_path / "a.mat", name), NAMES[name])


@pytest.mark.parametrize("version", ["5", "7.3"])
def test_rows_and_columns_of_cells(tmp_path: Path, version: str) -> None:
    path = tmp_path / "a.mat"
    parts = [[np.full((2, 3), 10.0 * i + j) for j in range(3)] for i in range(2)]
    if version == "5":
        cell = np.empty((2, 3), object)
        for i, j in np.ndindex(2, 3):
            cell[i, j] = parts[i][j]
        savemat(path, {"C": cell})
    else:
        matlab73(path)
        with h5py.File(path, "r+") as file:
            references = np.empty((3, 2), h5py.ref_dtype)
            for i, j in np.ndindex(2, 3):
                references[j, i] = file.create_dataset(f"#refs#/p{i}{j}", data=parts[i][j].T).ref
            file.create_dataset("C", data=references, dtype=h5py.ref_dtype)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_array_equal(read(path, f"C{{{i + 1},{j + 1}}}"), parts[i][j])
        np.testing.assert_array_equal(read(path, f"C{{{1 + i + 2 * j}}}"), parts[i][j])
    assert "'C' has 2 x 3 elements" in str(refused(path, "C{3,1}"))


def test_matlab_73_arrays_of_structs_and_wrong_names(tmp_path: Path) -> None:
    path = tmp_path / "a.mat"
    matlab73(path)
    np.testing.assert_array_equal(read(path, "many(2).u"), V)
    np.testing.assert_array_equal(read(path, "many(1,2).u"), V)
    for name, words in {"U{4}": "has 1 x 3 elements", "U{2,1}": "'U' has 1 x 3 elements", "run.w": "no array 'run.w'", "run": "no array 'run'",
                        "U": "is a cell or belongs to", "nothing": "is empty", "many.u": "belongs to several structs"}.items():  # fmt: skip
        assert words in str(refused(path, name))


def hdf5(path: Path, values: np.ndarray, **attributes: Any) -> Path:
    with h5py.File(path, "w") as file:
        file["u"] = values
        file["other"] = np.full(3, -999.0)
        file["other"].attrs["_FillValue"] = -999.0
        file["u"].attrs.update(attributes)
    return path


PACKED = np.array([[0, 100], [-200, 327]], np.int16)


@pytest.mark.parametrize(
    ("values", "attributes", "expected"),
    [
        (PACKED, {"scale_factor": 0.5, "add_offset": 273.0}, [[273, 323], [173, 436.5]]),
        (PACKED, {"scale_factor": np.array([0.25])}, [[0, 25], [-50, 81.75]]),
        (PACKED, {"add_offset": np.float32(1)}, [[1, 101], [-199, 328]]),
        (PACKED, {"scale_factor": 2.0, "_FillValue": np.int16(-32767)}, [[0, 200], [-400, 654]]),
        (PACKED.astype(np.int8), {"_Unsigned": b"true", "scale_factor": 1.0}, [[0, 100], [56, 71]]),
        (PACKED / 7, {"_FillValue": np.nan}, PACKED / 7),
        (PACKED.astype(np.uint16), {"_Unsigned": "false", "scale_factor": 2}, 2.0 * PACKED),
        (
            np.array([[1, -2]], "i2"),
            {"_Unsigned": "true", "_FillValue": np.int16(-1)},
            [[1, 65534]],
        ),
        (PACKED, {"units": b"K", "valid_range": np.array([-200, 400])}, PACKED),
    ],
)
def test_packed_values_are_unpacked(
    tmp_path: Path, values: np.ndarray, attributes: dict[str, Any], expected: Any
) -> None:
    file = open_arrays(hdf5(tmp_path / "a.h5", values, **attributes), "hdf5")
    np.testing.assert_allclose(file.array("u"), expected, rtol=0, atol=1e-12)
    packed = [note for note in file.notes if "array 'u' is unpacked by" in note]
    assert bool(packed) == bool(set(attributes) & {"scale_factor", "add_offset"})


@pytest.mark.parametrize(
    ("values", "attributes", "words"),
    [
        (PACKED, {"_FillValue": np.int16(100)}, "1 of 4 values of array 'u' are missing, the first is 100 at index (0, 1) (_FillValue is 100)"),
        (PACKED, {"missing_value": np.array([7, 327]), "scale_factor": 2.0}, "the first is 327 at index (1, 1) (missing_value is 327)"),
        (PACKED / 1.0, {"_FillValue": -200.0}, "is -200 at index (1, 0)"),
        (np.array([[1, 1e20]], np.float32), {"_FillValue": 1e20}, "1 of 2 values"),
        (np.array([[1, np.nan]]), {"_FillValue": np.nan}, "is nan at index (0, 1)"),
        (np.array([[1, NEVER_WRITTEN]], np.float32), {}, "values that were never written"),
        (PACKED, {"valid_min": -100}, "at index (1, 0) (the least valid value is -100)"),
        (PACKED, {"valid_range": [-300, 300]}, "at index (1, 1) (the largest valid value is 300)"),
        (PACKED, {"scale_factor": b"0.5"}, "attribute 'scale_factor' of array 'u' is"),
        (PACKED, {"scale_factor": 0.0}, "is [0.0], expected one finite number other than 0"),
        (PACKED, {"scale_factor": [1.0, 2.0]}, "is [1.0, 2.0], expected one finite number"),
        (PACKED, {"add_offset": np.nan}, "'add_offset' of array 'u' is [nan], expected one"),
        (np.array([[1, -1]], "i2"), {"_Unsigned": "true", "_FillValue": np.int16(-1)}, "is 65535 at index (0, 1)"),
        (np.array([[1, -1]], "i1"), {"_Unsigned": b"true", "valid_max": np.int8(-2)}, "is 255 at"),
    ],
)  # fmt: skip
def test_missing_values_are_refused_with_their_place(
    tmp_path: Path, values: np.ndarray, attributes: dict[str, Any], words: str
) -> None:
    path = hdf5(tmp_path / "a.h5", values, **attributes)
    assert words in str(refused(path))
    with pytest.raises(FormatError, match="3 of 3 values of array 'other'"):
        read(path, "other")  # it has no part in what the first array gives


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("i2", -32767), ("u2", 65535), ("i4", -2147483647), ("u4", 4294967295),
        ("i8", -9223372036854775806), ("u8", 18446744073709551614),
    ],
)  # fmt: skip
def test_whole_numbers_that_netcdf_never_wrote_are_missing(
    tmp_path: Path, kind: str, mark: int
) -> None:
    path = hdf5(tmp_path / "a.h5", np.array([[1, mark]], kind))
    assert int(open_arrays(path, "hdf5").array("u")[0, 1]) == mark  # no file of netCDF
    with h5py.File(path, "r+") as file:
        file.attrs["_NCProperties"] = "version=2,netcdf=4.9.2"
    assert "at index (0, 1) (_FillValue is" in str(refused(path))
    with h5py.File(path, "r+") as file:
        file["u"].attrs["_FillValue"] = np.array(7, kind)
    assert int(open_arrays(path, "hdf5").array("u")[0, 1]) == mark


def test_links_to_nothing_are_told(tmp_path: Path) -> None:
    path = hdf5(tmp_path / "a.h5", PACKED)
    with h5py.File(path, "r+") as file:
        file["lost"] = h5py.SoftLink("/run/u")
        file["far"] = h5py.ExternalLink("gone.h5", "u")
        file["same"] = h5py.SoftLink("/u")
    np.testing.assert_array_equal(read(path, "same"), PACKED)
    with pytest.raises(FormatError, match="'lost' is a link to '/run/u', where there is nothing"):
        read(path, "lost")
    with pytest.raises(FormatError, match=r"'far' is a link to 'u' of file 'gone\.h5'"):
        read(path, "far")


def test_packed_positions_of_particles_are_unpacked(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["positions"] = np.array([[10, 20, 30], [40, 50, 60]], np.int16)
        file["positions"].attrs["scale_factor"] = 0.1
        file["cell"], file["species"] = 10 * np.eye(3), [1, 2]
    (frame,) = read_array_frames(tmp_path / "a.h5", "hdf5")
    np.testing.assert_allclose(frame.positions, [[1, 2, 3], [4, 5, 6]])


def test_netcdf_4_is_hdf5_and_the_classic_format_is_named(tmp_path: Path) -> None:
    hdf5(tmp_path / "a.nc", PACKED, scale_factor=0.5)
    np.testing.assert_array_equal(read(tmp_path / "a.nc", "u"), PACKED / 2)
    with netcdf_file(tmp_path / "b.nc", "w") as file:
        file.createDimension("x", 3)
        file.createVariable("u", "f8", ("x",))[:] = 1.0
    assert "nccopy -k netCDF-4" in refused(tmp_path / "b.nc").remedy


def test_hdf5_under_the_name_of_matlab_is_told_apart(tmp_path: Path) -> None:
    hdf5(tmp_path / "plain.mat", U)
    assert "Declare `format: hdf5`" in refused(tmp_path / "plain.mat").remedy
    np.testing.assert_array_equal(read(tmp_path / "plain.mat", "u", "hdf5"), U)
    matlab73(tmp_path / "a.h5")
    file = open_arrays(tmp_path / "a.h5", "hdf5")
    np.testing.assert_array_equal(file.array("run/u"), U.T)
    assert "the reverse of MATLAB's" in file.notes[0]


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


def objects(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, u=cells(U, V), fine=U)


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


@pytest.mark.parametrize(
    "options",
    [{}, {"compression": "gzip"}, {"compression": "lzf", "shuffle": True}, {"compression": "szip"},
     {"fletcher32": True}, {"chunks": (2, 3)}],
)  # fmt: skip
@pytest.mark.parametrize("version", ["earliest", "v108", "v110", "latest"])
def test_hdf5_of_every_age_and_filter_is_read(
    tmp_path: Path, version: str, options: dict[str, Any]
) -> None:
    with h5py.File(tmp_path / "a.h5", "w", libver=(version, "latest")) as file:
        file.create_dataset("run/u", data=U, **options)
    np.testing.assert_array_equal(read(tmp_path / "a.h5", "run/u"), U)


def test_arrays_that_were_never_written_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("u", (10**6, 10**4), "f4", chunks=(100, 100))
    assert "array 'u' would have 40000000000 bytes in a file of" in str(refused(tmp_path / "a.h5"))


def foreign_filter(path: Path, code: int) -> None:
    """Write a data set that claims a filter which is not installed."""
    with h5py.File(path, "w") as file:
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((4, 3))
        plan.set_filter(code, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple((4, 3))
        made = h5py.h5d.create(file.id, b"u", h5py.h5t.NATIVE_DOUBLE, space, plan)
        made.write_direct_chunk((0, 0), b"\1" * 96, 0)
        file["fine"] = U


@pytest.mark.parametrize(
    ("code", "name"), [(32001, "blosc"), (32015, "zstd"), (32004, "lz4"), (999, "without a name")]
)
def test_filters_that_are_not_installed_are_named(tmp_path: Path, code: int, name: str) -> None:
    foreign_filter(tmp_path / "a.h5", code)
    error = refused(tmp_path / "a.h5")
    assert f"array 'u' is compressed by the filter {name!r} (number {code})" in error.problem
    assert "gzip" in error.remedy
    np.testing.assert_array_equal(read(tmp_path / "a.h5", "fine"), U)


def test_damaged_data_of_hdf5_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    values = np.random.default_rng(0).random(2000)
    with h5py.File(path, "w") as file:
        file.create_dataset("u", data=values, chunks=(2000,), compression="gzip", fletcher32=True)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    path.write_bytes(data)
    assert "array 'u' cannot be read" in refused(path).problem


@pytest.mark.parametrize("name", ["a.npz", "a.h5", "a.mat", "a.csv", "a.npy"])
def test_what_is_no_file_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    assert "there is no such file" in str(refused(path))
    path.mkdir()
    assert "is a folder, expected a file" in str(refused(path))
    path.rmdir()
    os.mkfifo(path)
    assert "is no regular file" in str(refused(path))
    path.unlink()
    path.write_text("")

    def forbidden(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "cannot be read ([Errno 13] Permission denied). Allow yourself to read it" in str(
        refused(path)
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_files_without_permission_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", u=U)
    (tmp_path / "a.npz").chmod(0)
    assert "Permission denied" in str(refused(tmp_path / "a.npz"))


@pytest.mark.parametrize(
    ("name", "words"),
    [("a.xlsx", "Save the sheet as CSV"), ("a.ods", "Save the sheet as CSV"), ("a.feather", "Declare the `format`"),
     ("a.tsv", "Save it as CSV"), ("a", "Declare the `format`")],
)  # fmt: skip
def test_other_formats_are_refused_with_a_way_out(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_bytes(b"PK\3\4")
    assert words in refused(tmp_path / name).remedy


@pytest.mark.parametrize(
    "name", ["a.npz", "v5.mat", "v7.mat", "v4.mat", "v73.mat", "a.h5", "a.npy"]
)
def test_mutated_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    """Bytes of good files are changed, cut or repeated: no other error than that of the file."""
    path = tmp_path / name
    writers: dict[str, Callable[[Path], object]] = {
        "a.npz": lambda p: np.savez(p, u=U, x=V), "v5.mat": matlab, "a.npy": lambda p: np.save(p, U),
        "v7.mat": lambda p: matlab(p, do_compression=True), "v73.mat": matlab73,
        "v4.mat": lambda p: savemat(p, {"u": U}, format="4"),
        "a.h5": lambda p: hdf5(p, PACKED, scale_factor=0.5, _FillValue=np.int16(9)),
    }  # fmt: skip
    writers[name](path)
    good = path.read_bytes()
    rng = np.random.default_rng(5)
    names = {"a.npy": ["a"], "v5.mat": ["run.u", "U{2}"], "v7.mat": ["run.u", "U{2}"],
             "v73.mat": ["run.u", "U{2}"]}.get(name, ["u"])  # fmt: skip
    outcomes = []
    for _ in range(150):
        data = bytearray(good)
        for place in rng.integers(0, len(data), rng.integers(1, 4)):
            data[place] = rng.integers(256)
        if rng.random() < 0.3:
            del data[rng.integers(len(data)) :]
        path.write_bytes(data)
        for array in names:
            try:
                read(path, array)
                outcomes.append(True)
            except FormatError:
                outcomes.append(False)
    assert {True, False} == set(outcomes)
