"""Files of figures: reproducible bytes, complete data, nothing left by a failure."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from mechanist.draw.figure_data import tidy
from mechanist.draw.labels import quantity_label
from mechanist.draw.panels import binned, curve, density
from mechanist.draw.style import (
    SUFFIXES,
    ModelStyle,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)

LOOK = ModelStyle("Some model", "data", "#0072b2", "o", "-")


def some_figure() -> tuple[Figure, pd.DataFrame]:
    """Return a figure with the common elements: bands, pixels, mathtext and a legend."""
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0], "value": [0.1, 0.4, 0.2]})
    figure, axes = new_figure(1, 2, height=1.5)
    curve(axes[0, 0], table["x"], table["value"], table["value"] - 0.1, table["value"] + 0.1,
          style=LOOK)  # fmt: skip
    rng = np.random.default_rng(0)
    density(axes[0, 1], binned(rng.normal(size=500), rng.normal(size=500), bins=20))
    axes[0, 0].set_xlabel(quantity_label("log10_d2min@0.020", "log10(sigma^2)"))
    letter_panels(axes, ["left", "right"])
    figure_legend(figure, list(axes.flat))
    return figure, table


#: Units of the columns of that figure.
UNITS = {"x": "1", "value": "1", "y": "1"}


def read_all(stem: Path) -> dict[str, bytes]:
    return {suffix: stem.with_name(stem.name + suffix).read_bytes() for suffix in SUFFIXES}


def test_equal_figures_give_equal_bytes_in_every_format(tmp_path: Path) -> None:
    contents = []
    for name in ("first", "second"):
        with styled():
            figure, table = some_figure()
            stem = tmp_path / name / "figure"
            save_figure(figure, stem, table, title="Title", units=UNITS, metadata={"system": "toy"})
        contents.append(read_all(stem))
    assert contents[0] == contents[1]
    assert contents[0][".pdf"].startswith(b"%PDF")
    assert contents[0][".png"].startswith(b"\x89PNG")
    assert b"<svg" in contents[0][".svg"]
    assert b"toy" in contents[0][".svg"]
    assert b"/Type3" not in contents[0][".pdf"]


def test_last_bits_of_the_layout_change_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out = Figure.draw_without_rendering

    def saved(name: str, shift: float) -> dict[str, bytes]:
        moved = set()

        def shifted(figure: Figure) -> None:
            laid_out(figure)
            if figure in moved:
                return
            moved.add(figure)
            figure.set_layout_engine("none")
            for panel in figure.axes:
                x, y, width, height = panel.get_position(original=True).bounds
                panel.set_position((x + shift, y - shift, width, height))

        monkeypatch.setattr(Figure, "draw_without_rendering", shifted)
        with styled():
            figure, table = some_figure()
            save_figure(figure, tmp_path / name, table, title="t", units=UNITS)
        return read_all(tmp_path / name)

    plain, bits, far = (saved(f"{k}/f", shift) for k, shift in enumerate((0.0, 1e-13, 1e-3)))
    assert plain == bits
    assert plain[".svg"] != far[".svg"]


def test_zero_has_no_sign_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The layout solver may return edges at zero with either sign, written as -0 or 0."""
    laid_out = Figure.draw_without_rendering

    def saved(name: str, edge: float) -> dict[str, bytes]:
        done = set()

        def moved(figure: Figure) -> None:
            laid_out(figure)
            if figure in done:
                return
            done.add(figure)
            figure.set_layout_engine("none")
            box = figure.subfigs[0].bbox_relative
            box.p0 = np.array([edge, 0.0])

        monkeypatch.setattr(Figure, "draw_without_rendering", moved)
        with styled():
            figure = Figure(figsize=(3, 2))
            for part in figure.subfigures(1, 2):
                density(part.subplots(), binned(np.arange(9.0), np.arange(9.0), bins=3))
            table = pd.DataFrame({"x": [1.0], "value": [0.1]})
            save_figure(figure, tmp_path / name, table, title="t", units=UNITS)
        return read_all(tmp_path / name)

    below, above, far = (saved(f"{k}/f", edge) for k, edge in enumerate((-1e-17, 1e-17, 1e-3)))
    assert below == above
    assert above[".svg"] != far[".svg"]


def test_a_changed_curve_changes_every_file(tmp_path: Path) -> None:
    contents = []
    for name, shift in (("first", 0.0), ("second", 0.1)):
        with styled():
            figure, table = some_figure()
            line = figure.axes[0].lines[0]
            line.set_ydata(np.asarray(line.get_ydata()) + shift)
            save_figure(figure, tmp_path / name, table + shift, title="Title", units=UNITS)
        contents.append(read_all(tmp_path / name))
    changed = {suffix for suffix in SUFFIXES if contents[0][suffix] != contents[1][suffix]}
    assert changed >= {".pdf", ".svg", ".png", ".csv"}


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    with styled():
        figure, _ = some_figure()
        with pytest.raises(ValueError, match="No objects"):
            save_figure(figure, tmp_path / "figure", {}, title="Title")
    assert list(tmp_path.iterdir()) == []


def test_the_users_own_settings_neither_enter_nor_change() -> None:
    with mpl.rc_context({"font.size": 33.0}):
        with styled():
            assert mpl.rcParams["font.size"] < 10
            assert mpl.rcParams["pdf.fonttype"] == 42
        assert mpl.rcParams["font.size"] == 33.0


def test_tables_of_several_panels_become_one() -> None:
    joined = tidy({"a": pd.DataFrame({"x": [1]}), "b": pd.DataFrame({"x": [2], "y": [3]})})
    assert list(joined.columns) == ["panel", "x", "y"]
    assert list(joined["panel"]) == ["a", "b"]
