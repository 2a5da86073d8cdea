"""Slip systems, the point groups that permute them, and coefficients equal by symmetry."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystals import class_means
from mechanist.mechanics.point_groups import proper_rotations
from mechanist.mechanics.slip_orbits import (
    fcc_kinds,
    free_tuples,
    pair_orbits,
    triple_orbits,
)
from mechanist.mechanics.slip_systems import NAMES, SlipSystems, slip_systems

COUNTS = {
    "fcc12": (12, 7, 74),
    "bcc12": (12, 7, 74),
    "bcc24": (24, 28, 592),
    "bcc48": (48, 100, 4624),
    "hcp30": (30, 86, 2300),
    "hcp39": (39, 152, 5121),
}


@pytest.mark.parametrize(("lattice", "order"), [("cubic", 24), ("hexagonal", 12)])
def test_rotations_form_a_group(lattice, order):
    rotations = proper_rotations(lattice)
    assert rotations.shape == (order, 3, 3)
    assert np.allclose(rotations[0], np.eye(3))
    assert np.allclose(rotations @ rotations.transpose(0, 2, 1), np.eye(3))
    assert np.allclose(np.linalg.det(rotations), 1.0)
    products = np.einsum("aij,bjk->abik", rotations, rotations).reshape(-1, 1, 9)
    distances = np.abs(products - rotations.reshape(1, order, 9)).max(axis=2)
    assert ((distances < 1e-12).sum(axis=1) == 1).all()


def test_rotations_refuse_another_lattice():
    with pytest.raises(ValueError, match=r"'tetragonal'.*cubic"):
        proper_rotations("tetragonal")


@pytest.mark.parametrize("name", NAMES)
def test_geometry_of_every_table(name):
    systems = slip_systems(name)
    assert len(systems) == COUNTS[name][0] == int(name[3:])
    assert np.allclose(np.linalg.norm(systems.normals, axis=1), 1.0)
    assert np.allclose(np.linalg.norm(systems.directions, axis=1), 1.0)
    assert np.abs(np.einsum("si,si->s", systems.normals, systems.directions)).max() < 1e-12
    schmid = systems.schmid().reshape(len(systems), 9)
    assert (np.abs(schmid @ schmid.T) > 1 - 1e-9).sum() == len(systems)  # distinct up to sign
    assert np.allclose(np.trace(systems.schmid(), axis1=1, axis2=2), 0.0)


def test_families_of_hcp39_and_their_burgers_vectors():
    systems = slip_systems("hcp39", c_over_a=1.6)
    counts = {family: systems.families.count(family) for family in systems.families}
    assert sorted(counts.values()) == [3, 3, 3, 6, 6, 6, 12]
    expected = {"<a>": 1.0, "<c>": 1.6, "<c+a>": np.hypot(1.0, 1.6)}
    for family, magnitude in zip(systems.families, systems.magnitudes, strict=True):
        assert magnitude == pytest.approx(expected[family[family.index("<") :]])


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_orbits(name):
    systems = slip_systems(name)
    assert (pair_orbits(systems).number, triple_orbits(systems).number) == COUNTS[name][1:]


@pytest.mark.parametrize(("name", "pairs", "triples"), [("fcc12", 6, 43), ("hcp39", 89, 2697)])
def test_numbers_of_unordered_orbits(name, pairs, triples):
    systems = slip_systems(name)
    assert pair_orbits(systems, symmetric=True).number == pairs
    labels = triple_orbits(systems, symmetric=True)
    assert labels.number == triples
    assert (labels.labels == labels.labels.transpose(0, 2, 1)).all()


#: In the order in which DAMASK lists the coefficients.
FCC = ("self", "coplanar", "collinear", "Hirth", "glissile, own plane", "glissile, other plane",
       "Lomer")  # fmt: skip


def test_fcc_orbits_are_the_known_interactions():
    systems = slip_systems("fcc12")
    kinds = fcc_kinds(systems)
    assert sorted(kinds) == sorted(FCC)
    each = dict(zip(kinds, pair_orbits(systems).sizes // len(systems), strict=True))
    assert [each[kind] for kind in FCC] == [1, 2, 1, 2, 2, 2, 2]
    glissile = [kinds.index(kind) for kind in FCC if kind.startswith("glissile")]
    labels = pair_orbits(systems).labels
    assert (labels.T[labels == glissile[0]] == glissile[1]).all()  # transposes


def test_only_fcc_pairs_have_names():
    with pytest.raises(ValueError, match="bcc12"):
        fcc_kinds(slip_systems("bcc12"))


def _relabelled(systems: SlipSystems, order: np.ndarray, signs: np.ndarray) -> SlipSystems:
    return replace(
        systems,
        normals=signs[:, :1] * systems.normals[order],
        directions=signs[:, 1:] * systems.directions[order],
        families=tuple(systems.families[k] for k in order),
        magnitudes=systems.magnitudes[order],
    )


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.sampled_from(["fcc12", "bcc24", "hcp30"]), st.integers(0, 2**32 - 1))
def test_orbits_do_not_depend_on_order_signs_or_an_equivalent_frame(name, seed):
    rng = np.random.default_rng(seed)
    systems = slip_systems(name)
    order = rng.permutation(len(systems))
    turn = proper_rotations(systems.lattice)[rng.integers(12)]
    turned = replace(
        systems, normals=systems.normals @ turn.T, directions=systems.directions @ turn.T
    )
    changed = _relabelled(turned, order, rng.choice([-1.0, 1.0], size=(len(systems), 2)))
    before = pair_orbits(systems).labels[np.ix_(order, order)]
    after = pair_orbits(changed).labels
    assert len(set(zip(before.ravel(), after.ravel(), strict=True))) == after.max() + 1
    assert after.max() == before.max()


def test_a_tensor_of_geometry_is_constant_on_orbits_and_one_of_chance_is_not():
    systems = slip_systems("hcp39")
    orbits = pair_orbits(systems)
    cosines = np.abs(systems.directions @ systems.normals.T)
    assert np.allclose(class_means(orbits, cosines), cosines)
    random = np.random.default_rng(1).normal(size=cosines.shape)
    assert not np.allclose(class_means(orbits, random), random)


@pytest.mark.parametrize("order", [2, 3])
def test_free_tuples_tie_nothing(order):
    free = free_tuples(slip_systems("fcc12"), order)
    assert free.labels.shape == (12,) * order
    assert len(np.unique(free.labels)) == free.number == 12**order
    values = np.random.default_rng(2).normal(size=free.labels.shape)
    np.testing.assert_array_equal(class_means(free, values), values)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"normals": np.zeros((12, 3))}, "not a unit vector"),
        ({"normals": np.zeros((3, 3))}, r"\(3, 3\); expected \(12, 3\)"),
        ({"directions": slip_systems("fcc12").normals}, "not in its plane"),
        ({"normals": np.full((12, 3), np.nan)}, "not a unit vector"),
    ],
)
def test_wrong_tables_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(slip_systems("fcc12"), **changes)


def test_repeated_systems_and_incomplete_families_are_refused():
    systems = slip_systems("fcc12")
    parts = (systems.normals, systems.directions, systems.magnitudes)
    twice = [np.concatenate([part[:2], -part[:1]]) for part in parts]
    with pytest.raises(ValueError, match="system 2 repeats an earlier system"):
        SlipSystems("x", "cubic", twice[0], twice[1], ("a",) * 3, np.ones(3))
    part = SlipSystems("x", "cubic", *(p[:5] for p in parts[:2]), ("a",) * 5, np.ones(5))
    with pytest.raises(ValueError, match="give whole families"):
        pair_orbits(part)


@pytest.mark.parametrize(("name", "ratio"), [("fcc13", 1.6), ("hcp39", 0.0), ("hcp39", np.nan)])
def test_unknown_sets_and_ratios_are_refused(name, ratio):
    with pytest.raises(ValueError, match=r"expected a positive|expected one of"):
        slip_systems(name, c_over_a=ratio)
