"""Loading of small glasses, and relaxers that fail or do nothing."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import LoadPath
from mechanist.mechanics.materials.material import load_material
from mechanist.simulate.minimisation import MinimisationError, Relaxed
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import Deformation
from mechanist.simulate.quasistatic import deform

KOB_ANDERSEN = load_material()


def tiny_steps(step: float, last: int) -> Deformation:
    return Deformation(step=step, frames=(step * last,), probe=step, force_tolerance=1e-10)


def deformed(c: Configuration, gradient: FloatArray, protocol: Deformation) -> LoadPath:
    return deform(c, gradient, protocol, relaxer=NewtonRelaxer(c))


class Refusing:
    """Relaxer that fails after some calls."""

    def __init__(self, c: Configuration, *, good_for: int) -> None:
        self._newton, self._left = NewtonRelaxer(c), good_for

    def relax(self, positions: FloatArray, cell: FloatArray, *, tolerance: float) -> Relaxed:
        self._left -= 1
        if self._left < 0:
            raise MinimisationError(force_norm=0.5, tolerance=tolerance, iterations=9)
        return self._newton.relax(positions, cell, tolerance=tolerance)


class Idle:
    """Relaxer that leaves particles unmoved."""

    def relax(self, positions: FloatArray, cell: FloatArray, *, tolerance: float) -> Relaxed:
        return Relaxed(positions, 0.0, np.zeros((3, 3)), tolerance, 0)
