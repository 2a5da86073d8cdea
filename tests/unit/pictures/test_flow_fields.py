"""Density and flux of tracks: what they sum to, and which series have none."""

import numpy as np
import pandas as pd
import pytest

from mechanist.pictures.flow_fields import flow_fields, present_throughout, spacing_of
from mechanist.pictures.tracked_series import TrackedSeries


def sheared(frames: int = 5, side: int = 16, step: float = 0.05) -> TrackedSeries:
    """Return a grid that is compressed along x: u = -step * (x - side / 2)."""
    rng = np.random.default_rng(3)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2) + 0.5
    first = grid + 0.1 * rng.uniform(-1, 1, grid.shape)
    tables = []
    for k in range(frames):
        places = (first - side / 2) * [(1 - step) ** k, 1.0] + side / 2
        tables.append(pd.DataFrame({"frame": k, "particle": np.arange(len(first)), "x": places[:, 0],
                                    "y": places[:, 1]}))  # fmt: skip
    return TrackedSeries(pd.concat(tables, ignore_index=True), np.zeros(2), np.full(2, float(side)))


def test_density_and_flux_are_those_of_a_compressed_grid() -> None:
    series = sheared()
    assert spacing_of(series) == pytest.approx(1.1, abs=0.15)
    data = flow_fields(series, 1.2)
    middle = len(data.axes["y"]) // 2
    density, flux = data.inputs["r"][:, middle, 0], data.inputs["p"][:, middle, 0]
    assert density.mean() == pytest.approx(1.025, rel=0.04)
    # far from the middle, particles move towards it
    np.testing.assert_allclose(flux / density, -0.05 * (data.axes["x"] - 8), atol=0.03)
    # compression by 5 % raises the density by as much
    assert data.fields["c"][..., 0].mean() == pytest.approx(0.05, rel=0.15)
    assert data.axes["t"].tolist() == [0.5, 1.5, 2.5, 3.5]
    assert np.abs(data.inputs["q"]).max() < 1e-9


def test_dealt_displacements_change_the_flux_alone() -> None:
    series = sheared()
    plain, dealt = (
        flow_fields(series, 1.2),
        flow_fields(series, 1.2, dealt=np.random.default_rng(0)),
    )
    np.testing.assert_array_equal(plain.fields["c"], dealt.fields["c"])
    correlation = np.corrcoef(plain.inputs["p"].ravel(), dealt.inputs["p"].ravel())[0, 1]
    assert abs(correlation) < 0.5


def test_particles_that_vanish_are_not_in_all_frames() -> None:
    series = sheared()
    table = series.table
    short = TrackedSeries(
        table[(table["particle"] != 7) | (table["frame"] < 2)], series.low, series.high
    )
    kept = present_throughout(short)
    assert set(table["particle"]) - set(kept.table["particle"]) == {7}


def test_short_and_small_series_are_refused() -> None:
    with pytest.raises(ValueError, match="there are 2 frames, and fields need at least 3"):
        flow_fields(sheared(frames=2), 1.2)
    with pytest.raises(ValueError, match=r"needs at least 3 widths of 4\. Show more"):
        flow_fields(sheared(), 4.0)


def test_a_grid_spans_three_widths_two_widths_from_the_edge() -> None:
    """A view of 16 leaves 16 - 4 widths, which are 3 widths at 16 / 7 = 2.286."""
    assert len(flow_fields(sheared(step=0.0), 2.25).axes["x"]) > 1
    with pytest.raises(ValueError, match="needs at least 3 widths"):
        flow_fields(sheared(step=0.0), 2.32)


def test_a_grid_leaves_out_six_in_a_hundred_particles_on_either_side() -> None:
    series = sheared(step=0.0)
    wide = TrackedSeries(series.table, np.full(2, -50.0), np.full(2, 66.0))
    x = flow_fields(wide, 1.2).axes["x"]
    places = series.table["x"].to_numpy()
    for part in (places < x[0], places > x[-1]):
        assert part.mean() == pytest.approx(0.06, abs=0.004)
