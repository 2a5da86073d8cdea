"""Field files: round trips, and bad data rejected by name."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.field_files import FieldData, read_fields, read_truth, write_fields

TRUTH = {
    "divergence": {"u_t": {"(u^2)_x": -0.5, "u_xx": 0.1}},
    "product": {"u_t": {"u u_x": -1.0, "u_xx": 0.1}},
}


def trajectory(**changes: Any) -> FieldData:
    rng = np.random.default_rng(0)
    parts: dict[str, Any] = {
        "name": "first",
        "axes": {"x": np.linspace(0, 1, 6), "t": np.linspace(0, 2, 5)},
        "fields": {"u": rng.normal(size=(6, 5))},
        "inputs": {"f": rng.normal(size=(6, 5))},
        "units": {"u": "m/s", "x": "m"},
        "periodic": frozenset("x"),
    }
    return FieldData(**(parts | changes))


def test_round_trip_gives_equal_data_and_equal_bytes(tmp_path: Path) -> None:
    data = [trajectory(), trajectory(name="second", inputs={}, units={}, periodic=frozenset())]
    for name in ("a.h5", "b.h5"):
        write_fields(tmp_path / name, data, truth=TRUTH)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()
    for before, after in zip(data, read_fields(tmp_path / "a.h5"), strict=True):
        assert (after.name, after.units, after.periodic) == (
            before.name,
            before.units,
            before.periodic,
        )
        for kind in ("axes", "fields", "inputs"):
            old, new = getattr(before, kind), getattr(after, kind)
            assert list(old) == list(new)
            assert all(np.array_equal(old[key], new[key]) for key in old)


def test_truth_comes_in_the_form_asked_for(tmp_path: Path) -> None:
    write_fields(tmp_path / "a.h5", [trajectory()], truth=TRUTH)
    assert read_truth(tmp_path / "a.h5") == TRUTH["divergence"]
    assert read_truth(tmp_path / "a.h5", form="product") == TRUTH["product"]
    with pytest.raises(FormatError, match=r"'mixed'.*divergence.*product"):
        read_truth(tmp_path / "a.h5", form="mixed")
    write_fields(tmp_path / "b.h5", [trajectory()])
    assert read_truth(tmp_path / "b.h5") == {}


def test_the_order_of_axes_is_kept(tmp_path: Path) -> None:
    axes = {"y": np.arange(3.0), "x": np.arange(4.0), "t": np.arange(5.0)}
    data = FieldData("a", axes, {"v": np.zeros((3, 4, 5)), "u": np.ones((3, 4, 5))})
    write_fields(tmp_path / "a.h5", [data])
    after = read_fields(tmp_path / "a.h5")[0]
    assert list(after.axes) == ["y", "x", "t"]
    assert list(after.variables) == ["v", "u"]


def holed() -> np.ndarray:
    values = np.zeros((6, 5))
    values[2, 3] = np.nan
    return values


GRID = np.linspace(0, 1, 6)
TIME = np.linspace(0, 2, 5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fields": {"u": np.zeros((5, 6))}}, r"field 'u': shape is \(5, 6\), expected \(6, 5\)"),
        ({"fields": {"u": np.zeros((6, 5), complex)}}, "field 'u': is complex"),
        ({"fields": {"u": holed()}}, r"field 'u': nan at index \(2, 3\)"),
        ({"inputs": {"f": holed()}}, r"input 'f': nan at index \(2, 3\)"),
        ({"fields": {"u": np.full((6, 5), "a")}}, "field 'u': type is <U1"),
        ({"axes": {"x": GRID**2, "t": TIME}}, "axis 'x': spacings run from 0.04 to 0.36"),
        ({"axes": {"x": GRID[::-1], "t": TIME}}, "axis 'x': 1 is followed by 0.8"),
        ({"axes": {"x": GRID, "t": TIME[None]}}, "axis 't': shape is"),
        ({"axes": {"t": TIME, "x": GRID}}, "the last one must be 't'"),
        ({"axes": {"xx": GRID, "t": TIME}}, r"\['xx'\] must be named by one lower-case letter"),
        ({"fields": {}}, "no fields"),
        ({"fields": {"u_x": np.zeros((6, 5))}}, r"\['u_x'\] must have names of letters and digits"),
        ({"fields": {"x": np.zeros((6, 5))}}, r"\['x'\] must have names .* that no axis has"),
        ({"fields": {"f": np.zeros((6, 5))}}, "both a field and an input"),
        ({"periodic": frozenset("y")}, r"name \['y'\]"),
        ({"units": {"w": "m"}}, r"name \['w'\]"),
        ({"periodic": frozenset("t")}, "time cannot be periodic"),
    ],
)
def test_bad_data_are_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"trajectory 'first'.*{message}"):
        trajectory(**({"units": {}} | changes))


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(b"no HDF5")
    for reader in (read_fields, read_truth):
        with pytest.raises(FormatError, match="not a readable field file"):
            reader(path)
