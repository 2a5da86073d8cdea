"""Errors of the coefficients of a latent law, against a fit by hand in the same coordinates."""

import numpy as np
import pytest

from mechanist.core.seeds import generator
from mechanist.formats.channels import Channels
from mechanist.latent.coefficient_errors import coefficient_errors
from mechanist.latent.latent_law import LatentLaw, LatentSettings
from mechanist.latent.latent_rivals import linear_law
from mechanist.latent.map_training import Descent


def rotation(runs: int, noise: float) -> Channels:
    """Return runs of a rotation seen in four channels, whose rates are noisy."""
    rng = generator(3, "rotation", str(runs))
    t = np.linspace(0, 4, 50)
    phase = rng.uniform(0, 2 * np.pi, runs)[:, None]
    size = rng.uniform(0.5, 1.5, runs)[:, None]
    z = np.stack([size * np.cos(t + phase), size * np.sin(t + phase)], axis=-1).reshape(-1, 2)
    dz = np.stack([-z[:, 1], z[:, 0]], axis=1)
    mixed = rng.standard_normal((2, 4))
    rates = dz @ mixed + noise * rng.standard_normal((len(z), 4))
    return Channels(z @ mixed, rates, np.empty((len(z), 0)), np.repeat(np.arange(runs), 50))


def law_of(data: Channels) -> LatentLaw:
    nothing = Descent(steps=500, batch=32, learning_rate=1e-3)
    settings = LatentSettings(latents=2, width=0, free=nothing, kept=nothing, starts=4)
    return linear_law(data.snapshots, data.rates, settings, generator(1, "law"))


@pytest.mark.parametrize("runs", [2, 12])
def test_errors_are_those_of_the_jackknife_over_runs_or_stretches(runs: int) -> None:
    data = rotation(runs, 0.2)
    law = law_of(data)
    z, dz = law.passed(data.snapshots, data.rates)[:2]
    blocks = (
        data.series if runs == 12 else np.repeat(np.arange(8), [13, 12, 13, 12, 13, 12, 13, 12])
    )
    found = coefficient_errors(law, data)
    assert found.shape == law.coefficients.shape
    assert (found[law.coefficients == 0] == 0).all()
    n = blocks.max() + 1
    for k in range(2):
        some = np.flatnonzero(law.coefficients[:, k])
        assert len(some)
        x = np.stack([np.prod(z[:, list(law.terms[j])], axis=1) for j in some], axis=1)
        left = []
        for b in range(n):
            rows = blocks != b
            left.append(np.linalg.solve(x[rows].T @ x[rows], x[rows].T @ dz[rows, k]))
        by_hand = np.sqrt((n - 1) / n * ((left - np.mean(left, axis=0)) ** 2).sum(axis=0))
        np.testing.assert_allclose(found[some, k], by_hand, rtol=1e-3)


def test_less_noise_gives_smaller_errors() -> None:
    loud, quiet = (
        coefficient_errors(law_of(d), d).max() for d in (rotation(12, 0.2), rotation(12, 0.02))
    )
    assert 5 < loud / quiet < 20
