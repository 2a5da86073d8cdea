"""The order of an array's dimensions is never guessed, and every order that is offered is right."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.imports.fields import import_fields


def grids(**lengths: int) -> dict[str, np.ndarray]:
    return {name: 0.5 * np.arange(float(n)) for name, n in lengths.items()}


def field(grid: dict[str, np.ndarray], order: str) -> np.ndarray:
    """Return x + 10 y + 100 z + 1000 t, dimensions in an order; c numbers two components."""
    weights = {"x": 1.0, "y": 10.0, "z": 100.0, "t": 1000.0}
    total: Any = 0.0
    for place, name in enumerate(order):
        values = weights[name] * grid[name] if name in grid else 1e5 * np.arange(3.0)
        total = total + values.reshape([-1 if k == place else 1 for k in range(len(order))])
    return np.asarray(total)


def read(folder: Path, arrays: dict[str, Any], **entry: Any) -> dict[str, np.ndarray]:
    np.savez(folder / "a.npz", **arrays)
    (data,) = import_fields({"path": folder / "a.npz", **entry})
    return data.variables


def offered(error: FormatError) -> list[list[str]]:
    return [found.split(", ") for found in re.findall(r"order: \[([a-z, ]+)\]", error.remedy)]


@pytest.mark.parametrize(
    ("lengths", "stored", "count"),
    [
        ({"x": 9, "t": 9}, "tx", 2),
        ({"x": 9, "y": 9, "t": 7}, "yxt", 2),
        ({"x": 9, "y": 9, "t": 7}, "txy", 2),
        ({"x": 9, "y": 7, "t": 9}, "xyt", 2),
        ({"x": 7, "y": 9, "t": 9}, "xty", 2),
        ({"x": 9, "y": 9, "t": 9}, "tyx", 6),
        ({"x": 9, "y": 8, "z": 9, "t": 7}, "zyxt", 2),
        ({"x": 9, "y": 8, "z": 8, "t": 9}, "xyzt", 4),
    ],
)
def test_equal_lengths_need_a_stated_order(
    tmp_path: Path, lengths: dict[str, int], stored: str, count: int
) -> None:
    grid = grids(**lengths)
    arrays = {**grid, "u": field(grid, stored), "V": field(grid, stored) ** 2}
    entry = {"axes": {n: n for n in grid}, "fields": {"u": "u"}, "inputs": {"V": "V"}}
    with pytest.raises(FormatError, match="leave open which dimension is which") as caught:
        read(tmp_path, arrays, **entry)
    orders = offered(caught.value)
    assert len(orders) == count
    assert list(stored) in orders
    for order in orders:  # every offer can be followed; only the true one gives the field
        right = order == list(stored)
        values = read(tmp_path, arrays, order=order, **entry)
        assert np.array_equal(values["u"], field(grid, "".join(grid))) == right
        assert np.array_equal(values["V"], field(grid, "".join(grid)) ** 2) == right


@pytest.mark.parametrize("stored", ["xyt", "ytx", "txy", "tyx"])
def test_different_lengths_decide(tmp_path: Path, stored: str) -> None:
    grid = grids(x=9, y=8, t=7)
    arrays = {**grid, "u": field(grid, stored)}
    entry = {"axes": {n: n for n in grid}, "fields": {"u": "u"}}
    if stored != "xyt":
        with pytest.raises(FormatError, match="fits another order") as caught:
            read(tmp_path, arrays, **entry)
        (order,) = offered(caught.value)
        assert order == list(stored)
        entry["order"] = order
    np.testing.assert_array_equal(read(tmp_path, arrays, **entry)["u"], field(grid, "xyt"))


@pytest.mark.parametrize(
    ("axes", "shape", "orders"),
    [
        ({"x": {"step": 1}, "t": "t"}, (8, 7), None),
        ({"x": {"step": 1}, "t": "t"}, (7, 7), [["x", "t"], ["t", "x"]]),
        ({"x": {"step": 1}, "t": {"step": 1}}, (8, 7), [["x", "t"], ["t", "x"]]),
        (
            {"x": {"step": 1}, "y": {"step": 1}, "t": "t"},
            (8, 9, 7),
            [["x", "y", "t"], ["y", "x", "t"]],
        ),
        ({"t": {"step": 1}}, (7,), None),
    ],
)
def test_axes_by_start_and_step_have_any_length(
    tmp_path: Path, axes: dict[str, Any], shape: tuple[int, ...], orders: list[list[str]] | None
) -> None:
    arrays = {"t": np.arange(7.0), "u": np.random.default_rng(0).random(shape)}
    if orders is None:
        assert read(tmp_path, arrays, axes=axes, fields={"u": "u"})["u"].shape == shape
        return
    with pytest.raises(FormatError) as caught:
        read(tmp_path, arrays, axes=axes, fields={"u": "u"})
    assert offered(caught.value) == orders


@pytest.mark.parametrize(
    ("lengths", "stored", "order"),
    [
        ({"t": 7}, "tc", None),
        ({"t": 7}, "ct", None),
        ({"t": 3}, "tc", ["t", "column"]),
        ({"t": 3}, "ct", ["column", "t"]),
        ({"x": 9, "t": 7}, "xct", None),
        ({"x": 3, "t": 7}, "xtc", ["x", "t", "column"]),
        ({"x": 9, "t": 3}, "xct", ["x", "column", "t"]),
        ({"x": 3, "t": 3}, "ctx", ["column", "t", "x"]),
    ],
)
def test_components_of_a_state_matrix(
    tmp_path: Path, lengths: dict[str, int], stored: str, order: list[str] | None
) -> None:
    grid = grids(**lengths)
    arrays = {**grid, "X": field(grid, stored), "V": field(grid, "".join(grid))}
    entry: dict[str, Any] = {
        "axes": {n: n for n in grid},
        "fields": {n: {"array": "X", "column": k} for k, n in enumerate("uvw")},
    }
    if order is None or order[:2] == ["x", "t"]:
        entry["inputs"] = {"V": "V"}  # an array without components beside one with them
    if order is not None:
        with pytest.raises(FormatError, match="leave open") as caught:
            read(tmp_path, arrays, **entry)
        assert order in offered(caught.value)
        entry["order"] = order
    values = read(tmp_path, arrays, **entry)
    for k, name in enumerate("uvw"):
        np.testing.assert_array_equal(values[name], field(grid, "".join(grid)) + 1e5 * k)


@pytest.mark.parametrize(
    ("axes", "shape", "component"),
    [
        ({"t": {"step": 0.1}}, (21, 2), 2),  # counted from 1
        ({"t": {"step": 0.1}}, (21, 2), 20),
        ({"t": {"step": 0.1}}, (2, 21), 2),
        ({"x": "x", "t": {"step": 0.1}}, (9, 21, 2), 2),
        ({"x": {"step": 0.1}, "t": {"step": 0.1}}, (9, 21, 2), 2),
    ],
)
def test_the_number_of_a_component_decides_no_order(
    tmp_path: Path, axes: dict[str, Any], shape: tuple[int, ...], component: int
) -> None:
    """A component that is not there must not turn the array until it is."""
    arrays = {"x": np.arange(9.0), "X": np.random.default_rng(0).random(shape)}
    entry: dict[str, Any] = {
        "axes": axes,
        "fields": {"u": {"array": "X", "column": component}},
    }
    with pytest.raises(FormatError, match="leave open which dimension is which") as caught:
        read(tmp_path, arrays, **entry)
    right = [*axes, "column"] if shape[-1] == 2 else ["column", *axes]
    assert right in offered(caught.value)
    with pytest.raises(FormatError, match=f"component {component} of an array with 2") as caught:
        read(tmp_path, arrays, **entry, order=right)
    assert caught.value.remedy == "Components are counted from 0: expected column 0 to 1."
    entry["fields"] = {"u": {"array": "X", "column": 1}}
    values = read(tmp_path, arrays, **entry, order=right)["u"]
    np.testing.assert_array_equal(values, np.moveaxis(arrays["X"], right.index("column"), 0)[1])


def test_components_within_trajectories(tmp_path: Path) -> None:
    runs = np.random.default_rng(0).random((4, 7, 3))
    np.savez(tmp_path / "a.npz", t=np.arange(7.0), X=runs)
    entry = {"path": tmp_path / "a.npz", "axes": {"t": "t"}, "trajectories": 0,
             "fields": {"u": {"array": "X", "column": 2}}}  # fmt: skip
    data = import_fields(entry)
    assert [one.name for one in data] == ["a 0", "a 1", "a 2", "a 3"]
    for one, run in zip(data, runs, strict=True):
        np.testing.assert_array_equal(one.fields["u"], run[:, 2])


@pytest.mark.parametrize(
    ("shape", "advice"),
    [
        ((7, 2), ("If dimension 1 numbers components, name one of them, `u: {array: X, column: 0}`;"
                 " if trajectories, declare `trajectories: 1`.")),
        ((2, 7), "If dimension 0 numbers components"),
        ((7, 7), "If dimension 0 or 1 numbers components"),
        ((7, 2, 3), None),
        ((6, 2), None),
    ],
)  # fmt: skip
def test_advice_is_given_only_where_it_can_be_right(
    tmp_path: Path, shape: tuple[int, ...], advice: str | None
) -> None:
    with pytest.raises(FormatError) as caught:
        read(
            tmp_path,
            {"t": np.arange(7.0), "X": np.zeros(shape)},
            axes={"t": "t"},
            fields={"u": "X"},
        )
    if advice is None:
        assert "numbers" not in caught.value.remedy
    else:
        assert advice in caught.value.remedy


def test_arrays_of_different_orders_are_told(tmp_path: Path) -> None:
    grid = grids(x=9, t=7)
    arrays = {**grid, "u": field(grid, "xt"), "v": field(grid, "tx")}
    entry = {"axes": {n: n for n in grid}, "fields": {"u": "u", "v": "v"}}
    with pytest.raises(FormatError, match=r"'v' has the shape \(7, 9\).*save them in one order"):
        read(tmp_path, arrays, **entry)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {},
            "a.npz: the dimensions of the arrays are [x, t] (the only one that fits their lengths)",
        ),
        ({"order": ["x", "t"]}, "a.npz: the dimensions of the arrays are [x, t] (as stated)"),
    ],
)
def test_the_order_that_was_used_is_said(tmp_path: Path, entry: dict[str, Any], said: str) -> None:
    grid = grids(x=9, t=7)
    np.savez(tmp_path / "a.npz", **grid, u=field(grid, "xt"))
    notes: list[str] = []
    import_fields({"path": tmp_path / "a.npz", "axes": {n: n for n in grid}, "fields": {"u": "u"}, **entry},
                  say=notes.append)  # fmt: skip
    assert said in notes
