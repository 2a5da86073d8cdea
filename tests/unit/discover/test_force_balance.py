"""Pair forces from places at rest: they are those of the potential in which the particles are at rest."""

from functools import lru_cache, reduce
from operator import add

import numpy as np
import pytest

from helpers import disordered
from mechanist.core.typing import FloatArray
from mechanist.discover.force_balance import (
    Balance,
    PairBasis,
    balance_of,
    is_determined,
    learnt_pairs,
    pair_tables,
)
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import hessian
from mechanist.mechanics.materials.material import load_material
from mechanist.mechanics.neighbours import find_neighbours
from mechanist.simulate.newton import NewtonRelaxer

BASIS = PairBasis(2, 0.5, 2.5, 18)


@lru_cache
def at_rest() -> tuple[Configuration, ...]:
    """Return six glasses of 300 Kob-Andersen particles at rest."""
    found = []
    for seed in range(6):
        start = disordered(np.random.default_rng(seed), n=300, dimension=2)
        relaxed = NewtonRelaxer(start).relax(start.positions, start.cell, tolerance=1e-7)
        found.append(start.moved(relaxed.positions, start.cell))
    return tuple(found)


def shifted(glass: Configuration, size: float, seed: int = 0) -> Configuration:
    """Return a glass with errors of places."""
    places = glass.positions.copy()
    places[:, :2] += np.random.default_rng(seed).normal(0.0, size, (len(glass), 2))
    return glass.moved(places, glass.cell)


def summed(glasses: tuple[Configuration, ...]) -> Balance:
    return reduce(add, [balance_of(glass, BASIS) for glass in glasses])


def relative(pair: int, kinds: tuple[int, int]) -> tuple[FloatArray, FloatArray]:
    """Return learnt and true slopes of a pair at distances that occur."""
    learnt = learnt_pairs(summed(at_rest()), BASIS)
    distances = np.linspace(learnt.cores[pair], 2.2, 40)
    truth = load_material().pairs("a test")
    first, second = (np.full(40, kind) for kind in kinds)
    return learnt.slopes(pair, distances), truth(first, second, distances)[1]


def test_learnt_forces_of_all_pairs_are_the_true_ones_up_to_one_factor() -> None:
    both = [relative(k, kinds) for k, kinds in enumerate(BASIS.pairs)]
    told, truth = (np.concatenate(one) for one in zip(*both, strict=True))
    factor = (told @ truth) / (told @ told)
    assert factor > 0
    assert np.sqrt(((factor * told - truth) ** 2).mean() / (truth**2).mean()) < 0.1
    # Control: exchanged species are another potential.
    exchanged = np.concatenate([both[1][0], both[0][0], both[2][0]])
    assert np.sqrt(((factor * exchanged - truth) ** 2).mean() / (truth**2).mean()) > 0.3


@pytest.mark.parametrize("error", [0.0, 0.003])
def test_the_forces_that_are_left_tell_the_error_of_places(error: float) -> None:
    views = tuple(shifted(glass, error, k) for k, glass in enumerate(at_rest()))
    learnt = learnt_pairs(summed(views), BASIS)
    assert np.sqrt(max(learnt.ratios[0], 0.0)) == pytest.approx(error, rel=0.1, abs=4e-4)
    assert is_determined(learnt, error)
    assert not is_determined(learnt, error + 0.01)


def test_particles_that_are_not_at_rest_determine_no_potential() -> None:
    learnt = learnt_pairs(summed(tuple(shifted(glass, 0.1, 9) for glass in at_rest())), BASIS)
    assert not is_determined(learnt, 0.0)
    assert not is_determined(learnt, 0.1)


def test_stiffness_is_the_norm_of_the_hessian_and_force_that_of_the_forces() -> None:
    """For any coefficients, the sums are squared Frobenius norms that other code computes."""
    glass = at_rest()[0]
    balance = balance_of(glass, BASIS)
    coefficients = np.random.default_rng(3).normal(size=(len(BASIS.pairs), BASIS.columns))
    pairs = find_neighbours(glass, BASIS.reach)
    kinds = np.sort(np.stack([glass.species[pairs.first], glass.species[pairs.second]]), axis=0)
    slope, stiffness = np.zeros((2, len(pairs.distances)))
    for k, pair in enumerate(BASIS.pairs):
        mine = (pair == kinds.T).all(axis=1)
        spline = BASIS.spline(coefficients[k])
        slope[mine] = spline(pairs.distances[mine])
        stiffness[mine] = spline(pairs.distances[mine], 1)
    own = PairStiffness(glass, pairs, pairs.vectors[:, :2], pairs.distances, 0 * slope, slope / pairs.distances,
                        stiffness, load_material().pairs("a test"))  # fmt: skip
    flat = coefficients.ravel()
    norm = (hessian(own).toarray() ** 2).sum()
    assert flat @ balance.stiff @ flat == pytest.approx(norm, rel=1e-9)
    assert flat @ balance.rest @ flat == pytest.approx((own.forces() ** 2).sum(), rel=1e-9)


def test_the_factor_makes_the_mean_stiffness_the_stated_one() -> None:
    total = summed(at_rest())
    learnt = learnt_pairs(total, BASIS)
    columns = np.concatenate([spline.c[: BASIS.columns] for spline in learnt.splines])
    square = learnt.factor**2 * (columns @ total.stiff @ columns) / 1800
    assert np.sqrt(square) == pytest.approx(100.0)


def test_sums_do_not_depend_on_the_frame_or_the_order() -> None:
    glass = at_rest()[0]
    angle = 0.7
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    order = np.random.default_rng(1).permutation(len(glass))
    turned = Configuration((glass.positions @ turn.T)[order] + [3.0, -2.0, 0.0], glass.cell @ turn.T,
                           glass.species[order], glass.species_names, 2)  # fmt: skip
    one, other = balance_of(glass, BASIS), balance_of(turned, BASIS)
    np.testing.assert_allclose(other.rest, one.rest, atol=1e-7 * abs(one.rest).max())
    np.testing.assert_allclose(other.stiff, one.stiff, atol=1e-7 * abs(one.stiff).max())


def test_only_particles_inside_count() -> None:
    glass = at_rest()[0]
    inside = np.zeros(len(glass), bool)
    inside[:40] = True
    part, rest = (balance_of(glass, BASIS, inside=some) for some in (inside, ~inside))
    whole = balance_of(glass, BASIS)
    np.testing.assert_allclose((part + rest).rest, whole.rest, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose((part + rest).stiff, whole.stiff, rtol=1e-9, atol=1e-9)
    assert (part.particles, rest.particles) == (40, 260)
    with pytest.raises(ValueError, match=r"no particle is farther than the reach, 2\.5"):
        balance_of(glass, BASIS, inside=np.zeros(len(glass), bool))


def test_splines_and_their_derivatives_agree_with_finite_differences() -> None:
    distances, step = np.linspace(0.7, 2.4, 30), 1e-6
    value, slope = (one.toarray() for one in BASIS.values(distances))
    above, below = (BASIS.values(distances + s)[0].toarray() for s in (step, -step))
    np.testing.assert_allclose(slope, (above - below) / (2 * step), atol=1e-6 * abs(slope).max())
    coefficients = np.random.default_rng(0).normal(size=BASIS.columns)
    np.testing.assert_allclose(value @ coefficients, BASIS.spline(coefficients)(distances))
    ends = BASIS.spline(coefficients)
    assert [float(ends(BASIS.reach, order)) for order in (0, 1, 2)] == pytest.approx(
        [0, 0, 0], abs=1e-9
    )


def test_a_pair_that_hardly_occurs_is_refused() -> None:
    glass = at_rest()[0]
    # Small particles alone, but for one: a single large particle has no pair with another.
    kinds = np.ones(len(glass), np.int64)
    kinds[0] = 0
    one = Configuration(glass.positions, glass.cell, kinds, glass.species_names, 2)
    with pytest.raises(ValueError, match=r"species 0 and 0 have 0 pairs within 2\.5"):
        learnt_pairs(balance_of(one, BASIS), BASIS)


def test_tables_hold_the_learnt_forces() -> None:
    learnt = learnt_pairs(summed(at_rest()), BASIS)
    tables = pair_tables(learnt, ("A", "B"))
    assert [table.name for table in tables] == ["A_A", "A_B", "B_B"]
    for k, table in enumerate(tables):
        distances = np.linspace(table.first, table.last, len(table.force))
        np.testing.assert_allclose(table.force, -learnt.slopes(k, distances), atol=1e-9)
        work = -np.trapezoid(table.force, distances)
        assert table.energy[-1] - table.energy[0] == pytest.approx(work, rel=1e-3)
