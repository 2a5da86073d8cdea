"""Identification of interactions: which known laws are found, by which estimator and data."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.assess.interaction_scores import law_scores
from mechanist.discover import interaction_terms as terms
from mechanist.discover.interaction_gram import Gram, grams, parts_of
from mechanist.discover.interaction_law import METHODS, identify
from mechanist.discover.interaction_sparse import SparseSettings, sparse_fit
from mechanist.formats.slip_tables import SlipTable
from mechanist.mechanics.slip_law import Flow
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.slip_paths import PathProtocol, slip_paths, with_noise
from mechanist.simulate.slip_paths_truth import true_law

FCC = slip_systems("fcc12")
LAW = true_law("published", FCC, rng=np.random.default_rng(0))
QUICK = SparseSettings(penalties=12, corners=40, draws=0)


def _table(runs: int = 40, noise: float = 0.0, law=LAW, systems=FCC, seed: int = 1) -> SlipTable:
    table = slip_paths(
        law, systems, runs=runs, rng=np.random.default_rng(seed), protocol=PathProtocol(steps=40)
    )
    return with_noise(table, noise, np.random.default_rng(seed + 1))


TABLE, NOISY = _table(), _table(noise=0.05)


@pytest.mark.parametrize("method", ["tied", "tied_lasso"])
def test_without_noise_the_law_is_found(method):
    scores = law_scores(identify(TABLE, FCC, method, settings=QUICK).law, LAW)
    assert all(score.error_percent < 1e-3 for score in scores.values())
    if method == "tied_lasso":
        assert (scores["K"].precision, scores["K"].recall) == (1.0, 1.0)


def test_symmetry_and_sparsity_each_lower_the_error_and_taylors_law_is_wrong():
    errors = {
        method: law_scores(identify(NOISY, FCC, method, noise=0.05, settings=QUICK).law, LAW)
        for method in ("tied_lasso", "tied", "free", "taylor_scalar")
    }
    assert errors["tied"]["H"].error_percent < 0.3 * errors["free"]["H"].error_percent
    found = [errors[name]["K"].error_percent for name in ("tied_lasso", "tied", "free")]
    assert found[0] < 0.5 * found[1] < 0.25 * found[2]
    assert errors["tied_lasso"]["K"].precision > 0.9
    assert errors["tied_lasso"]["K"].recall == 1.0
    assert errors["taylor_scalar"]["H"].error_percent > 50.0


def test_a_dense_truth_does_not_come_out_sparse():
    dense = true_law("dense", FCC, rng=np.random.default_rng(3))
    found = identify(_table(noise=0.02, law=dense), FCC, "tied_lasso", noise=0.02).law
    assert np.count_nonzero(found.storage) > 0.9 * found.storage.size
    sparse = identify(NOISY, FCC, "tied_lasso", noise=0.05).law
    assert np.count_nonzero(sparse.storage) < 0.1 * sparse.storage.size


def test_demanding_a_symmetry_that_the_truth_lacks_shows_in_the_error():
    scores = law_scores(identify(TABLE, FCC, "tied_symmetric").law, LAW)
    assert scores["H"].error_percent < 1e-3  # H is symmetric, K is not
    assert scores["K"].error_percent > 30.0


def test_interactions_are_never_negative():
    free = identify(_table(8, noise=0.2), FCC, "free", noise=0.2)
    assert (free.law.interactions >= 0).all()
    assert (free.law.storage < 0).any()


def test_what_no_state_excites_is_counted_and_left_zero():
    few = TABLE.select(TABLE.runs < 1)
    found = identify(few, FCC, "free")
    assert found.unseen[0] > 0
    assert identify(TABLE, FCC, "tied").unseen == (0, 0)


def test_noise_that_is_known_is_taken_off_squared_stresses():
    table = _table(200, noise=0.2)
    aware = identify(table, FCC, "tied", noise=0.2).law.interactions.mean()
    blind = identify(table, FCC, "tied", noise=0.0).law.interactions.mean()
    true = LAW.interactions.mean()
    assert abs(aware - true) < 0.5 * abs(blind - true)


def test_gram_matrices_are_those_of_all_rows_at_once():
    few = TABLE.select(np.arange(0, len(TABLE), 20))
    tying = terms.evolution_tying(FCC, "orbits")
    weights = terms.evolution_weights(few)
    parts = parts_of(few.runs, 4)
    (gram,) = grams(few, tying, terms.evolution_features, few.growths, weights, parts=parts)
    features = terms.evolution_features(few)
    rows = np.concatenate(
        [
            (tying.indicator(i, gram.columns) @ features.T).T * np.sqrt(weights[:, i, None])
            for i in range(12)
        ]
    )
    targets = (few.growths * np.sqrt(weights)).T.ravel()
    total = gram.total()
    assert total.columns.tolist() == list(range(75))
    assert np.allclose(total.products[0], rows.T @ rows, rtol=1e-9)
    assert np.allclose(total.moments[0], rows.T @ targets, rtol=1e-9)
    assert total.squares[0] == pytest.approx(targets @ targets)
    assert total.rows[0] == rows.shape[0]


def test_hexagonal_triples_fall_into_classes_of_families():
    systems = slip_systems("hcp39")
    tying = terms.evolution_tying(systems, "orbits")
    classes = list(tying.classes())
    assert tying.number == 5121 + 7
    assert sorted(len(members) for members, _ in classes) == [3, 3, 3, 6, 6, 6, 12]
    assert sum(len(columns) for _, columns in classes) == tying.number
    assert max(len(columns) for _, columns in classes) < tying.number / 3
    # H_ij = H_ji couples the families, so the problem does not separate.
    assert len(list(terms.resistance_tying(systems, "unordered").classes())) == 1


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 23))
def test_a_rotation_of_the_crystals_changes_no_coefficient(rotation):
    few = TABLE.select(np.arange(0, len(TABLE), 4))
    image = FCC.permutations()[rotation]
    turned = replace(
        few,
        **{
            name: getattr(few, name)[:, np.argsort(image)]
            for name in ("densities", "rates", "stresses", "growths")
        },
    )
    before, after = (identify(table, FCC, "tied") for table in (few, turned))
    assert np.allclose(after.resistance.weights, before.resistance.weights, rtol=1e-6)
    scale = np.abs(before.evolution.weights[:-1]).max()
    assert np.allclose(after.evolution.weights, before.evolution.weights, atol=1e-5 * scale)


def _problem(weights: np.ndarray, noise: float, seed: int = 0) -> Gram:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(6, 50, len(weights)))
    targets = rows @ weights + noise * rng.normal(size=(6, 50))
    return Gram(
        np.arange(len(weights)),
        np.einsum("rmi,rmj->rij", rows, rows),
        np.einsum("rmi,rm->ri", rows, targets),
        (targets**2).sum(axis=1),
        np.full(6, 50),
    )


def test_sparse_fit_keeps_what_is_there_and_nothing_where_nothing_is():
    truth = np.where(np.arange(30) % 10 == 0, 1.0, 0.0)
    fit = sparse_fit(_problem(truth, 0.5), settings=QUICK)
    assert np.flatnonzero(fit.weights).tolist() == [0, 10, 20]
    assert sum(entry["chosen"] for entry in fit.path) == 1
    empty = sparse_fit(_problem(0.0 * truth, 1.0), settings=QUICK)
    assert np.count_nonzero(empty.weights) <= 1
    full = sparse_fit(_problem(np.ones(30), 0.1), settings=QUICK)
    assert np.count_nonzero(full.weights) == 30


def test_signs_can_be_forbidden():
    truth = np.array([1.0, -1.0, 0.5, 0.0])
    assert (sparse_fit(_problem(truth, 0.1), settings=QUICK, positive=True).weights >= 0).all()
    assert sparse_fit(_problem(truth, 0.1), settings=QUICK).weights[1] < -0.9


def test_frequencies_tell_true_terms_from_false_ones():
    truth = np.where(np.arange(30) % 10 == 0, 1.0, 0.0)
    options = replace(QUICK, draws=20)
    fit = sparse_fit(_problem(truth, 1.0), settings=options, rng=np.random.default_rng(1))
    assert fit.frequencies[truth > 0].min() > 0.9
    assert fit.frequencies[truth == 0].mean() < 0.2
    assert np.isnan(sparse_fit(_problem(truth, 1.0), settings=options).frequencies).all()


def test_bad_questions_are_refused():
    with pytest.raises(ValueError, match="no method 'ridge'"):
        identify(TABLE, FCC, "ridge")
    with pytest.raises(ValueError, match="12 slip systems, expected the 24 of 'bcc24'"):
        identify(TABLE, slip_systems("bcc24"), "tied")
    with pytest.raises(ValueError, match="two independent runs"):
        identify(TABLE.select(TABLE.runs == 0), FCC, "tied_lasso")
    with pytest.raises(ValueError, match="3 independent runs; expected at least 4"):
        parts_of(np.array([0, 1, 1, 2]), 4)
    still = replace(TABLE, growths=np.zeros_like(TABLE.growths))
    with pytest.raises(ValueError, match="state 0 has no density rates"):
        identify(still, FCC, "tied")
    assert set(METHODS) >= {"tied_lasso", "free", "taylor_scalar"}
    assert Flow().exponent == 20.0


def _by_hand(first: list[float], second: list[float]) -> Gram:
    """Return two parts of orthonormal columns and no noise, from the weights on each part."""
    moments = np.array([first, second])
    p = moments.shape[1]
    squares = (moments**2).sum(axis=1)
    return Gram(np.arange(p), np.stack([np.eye(p)] * 2), moments, squares, np.full(2, p))


@pytest.mark.parametrize(("square", "kept"), [(0.95e-8, 1), (1.05e-8, 2)])
def test_a_hundred_millionth_of_the_squared_target_is_round_off(square, kept):
    weights = [1.0, np.sqrt(square)]
    fit = sparse_fit(_by_hand(weights, weights), settings=replace(QUICK, smallest=1e-6))
    assert np.count_nonzero(fit.weights) == kept


@pytest.mark.parametrize(("true", "everything"), [(17, False), (19, True)])
def test_all_terms_are_a_candidate_if_the_best_model_has_nine_tenths_of_the_largest(
    true, everything
):
    """Two false terms differ between the parts, so that they predict worse; 17 / 19 < 0.9 < 19 / 21."""
    gram = _by_hand([*[1.0] * true, 0.3, 0.3], [*[1.0] * true, -0.1, -0.1])
    path = sparse_fit(gram, settings=QUICK).path
    assert (path[-1]["penalty"] == 0.0) == everything


@pytest.mark.parametrize(("share", "counts"), [(0.049, False), (0.051, True)])
def test_a_system_slower_than_a_twentieth_of_the_fastest_has_no_weight(
    share: float, counts: bool
) -> None:
    rates = np.array([[1e-3, -share * 1e-3], [-share * 1e-3, 1e-3]])
    ones = np.ones((2, 2))
    table = SlipTable(np.arange(2), 1e12 * ones, rates, 20.0 * ones, 0.0 * ones)
    targets, weights = terms.resistance_targets(table, Flow(), np.ones(2), 0.0)
    assert (weights[[0, 1], [0, 1]] > 0).all()
    assert ((weights[[0, 1], [1, 0]] > 0) == counts).all()
    assert ((targets[[0, 1], [1, 0]] > 0) == counts).all()
