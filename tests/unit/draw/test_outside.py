"""The warning below a figure of predictions."""

from collections.abc import Iterator

import pytest

from mechanist.draw.legibility import faults
from mechanist.draw.outside import note_outside
from mechanist.draw.style import new_figure, styled


@pytest.fixture(autouse=True)
def _in_style() -> Iterator[None]:
    with styled():
        yield


def test_reasons_stand_below_the_panels_inside_the_canvas() -> None:
    figure, _ = new_figure(1, 2, width=6.0, height=2.4)
    reasons = [
        f"the density of particles is {k} % above those that the model has seen" for k in range(5)
    ]
    note_outside(figure, reasons)
    said = " ".join(figure.get_supxlabel().split())
    assert said.startswith("Outside what the model has seen")
    assert all(reason in said for reason in reasons)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    assert faults(figure) == []


def test_a_sample_like_those_seen_has_no_warning() -> None:
    figure, _ = new_figure(1, 1, width=3.0, height=2.4)
    note_outside(figure, [])
    assert figure.get_supxlabel() == ""
