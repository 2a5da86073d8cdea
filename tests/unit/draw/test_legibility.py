"""What makes a figure hard to read is found, and a good figure has no such fault."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mechanist.draw.legibility import EXPLAINED, faults
from mechanist.draw.style import figure_legend, new_figure, save_figure, styled

X = np.linspace(0.0, 1.0, 5)
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#e69f00", "#6a1b6e", "#000000", "#56b4e9")


@pytest.fixture(autouse=True)
def _in_style() -> Iterator[None]:
    with styled():
        yield


def good(*, lines: int = 2) -> tuple[Figure, Axes]:
    """Return a figure with lines that a legend explains."""
    figure, axes = new_figure(height=2.5)
    panel = axes[0, 0]
    for k, colour in enumerate(COLOURS[:lines]):
        panel.plot(X, X + 0.3 * k, color=colour, label=f"model {k}")
    panel.set(xlabel="strain (%)", ylabel="stress (MPa)")
    figure_legend(figure, [panel])
    return figure, panel


def settled(figure: Figure) -> list[str]:
    """Return the faults of a figure after its layout, as when it is saved."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return faults(figure)


def test_a_good_figure_has_no_faults() -> None:
    figure, _ = good(lines=6)
    assert settled(figure) == []


def outside(panel: Axes) -> None:
    panel.annotate("beyond the edge", (1, 0.5), (20, 0), xycoords="axes fraction",
                   textcoords="offset points", in_layout=False)  # fmt: skip


def overlapping(panel: Axes) -> None:
    for shift in (0.0, 0.02):
        panel.text(0.7 + shift, 0.1, "label", transform=panel.transAxes)


def over_data(panel: Axes) -> None:
    panel.text(0.5, 0.5, "covers a line", ha="center", va="center")


def pale(panel: Axes) -> None:
    panel.text(0.7, 0.1, "too pale", transform=panel.transAxes, color="#bbbbbb")


def slanted(panel: Axes) -> None:
    panel.text(0.7, 0.1, "name", transform=panel.transAxes, rotation=40)


def unexplained(panel: Axes) -> None:
    panel.plot(X, X - 1, color="#882255", linestyle="--")


def other_marker(panel: Axes) -> None:
    panel.plot(X, X - 1, color=COLOURS[0], marker="*")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (outside, "'beyond the edge' leaves the canvas"),
        (overlapping, "the texts 'label' and 'label' overlap"),
        (over_data, "'covers a line' lies over data"),
        (pale, "'too pale' has a contrast of 1.9"),
        (slanted, "'name' is slanted"),
        (unexplained, "a line in #882255 (marker None, style --) that no legend explains"),
        (other_marker, "a line in #d55e00 (marker *, style -) that no legend explains"),
    ],
)
def test_each_fault_is_found_alone(spoil: Callable[[Axes], None], said: str) -> None:
    figure, panel = good()
    spoil(panel)
    found = settled(figure)
    assert len(found) == 1
    assert said in found[0]


def test_seven_lines_in_a_legend_are_too_many() -> None:
    figure, _ = good(lines=7)
    (found,) = settled(figure)
    assert "has 7 lines in a legend; at most 6" in found


def test_colours_that_look_alike_to_colour_blind_readers_are_found() -> None:
    def two(first: str, second: str, marker: str) -> list[str]:
        figure, axes = new_figure(height=2.0)
        axes[0, 0].plot(X, X, color=first, label="one")
        axes[0, 0].plot(X, X + 1, color=second, marker=marker, label="two")
        figure_legend(figure, [axes[0, 0]])
        return settled(figure)

    (found,) = two("#c00000", "#5c6b00", "None")
    assert "apart for deuteranope vision" in found
    assert two("#d55e00", "#0072b2", "None") == []
    assert two("#c00000", "#5c6b00", "s") == []  # the marker tells them apart


def test_a_figure_taller_than_a_page_is_found() -> None:
    for height, told in ((10.0, 0), (10.2, 1)):
        figure, axes = new_figure(height=height)
        axes[0, 0].plot(X, X)
        assert len(settled(figure)) == told
    assert "is 10.2 in tall; a page has room for 10.1 in" in settled(figure)[0]


def test_what_a_text_names_needs_no_legend() -> None:
    figure, panel = good()
    panel.plot(X, X - 1, color="#882255")
    panel.text(0.8, -0.6, "third", color="#882255")
    assert settled(figure) == []
    panel.plot(X, X - 2, color="#123456", linestyle=":", gid=EXPLAINED)
    assert settled(figure) == []


def test_marks_in_named_rows_need_no_legend() -> None:
    figure, axes = new_figure(height=2.0)
    panel = axes[0, 0]
    panel.axvline(0.5, color="#595959", linestyle="--", label="published")
    for k in range(2):
        panel.plot([0.2 + 0.5 * k], [k], color=COLOURS[k], marker="os"[k], linestyle="none")
    panel.set_yticks([0, 1], ["0", "1"])
    figure_legend(figure, [panel])
    assert len(settled(figure)) == 2
    figure.set_layout_engine("constrained")
    panel.set_yticks([0, 1], ["dummy", "hybrid"])
    assert settled(figure) == []


def test_saving_tells_faults_in_the_log_and_changes_no_byte(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved(name: str) -> bytes:
        figure, panel = good()
        pale(panel)
        save_figure(figure, tmp_path / name / "curves", pd.DataFrame({"x": X}), title="t",
                    units={"x": "1"})  # fmt: skip
        return (tmp_path / name / "curves.svg").read_bytes()

    with caplog.at_level(logging.INFO, logger="mechanist"):
        looked = saved("looked")
    assert "figure curves: the text 'too pale' has a contrast of 1.9" in caplog.text
    assert "figure curves: 1 faults of legibility" in caplog.text
    monkeypatch.setattr("mechanist.draw.style.faults", lambda figure: [])
    assert looked == saved("not looked")
