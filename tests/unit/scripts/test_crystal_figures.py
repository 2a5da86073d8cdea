"""Polycrystal figures draw the data of the runs, and write the same data to their tables."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import Normalize

from mechanist.core.rotations import compose, from_rotation_vector, random_rotations
from mechanist.core.typing import Lattice
from mechanist.draw.crystals import (
    CORNERS,
    boundaries,
    direction_colours,
    plane_of,
    slice_panel,
    sliced,
)
from mechanist.draw.style import SUFFIXES, new_figure, styled
from mechanist.formats.polycrystal_batches import PolycrystalRun, write_runs
from mechanist.mechanics.field_agreement import agreement, lattice_rotation, von_mises
from scripts.crystal import figure_curves as crystal_figure_curves
from scripts.crystal import figure_fields as crystal_figure_fields
from scripts.crystal import figure_poles as crystal_figure_poles
from scripts.crystal import figure_reference as crystal_figure_reference


def a_run(name: str, *, shape: tuple[int, int, int] = (3, 4, 5), **changes: Any) -> PolycrystalRun:
    """Return a made-up run of three grains with small lattice rotations."""
    rng = np.random.default_rng(sum(shape))
    grains = rng.permutation(np.arange(np.prod(shape)) % 3).reshape(shape)
    start = random_rotations(3, rng)[grains]
    turn = from_rotation_vector(0.05 * rng.normal(size=(*shape, 3)))
    strains = np.array([0.0, 0.01])
    parts: dict[str, Any] = {
        "name": name,
        "systems": "fcc12",
        "lengths": np.array(shape, dtype=float),
        "grains": grains,
        "strains": strains,
        "orientations": np.stack([start, compose(turn, start)]),
        "stress": np.stack([np.zeros((*shape, 6)), 50 + 10 * rng.normal(size=(*shape, 6))]),
        "curve": np.column_stack([strains, [0.0, 60.0 + shape[0]]]),
        "axis": 2,
    }
    return PolycrystalRun(**(parts | changes))


def drawn(stem: Path) -> pd.DataFrame:
    """Return the table of a figure after checking that all its files exist."""
    assert all(stem.with_suffix(suffix).stat().st_size > 100 for suffix in SUFFIXES)
    return pd.read_csv(stem.with_suffix(".csv"))


def test_fields(tmp_path: Path) -> None:
    failed = a_run("bad", status="failed: step 3")
    good, other = a_run("good"), a_run("hexagonal", shape=(4, 1, 4), systems="hcp30")
    write_runs(tmp_path / "a.h5", [failed, good])
    write_runs(tmp_path / "b.h5", [other])
    runs = {"cubic": tmp_path / "a.h5", "hexagonal": tmp_path / "b.h5"}
    crystal_figure_fields.main(runs=runs, stem=tmp_path / "f")
    table = drawn(tmp_path / "f")
    assert list(table["sample"].unique()) == ["good", "hexagonal"]  # excludes the failed run
    here = table[table["sample"] == "good"].set_index(["row", "column"])
    # the normal is x or y, whichever has fewer voxels; z is loaded and points upwards
    expected = von_mises(good.stress[-1])[1].T
    np.testing.assert_allclose(here["von_mises"].to_numpy().reshape(5, 4), expected, rtol=1e-5)
    np.testing.assert_allclose(
        here["rotation"].to_numpy().reshape(5, 4), lattice_rotation(good)[1].T, rtol=1e-5
    )


def test_poles(tmp_path: Path) -> None:
    write_runs(tmp_path / "a.h5", [a_run("a"), a_run("bad", status="failed")])
    crystal_figure_poles.main(runs=[tmp_path / "a.h5"], stem=tmp_path / "f")
    table = drawn(tmp_path / "f")
    assert set(table["family"]) == {"{111}", "{100}"}
    means = table.groupby(["family", "state"])["density"].mean()
    np.testing.assert_allclose(means, 1, atol=0.06)
    first = (tmp_path / "f.pdf").read_bytes()
    crystal_figure_poles.main(runs=[tmp_path / "a.h5"], stem=tmp_path / "f")
    assert first == (tmp_path / "f.pdf").read_bytes()


@pytest.mark.parametrize(
    "runs", [[a_run("bad", status="failed")], [a_run("a"), a_run("b", axis=0)]]
)
def test_poles_need_runs_along_one_axis(tmp_path: Path, runs: list[PolycrystalRun]) -> None:
    write_runs(tmp_path / "a.h5", runs)
    with pytest.raises(ValueError, match="expected runs along one axis"):
        crystal_figure_poles.main(runs=[tmp_path / "a.h5"], stem=tmp_path / "f")


def test_curves(tmp_path: Path) -> None:
    one = a_run("a", curve=np.array([[0, 0], [0.01, 50.0], [0.02, 100.0]]))
    two = a_run("b", curve=np.array([[0, 0], [0.01, 70.0]]))
    bad = a_run("c", curve=np.array([[0, 0], [0.004, 900.0]]), status="failed")
    alone = a_run("d", shape=(2, 3, 2))
    write_runs(tmp_path / "0.h5", [one])
    write_runs(tmp_path / "1.h5", [two, bad])
    write_runs(tmp_path / "2.h5", [alone])
    paths = [str(tmp_path / f"{k}.h5") for k in range(3)]
    runs = crystal_figure_curves.by_system({"small": 2, "other": 1}, paths)
    assert runs == {"small": [Path(p) for p in paths[:2]], "other": [Path(paths[2])]}
    crystal_figure_curves.main(runs=runs, stem=tmp_path / "f")
    table = drawn(tmp_path / "f")
    assert set(table.loc[table["panel"] == "samples", "sample"]) == {"a", "b", "c", "d"}
    mean = table[(table["panel"] == "means") & (table["system"] == "small")].iloc[-1]
    # at the smaller final strain: 50 and 70
    assert (mean["strain"], mean["stress"]) == pytest.approx((0.01, 60))
    assert mean["deviation"] == pytest.approx(200**0.5, rel=1e-5)
    single = table[(table["panel"] == "means") & (table["system"] == "other")]
    assert single["deviation"].isna().all()


def test_mean_curves_of_compression() -> None:
    run = a_run("a", strains=np.array([0, -0.01]), curve=np.array([[0, 0], [-0.01, -50.0]]))
    strains, mean, _ = crystal_figure_curves.mean_curve([run, run])
    np.testing.assert_allclose(mean, 5000 * strains)
    assert strains[-1] == -0.01


def test_reference(tmp_path: Path) -> None:
    theirs = a_run("tension")
    turn = from_rotation_vector(np.radians([0, 0, 0.5]))
    last = np.stack([theirs.orientations[0], compose(turn, theirs.orientations[1])])
    ours = dataclasses.replace(theirs, orientations=last, stress=theirs.stress * 1.1)
    write_runs(tmp_path / "ours.h5", [ours])
    write_runs(tmp_path / "theirs.h5", [theirs])
    frames = [frame._asdict() for frame in agreement(ours, theirs)]
    (tmp_path / "n.json").write_text(json.dumps({"frames": frames}))
    crystal_figure_reference.main(engine=tmp_path / "ours.h5", imported=tmp_path / "theirs.h5",
                                  numbers=tmp_path / "n.json", stem=tmp_path / "f")  # fmt: skip
    table = drawn(tmp_path / "f")
    fields = table[table["panel"] == "fields"]
    np.testing.assert_allclose(
        fields["engine_von_mises"], 1.1 * fields["reference_von_mises"], rtol=1e-5
    )
    np.testing.assert_allclose(fields["apart"], 0.5, rtol=1e-3)
    assert (table["panel"] == "agreement").sum() == 1


@pytest.mark.parametrize(
    ("shape", "axis", "expected"),
    [
        ((4, 4, 4), 2, (1, 2, 0, 2)),
        ((4, 4, 4), 0, (2, 2, 1, 0)),
        ((6, 7, 8), 1, (0, 3, 2, 1)),
        ((5, 6, 1), 0, (2, 0, 1, 0)),  # a map is drawn in its own plane
        ((5, 6, 1), 2, (2, 0, 0, 1)),  # loaded across a map
    ],
)
def test_the_plane_that_is_shown(
    shape: tuple[int, int, int], axis: int, expected: tuple[int, ...]
) -> None:
    run = a_run("a", shape=shape, axis=axis)
    plane = plane_of(run)
    assert tuple(plane) == expected
    place = np.stack(np.indices(shape), axis=-1)
    drawn_places = sliced(place, plane)
    assert drawn_places.shape[:2] == (shape[plane.up], shape[plane.across])
    at = drawn_places[min(1, shape[plane.up] - 1), 0]
    assert (at[plane.normal], at[plane.up], at[plane.across]) == (plane.layer, 1, 0)


def test_boundaries_surround_grains() -> None:
    grains = np.zeros((3, 3), int)
    grains[1, 1] = 1
    edges = {tuple(map(tuple, line)) for line in boundaries(grains)}
    assert edges == {((1, 1), (1, 2)), ((2, 1), (2, 2)), ((1, 1), (2, 1)), ((1, 2), (2, 2))}
    assert boundaries(np.zeros((2, 5), int)).shape == (0, 2, 2)


@pytest.mark.parametrize("lattice", ["cubic", "hexagonal"])
def test_corners_are_red_green_and_blue(lattice: Lattice) -> None:
    corners = np.array([direction for direction, _ in CORNERS[lattice]], dtype=float)
    corners /= np.linalg.norm(corners, axis=1, keepdims=True)
    np.testing.assert_allclose(direction_colours(corners, lattice), np.eye(3), atol=1e-6)
    many = random_rotations(50, np.random.default_rng(0))[:, 1:]
    many /= np.linalg.norm(many, axis=1, keepdims=True)
    colours = direction_colours(many, lattice)
    assert ((colours >= 0) & (colours <= 1)).all()


@styled()
def test_slices_have_the_proportions_of_the_cell() -> None:
    _, axes = new_figure(height=2)
    run = a_run("a", lengths=np.array([1.0, 2.0, 6.0]))
    slice_panel(axes[0, 0], run, von_mises(run.stress[-1]), norm=Normalize(0, 1))
    assert axes[0, 0].get_xlim() == (0, 2)
    assert axes[0, 0].get_ylim() == (0, 6)
