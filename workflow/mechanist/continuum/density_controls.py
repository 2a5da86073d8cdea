"""Controls of laws of densities: ensembles in which the law is known, or in which there is none."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.continuum.continuum_density_fields import CUTOFF, Ensemble
from mechanist.continuum.density_forward import Closure, follow_law
from mechanist.continuum.flux_regression import Normal, Rows, normal_equations

#: Shares of the wavelength by which fluxes are shifted at least.
LEAST_SHIFT: Final = 1 / 6


def twin_ensemble(ensemble: Ensemble, closure: Closure, rng: np.random.Generator) -> Ensemble:
    """Return an ensemble that obeys a known law and has the noise of a measured one.

    Each realisation is the solution of the law from the mean start, plus the difference of a drawn
    realisation from the mean in all densities and fluxes. Means hence have the noise of sampling.

    Raises
    ------
    ValueError
        If the solution of the law blows up.
    """
    followed = follow_law(closure, ensemble)
    if followed is None:
        raise ValueError(
            f"the law of the twin of ensemble {ensemble.name!r} blows up; expected a stable one"
        )
    runs = len(ensemble.modes)
    noise = ensemble.modes - ensemble.modes.mean(axis=0)
    return ensemble.with_modes(
        followed.modes + noise[rng.integers(runs, size=runs)][..., : CUTOFF + 1]
    )


def shifted_ensemble(ensemble: Ensemble, rng: np.random.Generator) -> Ensemble:
    """Return an ensemble whose fluxes are shifted in space, at each time by another way."""
    times, kept = ensemble.modes.shape[2:]
    shift = rng.uniform(LEAST_SHIFT, 1 - LEAST_SHIFT, size=times)
    turn = np.exp(-2j * np.pi * np.outer(shift, np.arange(kept)))
    modes = ensemble.modes.copy()
    modes[:, 2:] *= turn
    return ensemble.with_modes(modes)


def shuffled_equations(
    ensembles: Sequence[Ensemble], rows: Rows, *, resamples: int, rng: np.random.Generator
) -> Normal:
    """Return normal equations whose left sides have changed places, in all draws alike."""
    order: dict[int, np.ndarray] = {}

    def shuffled(modes: np.ndarray, ensemble: Ensemble) -> tuple[np.ndarray, np.ndarray]:
        terms, left = rows(modes, ensemble)
        places = order.setdefault(id(ensemble), rng.permutation(len(left)))
        return terms, left[places]

    return normal_equations(ensembles, shuffled, resamples=resamples, rng=rng)
