"""Curves of scores show every model that has some, in the order of the configuration."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection

from mechanist.draw.score_curves import by_strain, number_axis, strain_curves, training_curves
from mechanist.draw.style import model_styles, new_figure, styled

STYLES = model_styles({name: {"role": "data", "label": name.upper()} for name in ("b", "a", "c")})
STRAINS = pd.DataFrame(
    {
        "model": ["a", "a", "b", "b"],
        "target": ["d2min@0.040", "d2min@0.020", "d2min@0.040", "d2min@0.020"],
        "value": [0.4, 0.2, 0.8, 0.6],
        "low": [0.3, 0.1, 0.7, 0.5],
        "high": [0.5, 0.3, 0.9, 0.7],
    }
)
DRAWS = pd.DataFrame(
    {
        "model": ["a", "a", "a", "b"],
        "n_train": [4, 8, 4, 4],
        "value": [0.1, 0.6, 0.3, 0.5],
    }
)


@pytest.fixture
def panel() -> Axes:
    with styled():
        axes: Axes = new_figure(height=2.0)[1][0, 0]
    return axes


def legend(panel: Axes) -> list[str]:
    return panel.get_legend_handles_labels()[1]


def band(panel: Axes, k: int) -> tuple[float, float]:
    """Return the ends of the k-th band on the ordinate."""
    bands = [one for one in panel.collections if isinstance(one, FillBetweenPolyCollection)]
    heights = bands[k].get_paths()[0].vertices[:, 1]
    return float(heights.min()), float(heights.max())


def test_scores_are_sorted_by_the_strain_of_their_target() -> None:
    assert by_strain(STRAINS)["strain"].tolist() == [0.02, 0.02, 0.04, 0.04]
    with pytest.raises(ValueError, match="contains no strain"):
        by_strain(STRAINS.assign(target="strength"))


def test_each_model_has_a_line_against_strain_and_a_band(panel: Axes) -> None:
    strain_curves(panel, by_strain(STRAINS), STYLES)
    assert legend(panel) == ["B", "A"]  # as configured, without the model that has no scores
    np.testing.assert_allclose(panel.lines[1].get_xydata(), [[2.0, 0.2], [4.0, 0.4]])
    assert band(panel, 1) == (0.1, 0.5)


def test_learning_curves_show_mean_range_and_every_draw(panel: Axes) -> None:
    training_curves(panel, DRAWS, STYLES)
    assert legend(panel) == ["B", "A", "one draw of samples; band: their range"]
    mean, draws = panel.lines[2:4]
    np.testing.assert_allclose(mean.get_xydata(), [[4.0, 0.2], [8.0, 0.6]])
    assert sorted(np.asarray(draws.get_ydata())) == [0.1, 0.3, 0.6]
    assert band(panel, 1) == (0.1, 0.6)


def test_an_axis_of_numbers_has_no_other_ticks(panel: Axes) -> None:
    panel.plot([3, 50], [0, 1])
    number_axis(panel, [4, 30])
    assert [text.get_text() for text in panel.get_xticklabels()] == ["4", "30"]
    assert panel.xaxis.get_minorticklocs().size == 0
    assert panel.get_xscale() == "log"
