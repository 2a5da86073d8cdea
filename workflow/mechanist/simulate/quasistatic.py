"""Athermal quasistatic deformation of a glass under any traceless gradient.

In every step the particles follow the cell affinely and the energy is minimised again at constant
cell; see Maloney & Lemaitre, https://doi.org/10.1103/PhysRevE.74.016118.

Smaller steps follow a path more closely across instabilities and cost more; the step is configured
(``deformation/step``).
"""

from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Frame, LoadPath
from mechanist.mechanics.loads import (
    deformation_gradient,
    strain_of,
    triangular_cell,
    velocity_gradient,
)
from mechanist.mechanics.materials.material import material_of
from mechanist.simulate.lammps_engine import EngineError
from mechanist.simulate.minimisation import MinimisationError, Relaxed, Relaxer
from mechanist.simulate.protocol import Deformation


@dataclass(frozen=True, eq=False)
class _Step:
    """A minimum on the path with its values for the response curve."""

    strain: float
    cell: FloatArray
    relaxed: Relaxed
    stress: float
    dissipated: float = 0.0


class _Path:
    """One load on one sample."""

    def __init__(
        self,
        reference: Configuration,
        gradient: FloatArray,
        protocol: Deformation,
        relaxer: Relaxer,
    ) -> None:
        self.reference = reference
        self.gradient = gradient
        self.protocol = protocol
        self.relaxer = relaxer
        self.event_energy = material_of(reference).event_energy
        self.tolerance = protocol.force_tolerance * np.sqrt(len(reference))

    def start(self) -> _Step:
        """Return the reference as the first step; it costs nothing if it is a minimum."""
        reference = self.reference
        relaxed = self.relaxer.relax(reference.positions, reference.cell, tolerance=self.tolerance)
        return self._step(0.0, reference.cell, relaxed)

    def advance(self, before: _Step, strain: float) -> _Step:
        """Strain affinely from ``before`` to ``strain`` and minimise."""
        f = deformation_gradient(self.gradient, strain, self.reference.dimension)
        cell = self.reference.cell @ f.T
        affine = before.relaxed.positions @ np.linalg.inv(before.cell) @ cell
        relaxed = self.relaxer.relax(affine, cell, tolerance=self.tolerance)
        after = self._step(strain, cell, relaxed)
        work = 0.5 * (before.stress + after.stress) * (strain - before.strain)
        gained = relaxed.energy - before.relaxed.energy
        dissipated = work * self.reference.measure - gained
        return _Step(strain, cell, relaxed, after.stress, dissipated)

    def _step(self, strain: float, cell: FloatArray, relaxed: Relaxed) -> _Step:
        rate = velocity_gradient(self.gradient, strain, self.reference.dimension)
        return _Step(strain, cell, relaxed, float(np.tensordot(relaxed.stress, rate)))

    def frame(self, step: _Step) -> Frame:
        """Return a step as a frame in the lab."""
        _, rotation = triangular_cell(step.cell)
        state = self.reference.moved(step.relaxed.positions, step.cell)
        return Frame(step.strain, state, rotation)

    def curve(self, steps: list[_Step]) -> dict[str, FloatArray]:
        """Return the columns of the response curve."""
        n, d = len(self.reference), self.reference.dimension
        axes = "xyz"[:d]
        stresses = np.array([step.relaxed.stress for step in steps]).reshape(-1, 3, 3)
        columns = {
            "strain": [step.strain for step in steps],
            "stress": [step.stress for step in steps],
            "energy": [step.relaxed.energy / n for step in steps],
            "pressure": -np.trace(stresses, axis1=1, axis2=2) / d,
            "force_norm": [step.relaxed.force_norm for step in steps],
            "force_evaluations": [step.relaxed.evaluations for step in steps],
            "dissipated": [step.dissipated for step in steps],
            "drop": [step.dissipated > self.event_energy for step in steps],
        }
        for i, a in enumerate(axes):
            for j, b in enumerate(axes[i:], start=i):
                columns[f"stress_{a}{b}"] = stresses[:, i, j]
        return {name: np.asarray(values, dtype=float) for name, values in columns.items()}


def deform(
    reference: Configuration, gradient: FloatArray, protocol: Deformation, *, relaxer: Relaxer
) -> LoadPath:
    """Deform a glass along ``gradient`` and keep its response.

    Parameters
    ----------
    reference : Configuration
        At an energy minimum, in a cell of any shape and orientation.
    gradient : ndarray of shape (3, 3)
        Direction of the displacement gradient, see :mod:`mechanist.mechanics.loads`.
    protocol : Deformation
        Steps, kept frames and tolerance.
    relaxer : Relaxer
        Minimises the energy of these particles.

    Returns
    -------
    LoadPath
        Its curve has a row for the reference and one for every step, with the columns ``strain``;
        ``stress``, the strain derivative of the elastic energy per reference area or volume;
        ``energy`` per particle; ``pressure``; ``force_norm`` of all particles; ``force_evaluations``;
        ``dissipated``, the energy of all particles lost since the previous row (the work of the
        mean stress minus the energy gained, zero on an elastic branch up to the third power of the
        step); ``drop``, 1 where that exceeds the ``event_energy`` of the material, so that a
        plastic event happened; and the components ``stress_xx`` ... in the lab frame, tension
        positive. All in the units of the material. A failed minimisation ends the path and marks it
        as failed, with the reason.
    """
    path = _Path(reference, gradient, protocol, relaxer)
    steps: list[_Step] = []
    kept: list[_Step] = []
    reason = ""
    strain = 0.0
    try:
        steps.append(path.start())
        if protocol.probe_off_grid:
            strain = protocol.probe
            kept.append(path.advance(steps[0], strain))
        for strain in protocol.strains:
            steps.append(path.advance(steps[-1], strain))
            if strain in protocol.kept:
                kept.append(steps[-1])
    except (MinimisationError, EngineError) as error:
        reason = f"strain {strain:g}: {error}"
    frames = sorted((path.frame(step) for step in kept), key=lambda frame: frame.strain)
    return LoadPath(
        gradient=gradient,
        tensor=strain_of(gradient),
        curve=path.curve(steps),
        frames=tuple(frames),
        status="failed" if reason else "ok",
        reason=reason,
    )
