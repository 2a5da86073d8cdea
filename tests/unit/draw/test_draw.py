"""The figure style and the panels: reproducible bytes, distinct roles, and correct data tables."""

import itertools
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import EllipseCollection, FillBetweenPolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from helpers import disordered
from mechanist.assess import evaluate
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.draw.figure_data import tidy
from mechanist.draw.labels import metric_label, percent, quantity_label, strain_of
from mechanist.draw.palette import ROLES
from mechanist.draw.panels import binned, curve, density, matrix, parity, points_with_intervals
from mechanist.draw.particles import load_glyph, particles, plane_of
from mechanist.draw.score_tables import ALL, read_scores, rows
from mechanist.draw.style import (
    SUFFIXES,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.mechanics.loads import simple_shear
from mechanist.mechanics.loads import strain_of as load_of

LOOK = ModelStyle("Some model", "data", "#0072b2", "o", "-")
#: Red-blind, green-blind and normal colour vision, in linear RGB,
#: https://doi.org/10.1109/TVCG.2009.113.
VISION = {
    "normal": np.eye(3),
    "protanope": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                           [-0.003882, -0.048116, 1.051998]]),
    "deuteranope": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                             [-0.011820, 0.042940, 0.968881]]),
}  # fmt: skip


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
        def shifted(figure: Figure) -> None:
            laid_out(figure)
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
        def moved(figure: Figure) -> None:
            laid_out(figure)
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


def test_roles_differ_in_colour_and_marker() -> None:
    firsts = [(role.colours[0], role.markers[0]) for role in ROLES.values()]
    assert len({colour for colour, _ in firsts}) == len(ROLES)
    assert len({marker for _, marker in firsts}) == len(ROLES)
    assert ROLES["ceiling"].linestyle == "--"
    assert ROLES["control"].linestyle == ":"


def test_models_of_one_role_stay_distinct() -> None:
    models = {f"m{k}": {"label": str(k), "role": "data"} for k in range(12)}
    looks = {(style.colour, style.marker) for style in model_styles(models).values()}
    assert len(looks) == 12


def test_styles_depend_on_the_configuration_not_on_what_a_figure_shows() -> None:
    models = {"a": {"role": "data"}, "b": {"role": "hybrid"}, "c": {"role": "data", "label": "C"}}
    styles = model_styles(models)
    assert styles["c"].label == "C"
    assert styles["a"].label == "a"
    assert styles["a"].colour != styles["c"].colour
    with pytest.raises(ValueError, match="role 'magic'"):
        model_styles({"a": {"role": "magic"}})


def perceived(colour: str, vision: FloatArray) -> FloatArray:
    """Return the CIELAB coordinates (D65) of a colour as perceived with a given vision."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(vision @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722],
                    [0.0193, 0.1192, 0.9505]]) @ linear  # fmt: skip
    x, y, z = np.cbrt(np.maximum(xyz / [0.9505, 1.0, 1.089], 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_roles_can_be_told_apart_by_colour_blind_readers(vision: str) -> None:
    colours = [role.colours[0] for role in ROLES.values()]
    lab = [perceived(colour, VISION[vision]) for colour in colours]
    gaps = [float(np.linalg.norm(a - b)) for a, b in itertools.combinations(lab, 2)]
    assert min(gaps) > 20
    # Control: for a deuteranope, a pure red and the green of equal lightness look alike.
    confused = [perceived(c, VISION["deuteranope"]) for c in ("#c00000", "#5c6b00")]
    assert np.linalg.norm(confused[0] - confused[1]) < 10


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
    assert texts == {"0.10": "white", "0.95": "black", "0.50": "white"}
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


def test_particles_are_drawn_inside_the_cell_at_the_size_of_their_species() -> None:
    configuration = disordered(np.random.default_rng(1), n=50, dimension=2)
    shifted = configuration.moved(
        configuration.positions + 7.3 * configuration.cell[0], configuration.cell
    )
    values = np.arange(50.0)
    plane = plane_of(shifted, values, diameters=np.array([1.0, 0.5]), thickness=1.0)
    fractional = plane[["x", "y"]].to_numpy() @ np.linalg.inv(configuration.cell[:2, :2])
    assert fractional.min() >= -1e-9
    assert fractional.max() < 1 + 1e-9
    assert set(plane.loc[plane["species"] == "B", "diameter"]) == {0.5}
    _, axes = new_figure(height=2)
    discs = particles(axes[0, 0], plane, configuration.cell, limits=(0, 50))
    assert isinstance(discs, EllipseCollection)
    drawn = np.column_stack([np.asarray(discs.get_offsets()), np.asarray(discs.get_array())])
    np.testing.assert_allclose(drawn, plane[["x", "y", "value"]].to_numpy())


def test_a_slab_of_a_solid_is_shown() -> None:
    configuration = disordered(np.random.default_rng(1), n=216, dimension=3)
    height = configuration.cell[2, 2]
    whole = plane_of(configuration, np.zeros(216), diameters=np.ones(2), thickness=height + 1)
    slab = plane_of(configuration, np.zeros(216), diameters=np.ones(2), thickness=height / 3)
    assert len(whole) == 216
    assert 216 / 3 * 0.6 < len(slab) < 216 / 3 * 1.4


def test_load_arrows_point_outward_along_the_stretch() -> None:
    _, axes = new_figure(height=2)
    load_glyph(axes[0, 0], load_of(simple_shear("xy")))
    arrows = [(np.array(text.xy), np.array(text.xyann)) for text in axes[0, 0].texts]
    assert len(arrows) == 4
    for head, tail in arrows:
        outward = np.linalg.norm(head) > np.linalg.norm(tail)
        along = head[0] * head[1] > 0  # shear stretches in the first and third quadrants
        assert outward == along


def test_names_of_targets_and_axes() -> None:
    assert strain_of("plastic@0.020|0.05|0.50") == 0.02
    assert strain_of("log10_d2min@0.040") == 0.04
    with pytest.raises(ValueError, match="contains no strain"):
        strain_of("d2min")
    assert percent(0.035) == "3.5 %"
    assert quantity_label("log10_d2min@0.02", "log10(sigma^2)").endswith(r" / \sigma^2)$")
    assert quantity_label("nonaffine", "angstrom").endswith(r" / \mathrm{\AA}$")
    assert quantity_label("d2min", "length^2") == r"$D^2_\mathrm{min}$"
    assert metric_label("auc_top10") == "AUC (top 10 %)"
    assert metric_label("r2_within") == "$R^2$ within frame"
    assert ALL == evaluate.ALL


def test_rows_refuse_to_be_none() -> None:
    table = pd.DataFrame({"model": ["a", "b"], "value": [1.0, 2.0]})
    assert rows(table, model="b")["value"].tolist() == [2.0]
    with pytest.raises(ValueError, match=r"no rows with .*'c'.*\['a', 'b'\]"):
        rows(table, model="c")
    many = pd.DataFrame({"metric": [f"metric_{k:02d}" for k in range(20)]})
    with pytest.raises(ValueError, match=r"\['metric_00', .*, 'metric_19'\]"):
        rows(many, metric="absent")


def test_scores_of_few_samples_have_no_bars(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(
        '[{"metric": "auc", "target": "t", "subset": "all", "value": 0.7, "low": null, "high": null,'
        ' "unit": "1", "level": 0.95, "n_samples": 1}]'
    )
    table = read_scores([path])
    assert table["low"].isna().all()
    assert table["low"].dtype == float


def test_scores_without_intervals_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('[{"metric": "auc", "target": "t", "subset": "all", "value": 0.7}]')
    with pytest.raises(FormatError, match="no unit, level, n_samples, low, high"):
        read_scores([path])
