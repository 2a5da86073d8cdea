"""Laws of dislocation densities: a known one is found, none is found in noise, bad data are refused."""

import numpy as np
import pytest

from mechanist.continuum.continuum_density_fields import Ensemble
from mechanist.continuum.density_controls import shuffled_equations, twin_ensemble
from mechanist.continuum.density_forward import VelocityClosure, follow_law, forward_error
from mechanist.continuum.ensemble_tables import ensembles_of, mode_table
from mechanist.continuum.flux_regression import Normal, fixed_law, select_law
from mechanist.continuum.flux_terms import TEXTBOOK, similar_terms
from mechanist.continuum.law_search import EQUATIONS, Search, names_of
from mechanist.continuum.wave_ensembles import Flow, Wave, ensemble
from mechanist.core.typing import ComplexArray

TRUTH = np.array([1.0, -0.8, -0.3])
TIMES = (np.arange(48) + 0.5) * 4.0 / 48


def made(profile: str, load: float, runs: int = 12, *, noise: float = 0.0) -> Ensemble:
    """Return an ensemble whose realisations start as a wave; fluxes flow freely."""
    rng = np.random.default_rng(3)
    modes: ComplexArray = np.zeros((runs, 4, len(TIMES), 6), complex)
    modes[:, :2, :, 0] = 1.0
    modes[:, 2:, :, 0] = load
    modes[:, 0, :, 1] = 0.15
    modes[:, 1, :, 1] = -0.15 if profile == "a" else 0.15
    modes = modes + noise * rng.normal(size=modes.shape)
    return Ensemble(
        name="made", profile=profile, spacings=8.0, load=load, times=TIMES * 3 / load, modes=modes
    )


@pytest.fixture(scope="module")
def twins() -> list[Ensemble]:
    rng = np.random.default_rng(1)
    law = VelocityClosure(TEXTBOOK, TRUTH)
    return [
        twin_ensemble(made(profile, load, noise=0.01), law, rng)
        for profile in "ab"
        for load in (1.5, 3.0)
    ]


def search(**changes: float) -> Search:
    """Return a search with a fixed stream of random numbers."""
    settings = {"least_gain": 0.03, "significance": 4.0} | changes
    return Search(**settings, resamples=12, rng=np.random.default_rng(0))


def test_similitude_and_parity_list_the_terms() -> None:
    names = {term.name for term in similar_terms(1, odd=False)}
    assert {"load", "rho^1/2", "rho^-1 d_kappa", "load^-1 rho"} <= names
    assert not names & {term.name for term in similar_terms(1, odd=True)}
    assert "rho^-1 d_rho" in {term.name for term in similar_terms(1, odd=True)}


def test_a_known_law_is_found_with_its_coefficients(twins: list[Ensemble]) -> None:
    law = search().blind("j", twins)
    found = dict(zip(names_of(law, EQUATIONS["j"][1]), law.coefficients, strict=True))
    assert found == pytest.approx(
        dict(zip((t.name for t in TEXTBOOK), TRUTH, strict=True)), abs=0.03
    )


def test_no_law_is_found_where_left_sides_have_changed_places(twins: list[Ensemble]) -> None:
    rows = EQUATIONS["j"][0]
    normal = shuffled_equations(twins, rows, resamples=12, rng=np.random.default_rng(2))
    assert search(least_gain=0.1).select(normal).terms == ()


def test_the_true_law_predicts_its_twin_and_another_one_does_not(twins: list[Ensemble]) -> None:
    errors = []
    for coefficients in (TRUTH, np.array([1.0, 0.0, 0.0])):
        solution = follow_law(VelocityClosure(TEXTBOOK, coefficients), twins[1])
        assert solution is not None
        errors.append(forward_error(solution, twins[1]).modes)
    assert errors[0] < 0.04 < 0.2 < errors[1]


def test_equal_columns_are_reported_as_a_tie() -> None:
    rng = np.random.default_rng(5)
    one, other = rng.normal(size=(2, 400))
    columns = np.stack([one, one + 1e-9 * other, other], axis=1)
    left = 2 * one + 0.1 * rng.normal(size=400)
    draws = [rng.integers(400, size=400) for _ in range(12)]
    parts = [(columns[d], left[d]) for d in [np.arange(400), *draws]]
    normal = Normal(
        np.array([a.T @ a for a, _ in parts]),
        np.array([a.T @ b for a, b in parts]),
        np.array([b @ b for _, b in parts]),
    )
    law = select_law(normal, least_gain=0.1, significance=4.0)
    assert {law.terms, *law.ties} == {(0,), (1,)}
    assert fixed_law(normal, [0]).coefficients == pytest.approx([2.0], abs=0.02)


def test_one_realisation_and_loads_without_flow_are_refused() -> None:
    with pytest.raises(ValueError, match=r"1 realisation; expected at least two"):
        made("a", 1.5, runs=1)
    still = made("a", 1.5)
    with pytest.raises(ValueError, match=r"below 0\.05 .* raise the load"):
        still.with_modes(still.modes * np.array([1, 1, 0.01, 0.01])[:, None, None])


def test_engine_fluxes_are_the_rates_of_densities_and_tables_keep_them() -> None:
    wave, flow = (
        Wave(amplitudes=(0.6, 0.6), phases=(0.0, np.pi)),
        Flow(spacings=4, load=3.0, duration=2.0, frames=40),
    )
    modes = ensemble(wave, flow, [np.random.default_rng(k) for k in range(2)])
    middles = (flow.edges[1:] + flow.edges[:-1]) / 2
    # d rho+ / dt = - d flux+ / dx, by central differences.
    rate = (modes[:, :, 2:, 1] - modes[:, :, :-2, 1])[:, :2] / (2 * (middles[1] - middles[0]))
    flux = 2j * np.pi / 4 * modes[:, 2:, 1:-1, 1] * np.array([1, -1])[:, None]
    assert np.abs(rate + flux).mean() < 0.05 * np.abs(flux).mean()
    (again,) = ensembles_of("x", mode_table("a", 3.0, 4.0, middles, modes))
    assert again.modes == pytest.approx(modes)
    with pytest.raises(ValueError, match=r"2 runs x 40 times x 6 modes"):
        ensembles_of("x", mode_table("a", 3.0, 4.0, middles, modes).iloc[1:])
    with pytest.raises(ValueError, match="densities are positive"):
        Wave(amplitudes=(1.2, 0.0))
    with pytest.raises(ValueError, match="even number"):
        Flow(spacings=5, load=1.0)
