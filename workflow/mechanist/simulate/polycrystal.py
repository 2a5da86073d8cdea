"""Full-field simulation of a polycrystal along a strain path.

The model is rate-dependent crystal plasticity at small elastic strains; lattices rotate, voxels do
not move. See :mod:`mechanist.simulate.polycrystal_step` for the solver.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from mechanist.core.progress import LOGGER
from mechanist.core.rotations import check_rotations, quaternion_to_matrix
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.polycrystal_batches import OK, PolycrystalRun
from mechanist.formats.polycrystal_phases import PhaseMap
from mechanist.formats.slip_fields import SlipFields
from mechanist.mechanics.crystal_elasticity import WEIGHTS, from_mandel
from mechanist.mechanics.green_operator import GreenOperator
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.medium import Medium
from mechanist.simulate.polycrystal_coupling import Grid
from mechanist.simulate.polycrystal_load import LoadError, Loading
from mechanist.simulate.polycrystal_step import (
    Aggregate,
    ConvergenceError,
    State,
    advance,
)
from mechanist.simulate.voronoi import check_grains


@dataclass(frozen=True)
class StrainPath:
    """Strains at which fields are kept.

    Parameters
    ----------
    strains : tuple of float
        Strains along the axis at which fields are kept, all of one sign and increasing in
        magnitude; the undeformed state is always kept.
    substeps : int
        Steps between two strains.

    Raises
    ------
    LoadError
        If there is no strain, or the strains are not monotonic.
    """

    strains: tuple[float, ...]
    substeps: int = 2

    def __post_init__(self) -> None:
        """Validate the path."""
        steps = np.diff([0.0, *self.strains])
        if not len(steps) or not np.isfinite(steps).all() or self.substeps < 1:
            raise LoadError(
                f"strains {self.strains}, substeps {self.substeps}; expected at least one of each"
            )
        if not ((steps > 0).all() or (steps < 0).all()):
            raise LoadError(
                f"strains {self.strains}: expected values that rise, or fall, monotonically from"
                " zero"
            )

    @classmethod
    def even(cls, final: float, frames: int, *, substeps: int = 2) -> "StrainPath":
        """Return ``frames`` equal steps to a final strain."""
        return cls(tuple((final * np.arange(1, frames + 1) / frames).tolist()), substeps)


@dataclass(frozen=True, eq=False)
class Microstructure:
    """Grains and orientations on a grid.

    Parameters
    ----------
    grains : ndarray of shape (nx, ny, nz), int
        Grain of each voxel, from 0.
    orientations : ndarray of shape (nx, ny, nz, 4)
        Quaternions, crystal to sample.
    lengths : ndarray of shape (3,)
        Sides of the periodic cell, in any unit.
    phases : PhaseMap, optional
        Phases of the voxels, if there are several.

    Raises
    ------
    MicrostructureError
        If a grain has fewer than two voxels.
    RotationError
        If an orientation is not a rotation.
    ValueError
        If shapes do not match.
    """

    grains: IntArray
    orientations: FloatArray
    lengths: FloatArray = field(default_factory=lambda: np.ones(3))
    phases: PhaseMap | None = None

    def __post_init__(self) -> None:
        """Validate before any simulation."""
        if self.grains.ndim != 3 or self.orientations.shape != (*self.grains.shape, 4):
            raise ValueError(
                f"grains of shape {self.grains.shape} and orientations of shape"
                f" {self.orientations.shape}; expected (nx, ny, nz) and (nx, ny, nz, 4)"
            )
        check_grains(self.grains)
        object.__setattr__(self, "orientations", check_rotations(self.orientations))


def simulate(
    name: str, micro: Microstructure, crystal: Medium, law: HardeningLaw, path: StrainPath, *,
    axis: int = 2, rate: float = 1e-3, loading: Loading | None = None, tolerance: float = 1e-3,
    max_iterations: int = 300, threads: int = 1, material: dict[str, object] | None = None,
    keep_slip: bool = False,
) -> PolycrystalRun:  # fmt: skip
    """Load a polycrystal and keep its fields.

    Parameters
    ----------
    name : str
        Name of the run.
    micro : Microstructure
        Microstructure to load.
    crystal : Medium
        Elasticity and slip: a crystal, or a mixture of phases.
    law : HardeningLaw
        Hardening; a mixture is its own law.
    path : StrainPath
        Strains of the frames.
    axis : int
        Loading axis.
    rate : float
        Strain rate along the axis, 1/s; its sign is taken from the path.
    loading : Loading, optional
        Load other than free tension; it must drive the strain along ``axis`` at ``rate``.
    tolerance, max_iterations, threads
        See :class:`mechanist.simulate.polycrystal_step.Aggregate`.
    material : dict, optional
        Description of the material for the file.
    keep_slip : bool
        Whether slip rates, resistances and resolved stresses are kept too.

    Returns
    -------
    PolycrystalRun
        With the frames that converged; if the run ended early, the status states where and why.
        Strain is logarithmic. The curve has a point for every substep.

    Raises
    ------
    LoadError
        If the load is singular.
    ValueError
        If slip of a mixture of phases is to be kept: its columns are those of several tables.
    """
    if keep_slip and not isinstance(crystal, Crystal):
        raise ValueError(f"keep_slip with {crystal.label!r}; expected a single phase. Leave it out")
    signed = abs(rate) * np.sign(path.strains[0])
    load = Loading.uniaxial(axis, signed) if loading is None else loading
    shape = micro.grains.shape
    grid = GreenOperator(
        (shape[0], shape[1], shape[2]), micro.lengths, crystal.stiffness, workers=threads
    )
    aggregate = Aggregate(
        crystal, law, Grid(grid), micro.grains.size,
        tolerance=tolerance, max_iterations=max_iterations, threads=threads,
    )  # fmt: skip
    kept: list[State] | None = [] if keep_slip else None
    follower = _Follower(name, aggregate, load, axis=axis, rate=float(signed), kept=kept)
    state = aggregate.begin(micro.orientations.reshape(-1, 4))
    frames, curve, status = follower.follow(state, path)
    return PolycrystalRun(
        name=name,
        systems=crystal.label,
        lengths=np.asarray(micro.lengths, dtype=float),
        grains=micro.grains,
        strains=np.array([0.0, *path.strains])[: len(frames)],
        orientations=np.stack([s.orientations.reshape(*shape, 4) for s in frames]),
        stress=np.stack([(s.stress.T / WEIGHTS).reshape(*shape, 6) for s in frames]),
        curve=np.array(curve),
        axis=axis,
        status=status,
        material=material or {},
        phases=micro.phases,
        slip=_slip_fields(kept, crystal, law) if isinstance(crystal, Crystal) and kept else None,
    )


def _slip_fields(states: list[State], crystal: Crystal, law: HardeningLaw) -> SlipFields:
    """Return the fields of the last steps, with stress resolved as the crystals resolved it."""
    schmid, resolved, before = from_mandel(crystal.schmid), [], []
    for state in states:
        if state.lattice is None or state.hardened_from is None:
            raise ValueError("a state without a step; expected states after at least one step")
        turn = quaternion_to_matrix(state.lattice)
        stress = np.swapaxes(turn, -1, -2) @ from_mandel(state.stress.T) @ turn
        resolved.append(np.einsum("vij,sij->vs", stress, schmid))
        before.append(law.resistance(state.hardened_from))
    return SlipFields(
        rate=np.stack([state.slip / state.duration for state in states]),
        resistance_before=np.stack(before),
        resistance=np.stack([law.resistance(state.internal) for state in states]),
        resolved=np.stack(resolved),
        duration=np.array([state.duration for state in states]),
    )


class _Frame(NamedTuple):
    """Fields that are kept of a state."""

    orientations: FloatArray
    stress: FloatArray


@dataclass(frozen=True, eq=False)
class _Follower:
    """Loads an aggregate along a path."""

    name: str
    aggregate: Aggregate
    load: Loading
    axis: int
    rate: float
    kept: list[State] | None = None

    def follow(
        self, state: State, path: StrainPath
    ) -> tuple[list[_Frame], list[tuple[float, float]], str]:
        """Return kept fields, the stress-strain curve, and the status."""
        frames, curve = [_Frame(state.orientations, state.stress)], [(0.0, 0.0)]
        before = 0.0
        for number, strain in enumerate(path.strains, start=1):
            dt = (strain - before) / path.substeps / self.rate
            for substep in range(1, path.substeps + 1):
                reached = before + (strain - before) * substep / path.substeps
                try:
                    state = advance(self.aggregate, state, self.load, dt)
                except ConvergenceError as error:
                    return frames, curve, self.failed(number, reached, error)
                curve.append((reached, float(state.stress[self.axis].mean())))
            frames.append(_Frame(state.orientations, state.stress))
            if self.kept is not None:
                self.kept.append(state)
            before = strain
            LOGGER.info(
                "%s: strain %.4g, stress %.4g MPa, %d iterations",
                self.name, strain, curve[-1][1], state.iterations,
            )  # fmt: skip
        return frames, curve, OK

    def failed(self, number: int, strain: float, error: ConvergenceError) -> str:
        """Return the status of a run that ended early, and log it."""
        place = f"voxel {error.voxel}, residual {error.residual:.3g}"
        status = f"failed: frame {number}, strain {strain:.4g}, {place}: {error}"
        LOGGER.info("%s %s", self.name, status)
        return status
