"""Linear response, soft modes and barriers of a relaxed dislocation configuration under load.

With the stiffness ``K`` of the relaxed state and the forward signs ``s``, the susceptibility
``chi = s^T K^+ s`` is the derivative of plastic strain with respect to stress, exact at small
strain. The pseudo-inverse excludes the uniform translation along x, to which ``s`` is orthogonal.
The soft modes of ``K`` show where the configuration becomes unstable; their coupling to the load
and their third derivatives show at which stress. In the cubic approximation, a mode ``v`` of
stiffness ``k``, load ``p = s.v`` and third derivative ``t`` folds at the stress ``-k^2 / (2 t p)``.
Barriers are those of one dislocation that glides while all others are frozen.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.dislocation_fold import participation
from mechanist.describe.shared.glide import SYMMETRY, Glide, read_glide
from mechanist.describe.shared.glide_balance import Balance, stress_at
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import NOT_NEGATIVE, PURE, SHARE, Column

#: Finite-difference step along a mode for its third derivative, in smallest dislocation distances.
DIFFERENCE: Final = 1e-3
#: Floor of mode stiffnesses, relative to their mean; only a poorly relaxed state reaches it.
SOFTEST: Final = 1e-6
#: Points per mean spacing at which the barriers of a dislocation are evaluated.
BARRIER_POINTS: Final = 16


#: Unit of numbers without a dimension, in which lengths are mean spacings.
SPACINGS: Final = "1 (lengths in mean spacings)"
_OF_MODE: Final = "of the mode whose number is in the name (0 is the softest)"
#: What the columns mean.
COLUMNS: Final = {
    "density": Column("1/b^2", "Number of dislocations per area.", NOT_NEGATIVE),
    "log_chi": Column("log10(b/D)", "Decimal logarithm of plastic strain per stress."),
    "softening": Column(
        SPACINGS, "Relative growth of the compliance with the stress, positive for softening."
    ),
    "mean_log_stiffness": Column("log10", "Mean decimal logarithm of the stiffness of all modes."),
    "response_participation": Column(PURE, "Share of dislocations that the load moves.", SHARE),
    "softest_share": Column(PURE, "Share of the softest modes in the compliance.", SHARE),
    "stiffness_*": Column(
        "log10", f"Decimal logarithm of the stiffness {_OF_MODE}, in units of the mean spacing."
    ),
    "load_*": Column(PURE, f"Overlap, squared, of the load with the motion {_OF_MODE}.", SHARE),
    "share_*": Column("log10(b/D)", f"Decimal logarithm of the compliance {_OF_MODE}."),
    "participation_*": Column(PURE, f"Share of dislocations in the motion {_OF_MODE}.", SHARE),
    "early_forward_*": Column(
        SPACINGS,
        "Root of one over the stress along the load at which a soft mode becomes unstable; the"
        " number in the name ranks the modes, 0 being the first to do so.",
    ),
    "early_backward_*": Column(
        SPACINGS, "The same for a stress against the load; the number in the name ranks the modes."
    ),
    "barrier_forward_*": Column(
        "D/b per root density",
        "Stress that moves one dislocation along the load over the barriers ahead of it, all others"
        " being fixed; the name tells the distance in mean spacings, and the quantile over"
        " dislocations.",
    ),
    "barrier_backward_*": Column(
        "D/b per root density",
        "The same for a dislocation that moves against the load.",
    ),
}


@dataclass(frozen=True)
class DislocationElastic:
    """Susceptibility, soft modes and barriers.

    Parameters
    ----------
    modes : int
        Number of softest modes that are described one by one.
    unstable : int
        Number of softest modes whose third derivative is computed.
    reaches : tuple of float
        Glide distances, in mean spacings, within which barriers are sought.
    quantiles : tuple of float
        Quantiles of the barriers over all dislocations.
    """

    card: ClassVar[Card] = Card(
        name="Elastic response and barriers",
        reference="https://arxiv.org/abs/1712.00349",
        units="mean spacings, D/b per root density; compliance in b/D",
        symmetry=SYMMETRY,
        load_aware=True,
        subject=SubjectName.DISLOCATION_SAMPLE,
        needs_potential=True,
        columns=COLUMNS,
    )
    modes: int = 4
    unstable: int = 12
    reaches: tuple[float, ...] = (0.5, 2.0)
    quantiles: tuple[float, ...] = (0.1, 0.25, 0.5, 0.75, 0.9)

    def __post_init__(self) -> None:
        """Validate the numbers of modes and the reaches."""
        if not 1 <= self.modes <= self.unstable:
            raise ValueError(
                f"modes = {self.modes}, unstable = {self.unstable}; expected 1 <= modes <= unstable"
            )
        if not all(reach > 0 for reach in self.reaches):
            raise ValueError(f"reaches = {self.reaches}; expected positive numbers")

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe the sample; see :class:`mechanist.describe.descriptor.Descriptor`."""
        glide = read_glide(configuration, load)
        columns = {"density": glide.density}
        columns |= self._response(glide)
        for name, sense in (("forward", 1.0), ("backward", -1.0)):
            columns |= self._barriers(glide, name, sense)
        return Features(np.array([list(columns.values())]), list(columns))

    def _response(self, glide: Glide) -> dict[str, float]:
        """Return the features of the susceptibility and of the soft modes."""
        n, balance = len(glide), Balance(glide)
        if not n:
            return self._named(0.0, np.zeros(0), np.zeros(0), np.zeros(0), np.zeros((0, 0)), glide)
        _, stiffness = balance.linearised(glide.x)
        # A constant added to all elements stiffens only the translation, which then sorts last.
        scale = float(np.trace(stiffness)) + n
        k, v = np.linalg.eigh(stiffness + scale)
        k, v = np.maximum(k[:-1], SOFTEST * scale / n), v[:, :-1]
        load = glide.forward @ v
        answer = v @ (load / k)
        bends = [
            third_derivative(glide, balance, v[:, q]) for q in range(min(self.unstable, n - 1))
        ]
        bend = third_derivative(glide, balance, answer / np.linalg.norm(answer))
        bend *= float(np.linalg.norm(answer)) ** 3
        return self._named(bend, k, load, np.array(bends), v, glide)

    def _named(
        self,
        bend: float,
        k: FloatArray,
        load: FloatArray,
        bends: FloatArray,
        v: FloatArray,
        glide: Glide,
    ) -> dict[str, float]:
        """Return the features of the spectrum, in units of the mean spacing.

        Parameters
        ----------
        bend : float
            Third derivative of the energy along the linear response.
        k, load, v : ndarray of shape (n - 1,), (n - 1,) and (n, n - 1)
            Stiffness, load and direction of all modes but the translation.
        bends : ndarray of shape (n_unstable,)
            Third derivatives along the softest modes.
        """
        spacing, n = glide.spacing, max(len(glide), 1)
        share = load**2 / k
        chi = float(share.sum())
        floor = np.finfo(float).tiny
        columns = {
            "log_chi": float(np.log10(max(chi, SOFTEST))),
            # d chi / d stress over chi: how much the load softens (+) or hardens (-) the sample.
            "softening": -bend / max(chi, floor) / spacing,
            "mean_log_stiffness": float(np.log10(k * spacing**2).mean()) if len(k) else 0.0,
            "response_participation": participation(v @ (load / k)),
            "softest_share": float(share[: self.modes].sum()) / max(chi, floor),
        }
        # Inverse of the stress at which each soft mode would fold; positive under this load.
        early = np.zeros(self.unstable)
        early[: len(bends)] = -2 * bends * load[: len(bends)] / k[: len(bends)] ** 2 / spacing
        ordered = np.sort(early)
        for q in range(self.modes):
            there = q < len(k)
            columns[f"stiffness_{q}"] = float(np.log10(k[q] * spacing**2)) if there else 0.0
            columns[f"load_{q}"] = float(load[q] ** 2) / n if there else 0.0
            columns[f"share_{q}"] = float(np.log10(max(share[q], SOFTEST))) if there else 0.0
            columns[f"participation_{q}"] = participation(v[:, q]) if there else 0.0
            columns[f"early_forward_{q}"] = _root(ordered[-1 - q])
            columns[f"early_backward_{q}"] = _root(-ordered[q])
        return columns

    def _barriers(self, glide: Glide, name: str, sense: float) -> dict[str, float]:
        """Return quantiles of the stress that moves a dislocation over the barriers ahead of it."""
        count = int(np.ceil(BARRIER_POINTS * max(self.reaches)))
        distance = np.arange(1, count + 1) / BARRIER_POINTS
        steps = glide.spacing * distance
        x = glide.x[:, None] + sense * glide.forward[:, None] * steps
        field = sense * stress_at(glide, x, np.tile(glide.y[:, None], count))
        # All others are frozen; remove the field of the moving dislocation at its old position.
        origin = Glide(np.zeros(1), np.zeros(1), np.ones(1), glide.length)
        field -= stress_at(origin, steps, np.zeros(count))
        resistance = np.maximum.accumulate(-glide.spacing * field, axis=1)
        columns = {}
        for reach in self.reaches:
            within = resistance[:, np.searchsorted(distance, reach, side="right") - 1]
            for q in self.quantiles:
                value = float(np.quantile(within, q)) if len(within) else 0.0
                columns[f"barrier_{name}_{reach:g}_q{q:g}"] = value
        return columns


def third_derivative(glide: Glide, balance: Balance, mode: FloatArray) -> float:
    """Return the third derivative of the energy along a mode of unit length, by central difference."""
    dx = np.abs(glide.x[:, None] - glide.x)
    dy = np.abs(glide.y[:, None] - glide.y)
    distance = np.hypot(np.minimum(dx, 1 - dx), np.minimum(dy, 1 - dy))
    step = DIFFERENCE * float(distance[~np.eye(len(glide), dtype=bool)].min())
    ahead, behind = (balance.linearised(glide.x + sign * step * mode)[1] for sign in (1.0, -1.0))
    return float(mode @ (ahead - behind) @ mode) / (2 * step)


def _root(value: float) -> float:
    """Return the signed square root, which shortens the tails."""
    return float(np.sign(value) * np.sqrt(abs(value)))


DESCRIPTOR = DislocationElastic
