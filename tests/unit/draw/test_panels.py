"""Panels show all of their data, where and as the data are."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection

from mechanist.draw.panels import binned, curve, density, matrix, parity, points_with_intervals
from mechanist.draw.style import (
    ModelStyle,
    new_figure,
)

LOOK = ModelStyle("Some model", "data", "#0072b2", "o", "-")


def test_curve_draws_its_points_and_its_band() -> None:
    _, axes = new_figure(height=2)
    x, y = np.array([1.0, 2.0, 4.0]), np.array([0.2, 0.3, 0.1])
    curve(axes[0, 0], x, y, y - 0.05, y + 0.07, style=LOOK)
    np.testing.assert_array_equal(axes[0, 0].lines[0].get_xydata(), np.stack([x, y], axis=1))
    (band,) = axes[0, 0].collections
    assert isinstance(band, FillBetweenPolyCollection)
    np.testing.assert_allclose(band.get_datalim(axes[0, 0].transData).extents, [1, 0.05, 4, 0.37])


def test_matrix_shows_numbers_where_there_are_some_on_legible_ground() -> None:
    table = pd.DataFrame([[0.1, 0.95], [np.nan, 0.5]], index=["p", "q"], columns=["r", "s"])
    _, axes = new_figure(height=2)
    image = matrix(axes[0, 0], table, limits=(0, 1))
    drawn = image.get_array()
    assert drawn is not None
    np.testing.assert_array_equal(np.ma.filled(drawn, -1.0), table.fillna(-1.0).to_numpy())
    texts = {text.get_text(): text.get_color() for text in axes[0, 0].texts}
    assert texts == {"0.10": "white", "0.95": "black", "0.50": "black"}
    assert [label.get_text() for label in axes[0, 0].get_yticklabels()] == ["p", "q"]


def test_diverging_matrix_is_pale_at_its_centre() -> None:
    _, axes = new_figure(height=2)
    image = matrix(axes[0, 0], pd.DataFrame([[-1.0, 0.0, 3.0]]), limits=(-1, 3), centre=0.0)
    colours = image.to_rgba(np.array([-1.0, 0.0, 3.0]))[:, :3]
    assert colours[1].min() > 0.95
    assert colours[0].min() < 0.5
    assert colours[2].min() < 0.5


def test_binned_counts_every_point_inside_the_span_once() -> None:
    x, y = np.array([0.1, 0.1, 0.9, 5.0]), np.array([0.2, 0.2, 0.8, 0.5])
    cells = binned(x, y, bins=2, x_range=(0, 1), y_range=(0, 1))
    assert cells[["x", "y", "count"]].to_numpy().tolist() == [[0, 0, 2], [0.5, 0.5, 1]]
    assert binned(x, y)["count"].sum() == 4


def test_density_puts_counts_where_their_cells_are() -> None:
    rng = np.random.default_rng(2)
    cells = binned(rng.normal(size=300), 5 + rng.normal(size=300), bins=12)
    _, axes = new_figure(height=2)
    mesh = density(axes[0, 0], cells)
    counts, corners = mesh.get_array(), mesh.get_coordinates()
    assert counts is not None
    assert counts.sum() == 300
    row, column = np.unravel_index(np.ma.argmax(counts), counts.shape)
    fullest = cells.loc[cells["count"].idxmax()]
    np.testing.assert_allclose(corners[row, column], fullest[["x", "y"]].to_numpy(float))
    assert mesh.get_rasterized()


def test_parity_shows_identity_and_scores() -> None:
    values = np.linspace(0, 1, 50)
    _, axes = new_figure(height=2)
    cells = binned(values, values, x_range=(0, 1), y_range=(0, 1))
    parity(axes[0, 0], cells, span=(0, 1), statistics={"Pearson": "1.00", "n": "50"})
    np.testing.assert_array_equal(axes[0, 0].lines[0].get_xydata(), [[0, 0], [1, 1]])
    legend = axes[0, 0].get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["Pearson 1.00", "n 50"]


@pytest.mark.parametrize("horizontal", [False, True])
def test_intervals_span_low_to_high(horizontal: bool) -> None:
    table = pd.DataFrame({"value": [0.5, 0.7], "low": [0.4, np.nan], "high": [0.8, np.nan]})
    _, axes = new_figure(height=2)
    points_with_intervals(axes[0, 0], np.array([0.0, 1.0]), table, style={"linestyle": "none"},
                          horizontal=horizontal)  # fmt: skip
    (bars,) = axes[0, 0].collections
    along = 0 if horizontal else 1
    ends = [segment[:, along].tolist() for segment in bars.get_segments()]
    np.testing.assert_allclose(ends, [[0.4, 0.8], [0.7, 0.7]])
