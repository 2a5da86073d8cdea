"""Rounded times are taken as uniform; jitter is interpolated with its error told; gaps are refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.field_files import FieldData
from mechanist.imports.fields import import_fields

T = np.linspace(0.0, 4.0, 121)
X = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)


def wave(x: np.ndarray, t: np.ndarray) -> np.ndarray:
    return np.sin(x[:, None] - 2 * t) + 0.3 * np.cos(2 * x[:, None] + t)


def read(folder: Path, arrays: dict[str, Any], **entry: Any) -> tuple[FieldData, list[str]]:
    np.savez(folder / "a.npz", **arrays)
    notes: list[str] = []
    entry = {"path": folder / "a.npz", "axes": {"x": "x", "t": "t"}, "fields": {"u": "u"}} | entry
    (data,) = import_fields(entry, say=notes.append)
    return data, notes


@pytest.mark.parametrize(
    ("stored", "unit"),
    [
        (np.round(T, 3), "0.001"),
        (np.round(T, 2), "0.01"),
        (np.floor(T * 1000) / 1000, "0.001"),
        (np.round(83 * T), "1"),
        ((1e5 + T).astype(np.float32), "0.0078125"),
    ],
    ids=["three digits", "two digits", "cut off", "whole numbers", "single precision"],
)
def test_rounded_times_are_a_uniform_grid_and_fields_stay(
    tmp_path: Path, stored: np.ndarray, unit: str
) -> None:
    u = wave(X, T)
    data, notes = read(tmp_path, {"x": X, "t": stored, "u": u})
    np.testing.assert_array_equal(data.fields["u"], u)
    steps = np.diff(data.axes["t"])
    np.testing.assert_allclose(steps, steps[0], rtol=1e-6)
    assert np.abs(data.axes["t"] - stored).max() <= 0.75 * float(unit)
    if float(unit) > 1e-3 * steps[0]:
        (said,) = (note for note in notes if "axis t" in note)
        assert f"values are rounded to {unit} and taken as uniform" in said


@pytest.mark.parametrize("axis", ["x", "t"])
@pytest.mark.parametrize("share", [0.05, 0.12])
def test_jitter_is_interpolated_and_the_error_told(tmp_path: Path, axis: str, share: float) -> None:
    rng = np.random.default_rng(1)
    grids = {"x": X.copy(), "t": T.copy()}
    step = grids[axis][1] - grids[axis][0]
    grids[axis][1:-1] += share * step * rng.uniform(-1, 1, len(grids[axis]) - 2)
    data, notes = read(tmp_path, {**grids, "u": wave(grids["x"], grids["t"])})
    even = np.linspace(grids[axis][0], grids[axis][-1], len(grids[axis]))
    np.testing.assert_allclose(data.axes[axis], even)
    exact = wave(data.axes["x"], data.axes["t"])
    error = float(np.sqrt(np.mean((data.fields["u"] - exact) ** 2)) / exact.std())
    as_stored = float(np.sqrt(np.mean((wave(grids["x"], grids["t"]) - exact) ** 2)) / exact.std())
    assert error < 0.02 * as_stored  # what it would be if the jitter were ignored
    (said,) = (note for note in notes if f"axis {axis}" in note)
    assert "interpolated by cubic splines onto" in said
    told = float(said.split("splines miss it by ")[1].split(" of u")[0])
    assert error < told < 0.02


def test_inputs_are_interpolated_as_well(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    t = T + 0.1 * (T[1] - T[0]) * rng.uniform(-1, 1, len(T))
    arrays = {"x": X, "t": t, "u": wave(X, t), "V": wave(X, t) ** 2}
    data, _ = read(tmp_path, arrays, inputs={"V": "V"})
    exact = wave(data.axes["x"], data.axes["t"]) ** 2
    np.testing.assert_allclose(data.inputs["V"], exact, atol=1e-4)


def jittered(share: float) -> np.ndarray:
    t = T.copy()
    t[50] += share * (T[1] - T[0])
    return t


@pytest.mark.parametrize(("share", "used"), [(0.24, True), (0.26, False), (0.5, False)])
def test_one_point_that_is_off_is_not_jitter(tmp_path: Path, share: float, used: bool) -> None:
    t = jittered(share)
    arrays = {"x": X, "t": t, "u": wave(X, t)}
    if used:
        assert "interpolated" in " ".join(read(tmp_path, arrays)[1])
        return
    with pytest.raises(FormatError, match=r"jitter of up to 25 % .*`resample: \[t\]`"):
        read(tmp_path, arrays)


@pytest.mark.parametrize("name", ["u", "V"])
def test_rough_fields_on_uneven_axes_are_refused_unless_resampling_is_stated(
    tmp_path: Path, name: str
) -> None:
    rng = np.random.default_rng(1)
    arrays = {"x": X, "t": jittered(0.1), "u": wave(X, jittered(0.1)), "V": wave(X, jittered(0.1))}
    read(tmp_path, arrays, inputs={"V": "V"})
    arrays[name] = arrays[name] + 0.03 * rng.standard_normal((len(X), len(T)))
    said = rf"splines miss it by 0\.0\d+ of {name}, relative .*at most 0\.02.*`resample: \[t\]`"
    with pytest.raises(FormatError, match=said):
        read(tmp_path, arrays, inputs={"V": "V"})
    _, notes = read(tmp_path, arrays, inputs={"V": "V"}, resample=["t"])
    assert "interpolated by cubic splines" in " ".join(notes)


def test_few_points_are_not_interpolated(tmp_path: Path) -> None:
    t = np.array([0.0, 1.0, 2.17, 3.0])
    arrays = {"x": X, "t": t, "u": wave(X, t)}
    for entry in ({}, {"resample": ["t"]}):
        with pytest.raises(FormatError, match=r"from 0\.83 to 1\.17, .* a uniform grid\. "):
            read(tmp_path, arrays, **entry)


GAP = np.delete(T, 40)
UNEVEN: dict[str, np.ndarray] = {
    "a missing frame": GAP,
    "squared": T**2 + 1e-3 * T,
    "logarithmic": np.geomspace(0.01, 4.0, 121),
    "rounded to one another": np.round(np.linspace(0, 4, 9) ** 3 + np.arange(9), 1),
}


@pytest.mark.parametrize("name", UNEVEN)
def test_gaps_and_growing_steps_are_refused_unless_resampling_is_stated(
    tmp_path: Path, name: str
) -> None:
    t = UNEVEN[name]
    arrays = {"x": X, "t": t, "u": wave(X, t)}
    with pytest.raises(FormatError, match=r"axis 't': spacings run from .*`resample: \[t\]`"):
        read(tmp_path, arrays)
    data, notes = read(tmp_path, arrays, resample=["t"])
    assert np.ptp(np.diff(data.axes["t"])) < 1e-9
    assert any("splines miss it by" in note for note in notes)


MAKERS: dict[str, Callable[[], np.ndarray]] = {
    "uniform": lambda: T,
    "rounded beyond notice": lambda: np.round(T, 6),
    "of single precision": lambda: T.astype(np.float32),
}


@pytest.mark.parametrize("name", MAKERS)
def test_uniform_grids_are_left_alone(tmp_path: Path, name: str) -> None:
    t = MAKERS[name]()
    u = wave(X, T)
    data, notes = read(tmp_path, {"x": X, "t": t, "u": u})
    np.testing.assert_array_equal(data.axes["t"], t.astype(float))
    np.testing.assert_array_equal(data.fields["u"], u)
    assert not any("axis" in note for note in notes)


@pytest.mark.parametrize("name", UNEVEN)
def test_times_declared_uneven_are_used_as_they_are(tmp_path: Path, name: str) -> None:
    t = UNEVEN[name]
    arrays = {"x": X, "t": t, "u": wave(X, t)}
    with pytest.raises(FormatError, match=r"or `uneven: \[t\]` to use the times as they are"):
        read(tmp_path, arrays)
    data, notes = read(tmp_path, arrays, uneven=["t"])
    assert data.uneven == {"t"}
    np.testing.assert_array_equal(data.axes["t"], t)
    np.testing.assert_array_equal(data.fields["u"], arrays["u"])
    steps = np.diff(t)
    said = f"axis t: {len(t)} uneven values, {steps.min():g} to {steps.max():g} apart, are used as they"
    assert said in " ".join(notes)


def test_even_times_declared_uneven_are_even(tmp_path: Path) -> None:
    data, notes = read(tmp_path, {"x": X, "t": T, "u": wave(X, T)}, uneven=["t"])
    assert data.uneven == frozenset()
    assert "axis t: the values are even, although they are declared uneven" in " ".join(notes)


def test_uneven_places_have_no_such_remedy(tmp_path: Path) -> None:
    x = np.geomspace(1.0, 3.0, len(X))
    arrays = {"x": x, "t": T, "u": wave(x, T)}
    with pytest.raises(FormatError, match=r"or declare `resample: \[x\]`\. "):
        read(tmp_path, arrays)
    with pytest.raises(ValueError, match=r"uneven: \['x'\]; expected a list of axes among \['t'\]"):
        read(tmp_path, arrays, uneven=["x"])
    with pytest.raises(ValueError, match="resample and uneven both name 't'"):
        read(tmp_path, arrays, uneven=["t"], resample=["t"])


def test_decreasing_times_are_refused_even_if_declared_uneven(tmp_path: Path) -> None:
    t = T.copy()
    t[5] = t[3]
    with pytest.raises(FormatError, match="the grid must increase"):
        read(tmp_path, {"x": X, "t": t, "u": wave(X, t)}, uneven=["t"])
