"""The audit of voxel fields: inputs of surrogates pass, fields with one defect fail."""

import re
from functools import lru_cache

import numpy as np
import pytest

from crystals import turning_run as run
from mechanist.audit import voxel_cells as cells
from mechanist.audit.card import Criterion, Verdict
from mechanist.audit.continuity import continuity
from mechanist.audit.reconstruction import reconstruction
from mechanist.audit.size import size
from mechanist.audit.symmetry import symmetry
from mechanist.audit.view import View, viewed
from mechanist.audit.voxel_cells import Cell
from mechanist.audit.voxel_subject import Describe, known_fields, material, voxel_subject
from mechanist.describe.descriptor import described, descriptor_class
from mechanist.describe.shared.orientation_harmonics import orientation_harmonics
from mechanist.describe.shared.voxel_rows import VoxelRows
from mechanist.describe.voxel_sets import ElasticMisfit, ElasticPass, OrientationCube
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.voxel_samples import voxel_paths
from mechanist.mechanics.misorientations import fundamental_zone, misorientation
from mechanist.settings.crystal_references import FIELDS, MECHANISMS

KINDS = [kind for kind, one in described().items() if one.subject == "voxel"]
OUTSIDE = ("structure rotated alone", "lattices rotated alone", "neighbours exchanged")


@lru_cache
def view(kind: str, describe: Describe = known_fields) -> View:
    return viewed(voxel_subject(kind, describe=describe), np.random.default_rng(0))


def verdicts(criterion: Criterion) -> dict[str, Verdict]:
    return {finding.name: finding.verdict for finding in criterion.findings}


def kept(seen: View) -> dict[str, Verdict]:
    return verdicts(symmetry(seen, np.random.default_rng(1)))


def with_field(cell: Cell, name: str, values: np.ndarray) -> VoxelPaths:
    """Return a cell's sample with another field instead of its orientations."""
    good = known_fields(cell, OrientationCube())
    field = values.reshape(*cell.shape, *values.shape[1:])
    return VoxelPaths(**{**vars(good), "fields": {name: field}})


@pytest.mark.parametrize("kind", KINDS)
def test_what_models_read_turns_with_cell_lattices_and_load_and_sees_what_matters(
    kind: str,
) -> None:
    # The exponent of the flow rule amplifies round-off; no symmetry is broken.
    allowed = {Verdict.PASS} | ({Verdict.INCONCLUSIVE} if kind == "plastic_misfit" else set())
    assert set(kept(view(kind)).values()) <= allowed


@pytest.mark.parametrize("kind", KINDS)
def test_rows_serve_any_cell_that_holds_a_cube(kind: str) -> None:
    found = verdicts(size(view(kind), np.random.default_rng(1)))
    assert set(found.values()) == {Verdict.PASS}
    refused = next(f for f in size(view(kind), np.random.default_rng(1)).findings
                   if f.name == "cell of two voxels per side")  # fmt: skip
    assert ("hold no cube" in refused.note) == (descriptor_class(kind).radius == 1)


def test_the_auditor_reads_the_fields_that_models_learn_from() -> None:
    crystal, law = material()
    strains = [0.01, 0.02]
    sample = voxel_paths(run(2), crystal, law, system="x", strains=strains, passes=50)
    start = run(2).orientations[0].reshape(-1, 4)
    listed = re.findall(r"``(\w+)`` \((\w+)\)(\*?)", str(VoxelRows.__doc__))
    assert {f"{name}:{kind}" for name, kind, _ in listed} == {*sample.fields}
    # The configuration may name these, and no others.
    assert sorted(FIELDS) == sorted(name for name, _, _ in listed)
    assert sorted(MECHANISMS) == sorted(name for name, kind, _ in listed if kind == "axial")
    cell = Cell(np.arange(len(start)).reshape(sample.shape), start)
    for name, _, unknown in listed:
        asked = type("Asked", (VoxelRows,), {"fields": (name,)})()
        assert bool(known_fields(cell, asked).fields) is not bool(unknown)
    for about in (OrientationCube(), ElasticPass(), ElasticMisfit()):
        seen = known_fields(cell, about)
        for name in seen.fields:
            np.testing.assert_allclose(seen.fields[name], sample.fields[name], atol=1e-6)


def labelled(cell: Cell, _about: VoxelRows) -> VoxelPaths:
    return with_field(cell, "orientation:scalar", cell.voxels.reshape(-1, 4))


def zoned(cell: Cell, _about: VoxelRows) -> VoxelPaths:
    start = fundamental_zone(cell.voxels.reshape(-1, 4), "cubic")
    return with_field(cell, "orientation:scalar", start)


def untold(cell: Cell, _about: VoxelRows) -> VoxelPaths:
    """Return correct numbers, declared not to transform under rotation."""
    right = orientation_harmonics(cell.voxels.reshape(-1, 4), "cubic")
    return with_field(cell, "orientation:scalar", right.reshape(-1, 9))


def averaged(cell: Cell, _about: VoxelRows) -> VoxelPaths:
    right = orientation_harmonics(cell.voxels.reshape(-1, 4), "cubic")
    return with_field(cell, "orientation:matrix", np.broadcast_to(right.mean(axis=0), right.shape))


def relative(cell: Cell, _about: VoxelRows) -> VoxelPaths:
    """Return misorientations between neighbours, which are load-blind."""
    here, total = cell.voxels, np.zeros(cell.shape)
    for axis in range(3):
        for step in (-1, 1):
            total += misorientation(here, np.roll(here, step, axis), "cubic")
    return with_field(cell, "orientation:scalar", total.reshape(-1, 1))


def by_voxels(cell: Cell, _about: VoxelRows) -> VoxelPaths:
    right = orientation_harmonics(cell.voxels.reshape(-1, 4), "cubic")
    return with_field(cell, "orientation:matrix", right / len(right))


def test_quaternions_fail_by_the_label_of_the_lattice_and_their_zone_has_seams() -> None:
    assert kept(view("orientation_cube", labelled))["equivalent lattices"] is Verdict.FAIL
    found = kept(view("orientation_cube", zoned))
    assert found["equivalent lattices"] is Verdict.PASS
    assert found["joint rotation"] is Verdict.FAIL
    rng = np.random.default_rng(1)
    assert verdicts(continuity(view("orientation_cube", zoned), rng))["jumps"] is Verdict.FAIL
    smooth = verdicts(continuity(view("orientation_cube"), rng))
    assert (smooth["jumps"], smooth["kinks"]) == (Verdict.PASS, Verdict.PASS)


def test_fields_that_do_not_say_how_they_turn_fail_joint_rotation() -> None:
    found = kept(view("orientation_cube", untold))
    assert found["joint rotation"] is found["joint reflection"] is Verdict.FAIL
    assert found["translation by whole voxels"] is Verdict.PASS


def test_means_are_blind_to_neighbours_and_misorientations_to_the_load() -> None:
    means, angles = (kept(view("orientation_cube", one)) for one in (averaged, relative))
    assert [means[name] for name in OUTSIDE] == [Verdict.PASS, Verdict.PASS, Verdict.WARN]
    # A rotation moves the cube's voxels, but leaves the misorientations of lattices unchanged.
    assert angles["lattices rotated alone"] is Verdict.WARN
    assert angles["joint rotation"] is Verdict.PASS


def test_fields_that_know_the_size_of_the_cell_fail_in_a_replica() -> None:
    found = verdicts(size(view("orientation_cube", by_voxels), np.random.default_rng(1)))
    assert found["replicas"] is Verdict.FAIL


def test_a_cube_of_orientations_can_be_told_and_the_misfit_of_its_middle_cannot_tell_it() -> None:
    found = {}
    for kind in ("orientation_cube", "elastic_pass"):
        criterion = reconstruction(
            view(kind), np.random.default_rng(1), environments=2, inversions=1
        )
        found[kind] = {finding.name: finding for finding in criterion.findings}
    assert found["orientation_cube"]["rank"].verdict is Verdict.PASS
    assert "median rank 81 of 81" in found["orientation_cube"]["rank"].note
    assert found["orientation_cube"]["inversion"].verdict is Verdict.PASS
    assert found["elastic_pass"]["rank"].verdict is Verdict.FAIL
    assert found["elastic_pass"]["rank"].value == pytest.approx(0.75)  # nine numbers of twelve


def test_turns_of_a_cell_move_voxels_as_places_move() -> None:
    rng = np.random.default_rng(2)
    cell = cells.of_voxels((3, 4, 5), rng)
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    after, order = cells.turned(cell, turn)
    assert after.shape == (4, 3, 5)
    assert after.grains[3, 0, 2] == cell.grains[0, 0, 2]  # y = 0 moves to the largest x
    np.testing.assert_array_equal(cell.grains.ravel()[order], after.grains.ravel())
