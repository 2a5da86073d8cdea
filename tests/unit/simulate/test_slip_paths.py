"""Known hardening laws and slip paths of crystals that obey them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystals import class_means
from mechanist.mechanics.point_groups import proper_rotations
from mechanist.mechanics.slip_law import Flow
from mechanist.mechanics.slip_orbits import pair_orbits, triple_orbits
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.slip_paths import (
    PathProtocol,
    random_directions,
    slip_paths,
    uniaxial_slip,
    with_noise,
)
from mechanist.simulate.slip_paths_engine import engine_law, engine_paths
from mechanist.simulate.slip_paths_truth import true_law

FCC = slip_systems("fcc12")
LAW = true_law("published", FCC, rng=np.random.default_rng(0))
SHORT = PathProtocol(steps=20, frames=4)


@pytest.mark.parametrize(
    ("kind", "name"), [("published", "fcc12"), ("sparse", "hcp39"), ("dense", "bcc24")]
)
def test_true_laws_have_the_symmetry_of_the_crystal(kind, name):
    systems = slip_systems(name)
    law = true_law(kind, systems, rng=np.random.default_rng(1))
    for tensor, orbits in (
        (law.interactions, pair_orbits(systems)),
        (law.storage, triple_orbits(systems)),
    ):
        assert np.allclose(class_means(orbits, tensor), tensor, rtol=1e-9)


def test_sparse_laws_have_the_stated_shares_and_dense_ones_no_zeros():
    systems = slip_systems("hcp39")
    sparse = true_law(
        "sparse", systems, rng=np.random.default_rng(2), pair_share=0.27, triple_share=0.003
    )
    assert np.count_nonzero(sparse.interactions) / 1521 == pytest.approx(0.27, abs=0.01)
    assert np.count_nonzero(sparse.storage) / 59319 == pytest.approx(0.003, abs=2e-4)
    assert (np.diagonal(sparse.interactions) > 0).all()
    dense = true_law("dense", systems, rng=np.random.default_rng(2))
    assert (dense.interactions > 0).all()
    assert (dense.storage > 0).all()


def test_published_law_stores_at_forests_and_in_glissile_junctions():
    assert sorted(np.unique(LAW.interactions)) == [0.07, 0.122, 0.137, 0.625]
    own = np.einsum("iji->ij", LAW.storage)
    assert ((own > 0).sum(axis=1) == 8).all()
    assert ((LAW.storage > 0).sum(axis=(1, 2)) == 10).all()  # two kinds of junctions each


def test_only_named_laws_and_fcc_for_the_published_one():
    with pytest.raises(ValueError, match="unknown law 'full'"):
        true_law("full", FCC, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="bcc24"):
        true_law("published", slip_systems("bcc24"), rng=np.random.default_rng(0))


def test_slip_gives_the_imposed_strain_rate_and_the_stresses_that_the_rate_law_needs():
    rng, flow = np.random.default_rng(3), Flow()
    axes = random_directions(5, rng)
    factors = np.einsum("ra,sab,rb->rs", axes, FCC.schmid(), axes)
    densities = 1e12 * np.exp(rng.normal(size=(5, 12)))
    stresses, rates = uniaxial_slip(LAW, factors, densities, 2e-3, flow)
    assert np.allclose((factors * rates).sum(axis=1), 2e-3)
    assert np.allclose(flow.resistance(stresses, rates), LAW.resistances(densities, flow))
    assert np.allclose(stresses / factors, (stresses / factors)[:, :1])


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 23), st.integers(0, 2**32 - 1))
def test_an_equivalent_direction_permutes_what_slips(rotation, seed):
    rng = np.random.default_rng(seed)
    axis = random_directions(1, rng)
    densities = 1e12 * np.exp(rng.normal(size=(1, 12)))
    image = FCC.permutations()[rotation]
    turned = np.empty_like(densities)
    turned[:, image] = densities
    results = []
    for direction, rho in (
        (axis, densities),
        (axis @ proper_rotations("cubic")[rotation].T, turned),
    ):
        factors = np.einsum("ra,sab,rb->rs", direction, FCC.schmid(), direction)
        _, rates = uniaxial_slip(LAW, factors, rho, 1e-3, Flow())
        results.append((np.abs(rates), LAW.density_rates(rho, rates)))
    for before, after in zip(*results, strict=True):
        assert np.allclose(after[:, image], before, rtol=1e-6, atol=1e-9 * np.abs(before).max())


def test_densities_and_rates_depend_on_each_other_along_paths():
    table = slip_paths(LAW, FCC, runs=30, rng=np.random.default_rng(4), protocol=SHORT)
    assert len(table) == 30 * 8
    assert (table.runs == np.repeat(np.arange(30), 8)).all()
    slipping = np.abs(table.rates) > 1e-5
    grown = table.growths > 0.1 * table.growths.max(axis=1, keepdims=True)
    assert grown[slipping].mean() > 2 * grown[~slipping].mean()
    again = slip_paths(LAW, FCC, runs=30, rng=np.random.default_rng(4), protocol=SHORT)
    assert np.array_equal(again.densities, table.densities)


def test_noise_has_the_stated_size_and_spares_what_is_known():
    table = slip_paths(LAW, FCC, runs=30, rng=np.random.default_rng(4), protocol=SHORT)
    noisy = with_noise(table, 0.1, np.random.default_rng(5))
    assert np.array_equal(noisy.densities, table.densities)
    assert np.array_equal(with_noise(table, 0.0, np.random.default_rng(5)).stresses, table.stresses)
    for name in ("stresses", "growths"):
        true, seen = getattr(table, name), getattr(noisy, name)
        size = np.sqrt((true**2).mean(axis=1, keepdims=True))
        assert ((seen - true) / size).std() == pytest.approx(0.1, rel=0.05)
    with pytest.raises(ValueError, match="noise level -1"):
        with_noise(table, -1.0, np.random.default_rng(5))


@pytest.mark.parametrize("changes", [{"steps": 0}, {"strain": -1.0}, {"frames": 101}])
def test_protocols_without_states_are_refused(changes):
    with pytest.raises(ValueError, match="expected"):
        PathProtocol(**changes)


def test_the_engine_obeys_the_same_law():
    protocol = PathProtocol(strain=0.02, steps=40, frames=5)
    table = engine_paths(LAW, FCC, runs=4, rng=np.random.default_rng(6), protocol=protocol)
    predicted = LAW.density_rates(table.densities, table.rates)
    assert np.linalg.norm(predicted - table.growths) < 1e-3 * np.linalg.norm(predicted)
    active = np.abs(table.rates) > 0.05 * np.abs(table.rates).max(axis=1, keepdims=True)
    flow = Flow()
    seen = flow.resistance(table.stresses[active], table.rates[active])
    assert np.allclose(seen, LAW.resistances(table.densities, flow)[active], rtol=0.02)


def test_the_engine_takes_longer_burgers_vectors_into_the_interactions():
    systems = slip_systems("hcp39")
    law = true_law("sparse", systems, rng=np.random.default_rng(7))
    densities = 1e12 * np.random.default_rng(8).uniform(0.5, 2.0, size=(3, 39))
    flow = Flow()
    seen = engine_law(law, flow, 1e12).resistance(densities)
    assert np.allclose(seen, law.resistances(densities, flow), rtol=1e-4)
