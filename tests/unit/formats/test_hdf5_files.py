"""HDF5 and netCDF files: packed and missing values, filters, damage."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from scipy.io import netcdf_file

from array_writers import (
    PACKED,
    U,
    hdf5,
    matlab73,
    read,
    refused,
)
from mechanist.core.errors import FormatError
from mechanist.formats.array_files import open_arrays
from mechanist.formats.array_frames import read_array_frames
from mechanist.formats.packed_values import NEVER_WRITTEN


@pytest.mark.parametrize(
    ("values", "attributes", "expected"),
    [
        (PACKED, {"scale_factor": 0.5, "add_offset": 273.0}, [[273, 323], [173, 436.5]]),
        (PACKED, {"scale_factor": np.array([0.25])}, [[0, 25], [-50, 81.75]]),
        (PACKED, {"add_offset": np.float32(1)}, [[1, 101], [-199, 328]]),
        (PACKED, {"scale_factor": 2.0, "_FillValue": np.int16(-32767)}, [[0, 200], [-400, 654]]),
        (PACKED.astype(np.int8), {"_Unsigned": b"true", "scale_factor": 1.0}, [[0, 100], [56, 71]]),
        (PACKED / 7, {"_FillValue": np.nan}, PACKED / 7),
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
    ],
)  # fmt: skip
def test_missing_values_are_refused_with_their_place(
    tmp_path: Path, values: np.ndarray, attributes: dict[str, Any], words: str
) -> None:
    path = hdf5(tmp_path / "a.h5", values, **attributes)
    assert words in str(refused(path))
    with pytest.raises(FormatError, match="3 of 3 values of array 'other'"):
        read(path, "other")  # it has no part in what the first array gives


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
