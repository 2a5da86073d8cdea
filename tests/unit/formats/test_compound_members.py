"""Members of compound arrays (records) are read by name in every format that holds such arrays."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.array_files import open_arrays
from mechanist.imports.fields import import_fields
from mechanist.settings.field_entry import files_of

RECORD = np.zeros(
    (5, 3),
    [
        ("u", "<f8"),
        ("n", ">i2"),
        ("who", "S4"),
        ("place", [("x", "<f4"), ("y", "<f4")]),
        ("s", "<f8", (2,)),
    ],
)
RECORD["u"] = 0.5 * np.arange(15).reshape(5, 3)
RECORD["n"] = -np.arange(15).reshape(5, 3)
RECORD["place"]["y"] = 2 * RECORD["u"]
RECORD["s"][..., 1] = 3 * RECORD["u"]
#: What each name must give.
VALUES = {
    "table.u": RECORD["u"],
    "table.n": RECORD["n"],
    "table.place.x": np.zeros((5, 3)),
    "table.place.y": 2 * RECORD["u"],
    "table.s": np.stack([np.zeros((5, 3)), 3 * RECORD["u"]], axis=-1),
}
FORMS = ["hdf5", "npz", "npy"]


def saved(folder: Path, form: str, **arrays: Any) -> Path:
    """Write arrays in a format."""
    path = folder / f"table.{'h5' if form == 'hdf5' else form}"
    if form == "hdf5":
        with h5py.File(path, "w") as file:
            for name, values in arrays.items():
                file[name] = values
    elif form == "npz":
        np.savez(path, **arrays)
    else:
        for name, values in arrays.items():
            np.save(folder / f"{name}.npy", values)
    return path


@pytest.mark.parametrize("form", FORMS)
def test_members_are_read_by_name(tmp_path: Path, form: str) -> None:
    file = open_arrays(saved(tmp_path, form, table=RECORD), form)
    for name, values in VALUES.items():
        np.testing.assert_array_equal(file.array(name), values)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["table.v", "table.place", "table.u.x", "other.u", "table.", ".u"])
def test_other_names_are_refused(tmp_path: Path, form: str, name: str) -> None:
    file = open_arrays(saved(tmp_path, form, table=RECORD), form)
    with pytest.raises(FormatError, match=f"no array '{name}'"):
        file.array(name)


@pytest.mark.parametrize("form", FORMS)
def test_an_array_that_has_the_whole_name_comes_first(tmp_path: Path, form: str) -> None:
    arrays = {"table": RECORD, "table.u": np.full(3, 7.0)}
    file = open_arrays(saved(tmp_path, form, **arrays), form)
    np.testing.assert_array_equal(file.array("table.u"), [7, 7, 7])


@pytest.mark.parametrize("form", FORMS)
def test_fields_are_members(tmp_path: Path, form: str) -> None:
    run = np.zeros(6, [("time", "f8"), ("u", "f8"), ("who", "S3"), ("s", "f8", (2,))])
    run["time"], run["u"], run["s"][:, 1] = np.arange(6) / 4, np.arange(6) ** 2, np.arange(6)
    entry = {
        "path": str(saved(tmp_path, form, table=run)),
        "axes": {"t": "table.time"},
        "fields": {"u": "table.u", "v": {"array": "table.s", "column": 1}},
    }
    (data,) = import_fields(entry)
    np.testing.assert_array_equal(data.axes["t"], [0, 0.25, 0.5, 0.75, 1, 1.25])
    np.testing.assert_array_equal(data.fields["u"], [0, 1, 4, 9, 16, 25])
    np.testing.assert_array_equal(data.fields["v"], [0, 1, 2, 3, 4, 5])
    assert files_of(entry) == [entry["path"]]  # of a folder, no file of the name of a member
    whole = r"'table' of 'u' holds .*Name one of its members: table\.time, table\.u, table\.who"
    with pytest.raises(FormatError, match=whole):
        import_fields({**entry, "fields": {"u": "table"}})
    with pytest.raises(FormatError, match=r"'table\.who' of 'u' holds \|S3, expected real numbers"):
        import_fields({**entry, "fields": {"u": "table.who"}})


def test_names_that_are_not_there_are_answered_by_those_of_members(tmp_path: Path) -> None:
    for form in ("hdf5", "npz"):
        file = open_arrays(saved(tmp_path, form, table=RECORD), form)
        with pytest.raises(
            FormatError, match=r"Did you mean 'table\.u'\?.* table\.u \(5, 3\)"
        ) as caught:
            file.array("table/u")
        assert "table.s (5, 3, 2)" in caught.value.remedy


def with_attribute(path: Path, key: str, value: object) -> Path:
    with h5py.File(path, "a") as file:
        file["table"].attrs[key] = value
    return path


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("scale_factor", 2.0),
        ("add_offset", [1.0]),
        ("_FillValue", 0.0),
        ("valid_max", 3),
        ("_Unsigned", "true"),
        ("missing_value", np.zeros((), [("n", "f8")])),
    ],
)
def test_packing_that_belongs_to_no_member_is_refused(
    tmp_path: Path, key: str, value: object
) -> None:
    path = with_attribute(saved(tmp_path, "hdf5", table=RECORD), key, value)
    with pytest.raises(FormatError, match=f"'table' has the attribute '{key}'.*'u' is to be read"):
        open_arrays(path, "hdf5").array("table.u")


def test_packing_of_members_is_used(tmp_path: Path) -> None:
    """NetCDF-4 stores the attributes of compound variables as records of the same members."""
    path = saved(tmp_path, "hdf5", table=RECORD)
    with_attribute(path, "scale_factor", np.array((2.0, 10.0), [("u", "f8"), ("n", "f8")]))
    with_attribute(path, "units", "m")
    file = open_arrays(path, "hdf5")
    np.testing.assert_array_equal(file.array("table.u"), RECORD["u"] * 2)
    np.testing.assert_array_equal(file.array("table.n"), RECORD["n"] * 10.0)
    assert file.notes[0] == "array 'table.u' is unpacked by scale_factor 2"
    with_attribute(path, "_FillValue", np.array((1.5, 999), [("u", "f8"), ("n", "f8")]))
    with pytest.raises(FormatError, match=r"1 of 15 values of array 'table\.u' are missing"):
        open_arrays(path, "hdf5").array("table.u")


def test_complex_numbers_are_no_members(tmp_path: Path) -> None:
    psi = np.arange(4) + 1j
    file = open_arrays(saved(tmp_path, "hdf5", table=psi), "hdf5")
    np.testing.assert_array_equal(file.array("table"), psi)
    with pytest.raises(FormatError, match=r"no array 'table\.r'"):
        file.array("table.r")
