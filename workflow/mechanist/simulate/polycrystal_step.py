"""One time step of an aggregate of crystals: an augmented Lagrangian, accelerated.

Stress obeys the crystal law voxel by voxel, strain is compatible, and a polarisation makes both
agree; Lebensohn, Kanjarla & Eisenlohr (2012), https://doi.org/10.1016/j.ijplas.2011.12.005.
Three choices make it cheap. First, the reference medium is nearly as soft as the crystals were on
average in the previous step, including slip: the iteration converges fastest near their tangent
stiffness. Second, the iterates are combined by Anderson's method. Third, hardening follows the slip
of the previous iteration, so that it is implicit at convergence and steps can be long. The coupling
of the crystals is exchangeable, see :mod:`mechanist.simulate.polycrystal_coupling`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.rotations import compose, from_rotation_vector, quaternion_to_matrix
from mechanist.core.typing import FloatArray
from mechanist.mechanics.crystal_elasticity import (
    apply_isotropic,
    bulk_and_shear,
    from_mandel,
    isotropic_stiffness,
    to_mandel,
)
from mechanist.simulate.anderson import Anderson
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.medium import Medium
from mechanist.simulate.polycrystal_coupling import Coupling
from mechanist.simulate.polycrystal_load import Loading

#: Number of combined iterates; more gain little and cost memory.
DEPTH: Final = 6
#: Tolerance of the strain mismatch, relative to the step's increment, over that of the stress.
STRAIN_SLACK: Final = 10.0
#: Tolerance of the local problem over that of the whole.
LOCAL_SHARE: Final = 1e-3
#: Every so many iterations the medium is compared with the current crystals ...
REVISION: Final = 6
#: ... and replaced if their shear moduli differ by more than this factor.
STALE: Final = 2.0
#: Logarithmic position of the medium between elastic (0) and mean tangent (1): with a medium as
#: soft as the tangent, the iteration stalls where neighbours differ strongly.
SOFTENING: Final = 0.8


class ConvergenceError(RuntimeError):
    """A step that did not converge, even when divided.

    Parameters
    ----------
    message : str
        Description of the failure.
    voxel : int
        Flat index of the voxel with the largest mismatch.
    residual : float
        Its mismatch, as a strain.
    """

    def __init__(self, message: str, *, voxel: int, residual: float) -> None:
        super().__init__(message)
        self.voxel = voxel
        self.residual = residual


@dataclass(frozen=True, eq=False)
class State:
    """Everything that an aggregate carries from step to step.

    Parameters
    ----------
    orientations : ndarray of shape (n, 4)
        Quaternions, crystal to sample.
    internal : ndarray of shape (n, n_states)
        State of the hardening law.
    strain, plastic, stress : ndarray of shape (6, n)
        Mandel components in the sample frame; MPa.
    slip : ndarray of shape (n, n_systems)
        Signed slip in the last step.
    shear : float
        Shear modulus of the reference medium to start with, MPa.
    iterations : int
        Iterations of the last step.
    duration : float
        Duration of the last step in s; 0 before the first.
    lattice : ndarray of shape (n, 4), optional
        Orientations at the beginning of the last step, on which the crystals resolved the stress.
    hardened_from : ndarray of shape (n, n_states), optional
        State of the hardening law at the beginning of the last step.
    """

    orientations: FloatArray
    internal: FloatArray
    strain: FloatArray
    plastic: FloatArray
    stress: FloatArray
    slip: FloatArray
    shear: float
    iterations: int = 0
    duration: float = 0.0
    lattice: FloatArray | None = None
    hardened_from: FloatArray | None = None


class Aggregate:
    """Coupled crystals of one material or of several phases.

    Parameters
    ----------
    crystal : Medium
        Elasticity and slip: a crystal, or a mixture of phases.
    law : HardeningLaw
        Hardening.
    coupling : Coupling
        Coupling between the crystals.
    n : int
        Number of crystals.
    tolerance : float
        Largest stress out of equilibrium relative to the stress, both root mean square.
    max_iterations : int
        Largest number of iterations of a step.
    threads : int
        Number of threads; results do not depend on it.
    """

    def __init__(
        self, crystal: Medium, law: HardeningLaw, coupling: Coupling, n: int, *,
        tolerance: float = 1e-3, max_iterations: int = 300, threads: int = 1,
    ) -> None:  # fmt: skip
        if not 0 < tolerance < 1 or max_iterations < 1:
            raise ValueError(
                f"tolerance = {tolerance}, max_iterations = {max_iterations}; expected a tolerance"
                " between 0 and 1 and at least one iteration"
            )
        self.crystal, self.law, self.coupling, self.n = crystal, law, coupling, n
        self.tolerance, self.max_iterations = tolerance, max_iterations
        self.voxels = crystal.voxels(n, threads=threads)
        self.mixer = Anderson(12 * n, depth=DEPTH)
        self.bulk, self.shear = bulk_and_shear(crystal.stiffness)

    def begin(self, orientations: FloatArray) -> State:
        """Return the undeformed state of crystals with the given orientations, shape (n, 4)."""
        zeros = np.zeros((6, self.n))
        slip = np.zeros((self.n, self.crystal.width))
        internal = self.law.initial(self.n)
        return State(orientations.copy(), internal, zeros, zeros, zeros, slip, self.shear)

    def step(self, state: State, loading: Loading, dt: float) -> State:
        """Return the state after ``dt`` seconds of a load.

        Raises
        ------
        ConvergenceError
            If stress and strain do not converge; ``state`` is still valid.
        """
        solver = _Step(self, state, loading, dt)
        strain, iterations = solver.run()
        slip = self.voxels.slip.copy()
        rotations = solver.rotations
        flow = self.crystal.flow(slip)
        lattice = self.coupling.spin(strain - state.strain)
        lattice -= np.einsum("vij,vj->vi", rotations, self.crystal.spin(slip))
        return State(
            orientations=compose(from_rotation_vector(lattice), state.orientations),
            internal=self.law.advance(state.internal, slip),
            strain=strain,
            plastic=state.plastic + _to_sample(flow, rotations),
            stress=self.voxels.stress.copy(),
            slip=slip,
            shear=self.medium_shear(),
            iterations=iterations,
            duration=dt,
            lattice=state.orientations,
            hardened_from=state.internal,
        )

    def medium_shear(self) -> float:
        """Return the shear modulus of the medium for the latest slip of the crystals."""
        deviatoric_directions = 5
        softness = 2.0 * self.voxels.softness() / deviatoric_directions
        return self.shear / (1.0 + self.shear * softness) ** SOFTENING


class _Step:
    """The iteration of one step."""

    def __init__(self, aggregate: Aggregate, state: State, loading: Loading, dt: float) -> None:
        self.aggregate, self.state, self.loading, self.dt = aggregate, state, loading, dt
        self.size = loading.speed * dt
        self.rotations = quaternion_to_matrix(state.orientations)
        self.set_medium(state.shear)
        voxels = aggregate.voxels
        voxels.stress[:] = state.stress
        voxels.slip[:] = state.slip
        voxels.turn(self.rotations)

    def set_medium(self, shear: float) -> None:
        """Choose the reference medium."""
        self.shear = shear
        self.stiffness = isotropic_stiffness(bulk=self.aggregate.bulk, shear=shear)
        self.reference = (1 / (3 * self.aggregate.bulk), 1 / (2 * shear))
        self.aggregate.mixer.clear()

    def run(self) -> tuple[FloatArray, int]:
        """Return the strain field of the converged step and the number of iterations."""
        aggregate, state = self.aggregate, self.state
        polarisation = state.stress
        strain = state.strain + self.loading.increment(self.dt)[:, None]
        for iteration in range(1, aggregate.max_iterations + 1):
            self.solve_crystals(polarisation, strain)
            stress = aggregate.voxels.stress
            response = aggregate.coupling.respond(stress, self.stiffness, self.loading)
            mismatch = apply_isotropic(polarisation - stress, *self.reference)
            if self.converged(mismatch, response, stress) and iteration > 1:
                return strain, iteration
            polarisation, strain = self.mixed(polarisation, strain, stress, strain + response)
            shear = aggregate.medium_shear()
            if iteration % REVISION == 0 and not 1 / STALE < shear / self.shear < STALE:
                self.set_medium(shear)
        raise self.failure(mismatch, f"no convergence in {aggregate.max_iterations} iterations")

    def solve_crystals(self, polarisation: FloatArray, strain: FloatArray) -> None:
        """Solve for stress and slip of every voxel, with resistances after the latest slip."""
        aggregate, state = self.aggregate, self.state
        drive = apply_isotropic(polarisation, *self.reference)
        drive += strain
        drive -= state.plastic
        hardened = aggregate.law.advance(state.internal, aggregate.voxels.slip)
        solution = aggregate.voxels.solve(
            drive,
            self.rotations,
            aggregate.law.resistance(hardened),
            dt=self.dt,
            reference=self.reference,
            tolerance=LOCAL_SHARE * aggregate.tolerance * self.size,
        )
        if solution.worst >= 0:
            raise ConvergenceError(
                f"voxel {solution.worst}: no stress found, residual {solution.residual:.3g} (strain)",
                voxel=solution.worst, residual=solution.residual,
            )  # fmt: skip

    def converged(self, mismatch: FloatArray, response: FloatArray, stress: FloatArray) -> bool:
        """Return whether the stress is in equilibrium and the strain agrees with it."""
        tolerance, n = self.aggregate.tolerance, stress.shape[1]
        apart = np.sqrt((mismatch**2).sum() / n)
        stiff = [1 / m for m in self.reference]
        unbalanced = np.sqrt((apply_isotropic(response, *stiff) ** 2).sum() / n)
        if not np.isfinite(apart + unbalanced):
            raise self.failure(mismatch, "the stress is no longer finite")
        scale = np.sqrt((stress**2).sum() / n)
        return bool(
            apart <= STRAIN_SLACK * tolerance * self.size and unbalanced <= tolerance * scale
        )

    def mixed(
        self, polarisation: FloatArray, strain: FloatArray, stress: FloatArray, image: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return the next polarisation and strain."""
        scale = np.sqrt(self.reference[1])  # gives stress and strain the same unit
        before = np.concatenate([polarisation * scale, strain / scale]).ravel()
        after = np.concatenate([stress * scale, image / scale]).ravel()
        both = self.aggregate.mixer.mix(before, after).reshape(12, -1)
        return both[:6] / scale, both[6:] * scale

    def failure(self, mismatch: FloatArray, what: str) -> ConvergenceError:
        """Return an error that names the voxel with the largest mismatch."""
        errors = np.sqrt((mismatch**2).sum(axis=0))
        voxel = int(np.argmax(np.where(np.isfinite(errors), errors, np.inf)))
        return ConvergenceError(
            f"{what}: voxel {voxel} disagrees by a strain of {errors[voxel]:.3g}"
            f" in a step of {self.size:.3g}",
            voxel=voxel, residual=float(errors[voxel]),
        )  # fmt: skip


def advance(
    aggregate: Aggregate, state: State, loading: Loading, dt: float, *, divisions: int = 4
) -> State:
    """Return the state after ``dt`` seconds, in shorter steps if necessary.

    Parameters
    ----------
    aggregate : Aggregate
        Aggregate to advance.
    state : State
        Initial state.
    loading : Loading
        Load.
    dt : float
        Time in s.
    divisions : int
        How many times a step that does not converge is halved.

    Raises
    ------
    ConvergenceError
        If the shortest step does not converge either.
    """
    try:
        return aggregate.step(state, loading, dt)
    except ConvergenceError:
        if divisions == 0:
            raise
    half = advance(aggregate, state, loading, dt / 2, divisions=divisions - 1)
    return advance(aggregate, half, loading, dt / 2, divisions=divisions - 1)


def _to_sample(vectors: FloatArray, rotations: FloatArray) -> FloatArray:
    """Rotate crystal-frame Mandel vectors (n, 6) to the sample frame, shape (6, n)."""
    tensors = rotations @ from_mandel(vectors) @ np.swapaxes(rotations, -1, -2)
    return np.ascontiguousarray(to_mandel(tensors).T)
