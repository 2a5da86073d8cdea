"""A step of an aggregate: what divided steps add up to, and what counts as converged."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mechanist.mechanics.crystal_elasticity import apply_isotropic, from_mandel, to_mandel
from mechanist.simulate.polycrystal_step import (
    Aggregate,
    ConvergenceError,
    _Step,
    _to_sample,
    advance,
)


class Clock:
    """An aggregate whose state is its time, and whose steps fail if they are too long."""

    def __init__(self, longest: float, *, after: float = 0.0) -> None:
        self.longest, self.after = longest, after
        self.taken: list[float] = []

    def step(self, state: float, loading: object, dt: float) -> float:
        if state >= self.after and dt > self.longest:
            raise ConvergenceError("too long", voxel=0, residual=0.0)
        self.taken.append(dt)
        return state + dt


@pytest.mark.parametrize(
    ("longest", "after", "taken"),
    [
        (1.0, 0.0, [1.0]),
        (0.5, 0.0, [0.5, 0.5]),
        (0.3, 0.0, [0.25, 0.25, 0.25, 0.25]),
        (0.3, 0.5, [1.0]),  # the first step is as long as the load wants it
        (0.49, -1.0, [0.25, 0.25, 0.25, 0.25]),
        (0.0625, 0.0, [0.0625] * 16),
    ],
)
def test_divided_steps_add_up_to_the_whole(
    longest: float, after: float, taken: list[float]
) -> None:
    clock = Clock(longest, after=after)
    assert advance(clock, 0.0, None, 1.0) == 1.0  # type: ignore[arg-type]
    assert clock.taken == taken


def test_only_the_half_that_fails_is_divided_again() -> None:
    class Late(Clock):
        def step(self, state: float, loading: object, dt: float) -> float:
            if state + dt > 0.5 and dt > self.longest:
                raise ConvergenceError("too long", voxel=0, residual=0.0)
            self.taken.append(dt)
            return state + dt

    late = Late(0.25)
    assert advance(late, 0.0, None, 1.0) == 1.0  # type: ignore[arg-type]
    assert late.taken == [0.5, 0.25, 0.25]


def test_the_number_of_divisions_is_limited() -> None:
    assert advance(Clock(0.25), 0.0, None, 1.0, divisions=2) == 1.0  # type: ignore[arg-type]
    with pytest.raises(ConvergenceError, match="too long"):
        advance(Clock(0.24), 0.0, None, 1.0, divisions=2)  # type: ignore[arg-type]
    with pytest.raises(ConvergenceError, match="too long"):
        advance(Clock(0.06), 0.0, None, 1.0)  # type: ignore[arg-type]


def step(*, tolerance: float = 1e-3, size: float = 0.02, **parts: Any) -> Any:
    """Return what ``converged`` reads of a step; the medium multiplies every strain by 4."""
    aggregate = SimpleNamespace(tolerance=tolerance, **parts)
    this = SimpleNamespace(aggregate=aggregate, reference=(0.25, 0.25), size=size, dt=1.0)
    this.failure = lambda mismatch, what: _Step.failure(this, mismatch, what)
    return this


def uniform(value: float) -> np.ndarray:
    """Return two voxels, each with one component of this value."""
    field = np.zeros((6, 2))
    field[3] = value
    return field


# With tolerance 1e-3 and a step of 0.02, strains may differ by ten times 2e-5; with a stress of 8,
# 8e-3 may be out of equilibrium, which is a strain of 2e-3 in the medium.
@pytest.mark.parametrize(
    ("mismatch", "response", "expected"),
    [
        (1.99e-4, 1.99e-3, True),
        (2.01e-4, 1.99e-3, False),
        (1.99e-4, 2.01e-3, False),
        (2.01e-4, 2.01e-3, False),
        (-1.99e-4, -1.99e-3, True),
        (2.01e-4, 0.0, False),
        (0.0, 2.01e-3, False),
    ],
)
def test_both_strain_and_equilibrium_must_agree(
    mismatch: float, response: float, expected: bool
) -> None:
    found = _Step.converged(step(), uniform(mismatch), uniform(response), uniform(8.0))
    assert found is expected


def test_a_stress_that_is_no_number_ends_the_step_and_names_the_voxel() -> None:
    mismatch = uniform(1e-6)
    mismatch[2, 1] = np.nan
    with pytest.raises(ConvergenceError, match="no longer finite: voxel 1 ") as caught:
        _Step.converged(step(), mismatch, uniform(0.0), uniform(8.0))
    assert caught.value.voxel == 1
    with pytest.raises(ConvergenceError, match="no longer finite"):
        _Step.converged(step(), uniform(0.0), uniform(np.inf), uniform(8.0))


def test_crystals_are_solved_a_thousand_times_better_than_the_aggregate() -> None:
    asked: dict[str, float] = {}

    class Voxels:
        slip = np.zeros((2, 12))

        def solve(self, *_: object, **options: Any) -> SimpleNamespace:
            asked.update(options)
            return SimpleNamespace(worst=-1, residual=0.0)

    law = SimpleNamespace(
        advance=lambda internal, slip: internal, resistance=lambda internal: internal
    )
    this = step(voxels=Voxels(), law=law)
    this.state, this.rotations = SimpleNamespace(plastic=uniform(0.0), internal=None), None
    _Step.solve_crystals(this, uniform(0.0), uniform(0.0))
    assert asked["tolerance"] == pytest.approx(1e-3 * 1e-3 * 0.02)  # a share of the step's strain


def test_the_medium_is_softer_than_the_crystals_were_on_average() -> None:
    """A softness of 0.025 in five deviatoric directions halves the modulus, which counts by 0.8."""
    aggregate = SimpleNamespace(shear=100.0, voxels=SimpleNamespace(softness=lambda: 0.025))
    assert Aggregate.medium_shear(aggregate) == pytest.approx(100 / 2**0.8)  # type: ignore[arg-type]
    aggregate.voxels.softness = lambda: 0.0
    assert Aggregate.medium_shear(aggregate) == 100.0  # type: ignore[arg-type]


def test_tensors_turn_with_the_crystal() -> None:
    """A quarter turn about z takes x to y, and y to minus x."""
    quarter = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    tensor = np.array([[1.0, 4.0, 5.0], [4.0, 2.0, 6.0], [5.0, 6.0, 3.0]])
    turned = np.array([[2.0, -4.0, -6.0], [-4.0, 1.0, 5.0], [-6.0, 5.0, 3.0]])
    found = _to_sample(to_mandel(np.stack([tensor, tensor])), np.stack([quarter, np.eye(3)]))
    assert found.shape == (6, 2)
    np.testing.assert_allclose(from_mandel(found.T), [turned, tensor], atol=1e-12)


def test_a_lattice_turns_by_the_increment_of_the_strain_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From a strain of 0.30 to one of 0.31 whose spin is its first components: 0.01 about x."""
    first = np.array([1.0, 0, 0, 0, 0, 0])[:, None]
    solver = SimpleNamespace(run=lambda: (0.31 * first, 3), rotations=np.eye(3)[None])
    monkeypatch.setattr("mechanist.simulate.polycrystal_step._Step", lambda *_: solver)
    slip = np.zeros((1, 12))
    aggregate: Any = SimpleNamespace(
        voxels=SimpleNamespace(slip=slip, stress=7.0 * first),
        crystal=SimpleNamespace(flow=lambda _: np.zeros((1, 6)), spin=lambda _: np.zeros((1, 3))),
        coupling=SimpleNamespace(spin=lambda strain: strain[:3].T),
        law=SimpleNamespace(advance=lambda internal, _: internal),
        medium_shear=lambda: 5.0,
    )
    upright = np.array([[1.0, 0.0, 0.0, 0.0]])
    state: Any = SimpleNamespace(
        strain=0.30 * first, orientations=upright, internal=None, plastic=0.0 * first
    )
    after = Aggregate.step(aggregate, state, None, 1.0)  # type: ignore[arg-type]
    expected = [[np.cos(0.005), np.sin(0.005), 0.0, 0.0]]
    np.testing.assert_allclose(after.orientations, expected, atol=1e-12)
    assert (after.strain[0], after.stress[0], after.iterations) == (0.31, 7.0, 3)


@pytest.mark.parametrize(
    ("shear", "revised"),
    [(100.0, []), (199.0, []), (51.0, []), (201.0, [6]), (49.0, [6])],
)
def test_every_sixth_iteration_a_medium_that_is_off_by_a_factor_of_two_is_revised(
    shear: float, revised: list[int]
) -> None:
    """The medium starts at 100, and fits once it was revised."""
    done = 0

    class Iteration:
        shear = 100.0
        loading = SimpleNamespace(increment=lambda dt: np.zeros(6))
        state = SimpleNamespace(stress=uniform(0.0), strain=uniform(0.0))
        dt, stiffness, reference = 1.0, np.eye(6), (1.0, 1.0)
        aggregate = SimpleNamespace(
            max_iterations=40,
            voxels=SimpleNamespace(stress=uniform(0.0)),
            coupling=SimpleNamespace(respond=lambda *_: uniform(0.0)),
            medium_shear=lambda: shear,
        )

        def __init__(self) -> None:
            self.media: list[tuple[int, float]] = []

        def solve_crystals(self, *_: object) -> None:
            nonlocal done
            done += 1

        def converged(self, *_: object) -> bool:
            return done == 14

        def mixed(self, *fields: Any) -> Any:
            return fields[0], fields[1]

        def set_medium(self, shear: float) -> None:
            self.media.append((done, shear))
            self.shear = shear

    this: Any = Iteration()
    assert _Step.run(this)[1] == 14
    assert this.media == [(at, shear) for at in revised]


def test_the_reference_undoes_the_stiffness_of_the_medium() -> None:
    cleared = []
    mixer = SimpleNamespace(clear=lambda: cleared.append(True))
    this: Any = SimpleNamespace(aggregate=SimpleNamespace(bulk=140.0, mixer=mixer))
    _Step.set_medium(this, 50.0)
    strain = np.arange(1.0, 13.0).reshape(6, 2)
    stress = this.stiffness @ strain
    np.testing.assert_allclose(apply_isotropic(stress, *this.reference), strain)
    np.testing.assert_allclose(stress[3:], 2 * 50.0 * strain[3:])
    assert cleared == [True]


@pytest.mark.parametrize(
    "settings", [{"tolerance": 0.0}, {"tolerance": 1.0}, {"max_iterations": 0}]
)
def test_an_aggregate_without_tolerance_or_iterations_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected a tolerance between 0 and 1 and at least one"):
        Aggregate(None, None, None, 2, **settings)  # type: ignore[arg-type]


def test_what_an_aggregate_does_by_default() -> None:
    threads = []

    def voxels(n: int, *, threads_: list[int] = threads, threads: int) -> None:
        threads_.append(threads)

    crystal: Any = SimpleNamespace(voxels=voxels, stiffness=2.0 * np.eye(6), width=12)
    law: Any = SimpleNamespace(initial=lambda n: np.ones((n, 1)))
    found = Aggregate(crystal, law, None, 3)  # type: ignore[arg-type]
    assert (found.tolerance, found.max_iterations, threads) == (1e-3, 300, [1])
    assert found.shear == pytest.approx(1.0)
    Aggregate(crystal, law, None, 3, max_iterations=1, tolerance=0.999)  # type: ignore[arg-type]
    start = found.begin(np.ones((3, 4)))
    assert (start.slip.shape, start.strain.shape, start.internal.shape) == ((3, 12), (6, 3), (3, 1))
    assert not np.concatenate([start.strain, start.plastic, start.stress]).any()
    assert (start.iterations, start.duration, start.shear) == (0, 0.0, found.shear)


def test_the_voxel_with_the_largest_mismatch_is_named() -> None:
    mismatch = np.zeros((6, 3))
    mismatch[:, 1] = [3e-3, 0, 0, 4e-3, 0, 0]
    mismatch[:, 2] = 1e-3
    error = _Step.failure(step(), mismatch, "no end")
    assert (error.voxel, error.residual) == (1, pytest.approx(5e-3))
    assert str(error) == "no end: voxel 1 disagrees by a strain of 0.005 in a step of 0.02"
    mismatch[0, 0] = np.nan
    assert _Step.failure(step(), mismatch, "no end").voxel == 0


def test_iterates_are_mixed_in_one_unit_and_come_back() -> None:
    """Stress times the root of 1/2 mu and strain over it are both roots of an energy."""
    given = []

    def mix(before: np.ndarray, after: np.ndarray) -> np.ndarray:
        given.append((before.reshape(12, -1), after.reshape(12, -1)))
        return after

    this = SimpleNamespace(
        reference=(0.5, 0.25), aggregate=SimpleNamespace(mixer=SimpleNamespace(mix=mix))
    )
    stress, strain = _Step.mixed(this, uniform(1.0), uniform(2.0), uniform(3.0), uniform(4.0))  # type: ignore[arg-type]
    np.testing.assert_allclose(stress, uniform(3.0))
    np.testing.assert_allclose(strain, uniform(4.0))
    ((before, after),) = given
    np.testing.assert_allclose(before, np.concatenate([uniform(0.5), uniform(4.0)]))
    np.testing.assert_allclose(after, np.concatenate([uniform(1.5), uniform(8.0)]))
