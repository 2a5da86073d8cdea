"""Coarse-grained densities and fluxes: few Fourier modes of an ensemble of realisations."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mechanist.core.typing import ComplexArray, FloatArray

#: Modes that coarse-grained fields have, so that the width is a sixth of the wavelength.
CUTOFF: Final = 3
#: Points of the grid on which products of fields are taken.
GRID: Final = 24
#: Smallest density that laws are given: fields of few modes can be negative.
FLOOR: Final = 0.15
#: Smallest mean velocity of dislocations that flow, in that of free ones.
FLOWING: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """Realisations that share the start and the load.

    Parameters
    ----------
    name, profile : str
    spacings : float
        Wavelength in mean spacings of dislocations.
    load : float
        In D sqrt(density).
    times : ndarray of shape (times,)
        Middles of the intervals, in 1 / (M D b density).
    modes : ndarray of shape (runs, 4, times, modes)
        As :func:`mechanist.continuum.wave_ensembles.flow_modes` returns them.

    Raises
    ------
    ValueError
        If there is only one realisation, if numbers are missing, or if nothing flows.
    """

    name: str
    profile: str
    spacings: float
    load: float
    times: FloatArray
    modes: ComplexArray

    def __post_init__(self) -> None:
        """Refuse what no law can be found in."""
        place = f"ensemble {self.name!r}, profile {self.profile!r}, load {self.load:g}"
        runs, _, times, kept = self.modes.shape
        if runs < 2:
            raise ValueError(
                f"{place}: {runs} realisation; expected at least two, because errors are those over"
                " realisations; raise `runs`"
            )
        if kept <= CUTOFF or times != len(self.times):
            raise ValueError(
                f"{place}: {kept} modes at {times} times; expected at least {CUTOFF + 1} modes, and"
                f" one set of them at each of the {len(self.times)} times"
            )
        if not np.isfinite(self.modes).all():
            raise ValueError(f"{place}: a mode is not finite; expected numbers in every row")
        late = self.modes[:, 2:, times // 2 :, 0].real.mean()
        if late < FLOWING * self.load:
            raise ValueError(
                f"{place}: the mean flux in the second half is {late:.3g}, below {FLOWING:g} of that of"
                f" free dislocations, {self.load:g}; expected dislocations that flow: raise the load"
            )

    @property
    def wave_number(self) -> float:
        """Wave number of mode 1, in the root of the density."""
        return 2 * np.pi / self.spacings

    def drawn(self, rng: np.random.Generator | None) -> ComplexArray:
        """Return mean modes, shape (4, times, modes), of all runs or of as many drawn again."""
        runs = len(self.modes)
        if rng is None:
            return self.modes.mean(axis=0)
        weights = np.bincount(rng.integers(runs, size=runs), minlength=runs) / runs
        return np.tensordot(weights, self.modes, axes=1)

    def with_modes(self, modes: ComplexArray) -> "Ensemble":
        """Return the ensemble with other modes."""
        return replace(self, modes=modes)


@dataclass(frozen=True)
class Fields:
    """Fields on a grid; densities in the mean density, lengths in spacings.

    Parameters
    ----------
    load : float
    rho, kappa : ndarray of shape (..., grid)
        Density of all dislocations, and of positive minus negative ones.
    d_rho, d_kappa : ndarray
        Their derivatives along the glide direction.
    """

    load: float
    rho: FloatArray
    kappa: FloatArray
    d_rho: FloatArray
    d_kappa: FloatArray


def on_grid(
    modes: ComplexArray, wave_number: float, points: int = GRID
) -> tuple[FloatArray, FloatArray]:
    """Return a field of :data:`CUTOFF` modes and its derivative, shape (..., points)."""
    k = np.arange(CUTOFF + 1)
    waves = (
        np.exp(2j * np.pi * np.outer(k, np.arange(points) / points)) * np.where(k, 2, 1)[:, None]
    )
    kept = modes[..., : CUTOFF + 1]
    return np.real(kept @ waves), np.real((kept * (1j * wave_number * k)) @ waves)


def fields_of(
    modes: ComplexArray, ensemble: Ensemble, points: int = GRID
) -> tuple[Fields, FloatArray, FloatArray]:
    """Return densities with their derivatives, and the fluxes of rho and kappa that were measured.

    The rate of kappa is minus the derivative of ``j``, the mean of the fluxes of both signs; that of
    rho is minus the derivative of ``q``, half of their difference.
    """
    sums = np.stack(
        [modes[0] + modes[1], modes[0] - modes[1], modes[2] + modes[3], modes[2] - modes[3]]
    )
    halves: ComplexArray = np.asarray(sums / 2, dtype=np.complex128)
    values, slopes = on_grid(halves, ensemble.wave_number, points)
    rho = np.clip(values[0], FLOOR, None)
    return Fields(ensemble.load, rho, values[1], slopes[0], slopes[1]), values[2], values[3]


def projection_waves() -> FloatArray:
    """Return the orthonormal waves on which equations are projected, shape (2 CUTOFF + 1, GRID)."""
    x = 2 * np.pi * np.arange(GRID) / GRID
    rows = [np.ones(GRID)]
    for k in range(1, CUTOFF + 1):
        rows += [np.sqrt(2) * np.cos(k * x), np.sqrt(2) * np.sin(k * x)]
    return np.stack(rows) / np.sqrt(GRID)
