"""Symmetries of every descriptor in the describe folder, and of toys that lack them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symmetry
from helpers import disordered
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import (
    Card,
    Descriptor,
    Features,
    SubjectName,
    described,
    descriptor_class,
    load_descriptor,
)
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import random_load
from mechanist.mechanics.neighbours import find_neighbours

# Descriptors of other subjects have other symmetries and their own tests.
KINDS = [kind for kind, one in described().items() if one.subject == "particle"]
CARDS = {kind: descriptor_class(kind).card for kind in KINDS}
# Indicators that need a potential are defined only at energy minima, not for random configurations;
# pair energies are defined everywhere.
STRUCTURAL = [
    kind
    for kind in KINDS
    if not CARDS[kind].needs_probe
    and (not CARDS[kind].needs_potential or kind == "local_structure")
]
AWARE = [kind for kind in STRUCTURAL if CARDS[kind].load_aware]
TURNING = [kind for kind in STRUCTURAL if "joint rotation" not in CARDS[kind].broken]
BLIND = [kind for kind in STRUCTURAL if kind not in AWARE]

# Non-default parameters of each descriptor, so that optional features are also tested.
EVERYTHING = {
    2: {"rotation_invariants": {"orders": (0, 1, 2, 3, 4, 5, 6)},
        "joint_invariants": {"terms": ("qe", "vev", "bv", "s", "b2"), "squares": True,
                             "force_mismatch": True}},
    3: {"rotation_invariants": {"orders": (0, 1, 2, 3, 4, 5, 6), "by_centre": False},
        "joint_invariants": {"terms": ("qe", "vev", "qqe", "bv", "s", "b2", "qe2"),
                             "squares": True, "force_mismatch": True}},
}  # fmt: skip
N = {2: 30, 3: 40}
DIMENSIONS = pytest.mark.parametrize("dimension", [2, 3])
SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=5, deadline=None, derandomize=True)


def case(
    seed: int, dimension: int
) -> tuple[Configuration, FloatArray, FloatArray, np.random.Generator]:
    """Return a configuration, two loads, and their random generator."""
    rng = np.random.default_rng(seed)
    c = disordered(rng, n=N[dimension], dimension=dimension)
    return c, random_load(dimension, rng), random_load(dimension, rng), rng


def made(kind: str, dimension: int) -> Descriptor:
    return load_descriptor(kind, EVERYTHING[dimension].get(kind))


def test_there_is_something_to_test() -> None:
    assert {"rotation_invariants", "structure_functions", "local_structure"} <= set(BLIND)
    assert "joint_invariants" in AWARE


@DIMENSIONS
@pytest.mark.parametrize("kind", STRUCTURAL)
@given(seed=SEEDS)
@few
def test_labels_images_and_cell_vectors_do_not_matter(kind: str, dimension: int, seed: int) -> None:
    c, load, _, rng = case(seed, dimension)
    descriptor = made(kind, dimension)
    symmetry.assert_permutation_equivariant(descriptor, c, load, rng)
    symmetry.assert_translation_invariant(descriptor, c, load, rng)
    symmetry.assert_wrap_invariant(descriptor, c, load, rng)
    symmetry.assert_cell_basis_invariant(descriptor, c, load, rng)


@DIMENSIONS
@pytest.mark.parametrize("proper", [True, False])
@pytest.mark.parametrize("kind", TURNING)
@given(seed=SEEDS)
@few
def test_structure_and_load_turn_together(
    kind: str, proper: bool, dimension: int, seed: int
) -> None:
    c, load, _, rng = case(seed, dimension)
    symmetry.assert_joint_rotation_invariant(made(kind, dimension), c, load, rng, proper=proper)


def quarter_turn(dimension: int) -> FloatArray:
    """Return a rotation far from every symmetry of a load along the axes or the diagonals."""
    turn = symmetry.planar_rotation(np.pi / 5)
    return turn if dimension == 2 else turn @ np.roll(np.eye(3), 1, axis=0)


@DIMENSIONS
@pytest.mark.parametrize("kind", AWARE)
@given(seed=SEEDS)
@few
def test_load_aware_features_answer_to_the_load(kind: str, dimension: int, seed: int) -> None:
    c, load, _, _ = case(seed, dimension)
    descriptor = made(kind, dimension)
    symmetry.assert_load_sensitive(descriptor, c, load, quarter_turn(dimension))
    symmetry.assert_parity(descriptor, c, load)


@DIMENSIONS
@pytest.mark.parametrize("kind", BLIND)
@given(seed=SEEDS)
@few
def test_load_blind_features_do_not(kind: str, dimension: int, seed: int) -> None:
    c, load, other, _ = case(seed, dimension)
    symmetry.assert_load_blind(made(kind, dimension), c, load, other)


@DIMENSIONS
@pytest.mark.parametrize("kind", STRUCTURAL)
def test_doubled_cells_give_the_same_features(kind: str, dimension: int) -> None:
    """Cutoffs exceed half the box here, so a minimum-image shortcut would be detected."""
    c, load, _, _ = case(5, dimension)
    doubled = Configuration(
        np.vstack([c.positions, c.positions + c.cell[0]]),
        c.cell * np.array([[2.0], [1.0], [1.0]]),
        np.tile(c.species, 2),
        c.species_names,
        dimension,
    )
    descriptor = made(kind, dimension)
    once, twice = descriptor(c, load=load), descriptor(doubled, load=load)
    for half in (twice.values[: len(c)], twice.values[len(c) :]):
        symmetry.assert_same(once, Features(half, twice.names), "doubling the cell")


@DIMENSIONS
@pytest.mark.parametrize("kind", STRUCTURAL)
def test_lonely_particles_and_absent_species_are_finite(kind: str, dimension: int) -> None:
    cell = np.eye(3) * 30.0
    for positions, species in (
        (np.zeros((1, 3)), [0]),
        (np.array([[1.0, 1, 0], [1.9, 1, 0], [15, 15, 0]]), [0, 0, 0]),
    ):
        c = Configuration(positions, cell, np.array(species), ("A", "B"), dimension)
        load = random_load(dimension, np.random.default_rng(0))
        features = made(kind, dimension)(c, load=load)
        assert np.isfinite(features.values).all()
        full = made(kind, dimension)(case(0, dimension)[0], load=load)
        assert features.names == full.names
        absent = [n for n in features.names if n.split("_mean")[0] == "is_B"]
        assert not features.values[:, [features.names.index(n) for n in absent]].any()


@dataclass(frozen=True)
class Toy:
    """Descriptor with one given column, to show that the assertions can fail."""

    column: Callable[[Configuration, FloatArray], FloatArray]
    sign: int = 1
    card: ClassVar[Card] = Card(
        name="toy",
        reference="none",
        units="1",
        symmetry="none",
        load_aware=True,
        subject=SubjectName.PARTICLE,
    )

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        values = self.column(configuration, np.zeros((3, 3)) if load is None else load)
        return Features(np.asarray(values, dtype=float)[:, None], ["toy"], {"toy": self.sign})


def pull(c: Configuration, power: int) -> FloatArray:
    """Return the sum of weighted unit vectors to the neighbours, shape (n, 3)."""
    pairs = find_neighbours(c, 1.8)
    weights = (1.8 - pairs.distances) ** 2 * pairs.distances ** (power - 1)
    total = np.zeros((len(c), 3))
    np.add.at(total, pairs.first, weights[:, None] * pairs.vectors)
    return total


def handedness(c: Configuration, _: FloatArray) -> FloatArray:
    """Return a pseudoscalar: invariant under rotations, odd under mirrors."""
    third = np.array([0.0, 0, 1]) if c.dimension == 2 else pull(c, 6)
    return np.sum(np.cross(pull(c, 0), pull(c, 3)) * third, axis=1)


def stretch(c: Configuration, load: FloatArray) -> FloatArray:
    """Return a proper joint invariant, odd in the load."""
    v = pull(c, 0)
    return np.einsum("na,ab,nb->n", v, load, v)


GOOD, CHIRAL = Toy(stretch, sign=-1), Toy(handedness)


@DIMENSIONS
def test_a_good_toy_passes(dimension: int) -> None:
    c, load, _, rng = case(1, dimension)
    symmetry.assert_permutation_equivariant(GOOD, c, load, rng)
    symmetry.assert_translation_invariant(GOOD, c, load, rng)
    symmetry.assert_wrap_invariant(GOOD, c, load, rng)
    symmetry.assert_cell_basis_invariant(GOOD, c, load, rng)
    for proper in (True, False):
        symmetry.assert_joint_rotation_invariant(GOOD, c, load, rng, proper=proper)
    symmetry.assert_load_sensitive(GOOD, c, load, quarter_turn(dimension))
    symmetry.assert_parity(GOOD, c, load)


@DIMENSIONS
def test_bad_toys_are_caught(dimension: int) -> None:
    c, load, other, rng = case(2, dimension)
    index = Toy(lambda c, _: np.arange(len(c)))
    place = Toy(lambda c, _: c.positions[:, 0])
    basis = Toy(lambda c, _: np.linalg.norm(c.cell.sum(axis=0)) + 0 * c.positions[:, 0])
    compass = Toy(lambda c, _: pull(c, 0)[:, 0])
    distance = Toy(lambda c, _: np.linalg.norm(pull(c, 0), axis=1))
    with pytest.raises(AssertionError, match="permutation changes"):
        symmetry.assert_permutation_equivariant(index, c, load, rng)
    with pytest.raises(AssertionError, match="translation changes"):
        symmetry.assert_translation_invariant(place, c, load, rng)
    with pytest.raises(AssertionError, match="unwrapping changes"):
        symmetry.assert_wrap_invariant(place, c, load, rng)
    with pytest.raises(AssertionError, match="cell basis changes"):
        symmetry.assert_cell_basis_invariant(basis, c, load, rng)
    with pytest.raises(AssertionError, match="joint rotation changes"):
        symmetry.assert_joint_rotation_invariant(compass, c, load, rng, proper=True)
    symmetry.assert_joint_rotation_invariant(CHIRAL, c, load, rng, proper=True)
    with pytest.raises(AssertionError, match="rotoreflection changes"):
        symmetry.assert_joint_rotation_invariant(CHIRAL, c, load, rng, proper=False)
    with pytest.raises(AssertionError, match="when the structure turns"):
        symmetry.assert_load_sensitive(distance, c, load, quarter_turn(dimension))
    nearly_blind = Toy(lambda c, e: np.linalg.norm(pull(c, 0), axis=1) + 0.1 * stretch(c, e))
    with pytest.raises(AssertionError, match="the median feature changes"):
        symmetry.assert_load_sensitive(nearly_blind, c, load, quarter_turn(dimension))
    with pytest.raises(AssertionError, match="less the stated sign"):
        symmetry.assert_parity(Toy(stretch, sign=1), c, load)
    with pytest.raises(AssertionError, match="not equal"):
        symmetry.assert_load_blind(GOOD, c, load, other)
    with pytest.raises(AssertionError, match="not finite"):
        symmetry.assert_translation_invariant(
            Toy(lambda c, _: np.full(len(c), np.nan)), c, load, rng
        )
