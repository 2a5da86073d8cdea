"""Axes that run from large to small are reversed with their data, so that laws keep their signs."""

from pathlib import Path

import numpy as np
import pytest

from field_writers import ENTRY, T, U, X, npz
from mechanist.core.errors import FormatError
from mechanist.discover.found_equations import discover
from mechanist.discover.search import Search
from mechanist.formats.field_files import FieldData
from mechanist.imports.fields import import_fields


def read(path: Path, notes: list[str] | None = None, **entry: object) -> FieldData:
    said = [] if notes is None else notes
    (data,) = import_fields(ENTRY | {"path": path} | entry, say=said.append)
    return data


@pytest.mark.parametrize("turned", ["x", "t", "xt"])
@pytest.mark.parametrize("periodic", [[], ["x"]])
def test_values_keep_their_coordinates(tmp_path: Path, turned: str, periodic: list[str]) -> None:
    one, two = (slice(None, None, -1 if name in turned else 1) for name in "xt")
    path = tmp_path / "a.npz"
    npz(path, {"x": X[one], "t": T[two], "u": U[one, two], "v": 2 * U[one, two]})
    notes: list[str] = []
    data = read(path, notes, inputs={"v": "v"}, periodic=periodic)
    np.testing.assert_array_equal(data.axes["x"], X)
    np.testing.assert_array_equal(data.axes["t"], T)
    np.testing.assert_array_equal(data.fields["u"], U)
    np.testing.assert_array_equal(data.inputs["v"], 2 * U)
    told = [note for note in notes if "reversed" in note]
    assert len(told) == len(turned)
    if "t" in turned:
        assert (
            "a.npz: axis t: it descends from 2 to 0; the axis and the data along it are reversed"
            in told[-1]
        )


def test_ascending_axes_are_left_alone_and_mixed_ones_refused(tmp_path: Path) -> None:
    notes: list[str] = []
    npz(tmp_path / "a.npz", {"x": X, "t": T, "u": U})
    np.testing.assert_array_equal(read(tmp_path / "a.npz", notes).fields["u"], U)
    assert not [note for note in notes if "reversed" in note]
    npz(tmp_path / "b.npz", {"x": np.r_[X[::-1][:-1], X[-1]], "t": T, "u": U})
    with pytest.raises(FormatError, match="the grid must increase"):
        read(tmp_path / "b.npz")


def test_a_step_may_be_negative(tmp_path: Path) -> None:
    npz(tmp_path / "a.npz", {"t": T, "u": U})
    axes = {"x": {"start": 0.0, "step": -0.5}, "t": "t"}
    data = read(tmp_path / "a.npz", axes=axes)
    np.testing.assert_allclose(data.axes["x"], np.arange(-5.5, 0.5, 0.5))
    np.testing.assert_array_equal(data.fields["u"], U[::-1])


def test_a_repeated_end_is_dropped_from_a_reversed_axis(tmp_path: Path) -> None:
    x = np.linspace(-1.0, 1.0, 13)
    u = np.sin(np.pi * x[:, None] - T)
    u[-1] = u[0]
    npz(tmp_path / "a.npz", {"x": x[::-1], "t": T, "u": u[::-1]})
    data = read(tmp_path / "a.npz", periodic=["x"], drop_last=["x"])
    np.testing.assert_array_equal(data.axes["x"], x[:-1])
    np.testing.assert_array_equal(data.fields["u"], u[:-1])


@pytest.mark.parametrize("turned", ["", "x", "t", "xt"])
def test_the_advection_speed_keeps_its_sign(tmp_path: Path, turned: str) -> None:
    """u_t = -1.5 u_x: an odd derivative, which changes its sign if only the axis is reversed."""
    x, t = np.linspace(0.0, 2 * np.pi, 64, endpoint=False), np.linspace(0.0, 2.0, 60)
    shift = x[:, None] - 1.5 * t
    u = np.sin(shift) + 0.4 * np.cos(2 * shift) + 0.2 * np.sin(3 * shift + 1)
    one, two = (slice(None, None, -1 if name in turned else 1) for name in "xt")
    npz(tmp_path / "a.npz", {"x": x[one], "t": t[two], "u": u[one, two]})
    data = read(tmp_path / "a.npz", periodic=["x"])
    search = Search.from_settings("weak", {"degree": 1, "order": 2}, {})
    (found,) = discover(search, [data])
    assert list(found.coefficients) == ["u_x"]
    assert found.coefficients["u_x"] == pytest.approx(-1.5, rel=1e-3)
