"""Inputs of other people that once failed, replayed from their own files where these are there.

The files are not part of the repository. Each case has a twin among the tests of its reader.
"""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.rotations import quaternion_to_matrix
from mechanist.describe.shared.nonaffine import d2min
from mechanist.discover.found_equations import discover
from mechanist.discover.search import Search
from mechanist.formats.paradis import read_paradis
from mechanist.formats.sample import Sample
from mechanist.imports.entry_check import check_entry
from mechanist.imports.fields import import_fields
from mechanist.imports.own_glasses import common_of
from mechanist.imports.polycrystals import import_crystal
from mechanist.imports.trajectory_samples import import_sample
from mechanist.mechanics.line_segments import segments_of
from mechanist.settings.own_imports import Import, sheet_imports
from mechanist.wings.sheets import SHEET_RULES
from sheet_formats import SCHEMA

#: Each case, by its number, has twins on files that the tests write:
# 01 twin: formats/test_damask_versions.py::test_the_material_is_found_in_every_version
# 02 twin: formats/test_map_dialects.py::test_the_a_axis_of_the_vendor
# 03 twin: formats/test_map_dialects.py::test_version_7
# 04 twin: imports/test_map_grains.py::test_points_without_orientation_join_their_neighbours
# 05 twin: scripts/test_check_data.py::test_all_problems_are_told_and_the_rest_is_still_described
# 07 twin: imports/test_array_order.py::test_equal_lengths_need_a_stated_order
# 08 twin: imports/test_periodic_axes.py::test_a_repeated_end_is_refused_and_dropped_on_request
# 08 twin: imports/test_periodic_axes.py::test_a_part_of_a_period_is_refused
# 09 twin: formats/test_ids.py::test_order_that_contradicts_ids_is_refused_and_the_remedy_is_safe
# 10 twin: formats/test_binary_trajectories.py::test_flat_systems_of_all_versions_are_read
# 11 twin: mechanics/test_line_segments.py::test_segments_of_half_the_box_need_a_stated_box
# 12 twin: formats/test_array_files.py::test_filters_that_are_not_installed_are_named
# 12 twin: formats/test_array_files.py::test_damaged_data_of_hdf5_files_are_named
# 14 twin: imports/test_bad_fields.py::test_a_long_stray_quotation_is_told_at_its_beginning
# 15 twin: formats/test_extxyz_comment.py::test_dialects_give_the_same_frame
# 16 twin: formats/test_lammps_versions.py::test_comments_in_rows_are_passed_over
# 16 twin: formats/test_lammps_versions.py::test_other_sections_are_passed_over
# 16 twin: formats/test_lammps_versions.py::test_header_lines_of_lammps_are_accepted
# 16 twin: formats/test_lammps_versions.py::test_velocities_may_have_more_columns
# 17 twin: formats/test_line_ends.py::test_letters_of_free_text_may_be_in_either_coding
# 19 twin: settings/test_sample_sheet.py::test_sheets_hold_the_same_rows_as_any_program_saves_them
# 20 twin: imports/test_glass_import.py::test_a_flipped_cell_is_not_taken_for_a_load
# 21 twin: imports/test_fields.py::test_cells_and_structs_of_matlab_become_fields
# 21 twin: imports/test_array_order.py::test_components_of_a_state_matrix
# 24 twin: formats/test_line_ends.py::test_blank_lines_at_the_end_are_passed_over
# 25 twin: imports/test_labels_of_two_formats.py::test_names_count_and_labels_do_not
# 27 twin: imports/test_same_glass.py::test_copies_of_one_glass_are_found
# 28 twin: imports/test_map_grains.py::test_points_without_orientation_join_their_neighbours
CASES = Path(__file__).parents[4] / "shared" / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="inputs of other people are not part of the repository"
)
#: Block of the configuration that holds the entries of a kind.
BLOCKS = {
    "crystal": ("crystal", "imports"),
    "fields": ("equations", "imports"),
    "glass": ("glass", "imports"),
    "paradis": ("crystal", "lines"),
}
#: What an entry of a network needs beside its path; the case states no more.
NETWORK = {"systems": "fcc12", "burgers": 2.56e-10, "grid": [2, 2, 2], "unassigned": 1.0}


def sample_of(entry: Mapping[str, Any]) -> Sample:
    return import_sample(entry, name="a", system="b")


def grains(entry: Mapping[str, Any]) -> tuple[int, tuple[int, ...], object]:
    """Return the number of grains, the voxels, and the points that took a neighbour's orientation."""
    run = import_crystal(entry, "a")
    return int(run.grains.max()) + 1, run.shape, run.material.get("filled")


def a_axis(entry: Mapping[str, Any]) -> list[float]:
    """Return the a axis of the first voxel in the sample, up to its sign along y."""
    run = import_crystal(entry, "a")
    axis = quaternion_to_matrix(run.orientations[0].reshape(-1, 4)[0])[:, 0]
    return [float(round(part, 4)) for part in np.abs(axis)]


def strains(entry: Mapping[str, Any]) -> list[float]:
    (path,) = sample_of(entry).loads.values()
    return [round(frame.strain, 6) for frame in path.frames]


def non_affine(entry: Mapping[str, Any]) -> bool:
    """Return whether any particle moved other than the cell."""
    sample = sample_of(entry)
    (path,) = sample.loads.values()
    return bool(d2min(sample.reference, path.frames[-1].configuration, 1.5).total.max() > 1e-12)


def counts(entry: Mapping[str, Any]) -> list[int]:
    """Return the number of particles of each species."""
    return [int(n) for n in np.bincount(sample_of(entry).reference.species)]


def radii(entry: Mapping[str, Any]) -> list[float]:
    sizes = sample_of(entry).reference.radii
    return [] if sizes is None else [float(size) for size in sizes]


def lengths(entry: Mapping[str, Any]) -> float:
    """Return the length of all lines, in units of b."""
    axes = entry.get("periodic")
    repeats = None if axes is None else ("x" in axes, "y" in axes, "z" in axes)
    segments = segments_of(read_paradis(Path(entry["path"])), periodic=repeats)
    return float(np.linalg.norm(segments.vectors, axis=1).sum())


def shapes(entry: Mapping[str, Any]) -> list[tuple[int, ...]]:
    return [data.shape for data in import_fields(entry, say=lambda _: None)]


#: Case and number of its entry, what is asked of the entry, and the right value.
RIGHT: list[tuple[str, int, Callable[[Mapping[str, Any]], object], object]] = [
    ("01-damask-3.0-material", 0, grains, (6, (6, 7, 8), None)),
    ("01-damask-3.0-material", 1, grains, (6, (6, 7, 8), None)),
    ("02-hexagonal-ctf-30-degrees", 0, a_axis, [0.866, 0.5, 0.0]),
    ("03-ang-version-7", 0, grains, (2, (4, 4, 1), 0)),
    ("04-unindexed-point-traceback", 0, grains, (2, (4, 4, 1), 1)),
    ("04-unindexed-point-traceback", 1, grains, (2, (4, 4, 1), 1)),
    ("09-ids-order-against-ids", 0, strains, [0.02]),
    ("09-ids-order-against-ids", 0, non_affine, False),
    ("10-gsd-2d-lz0", 0, strains, [0.02]),
    ("10-gsd-2d-lz0", 0, counts, [2, 2]),
    ("11-paradis-long-segments", 0, lengths, 80.0),
    *(("15-extxyz-comment-line", k, counts, [2, 2]) for k in range(6)),
    ("16-lammps-data-valid-refused", 0, counts, [2, 2]),
    ("16-lammps-data-valid-refused", 1, counts, [4]),
    ("16-lammps-data-valid-refused", 1, radii, [0.5, 0.5, 0.5, 0.5]),
    ("16-lammps-data-valid-refused", 2, counts, [2, 2]),
    ("16-lammps-data-valid-refused", 3, counts, [2, 2]),
    ("17-latin-1-header", 0, grains, (2, (4, 4, 1), 0)),
    ("21-mat-cells-structs-state-matrix", 3, shapes, [(1001,), (1001,)]),
    ("24-blank-line-at-the-end", 0, grains, (2, (2, 2, 1), 0)),
    ("25-same-species-other-labels", 0, strains, [0.02]),
    ("28-map-last-point-unindexed", 0, grains, (2, (6, 6, 1), 1)),
]
#: Case and number of its entry, and what the refusal must say.
REFUSED: list[tuple[str, int, str]] = [
    ("07-square-array-order", 0, r"leave open which dimension is which.*`order: \[t, x\]`"),
    ("07-square-array-order", 1, r"leave open which dimension is which.*`order: \[y, x, t\]`"),
    ("08-periodic-not-checked", 0, r"the last point, 10, repeats the first.*`drop_last: \[x\]`"),
    ("08-periodic-not-checked", 1, r"jumps where the last point meets the first.*a whole period"),
    ("09-ids-order-against-ids", 1, "`ids: order` contradicts the column of ids"),
    ("11-paradis-long-segments", 1, "1 of 1 segments are half the box or longer.*`periodic`"),
    ("12-hdf5-body-errors", 0, "compressed by the filter 'blosc'.*h5repack"),
    ("12-hdf5-body-errors", 1, "array 'u' cannot be read.*damaged"),
    ("14-csv-stray-quote", 0, r"quote\.csv:3, column 'u': character 3 is a quotation mark"),
    ("20-flips-unclear", 0, "looks flipped: an equivalent one continues.*`flip no`"),
    ("21-mat-cells-structs-state-matrix", 0, r"leave open which.*`order: \[x, t\]`"),
    ("21-mat-cells-structs-state-matrix", 1, r"array 'U' is a cell.*U\{1\}"),
    ("21-mat-cells-structs-state-matrix", 2, r"dimension 1 numbers components.*column: 0"),
]
#: What the user adds to an entry that was refused, as the refusal says, and the right value then.
MENDED: list[
    tuple[str, int, dict[str, Any], Callable[[Mapping[str, Any]], object], object]
] = [
    ("07-square-array-order", 0, {"order": ["t", "x"]}, shapes, [(128, 128)]),
    ("07-square-array-order", 1, {"order": ["y", "x", "t"]}, shapes, [(32, 32, 21)]),
    ("08-periodic-not-checked", 0, {"drop_last": ["x"]}, shapes, [(64, 101)]),
    ("11-paradis-long-segments", 1, {"periodic": []}, lengths, 150.0),
    ("11-paradis-long-segments", 1, {"periodic": ["x", "y", "z"]}, lengths, 50.0),
    ("21-mat-cells-structs-state-matrix", 0, {"order": ["x", "t"]}, shapes, [(16, 16)]),
    (
        "21-mat-cells-structs-state-matrix",
        1,
        {"fields": {"u": "U{1}"}, "order": ["x", "t"]},
        shapes,
        [(16, 16)],
    ),
    (
        "21-mat-cells-structs-state-matrix",
        2,
        {"fields": {"u": {"array": "X", "column": 1}}},
        shapes,
        [(1001,)],
    ),
]  # fmt: skip


@pytest.fixture
def entry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return an entry of a case, in whose folder the test then runs."""
    case, number = request.param
    monkeypatch.chdir(CASES / case)
    told: dict[str, Any] = json.loads(Path("entry.json").read_text())[number]
    return {"kind": told["kind"], **told["entry"]}


def name_of(value: object) -> str | None:
    """Return the name of a parameter in the names of tests."""
    if isinstance(value, tuple):
        return f"{value[0]}-{value[1]}"
    return value.__name__ if callable(value) else ""


def problems(entry: Mapping[str, Any]) -> list[str]:
    """Return what check_data lists for an entry."""
    content = {key: value for key, value in entry.items() if key != "kind"}
    if entry["kind"] == "paradis":
        content |= NETWORK
    names = ("b", "a") if entry["kind"] == "glass" else ("a",)
    _, found = check_entry(Import(BLOCKS[entry["kind"]], names, content, "sheet.tsv:2"))
    assert all(isinstance(error.__cause__, ValueError) for error in found)
    return [str(error) for error in found]


@pytest.mark.parametrize(
    ("entry", "asked", "right"),
    [((case, number), asked, right) for case, number, asked, right in RIGHT],
    indirect=["entry"],
    ids=name_of,
)
def test_what_was_wrong_is_right(
    entry: dict[str, Any], asked: Callable[[Mapping[str, Any]], object], right: object
) -> None:
    assert problems(entry) == []
    del entry["kind"]
    assert asked(entry) == right


@pytest.mark.parametrize(
    ("entry", "said"),
    [((case, number), said) for case, number, said in REFUSED],
    indirect=["entry"],
    ids=name_of,
)
def test_what_is_open_is_refused_with_a_remedy(entry: dict[str, Any], said: str) -> None:
    (problem,) = problems(entry)
    assert re.search(said, problem)


@pytest.mark.parametrize(
    ("entry", "added", "asked", "right"),
    [((case, number), added, asked, right) for case, number, added, asked, right in MENDED],
    indirect=["entry"],
    ids=name_of,
)
def test_the_remedies_lead_to_the_right_value(
    entry: dict[str, Any],
    added: dict[str, Any],
    asked: Callable[[Mapping[str, Any]], object],
    right: object,
) -> None:
    del entry["kind"]
    assert asked({**entry, **added}) == right


@pytest.mark.parametrize(
    ("entry", "added", "law"),
    [
        (("07-square-array-order", 0), {"order": ["t", "x"]}, {"u_x": -2.0}),
        (
            ("07-square-array-order", 1),
            {"order": ["y", "x", "t"]},
            {"u_x": -1.0, "u_y": 0.3, "u_xx": 0.05, "u_yy": 0.05},
        ),
        (("08-periodic-not-checked", 0), {"drop_last": ["x"]}, {"u_x": -2.0, "u_xx": 0.02}),
    ],
    indirect=["entry"],
    ids=name_of,
)
def test_laws_are_those_that_made_the_data(
    entry: dict[str, Any], added: dict[str, Any], law: dict[str, float]
) -> None:
    del entry["kind"]
    data = import_fields({**entry, **added}, say=lambda _: None)
    search = Search.from_settings("weak", {"degree": 1, "order": 2}, {})
    (found,) = discover(search, data, rng=np.random.default_rng(0))
    assert {term.name: term.coefficient for term in found.terms} == pytest.approx(law, rel=0.01)


def test_every_case_is_replayed() -> None:
    there = {
        (folder.name, number)
        for folder in CASES.iterdir()
        if (folder / "entry.json").is_file()
        for number in range(len(json.loads((folder / "entry.json").read_text())))
    }
    assert there == {(case, number) for case, number, *_ in (*RIGHT, *REFUSED)}


@pytest.mark.parametrize(
    ("sheet", "options"),
    [
        ("empty_row", {}),
        ("quoted_options", {"bounds": "unextended", "lenient": True}),
        ("quoted_species", {}),
        ("trailing_cells", {}),
        ("utf16", {}),
    ],
)
def test_sheets_saved_by_a_spreadsheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str, options: dict[str, object]
) -> None:
    """Case 19."""
    (tmp_path / "data").mkdir()
    shutil.copy(CASES / "05-check-data-stops-at-other-errors/good.dump", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    path = CASES / f"19-sheet-saved-by-excel/{sheet}.tsv"
    (one,), found = sheet_imports(path, {}, SCHEMA, SHEET_RULES)
    assert found == []
    assert one.entry["species"] == {"1": "A", "2": "B"}
    assert {key: one.entry.get(key) for key in options} == options
    if not options:
        assert strains(one.entry) == [0.02, 0.04]


def test_one_row_that_fails_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 5, whose second row is that of case 4, which is read now."""
    (tmp_path / "data").mkdir()
    folder = CASES / "05-check-data-stops-at-other-errors"
    shutil.copy(folder / "good.dump", tmp_path / "data")
    shutil.copy(CASES / "04-unindexed-point-traceback/last.ang", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    rows, found = sheet_imports(folder / "samples.tsv", {}, SCHEMA, SHEET_RULES)
    assert found == []
    told = [[str(error) for error in check_entry(one)[1]] for one in rows]
    assert [len(one) for one in told] == [0, 0, 1, 1]
    assert "samples.tsv:4: " in told[2][0]
    assert "species '2' has no name" in told[2][0]
    assert "samples.tsv:5: " in told[3][0]
    assert "in `dimension: 2`" in told[3][0]


def test_one_glass_in_two_groups_is_refused() -> None:
    """Case 27: the same glass, printed with another number of digits."""
    entry = {"format": "lammps_dump", "species": {"1": "A"}, "dimension": 3, "units": "lj"}
    folder = CASES / "27-one-glass-in-two-groups"
    samples = [
        import_sample(entry | {"path": folder / f"{name}.dump", "group": name}, name=name, system="s")
        for name in ("a", "b")
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"start from the same state.* in different groups"):
        common_of(samples)
