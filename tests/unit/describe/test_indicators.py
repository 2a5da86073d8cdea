"""Mechanism-based indicators: symmetries, formulas, and sensitivity to the load."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symmetry
from helpers import disordered
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Descriptor, load_descriptor
from mechanist.describe.elastic_step import ElasticStep
from mechanist.describe.linear_response import LinearResponseIndicators, local_modulus, local_strain
from mechanist.describe.local_stress import LocalStress
from mechanist.describe.shared.affine_fits import LocalFit
from mechanist.describe.shared.elastic_expansion import expand
from mechanist.describe.shared.indicators import logarithm, standardised
from mechanist.describe.shared.nonaffine import d2min
from mechanist.describe.soft_modes import SoftModes
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness, interacting_pairs
from mechanist.mechanics.linear_elasticity import LinearResponse
from mechanist.mechanics.loads import random_load, simple_shear, strain_of
from mechanist.mechanics.neighbours import find_neighbours
from relaxed import energy, glass, settled, strained

CUTOFF = 2.0
MODES = SoftModes(modes=40, softest=20)
FROM_THE_START = [LocalStress(), LinearResponseIndicators(), MODES]
SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=2, deadline=None, derandomize=True)
each_dimension = pytest.mark.parametrize("dimension", [2, 3])
each_descriptor = pytest.mark.parametrize("descriptor", FROM_THE_START, ids=lambda d: d.card.name)


def column(descriptor: Descriptor, name: str, c: Configuration, load: FloatArray) -> FloatArray:
    features = descriptor(c, load=load)
    return features.values[:, features.names.index(name)]


@each_dimension
@each_descriptor
@given(seed=SEEDS, proper=st.booleans())
@few
def test_structure_and_load_turn_together(
    descriptor: Descriptor, dimension: int, seed: int, proper: bool
) -> None:
    rng = np.random.default_rng(seed)
    load = random_load(dimension, rng)
    c = glass(dimension)
    symmetry.assert_joint_rotation_invariant(descriptor, c, load, rng, proper=proper)
    symmetry.assert_permutation_equivariant(descriptor, c, load, rng)
    symmetry.assert_wrap_invariant(descriptor, c, load, rng)


@each_dimension
@each_descriptor
def test_parity_under_reversal_of_the_load(descriptor: Descriptor, dimension: int) -> None:
    load = random_load(dimension, np.random.default_rng(0))
    symmetry.assert_parity(descriptor, glass(dimension), load)


@each_dimension
def test_extrapolations_and_steps_tell_reversed_loads_apart(dimension: int) -> None:
    """Features without parity must not be even by accident."""
    load = random_load(dimension, np.random.default_rng(0))
    for descriptor, name in ((MODES, "softness_0.02_0.3"), (FROM_THE_START[1], "anticipated_0.01")):
        forth, back = (column(descriptor, name, glass(dimension), s * load) for s in (1, -1))
        assert np.abs(forth - back).max() > 0.3


@each_dimension
def test_elastic_step_turns_with_its_load(dimension: int) -> None:
    rng = np.random.default_rng(1)
    c = glass(dimension)
    load = strain_of(random_load(dimension, rng))
    probe = settled(strained(c, load, 0.002))
    before = ElasticStep()(c, load=load, probe=probe)
    rotation = symmetry.planar_rotation(0.7) if dimension == 2 else symmetry.random_rotation(rng)
    after = ElasticStep()(
        c.rotated(rotation), load=rotation @ load @ rotation.T, probe=probe.rotated(rotation)
    )
    np.testing.assert_allclose(after.values, before.values, atol=1e-10)
    size = logarithm(d2min(c, probe, CUTOFF).per_neighbour)
    np.testing.assert_allclose(before.values[:, 0], standardised(size))
    np.testing.assert_array_equal(before.values[:, 2], before.values[:, 0] > 1.3)


@each_dimension
def test_linear_response_is_the_cause_of_the_elastic_step(dimension: int) -> None:
    c = glass(dimension)
    load = strain_of(random_load(dimension, np.random.default_rng(2)))
    cause = column(LinearResponseIndicators(), "d2min", c, load)
    step = ElasticStep()(c, load=load, probe=settled(strained(c, load, 1e-6))).values[:, 0]
    np.testing.assert_allclose(cause, step, atol=1e-2)
    other = column(LinearResponseIndicators(), "d2min", c, load[[1, 0, 2]][:, [1, 0, 2]])
    assert np.abs(other - step).max() > 0.5


@each_dimension
def test_growth_foretells_how_d2min_changes(dimension: int) -> None:
    """D2min of a step over its square changes with strain at the rate 2 growth d2min."""
    c = glass(dimension)
    load = strain_of(random_load(dimension, np.random.default_rng(3)))
    h = 2e-4
    sizes = [
        d2min(c, settled(strained(c, load, s * h)), CUTOFF).per_neighbour / h**2 for s in (1, -1)
    ]
    expansion = expand(LinearResponse(PairStiffness.of(c)), load)
    fit = LocalFit(c, CUTOFF)
    expected = fit.d2min_product(expansion.first, expansion.second)
    found = (sizes[0] - sizes[1]) / (4 * h)
    np.testing.assert_allclose(found, expected, atol=2e-2 * np.abs(expected).max())
    assert np.corrcoef(found, expected)[0, 1] > 0.999


def test_local_fit_agrees_with_finite_states() -> None:
    rng = np.random.default_rng(4)
    for dimension in (2, 3):
        c = disordered(rng, n=60, dimension=dimension)
        u, v = rng.normal(size=(2, 60, dimension))
        fit = LocalFit(c, CUTOFF)
        h = 1e-3
        shift = np.zeros((60, 3))
        shift[:, :dimension] = h * u
        found = d2min(c, c.moved(c.positions + shift, c.cell), CUTOFF)
        np.testing.assert_allclose(fit.d2min(u[None])[0], found.per_neighbour / h**2, rtol=1e-6)
        gradient = (found.deformation - np.eye(3))[:, :dimension, :dimension] / h
        np.testing.assert_allclose(fit.gradient(u), gradient, atol=1e-9)
        both = fit.d2min(np.stack([u, v, u + 0.3 * v]))
        mixed = both[0] + 0.6 * fit.d2min_product(u, v) + 0.09 * both[1]
        np.testing.assert_allclose(both[2], mixed, rtol=1e-9)
    with pytest.raises(ValueError, match="enlarge the cutoff"):
        LocalFit(c, 0.3)


@each_dimension
def test_local_stress_adds_up_to_the_derivative_of_the_energy(dimension: int) -> None:
    c = glass(dimension)
    load = strain_of(random_load(dimension, np.random.default_rng(5)))
    h = 1e-6
    slope = (energy(strained(c, load, h)) - energy(strained(c, load, -h))) / (2 * h)
    pairs = interacting_pairs(c)
    tensor = load[:dimension, :dimension]
    along = np.einsum("kp,pq,kq->k", pairs.vectors, tensor, pairs.vectors)
    stress = 0.5 * pairs.sum_over_pairs(pairs.tension * along)
    assert stress.sum() == pytest.approx(slope, rel=1e-5)
    found = LocalStress()(c, load=load)
    np.testing.assert_allclose(found.values[:, 2], standardised(stress), atol=1e-10)
    assert pairs.energy.sum() / 2 == pytest.approx(energy(c))


@each_dimension
def test_local_moduli_add_up_to_the_modulus(dimension: int) -> None:
    c = glass(dimension)
    load = strain_of(random_load(dimension, np.random.default_rng(6)))
    response = LinearResponse(PairStiffness.of(c))
    moduli = local_modulus(response.pairs, expand(response, load), load)
    assert moduli.sum() / c.measure == pytest.approx(response.modulus(load), rel=1e-9)


def test_local_strain_of_a_pure_shear_lies_along_it() -> None:
    load = strain_of(simple_shear("xy"))
    turn = np.array([[0.0, 0.3, 0], [-0.3, 0, 0], [0, 0, 0]])
    for dimension in (2, 3):
        gradient = (2.0 * load + turn)[None, :dimension, :dimension]
        found = local_strain(gradient, load)
        assert found["strain_along"][0] == pytest.approx(found["strain"][0])
        assert found["strain"][0] == pytest.approx(2.0 * np.linalg.norm(load))
        assert found["strain_across"][0] == pytest.approx(0.0, abs=1e-12)
        assert found["rotation"][0] == pytest.approx(8 * 0.3**2)
        swollen = local_strain(0.1 * np.eye(dimension)[None], load)
        assert swollen["dilation"][0] == pytest.approx(0.1 * dimension)
        assert swollen["strain_across"][0] == pytest.approx(0.0, abs=1e-12)


@each_dimension
def test_softness_is_the_sum_over_modes(dimension: int) -> None:
    c = glass(dimension)
    load = strain_of(random_load(dimension, np.random.default_rng(7)))
    response = LinearResponse(PairStiffness.of(c))
    values, vectors = np.linalg.eigh(response.hessian.toarray())
    modes = vectors[:, dimension : dimension + 40].T.reshape(40, len(c), dimension)
    fit = LocalFit(c, CUTOFF)
    compliances = 1 / values[dimension : dimension + 40]
    expected = logarithm(compliances @ fit.d2min(modes))
    np.testing.assert_allclose(
        column(MODES, "softness", c, load), standardised(expected), atol=1e-7
    )
    # With all modes, this is the first-order Hessian of the strained state.
    strain, floor = 0.01, 0.3
    full = SoftModes(modes=10**6, softest=10**6, strains=(strain,), floors=(floor,))
    matrix = response.hessian + strain * expand(response, load).stiffening
    values, vectors = np.linalg.eigh(matrix.toarray())
    moving = np.abs(values) > 1e-9
    modes = vectors[:, moving].T.reshape(-1, len(c), dimension)
    expected = logarithm((1 / np.hypot(values[moving], floor)) @ fit.d2min(modes))
    found = column(full, f"softness_{strain:g}_{floor:g}", c, load)
    np.testing.assert_allclose(found, standardised(expected), atol=1e-6)


def test_scales() -> None:
    values = np.random.default_rng(8).normal(3.0, 2.0, 1000)
    found = standardised(values)
    assert abs(found.mean()) < 1e-12
    assert found.std() == pytest.approx(1.0)
    spike = np.zeros(1000)
    spike[3] = 1.0
    assert standardised(spike).max() == 6.0
    assert not standardised(np.full(5, 0.1)).any()
    assert np.isfinite(logarithm(np.array([0.0, 1.0, 2.0]))).all()
    assert np.isfinite(logarithm(np.zeros(3))).all()


def test_what_the_indicators_need_is_asked_for() -> None:
    c = glass(2)
    load = strain_of(simple_shear("xy"))
    for kind in ("elastic_step", "local_stress", "linear_response", "soft_modes"):
        descriptor = load_descriptor(kind)
        assert descriptor.card.needs_potential
        with pytest.raises(ValueError, match=f"{kind} is load-aware"):
            descriptor(c)
    with pytest.raises(ValueError, match="got probe = None"):
        ElasticStep()(c, load=load)
    with pytest.raises(ValueError, match=r"too few neighbours within 0\.5"):
        ElasticStep(cutoff=0.5)(c, load=load, probe=c)
    other = Configuration(c.positions, c.cell, c.species, ("Cu", "Zr"), 2)
    for descriptor in FROM_THE_START:
        with pytest.raises(ValueError, match=r"species are \('Cu', 'Zr'\)"):
            descriptor(other, load=load)
    loose = disordered(np.random.default_rng(9), n=49, dimension=2)
    for descriptor in FROM_THE_START[1:]:
        with pytest.raises(ValueError, match="minimise the configuration first"):
            descriptor(loose, load=load)


def test_averages_are_over_neighbours() -> None:
    c = glass(2)
    features = LocalStress(averaging=(1.5,))(c, load=strain_of(simple_shear("xy")))
    pairs = find_neighbours(c, 1.5)
    plain = features.values[:, features.names.index("energy")]
    around = np.bincount(pairs.first, plain[pairs.second], len(c)) + plain
    found = features.values[:, features.names.index("energy_mean1.5")]
    np.testing.assert_allclose(found, around / (pairs.counts + 1))
