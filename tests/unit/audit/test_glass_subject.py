"""Glass descriptors as audit subjects: probe states, and verdicts that match known properties."""

import json
from itertools import pairwise
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml

import audit_toys as toys
from mechanist.audit import glass_states as states
from mechanist.audit.card import Criterion, Verdict
from mechanist.audit.continuity import continuity
from mechanist.audit.glass_subject import glass_subject
from mechanist.audit.power_spectrum import richer
from mechanist.audit.reconstruction import reconstruction
from mechanist.audit.registry import entries
from mechanist.audit.size import size
from mechanist.audit.subject import Missing
from mechanist.audit.symmetry import symmetry
from mechanist.audit.view import View, viewed
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.loads import random_load
from mechanist.mechanics.neighbours import find_neighbours
from scripts.trust import audit_describe

KINDS = [entry.kind for entry in entries() if entry.wing == "glass"]
SCHEMA = yaml.safe_load(
    (Path(__file__).parents[3] / "workflow/schemas/audit.schema.yaml").read_text()
)
DIMENSIONS = pytest.mark.parametrize("dimension", [2, 3])


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def view(kind: str, **parameters: object) -> View:
    return viewed(glass_subject(kind, parameters, scale=toys.SMALL), rng())


def verdicts(criterion: Criterion) -> dict[str, Verdict]:
    return {finding.name: finding.verdict for finding in criterion.findings}


@DIMENSIONS
def test_random_particles_keep_apart(dimension: int) -> None:
    pairs = find_neighbours(states.loose(36, dimension, rng()), 1.0)
    assert len(pairs.distances)
    assert pairs.distances.min() > states.APART


@DIMENSIONS
def test_glasses_rest_and_crystals_are_hot(dimension: int) -> None:
    glass = states.glass(36, dimension, rng())
    force = np.linalg.norm(PairStiffness.of(glass).forces()) / np.sqrt(len(glass))
    assert force < 1e-11
    crystal = states.thermal_crystal(36, dimension, rng())
    nearest = find_neighbours(crystal, 1.2).distances
    assert nearest.std() > 0.03  # an ideal crystal would have only one or two distances


def test_a_branch_of_minima_is_smooth_and_ends_before_its_first_event() -> None:
    branch = states.elastic_branch(36, 2, random_load(2, rng()), rng())
    places = np.array([branch(s).positions for s in np.linspace(0, 1, 41)])
    steps = np.linalg.norm(np.diff(places, axis=0), axis=-1).max(axis=1)
    assert 0 < steps.max() < states.EVENT
    np.testing.assert_allclose(branch(0.5).positions, branch(0.5).positions, rtol=0, atol=0)


def test_paths_cross_cutoffs() -> None:
    for path in (
        states.drifting(36, 2, rng()),
        states.elastic_branch(36, 2, random_load(2, rng()), rng()),
    ):
        counts = [find_neighbours(path(s), 2.0).counts for s in np.linspace(0, 1, 5)]
        assert any((a != b).any() for a, b in pairwise(counts))


def test_descriptors_of_minima_are_known_by_trying() -> None:
    for kind in ("elastic_step", "linear_response", "soft_modes"):
        subject = glass_subject(kind, scale=toys.SMALL)
        assert isinstance(subject.environment, Missing)
        assert "minima only" in subject.environment.reason
    for kind in ("local_stress", "local_structure", "structure_functions"):
        assert not isinstance(glass_subject(kind, scale=toys.SMALL).environment, Missing)


@pytest.mark.parametrize("kind", KINDS)
def test_every_descriptor_keeps_the_group_of_the_target(kind: str) -> None:
    found = verdicts(symmetry(view(kind), rng()))
    broken = glass_subject(kind, scale=toys.SMALL).card.broken
    assert {name for name in broken if found.pop(name) is not Verdict.FAIL} == set()
    outside = {found.pop("structure rotated alone"), found.pop("load reversed")}
    assert Verdict.FAIL not in found.values()
    aware = glass_subject(kind, scale=toys.SMALL).card.load_aware
    alone = {Verdict.PASS if aware or "joint rotation" in broken else Verdict.WARN}
    assert outside == alone | {Verdict.PASS if aware else Verdict.WARN}


@pytest.mark.parametrize("kind", KINDS)
def test_awkward_states_crash_no_descriptor(kind: str) -> None:
    criterion = size(view(kind), rng())
    crashed = [f.note for f in criterion.findings if f.note.startswith("crashed")]
    assert not crashed
    assert criterion.findings[0].verdict is Verdict.PASS


def test_a_cutoff_is_smooth_where_its_cosine_is_and_jumps_where_it_is_not() -> None:
    few = {"radial_functions": 5, "radial_spacing": 1.0}
    smooth = continuity(view("structure_functions", **few), rng())
    hard = continuity(view("structure_functions", smooth_cutoff=False, **few), rng())
    assert smooth.verdict is Verdict.PASS
    assert hard.verdict is Verdict.FAIL


def test_neighbour_averages_jump_and_what_they_average_does_not() -> None:
    for averaging, verdict in (((), Verdict.PASS), ((2.0,), Verdict.FAIL)):
        assert continuity(view("joint_invariants", averaging=averaging), rng()).verdict is verdict


def test_soft_modes_know_the_size_of_their_sample() -> None:
    assert verdicts(size(view("soft_modes"), rng()))["replicas"] is Verdict.FAIL
    assert verdicts(size(view("rotation_invariants"), rng()))["replicas"] is Verdict.PASS


def test_three_bodies_do_not_tell_homometric_rings_apart() -> None:
    def of(kind: str, **parameters: object) -> Verdict:
        criterion = reconstruction(view(kind, **parameters), rng(), environments=1, inversions=1)
        return verdicts(criterion)["twins"]

    assert of("structure_functions") is Verdict.WARN
    assert of("local_structure", averaging=()) is Verdict.PASS  # depends on all neighbours
    assert of("joint_invariants") is Verdict.NOT_APPLICABLE


def test_the_richer_description_adds_the_load_for_those_that_know_it() -> None:
    c, load = states.glass(25, 2, rng()), random_load(2, rng())
    blind, aware = (richer(c, load, load_aware=flag) for flag in (False, True))
    np.testing.assert_array_equal(blind.values, aware.values[:, : len(blind.names)])
    assert len(aware.names) > len(blind.names)


def test_the_script_writes_a_valid_card(tmp_path: Path) -> None:
    out = tmp_path / "glass" / "elastic_step.json"
    audit_describe.main(out, wing="glass", kind="elastic_step", seed=1, most_steps=20, most_sizes=3)
    data = json.loads(out.read_text())
    jsonschema.validate(data, SCHEMA)
    assert (data["wing"], data["kind"]) == ("glass", "elastic_step")
    assert data["claims"]["load_aware"]
