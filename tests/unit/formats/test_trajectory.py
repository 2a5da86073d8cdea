"""Frames become configurations only if species, dimension and periodicity match the declaration."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.particle_matching import check_same_particles, check_same_species
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.formats.trajectory_files import FORMATS

FRAME = TrajectoryFrame(
    timestep=0,
    ids=np.array([1, 2, 4]),
    species=np.array([0, 1, 0]),
    labels=("1", "2"),
    positions=np.array([[0.0, 0, 1], [1, 1, 2], [2, 2, 3]]),
    cell=np.diag([4.0, 5.0, 6.0]),
    path=Path("run.dump"),
    line=3,
    rows=np.array([12, 14, 13]),
)
FLAT = replace(FRAME, positions=np.array([[0.0, 0, 3], [1, 1, 3], [2, 2, 3]]))
NAMES = {"1": "B", "2": "A", "3": "B"}


def test_species_get_their_names_in_the_declared_order() -> None:
    configuration = FRAME.configuration(NAMES, 3)
    assert configuration.species_names == ("B", "A")
    np.testing.assert_array_equal(configuration.species, [0, 1, 0])
    np.testing.assert_array_equal(configuration.positions, FRAME.positions)


def test_a_flat_frame_loses_its_dummy_z() -> None:
    tilted = FLAT.cell.copy()
    tilted[2, 0] = 1.5e-323
    for frame in (
        replace(FLAT, cell=tilted),
        replace(FLAT, axes="xy"),
        replace(FLAT, periodic=(True, True, False)),
    ):
        configuration = frame.configuration(NAMES, 2)
        assert not configuration.positions[:, 2].any()
        np.testing.assert_array_equal(configuration.cell, FLAT.cell)
        assert configuration.dimension == 2


@pytest.mark.parametrize(
    ("frame", "dimension", "names", "message"),
    [
        (FRAME, 3, {"1": "A"}, r"run\.dump:14: species '2' has no name; .* Add \"2\": <name>"),
        (replace(FRAME, periodic=(True, False, True)), 3, NAMES,
         r"run\.dump:3: periodic along the cell vectors: T F T, expected T for the first 3"),
        (replace(FRAME, periodic=(True, True, False)), 3, NAMES, "T T F"),
        (FLAT, 3, NAMES, r"run\.dump:3: all particles are at one z .* `dimension: 2`"),
        (replace(FRAME, axes="xy"), 3, NAMES, "all particles are without z"),
        (FRAME, 2, NAMES, r"run\.dump:13: z is 3 here but 1 for id 1.* `dimension: 3`"),
        (replace(FLAT, cell=np.array([[4.0, 0, 0.01], [0, 5, 0], [0, 0, 6]])), 2, NAMES,
         r"run\.dump:3: the cell is tilted by 0\.01 out of the plane"),
    ],
)  # fmt: skip
def test_what_was_not_declared_is_refused(
    frame: TrajectoryFrame, dimension: int, names: dict[str, str], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        frame.configuration(names, dimension)


def test_frames_of_other_particles_are_refused() -> None:
    check_same_particles([FRAME, replace(FRAME, labels=("1", "2", "9"))])
    for change, message in (
        ({"ids": np.array([1, 2, 5])}, r"run\.dump:13, column 'id': id 5 is not in the frame"),
        ({"ids": np.array([1, 2])}, r"run\.dump:3: 2 particles, but 3"),
    ):
        with pytest.raises(FormatError, match=message):
            check_same_particles([FRAME, replace(FRAME, **change)])  # type: ignore[arg-type]


def test_every_format_has_a_row_in_the_documentation() -> None:
    table = (Path(__file__).parents[3] / "docs/formats.md").read_text()
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    for form in FORMATS:
        assert sum(f"`{form}`" in row for row in rows) == 1, form


def test_species_are_compared_by_name_and_not_by_label() -> None:
    check_same_species(
        [FRAME, replace(FRAME, labels=("Cu", "Zr"))], {"1": "A", "2": "B", "Cu": "A", "Zr": "B"}
    )
    check_same_species([FRAME, replace(FRAME, labels=("1", "2", "9"))], {})
    for change, names, message in (
        ({"species": np.array([0, 0, 0])}, {}, r"run\.dump:14: species '1' of id 2 was '2'"),
        ({"labels": ("Cu", "Zr")}, {"1": "A", "2": "B", "Cu": "B", "Zr": "B"},
         r"run\.dump:12: species 'B' \(labelled 'Cu'\) of id 1 was 'A' in the frame at run\.dump:3"),
    ):  # fmt: skip
        with pytest.raises(FormatError, match=message):
            check_same_species([FRAME, replace(FRAME, **change)], names)  # type: ignore[arg-type]


#: The frame above with ids that its file states.
STATED = replace(FRAME, own_ids=np.array([1, 2, 4]))


@pytest.mark.parametrize(
    ("one", "other", "message", "remedy"),
    [
        # the same ids in another order, matched by order all the same
        ([1, 2, 4], [1, 4, 2], r"run\.dump:14, column 'id': id 4, but id 2 stands", "Leave `ids"),
        ([1, 2, 4], [1, 2, 5], r"run\.dump:13, column 'id': id 5, but id 4 stands", "Write both"),
        ([1, 1, 4], [1, 4, 1], r"run\.dump:14, column 'id': id 4, but id 1 stands", "Write both"),
    ],
)
def test_ids_that_are_replaced_by_order_must_agree(
    one: list[int], other: list[int], message: str, remedy: str
) -> None:
    by_order = np.array([1, 2, 3])
    frames = [replace(FRAME, ids=by_order, own_ids=np.array(own)) for own in (one, other)]
    with pytest.raises(FormatError, match=message) as caught:
        check_same_particles(frames)
    assert caught.value.remedy.startswith(remedy)
    check_same_particles([frames[0], frames[0]])


@pytest.mark.parametrize("silent_first", [True, False])
def test_a_frame_without_ids_goes_with_ids_that_rise(silent_first: bool) -> None:
    def check(stating: TrajectoryFrame) -> None:
        check_same_particles([FRAME, stating] if silent_first else [stating, FRAME])

    check(STATED)
    for wrong in (
        replace(STATED, sorted_rows=True),
        replace(STATED, own_ids=np.array([2, 1, 4])),
    ):
        with pytest.raises(FormatError, match="states ids, which are not in ascending order"):
            check(wrong)


def test_the_first_strange_particle_is_named() -> None:
    strange = replace(FRAME, ids=np.array([1, 7, 9]))
    with pytest.raises(
        FormatError, match=r"run\.dump:14, column 'id': id 7 is not in the frame at"
    ):
        check_same_particles([FRAME, FRAME, strange])
