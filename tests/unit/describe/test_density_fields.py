"""Density fields conserve line length, closure and total turning at any voxel size."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.typing import FloatArray
from mechanist.describe.field_statistics import DESCRIPTORS, field_statistics
from mechanist.describe.shared.density_fields import DensityFields, fields_of_edges, fields_of_lines
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar
from mechanist.formats.microstructure_files import Line, Microstructure
from mechanist.simulate.microstructures import length_of

SIDE = 10.0
QUARTER = np.array([[0.0, -1], [1, 0]])


def tangle(seed: int) -> Microstructure:
    """Return random loops, and random lines that cross the cell."""
    rng = np.random.default_rng(seed)
    lines = [Line(SIDE * rng.random((rng.integers(3, 7), 2)), np.zeros(2)) for _ in range(3)]
    periods = SIDE * np.array([[1.0, 0], [0, -1], [1, 1]])
    lines += [Line(SIDE * rng.random((4, 2)), period) for period in periods]
    return Microstructure("m", "tangle", SIDE, tuple(lines))


def moved(sample: Microstructure, step: FloatArray) -> Microstructure:
    lines = tuple(Line(line.vertices + step, line.period) for line in sample.lines)
    return Microstructure("m", "tangle", SIDE, lines)


def turned(sample: Microstructure, matrix: FloatArray) -> Microstructure:
    lines = tuple(Line(v @ matrix.T, p @ matrix.T) for v, p in sample.lines)
    return Microstructure("m", "tangle", SIDE, lines)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 23))
def test_any_voxel_keeps_length_closure_and_turning(seed: int, count: int) -> None:
    sample = tangle(seed)
    fields = fields_of_lines(sample, count)
    totals = fields.values.sum(axis=(1, 2)) * fields.voxel**2
    assert totals[0] == pytest.approx(sum(map(length_of, sample.lines)), rel=1e-10)
    np.testing.assert_allclose(totals[1:3], sum(line.period for line in sample.lines), atol=1e-9)
    assert totals[3] / (2 * np.pi) == pytest.approx(round(totals[3] / (2 * np.pi)), abs=1e-9)
    assert (np.hypot(*fields.values[1:3]) <= fields["rho"] * (1 + 1e-9) + 1e-12).all()


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), i=st.integers(-9, 9), j=st.integers(-9, 9))
def test_a_translation_by_whole_voxels_moves_the_fields(seed: int, i: int, j: int) -> None:
    sample, count = tangle(seed), 8
    step = np.array([i, j]) * SIDE / count
    expected = np.roll(fields_of_lines(sample, count).values, (i, j), axis=(1, 2))
    after = fields_of_lines(moved(sample, step), count).values
    np.testing.assert_allclose(after, expected, atol=1e-9)


def test_a_quarter_turn_turns_the_vector_and_leaves_the_scalars() -> None:
    sample, count = tangle(5), 6
    before, after = fields_of_lines(sample, count), fields_of_lines(turned(sample, QUARTER), count)

    def rotated(field: FloatArray) -> FloatArray:
        return np.flip(field.T, axis=0)

    for name in ("rho", "q"):
        np.testing.assert_allclose(after[name], rotated(before[name]), atol=1e-9)
    np.testing.assert_allclose(after["kappa_x"], -rotated(before["kappa_y"]), atol=1e-9)
    np.testing.assert_allclose(after["kappa_y"], rotated(before["kappa_x"]), atol=1e-9)
    assert np.abs(after["kappa_x"] - before["kappa_x"]).max() > 0.1


def test_reversing_lines_reverses_all_but_the_length() -> None:
    sample = tangle(6)
    lines = tuple(Line(v[::-1], -p) for v, p in sample.lines)
    before = fields_of_lines(sample, 5)
    after = fields_of_lines(Microstructure("m", "x", SIDE, lines), 5)
    np.testing.assert_allclose(after["rho"], before["rho"], atol=1e-9)
    np.testing.assert_allclose(after.values[1:], -before.values[1:], atol=1e-9)


def test_a_square_loop_by_hand() -> None:
    loop = np.array([[0.5, 0.5], [3.5, 0.5], [3.5, 3.5], [0.5, 3.5]])
    sample = Microstructure("m", "x", 4.0, (Line(loop, np.zeros(2)),))
    fields = fields_of_lines(sample, 4)
    np.testing.assert_allclose(fields["rho"][:, 0], [1, 1, 1, 1])
    np.testing.assert_allclose(fields["rho"][1:3, 1:3], 0)
    np.testing.assert_allclose(fields["kappa_x"][:, 0], [0.5, 1, 1, 0.5])
    np.testing.assert_allclose(fields["kappa_x"][:, 3], [-0.5, -1, -1, -0.5])
    np.testing.assert_allclose(fields["kappa_y"][3], [0.5, 1, 1, 0.5])
    corners = np.zeros((4, 4))
    corners[::3, ::3] = np.pi / 2
    np.testing.assert_allclose(fields["q"], corners)


def test_lengths_in_voxels_agree_with_walking_along_the_lines() -> None:
    sample, count, steps = tangle(7), 7, 20000
    slow = np.zeros((3, count, count))
    for vertices, period in sample.lines:
        closed = np.vstack([vertices, vertices[:1] + period])
        for start, end in itertools.pairwise(closed):
            points = start + (end - start) * ((np.arange(steps) + 0.5) / steps)[:, None]
            i, j = np.floor(points * count / SIDE).astype(int).T % count
            part = [np.linalg.norm(end - start), *(end - start)]
            np.add.at(slow, (slice(None), i, j), np.array(part)[:, None] / steps)
    fast = fields_of_lines(sample, count).values[:3] * (SIDE / count) ** 2
    np.testing.assert_allclose(fast, slow, atol=5e-3)


@pytest.mark.parametrize("count", [1, 2, 6])
def test_larger_voxels_are_means_of_smaller_ones(count: int) -> None:
    sample = tangle(8)
    np.testing.assert_allclose(
        fields_of_lines(sample, 12).coarsened(count).values,
        fields_of_lines(sample, count).values,
        atol=1e-9,
    )
    with pytest.raises(ValueError, match="expected a divisor"):
        fields_of_lines(sample, 12).coarsened(5)


def edges(seed: int) -> Configuration:
    rng = np.random.default_rng(seed)
    return planar(*(SIDE * rng.random((2, 20))), np.repeat([1, -1, 0], [8, 7, 5]), SIDE)


@pytest.mark.parametrize("count", [1, 3, 10])
def test_edges_are_counted_with_their_sign_and_pins_are_not(count: int) -> None:
    fields = fields_of_edges(edges(0), count)
    assert fields["rho"].sum() * fields.voxel**2 == pytest.approx(15)
    assert fields["kappa"].sum() * fields.voxel**2 == pytest.approx(1)
    wrapped = edges(0)
    wrapped = wrapped.moved(wrapped.positions + SIDE * np.array([3, -2, 0]), wrapped.cell)
    np.testing.assert_allclose(fields_of_edges(wrapped, count).values, fields.values)


def test_a_cell_that_is_no_square_is_refused() -> None:
    c = edges(0)
    with pytest.raises(ValueError, match="expected a square"):
        fields_of_edges(c.moved(c.positions, np.diag([10.0, 12.0, 1.0])), 4)


ALL = ("rho", "kappa_x", "kappa_y", "q")


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), i=st.integers(0, 7), j=st.integers(0, 7))
def test_statistics_ignore_translation_mirrors_and_sign(seed: int, i: int, j: int) -> None:
    fields = fields_of_lines(tangle(seed), 8)
    reference = field_statistics(fields, ALL).values
    operations = {
        "translation": np.roll(fields.values, (i, j), axis=(1, 2)),
        "mirror x": np.flip(fields.values, 1),
        "mirror y": np.flip(fields.values, 2),
        "sign": fields.values * np.array([1, -1, -1, -1])[:, None, None],
    }
    for what, values in operations.items():
        after = field_statistics(DensityFields(fields.names, values, SIDE), ALL).values
        np.testing.assert_allclose(after, reference, atol=1e-9, err_msg=what)


def test_statistics_tell_x_from_y_and_depend_on_what_is_used() -> None:
    fields = fields_of_lines(tangle(9), 8)
    turned_fields = DensityFields(fields.names, np.swapaxes(fields.values, 1, 2), SIDE)
    rows = [field_statistics(f, ALL).values for f in (fields, turned_fields)]
    assert np.abs(rows[0] - rows[1]).max() > 0.1
    sizes = [len(descriptor()(fields).names) for descriptor in DESCRIPTORS]
    assert sizes == sorted(set(sizes))
    assert not any("kappa" in name for name in field_statistics(fields, ["rho"]).names)


def test_statistics_of_nothing_are_refused() -> None:
    empty = DensityFields(("rho",), np.zeros((1, 4, 4)), SIDE)
    with pytest.raises(ValueError, match="expected a sample with dislocations"):
        field_statistics(empty, ["rho"])
