"""Periodic axes are held against the fields: repeated ends and parts of a period are refused.

Controls: periodic solutions with no and with 20 % noise, and shocks, must pass.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.field_files import FieldData
from mechanist.imports.fields import import_fields
from mechanist.imports.periodic_axes import boundary
from mechanist.simulate import line_cases, plane_cases

N = 128
X = 2 * np.pi * np.arange(N) / N
T = np.linspace(0.0, 1.0, 40)
H = X[1]


@cache
def solution(name: str) -> np.ndarray:
    """Return a periodic solution, space first."""
    if name == "reaction_diffusion":
        (data,) = plane_cases.reaction_diffusion(points=64, times=21).data
        return data.fields["u"]
    sizes: dict[str, Any] = {"ks": {"points": 256, "times": 61}, "nls": {"points": 256, "times": 61},
                             "kdv": {"points": 256, "times": 61}, "burgers": {"times": 61}}  # fmt: skip
    (data,) = getattr(line_cases, name)(**sizes[name]).data
    return data.fields["u"]


def wave(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, None] - 2 * T) + 0.3 * np.sin(2 * x[:, None] - T)


def front(place: np.ndarray | float, width: float) -> np.ndarray:
    """Return a sawtooth: one shock a period, at a place, some grid steps wide."""
    s = (X[:, None] - place) % (2 * np.pi)
    ramp = 1 - s / np.pi
    for image in (0.0, 2 * np.pi):
        ramp = ramp + np.tanh((s - image) / (width * H)) - np.sign(s - image)
    return np.asarray(ramp * (1 + 0.1 * np.sin(T)))


PERIODIC: dict[str, Callable[[], np.ndarray]] = {
    **{name: lambda name=name: solution(name) for name in
       ("burgers", "kdv", "ks", "nls", "reaction_diffusion")},
    "wave": lambda: wave(X),
    "even about a point": lambda: np.cos(X)[:, None] * np.exp(-T),
    "even about the middle of a step": lambda: np.cos(X + H / 2)[:, None] * np.exp(-T),
    "odd about a point": lambda: np.sin(X)[:, None] * np.exp(-T),
    "shock that moves, one step wide": lambda: front(0.01 + 3 * T, 0.5),
    "shock that moves, wide": lambda: front(0.01 + 3 * T, 3.0),
    "shock that stands inside": lambda: front(2.0 + 0 * T, 1.0),
    "sawtooth that moves, not resolved": lambda: (X[:, None] - 3 * T) % (2 * np.pi),
    "still at the boundary": lambda: np.exp(-4 * (X[:, None] - np.pi - 0.1 * T) ** 2),
    "white noise": lambda: np.random.default_rng(1).normal(size=(N, 40)),
    "the same everywhere": lambda: np.ones((N, 1)) * np.sin(T),
}  # fmt: skip


def read(folder: Path, u: np.ndarray, **entry: Any) -> tuple[FieldData, list[str]]:
    names = ["x", "y"][: u.ndim - 1]
    grids = {name: np.arange(float(n)) for name, n in zip([*names, "t"], u.shape, strict=True)}
    np.savez(folder / "a.npz", u=u, **grids)
    notes: list[str] = []
    made = {"path": folder / "a.npz", "axes": {n: n for n in grids}, "fields": {"u": "u"},
            "periodic": names, "order": list(grids)}  # fmt: skip
    (data,) = import_fields(made | entry, say=notes.append)
    return data, notes


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.2])
@pytest.mark.parametrize("name", PERIODIC)
def test_periodic_fields_pass_and_their_ends_are_described(
    tmp_path: Path, name: str, noise: float
) -> None:
    u = PERIODIC[name]()
    noisy = u + noise * u.std() * np.random.default_rng(0).normal(size=u.shape)
    data, notes = read(tmp_path, noisy)
    np.testing.assert_array_equal(data.fields["u"], noisy)
    (said, *_) = [note for note in notes if "axis x is periodic" in note]
    assert "across its boundary are" in said
    assert "check that the data cover" not in said


@pytest.mark.parametrize("width", [1.0, 1.5, 2.0, 4.0])
def test_a_resolved_shock_that_stands_at_the_boundary_is_not_refused(
    tmp_path: Path, width: float
) -> None:
    assert read(tmp_path, front(-H / 2 + 0 * T, width))[0].periodic == {"x"}


def test_a_jump_between_two_points_passes_only_as_stated(tmp_path: Path) -> None:
    u = front(-H / 2 + 0 * T, 0.1)
    with pytest.raises(
        FormatError, match=r"jumps .* truly has a shock there, declare `unchecked: \[x\]`"
    ):
        read(tmp_path, u)
    np.testing.assert_array_equal(read(tmp_path, u, unchecked=["x"])[0].fields["u"], u)


CUT: dict[str, tuple[str, float]] = {
    f"{share:g} of {name}": (name, share)
    for name in ("ks", "wave", "even about a point", "odd about a point")
    for share in (0.5, 0.9)
} | {"half of burgers": ("burgers", 0.5), "half of kdv": ("kdv", 0.5), "half of nls": ("nls", 0.5)}


@pytest.mark.parametrize("noise", [0.0, 0.01])
@pytest.mark.parametrize("name", CUT)
def test_a_part_of_a_period_is_refused(tmp_path: Path, name: str, noise: float) -> None:
    source, share = CUT[name]
    u = PERIODIC[source]()
    u = u[: int(share * len(u))]
    u = u + noise * u.std() * np.random.default_rng(0).normal(size=u.shape)
    with pytest.raises(
        FormatError, match=r"axis 'x': field 'u' (jumps|has a kink|is not smooth) where the last"
    ) as caught:
        read(tmp_path, u)
    assert "Drop the last point" not in str(caught.value)
    assert read(tmp_path, u, periodic=[])[0].periodic == frozenset()
    data, notes = read(tmp_path, u, unchecked=["x"])
    assert data.periodic == {"x"}
    assert "a.npz: axis x is periodic; its ends are not compared (as stated)" in notes


@pytest.mark.parametrize("name", ["ks", "wave", "half of nls"])
def test_a_part_of_a_noisy_period_is_refused_or_told(tmp_path: Path, name: str) -> None:
    source, share = CUT.get(name, (name, 0.5))
    u = PERIODIC[source]()[: int(share * len(PERIODIC[source]()))]
    u = u + 0.2 * u.std() * np.random.default_rng(0).normal(size=u.shape)
    try:
        _, notes = read(tmp_path, u)
    except FormatError as error:
        assert "where the last point meets the first" in str(error)  # noqa: PT017
    else:
        assert any("check that the data cover a whole period" in note for note in notes)


REPEATED = ["burgers", "kdv", "ks", "nls", "wave", "even about a point", "odd about a point",
            "shock that moves, wide"]  # fmt: skip


@pytest.mark.parametrize("every", [1, 4])
@pytest.mark.parametrize("name", REPEATED)
def test_a_repeated_end_is_refused_and_dropped_on_request(
    tmp_path: Path, name: str, every: int
) -> None:
    u = PERIODIC[name]()
    closed = np.concatenate([u, u[:1]])[::every]
    with pytest.raises(
        FormatError,
        match=r"the last point, \d+, repeats the first, 0, .*Drop the last point.*`drop_last: \[x\]`",
    ):
        read(tmp_path, closed)
    data, notes = read(tmp_path, closed, drop_last=["x"])
    np.testing.assert_array_equal(data.fields["u"], u[::every])
    assert len(data.axes["x"]) == len(u[::every])
    assert any(
        "axis x: the last point repeats the first and is dropped, as stated" in n for n in notes
    )


def stored(values: np.ndarray, how: str) -> np.ndarray:
    if how == "single precision":
        return values.astype(np.float32)
    if how == "six digits":
        return np.array([float(f"{value:.6g}") for value in values.ravel()]).reshape(values.shape)
    if how == "noise before the end was repeated":
        noisy = values + 0.2 * values.std() * np.random.default_rng(0).normal(size=values.shape)
        noisy[-1] = noisy[0]
        return noisy
    share = float(how.split()[2]) / 100
    return values + share * values.std() * np.random.default_rng(0).normal(size=values.shape)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("wave", "single precision"),
        ("wave", "six digits"),
        ("wave", "noise before the end was repeated"),
        ("wave", "noise of 1 %"),
        ("wave", "noise of 2 %"),
        ("odd about a point", "noise of 2 %"),
        ("shock that moves, wide", "noise of 5 %"),
        ("ks", "noise of 10 %"),
        ("ks", "noise of 20 %"),
    ],
)
def test_a_repeated_end_is_seen_through_rounding_and_noise(
    tmp_path: Path, name: str, how: str
) -> None:
    u = PERIODIC[name]()
    with pytest.raises(FormatError, match="Drop the last point"):
        read(tmp_path, stored(np.concatenate([u, u[:1]]), how))


@pytest.mark.parametrize("waves", [0.5, 1.5])
def test_equal_ends_of_a_part_of_a_period_are_not_to_be_dropped(
    tmp_path: Path, waves: float
) -> None:
    x = np.linspace(0.0, 2 * np.pi * waves, 65)
    with pytest.raises(
        FormatError, match="has a kink where the last point meets the first"
    ) as caught:
        read(tmp_path, np.sin(x)[:, None] * np.exp(-T))
    assert "drop_last" not in str(caught.value)


@pytest.mark.parametrize("axis", ["x", "y"])
def test_each_axis_of_a_plane_is_checked(tmp_path: Path, axis: str) -> None:
    u = solution("reaction_diffusion")
    place = ["x", "y"].index(axis)
    closed = np.concatenate([u, np.take(u, [0], place)], place)
    with pytest.raises(
        FormatError, match=rf"axis '{axis}': the last point.*`drop_last: \[{axis}\]`"
    ):
        read(tmp_path, closed)
    np.testing.assert_array_equal(read(tmp_path, closed, drop_last=[axis])[0].fields["u"], u)
    with pytest.raises(FormatError, match=rf"axis '{axis}': field 'u' (jumps|has a kink|is not)"):
        read(tmp_path, np.take(u, range(40), place))


def test_an_end_that_is_no_repetition_is_not_dropped(tmp_path: Path) -> None:
    for u in (wave(X), wave(X)[:50]):
        with pytest.raises(FormatError, match=r"does not repeat the first\. Leave out `drop_last`"):
            read(tmp_path, u * (1 + 1e-9), drop_last=["x"])


def test_tables_and_several_trajectories_are_checked_as_well(tmp_path: Path) -> None:
    u = wave(X)
    closed = np.concatenate([u, u[:1]])
    runs = np.stack([closed, 2 * closed])
    with pytest.raises(FormatError, match="trajectory 'a 0', axis 'x': the last point"):
        read_runs(tmp_path, runs)
    assert [d.shape for d in read_runs(tmp_path, runs, drop_last=["x"])] == [u.shape, u.shape]
    x, t = np.meshgrid(np.arange(float(len(closed))), T, indexing="ij")
    rows = np.column_stack([x.ravel(), t.ravel(), closed.ravel()])
    np.savetxt(tmp_path / "a.csv", rows, fmt="%.15g", delimiter=",", header="x,t,u", comments="")
    entry = {
        "path": tmp_path / "a.csv",
        "axes": {"x": "x", "t": "t"},
        "fields": {"u": "u"},
        "periodic": ["x"],
    }
    with pytest.raises(FormatError, match=r"a\.csv: trajectory 'a', axis 'x': the last point"):
        import_fields(entry)
    (data,) = import_fields(entry | {"drop_last": ["x"]})
    np.testing.assert_allclose(data.fields["u"], u, atol=1e-12)


def read_runs(folder: Path, runs: np.ndarray, **entry: Any) -> list[FieldData]:
    np.savez(folder / "a.npz", u=runs, x=np.arange(float(runs.shape[1])), t=T)
    return import_fields({"path": folder / "a.npz", "axes": {"x": "x", "t": "t"}, "fields": {"u": "u"},
                          "periodic": ["x"], "trajectories": 0, **entry})  # fmt: skip


def test_noise_alone_is_hardly_ever_refused() -> None:
    rng = np.random.default_rng(3)
    for points, samples in ((8, 2), (8, 6), (16, 2), (16, 8), (64, 5)):
        found = [boundary(rng.normal(size=(points, samples)), 0) for _ in range(500)]
        assert sum(one.jumps or one.repeated for one in found) <= 1


def test_grids_of_few_points_are_not_judged(tmp_path: Path) -> None:
    _, notes = read(tmp_path, wave(X)[:7])
    assert "a.npz: axis x is periodic; its ends are not compared (only 7 points)" in notes
