"""Flow law and hardening law of slip systems whose resistance is not seen.

Resistances are integrated along the slip that is seen, and their law is fitted together with the
exponent. A common factor of all resistances is the same as another reference rate, so that the
stresses cannot tell both: the reference rate is given, and defines what a resistance means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.discover.slip_law_fits import FEWEST
from mechanist.formats.slip_fields import SlipFields
from mechanist.mechanics.slip_orbits import Orbits

#: Most steps of the search, and the relative step at which it ends.
STEPS: Final = 60
DONE: Final = 1e-9
#: Largest relative difference of durations of steps that counts as equal.
EQUAL: Final = 1e-6


@dataclass(frozen=True, eq=False)
class HiddenFit:
    """A law, and what a bootstrap over microstructures needs.

    Parameters
    ----------
    values : ndarray of shape (3 + n_orbits,)
        Exponent, initial resistance and saturation in MPa, and the slope of each orbit in MPa.
    residual : float
        Root mean square of what the law leaves of the logarithm of the stress.
    parameters : ndarray of shape (3 + n_orbits,)
        Inverse exponent, initial resistance, inverse saturation, slopes.
    gradients : ndarray of shape (n_samples, 3 + n_orbits)
        Half the gradient of the loss of each microstructure.
    curvatures : ndarray of shape (n_samples, 3 + n_orbits, 3 + n_orbits)
        Half the curvature of that loss.
    """

    values: FloatArray
    residual: float
    parameters: FloatArray
    gradients: FloatArray
    curvatures: FloatArray

    def interval(
        self, *, level: float, resamples: int, rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Return bounds of the values, from one Newton step for each draw of microstructures.

        Parameters
        ----------
        level : float
            Share of draws between the bounds.
        resamples : int
            Number of draws.
        rng : Generator
        """
        count = len(self.gradients)
        weights = rng.multinomial(count, np.full(count, 1 / count), size=resamples)
        size = np.sqrt(np.diag(self.curvatures.sum(axis=0)))
        drawn = []
        for one in weights:
            curvature = np.tensordot(one, self.curvatures, axes=1) / np.outer(size, size)
            step = np.linalg.lstsq(curvature, (one @ self.gradients) / size, rcond=None)[0] / size
            drawn.append(_values(self.parameters - step))
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return np.asarray(low), np.asarray(high)


def hidden_law(
    fields: Sequence[SlipFields], orbits: Orbits, *, threshold: float, rate: float,
    noise: float = 0.0, naive: bool = False, dealt: np.random.Generator | None = None,
) -> HiddenFit:  # fmt: skip
    """Fit both laws to resolved stresses and slip rates; resistances in the fields are not read.

    Parameters
    ----------
    fields : sequence of SlipFields
        One for each microstructure, with every step of the path and as many steps in all.
    orbits : Orbits
        Of pairs of slip systems.
    threshold : float
        Slip rate in 1/s above which a system flows.
    rate : float
        Reference rate in 1/s: resistances are stresses at this rate.
    noise : float
        Relative standard deviation of the error of rates, whose effect is subtracted.
    naive : bool
        Whether the rate is fitted by the stress, without a correction.
    dealt : Generator, optional
        If given, voxels are dealt the slip histories of others, of all microstructures: a null.

    Raises
    ------
    ValueError
        If numbers of steps differ, a step was divided, or too few systems flow.
    """
    data = _Data.of(fields, orbits, threshold, rate, 0.0 if naive else noise, naive, dealt)
    found = data.start()
    loss = data.loss(found)
    for _ in range(STEPS):
        gradients, curvatures = data.derivatives(found)
        curvature = curvatures.sum(axis=0)
        size = np.sqrt(np.abs(np.diag(curvature))) + 1e-300
        step = np.linalg.lstsq(
            curvature / np.outer(size, size), gradients.sum(axis=0) / size, rcond=None
        )[0] / size  # fmt: skip
        share = 1.0
        while share > 1e-6 and not data.loss(found - share * step) < loss:
            share /= 2
        if share <= 1e-6:
            break
        found = found - share * step
        loss = data.loss(found)
        if np.max(np.abs(step) / (np.abs(found) + 1e-12)) < DONE:
            break
    gradients, curvatures = data.derivatives(found)
    left = data.residuals(found) * (found[0] if naive else 1.0)
    return HiddenFit(_values(found), float(np.sqrt(np.mean(left**2))), found, gradients, curvatures)


def _values(parameters: FloatArray) -> FloatArray:
    return np.array([1 / parameters[0], parameters[1], 1 / parameters[2], *parameters[3:]])


@dataclass(frozen=True, eq=False)
class _Data:
    """What is seen: slips of all voxels and steps, and logarithms where systems flow."""

    amount: FloatArray
    flows: BoolArray
    sample: IntArray
    stress: FloatArray
    log_rate: FloatArray
    orbits: Orbits
    noise: float
    naive: bool

    @classmethod
    def of(
        cls, fields: Sequence[SlipFields], orbits: Orbits, threshold: float, rate: float,
        noise: float, naive: bool, dealt: np.random.Generator | None,
    ) -> "_Data":  # fmt: skip
        steps = {len(one.duration) for one in fields}
        if len(steps) != 1:
            raise ValueError(f"hidden resistance: microstructures have {sorted(steps)} steps;"
                             " expected one number. Fit those of one length")  # fmt: skip
        durations = np.concatenate([one.duration for one in fields])
        if np.ptp(durations) > EQUAL * durations.max():
            raise ValueError(
                f"hidden resistance: steps last {durations.min():.6g} to {durations.max():.6g} s;"
                " expected equal steps, since the slip of a divided step is not stored. Set"
                " substeps to 1 and store more states"
            )
        seen = np.concatenate([one.rate for one in fields], axis=1)
        stress = np.concatenate([one.resolved for one in fields], axis=1)
        flows = (np.abs(seen) > threshold) & (stress != 0)
        if flows.sum() < FEWEST:
            raise ValueError(f"hidden resistance: {int(flows.sum())} of {flows.size} slip systems"
                             f" flow faster than {threshold} 1/s; expected at least {FEWEST}. Load"
                             " the cells beyond yield, or lower the threshold")  # fmt: skip
        amount = np.abs(seen) * durations[0]
        if dealt is not None:
            amount = amount[:, dealt.permutation(amount.shape[1])]
        counts = [one.rate.shape[1] for one in fields]
        voxel = np.repeat(np.arange(len(fields)), counts)[None, :, None]
        return cls(
            amount, flows, np.broadcast_to(voxel, flows.shape)[flows],
            # The mean of log(1 + error) is minus half the variance of the error.
            np.log(np.abs(stress[flows])) + noise**2 / 2,
            np.log(np.abs(seen[flows]) / rate) + noise**2 / 2, orbits, noise, naive,
        )  # fmt: skip

    def start(self) -> FloatArray:
        """Return a constant resistance of the usual stress that begins to harden."""
        usual = float(np.exp(np.median(self.stress)))
        return np.array([0.1, 0.6 * usual, 0.1 / usual, *np.full(self.orbits.number, 2 * usual)])

    def residuals(self, parameters: FloatArray) -> FloatArray:
        """Return what is left of the logarithm of the stress, or of the rate if naive."""
        inverse, initial, saturation = parameters[:3]
        slopes = self.orbits.expand(parameters[3:]).T
        resistance = np.full(self.amount.shape[1:], initial)
        path = np.empty_like(self.amount)
        for k, slip in enumerate(self.amount):  # the midpoint rule of the engine
            middle = resistance + 0.5 * ((1 - saturation * resistance) * slip) @ slopes
            resistance = resistance + ((1 - saturation * middle) * slip) @ slopes
            path[k] = resistance
        shown = path[self.flows]
        if (shown <= 0).any() or inverse <= 0:
            return np.full(len(shown), np.inf)
        left = self.stress - np.log(shown) - inverse * self.log_rate
        return np.asarray(left / inverse if self.naive else left)

    def loss(self, parameters: FloatArray) -> float:
        """Return the sum of squares without the part that noise of the rate adds to it."""
        left = self.residuals(parameters)
        return float(left @ left - len(left) * (self.noise * parameters[0]) ** 2)

    def derivatives(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return half the gradient and half the curvature of the loss of each microstructure."""
        left = self.residuals(parameters)
        columns = []
        for k, value in enumerate(parameters):
            change = 1e-5 * max(abs(value), 1e-8)
            up, down = parameters.copy(), parameters.copy()
            up[k], down[k] = value + change, value - change
            columns.append((self.residuals(up) - self.residuals(down)) / (2 * change))
        jacobian = np.stack(columns, axis=1)
        gradients, curvatures = [], []
        for k in range(int(self.sample.max()) + 1):
            here = self.sample == k
            part = jacobian[here]
            gradient, curvature = part.T @ left[here], part.T @ part
            gradient[0] -= here.sum() * self.noise**2 * parameters[0]
            curvature[0, 0] -= here.sum() * self.noise**2
            gradients.append(gradient)
            curvatures.append(curvature)
        return np.stack(gradients), np.stack(curvatures)
