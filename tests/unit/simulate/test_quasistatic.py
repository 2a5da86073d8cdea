"""Glasses under load: elastic between events, in the frame of the load, with recorded failures."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from glasses import FLAT, glass
from helpers import planar_rotation
from loaded_glasses import KOB_ANDERSEN, Idle, Refusing, deformed, tiny_steps
from mechanist.core.typing import FloatArray
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import (
    deformation_gradient,
    gradient_of,
    simple_shear,
    strain_of,
    triangular_cell,
    uniaxial,
)
from mechanist.mechanics.neighbours import find_neighbours
from mechanist.simulate.lammps_engine import LammpsEngine, LammpsRelaxer
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import Deformation
from mechanist.simulate.quasistatic import deform

LONG = Deformation(step=0.004, frames=(0.1,), probe=0.002, force_tolerance=1e-7)


# --- elasticity


def linear_modulus(c: Configuration, strain: FloatArray) -> float:
    """Return the Born minus the non-affine modulus, from a dense Hessian built pair by pair."""
    n, d = len(c), c.dimension
    pairs = find_neighbours(c, KOB_ANDERSEN.cutoff)
    hessian, mismatch, born = np.zeros((n, d, n, d)), np.zeros((n, d)), 0.0
    _, dphi, ddphi = KOB_ANDERSEN.pairs("a test")(
        c.species[pairs.first], c.species[pairs.second], pairs.distances
    )
    for k in range(len(pairs.first)):
        i, j, r, v = pairs.first[k], pairs.second[k], pairs.distances[k], pairs.vectors[k, :d]
        along = np.outer(v, v) / r**2
        block = ddphi[k] * along + dphi[k] / r * (np.eye(d) - along)
        hessian[i, :, i, :] += block
        hessian[i, :, j, :] -= block
        stretch = strain[:d, :d] @ v
        mismatch[i] += block @ stretch
        born += 0.5 * stretch @ block @ stretch
    relaxation = np.linalg.pinv(hessian.reshape(n * d, n * d), rcond=1e-10) @ mismatch.ravel()
    return float(born - mismatch.ravel() @ relaxation) / c.measure


@pytest.mark.parametrize("dimension", [2, 3])
def test_stress_grows_with_the_born_modulus_less_the_nonaffine_one(dimension: int) -> None:
    c, _ = glass(dimension)
    gradient = strain_of(simple_shear("xy"))
    step = 1e-6
    slope = 0.0
    for sense in (1, -1):
        curve = deformed(c, sense * gradient, tiny_steps(step, 1)).curve
        slope += (curve["stress"][1] - curve["stress"][0]) / (2 * step)
    # The path is F = I + strain E + strain^2 F''/2 + ...; the second order works against stress.
    h = 1e-4
    above, below = (deformation_gradient(gradient, s, dimension) for s in (h, -h))
    second = (above + below - 2 * np.eye(3)) / h**2
    stress = NewtonRelaxer(c).relax(c.positions, c.cell, tolerance=1e-7).stress
    expected = linear_modulus(c, gradient) + float(np.tensordot(stress, second))
    assert expected > 5.0
    assert slope == pytest.approx(expected, rel=1e-4)


def reached(c: Configuration, gradient: FloatArray, strain: float) -> dict[str, float]:
    """Return the last row of the curve after straining in one step."""
    protocol = Deformation(step=strain, frames=(strain,), probe=strain, force_tolerance=1e-10)
    return {k: float(v[-1]) for k, v in deformed(c, gradient, protocol).curve.items()}


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("kind", ["shear", "tension"])
def test_stress_is_the_derivative_of_the_energy_at_finite_strain(dimension: int, kind: str) -> None:
    c, _ = glass(dimension)
    gradient = simple_shear("xy") if kind == "shear" else uniaxial("x", dimension)
    strain, h = 0.01, 1e-5
    below, here, above = (reached(c, gradient, s) for s in (strain - h, strain, strain + h))
    derivative = (above["energy"] - below["energy"]) * len(c) / c.measure / (2 * h)
    assert here["stress"] == pytest.approx(derivative, rel=1e-5)
    if (kind, dimension) == ("tension", 3):  # the path is not a plain scaling here
        bare = sum(gradient[k, k] * here[f"stress_{a}{a}"] for k, a in enumerate("xyz"))
        assert bare != pytest.approx(derivative, rel=1e-4)


def test_curves_hold_the_stress_tensor_pressure_and_energy_of_their_frames() -> None:
    c, energy = glass(2)
    path = deformed(c, simple_shear("xy"), FLAT.deformation)
    curve = path.curve
    assert {len(column) for column in curve.values()} == {7}
    np.testing.assert_allclose(curve["strain"], 0.005 * np.arange(7), atol=1e-15)
    assert curve["energy"][0] == pytest.approx(energy, rel=1e-12)
    np.testing.assert_allclose(
        curve["pressure"], -(curve["stress_xx"] + curve["stress_yy"]) / 2, rtol=1e-12
    )
    last = path.frame(0.03).configuration
    with LammpsEngine(last) as engine:
        engine.command("run 0")
        assert curve["energy"][-1] == pytest.approx(engine.thermo("pe") / len(c), rel=1e-10)
        stress = engine.stress()
    for name, (i, j) in {"xx": (0, 0), "yy": (1, 1), "xy": (0, 1)}.items():
        assert curve[f"stress_{name}"][-1] == pytest.approx(stress[i, j], abs=1e-8)
    assert np.all(curve["force_norm"] <= 1e-6 * np.sqrt(len(c)))
    assert np.all(curve["force_evaluations"] >= 1)


@pytest.mark.parametrize("dimension", [2, 3])
def test_frames_are_in_the_lab_with_the_cell_that_the_load_prescribes(dimension: int) -> None:
    c, _ = glass(dimension)
    gradient = gradient_of({"type": "random"}, dimension, np.random.default_rng(1))
    path = deformed(c, gradient, FLAT.deformation)
    assert [frame.strain for frame in path.frames] == [0.002, 0.01, 0.03]
    for frame in path.frames:
        f = deformation_gradient(gradient, frame.strain, dimension)
        np.testing.assert_allclose(frame.configuration.cell, c.cell @ f.T, atol=1e-12)
        triangular, rotation = triangular_cell(frame.configuration.cell)
        np.testing.assert_allclose(frame.rotation, rotation, atol=1e-12)
        np.testing.assert_allclose(triangular @ frame.rotation.T, c.cell @ f.T, atol=1e-12)
    np.testing.assert_allclose(path.tensor, (gradient + gradient.T) / 2)
    # The probe is one elastic step, so particles stay close to the affine map.
    probe = path.frame(0.002).configuration
    affine = c.positions @ deformation_gradient(gradient, 0.002, dimension).T
    assert np.abs(probe.positions - affine).max() < 0.05


def test_particles_follow_the_cell_before_they_relax() -> None:
    c, _ = glass(2)
    gradient = gradient_of({"type": "random"}, 2, np.random.default_rng(2))
    path = deform(c, gradient, FLAT.deformation, relaxer=Idle())
    for frame in path.frames:
        f = deformation_gradient(gradient, frame.strain, 2)
        np.testing.assert_allclose(frame.configuration.positions, c.positions @ f.T, atol=1e-12)


def test_a_probe_on_the_grid_is_the_state_of_the_path() -> None:
    c, _ = glass(2)
    protocol = dataclasses.replace(FLAT.deformation, probe=0.005)
    path = deformed(c, simple_shear("xy"), protocol)
    assert [frame.strain for frame in path.frames] == [0.005, 0.01, 0.03]


# --- symmetry


@pytest.mark.parametrize("angle", [np.pi / 2, 0.4])
def test_a_turned_glass_under_the_turned_load_responds_alike(angle: float) -> None:
    c, _ = glass(2)
    rotation = planar_rotation(angle)
    gradient = uniaxial("x", 2)
    straight = deformed(c, gradient, FLAT.deformation)
    turned = deformed(c.rotated(rotation), rotation @ gradient @ rotation.T, FLAT.deformation)
    wrong = deformed(c.rotated(rotation), gradient, FLAT.deformation)
    for name in ("energy", "stress", "pressure"):
        np.testing.assert_allclose(turned.curve[name], straight.curve[name], atol=1e-7)
    reference = d2min(c, straight.frame(0.03).configuration, 2.0).per_neighbour
    found = d2min(c.rotated(rotation), turned.frame(0.03).configuration, 2.0).per_neighbour
    np.testing.assert_allclose(found, reference, rtol=1e-4, atol=1e-9)
    other = d2min(c.rotated(rotation), wrong.frame(0.03).configuration, 2.0).per_neighbour
    assert np.abs(np.log(other / reference)).mean() > 0.3


def test_lammps_and_newton_follow_the_same_path_up_to_the_first_event() -> None:
    c, _ = glass(2)
    gradient = simple_shear("yx", -1)
    protocol = dataclasses.replace(FLAT.deformation, step=0.002, probe=0.002)
    newton = deformed(c, gradient, protocol)
    with LammpsEngine(c) as engine:
        lammps = deform(c, gradient, protocol, relaxer=LammpsRelaxer(engine))
    elastic = np.cumsum(newton.curve["drop"]) == 0
    assert elastic.sum() >= 3
    for name in ("energy", "stress", "stress_xx", "pressure"):
        np.testing.assert_allclose(
            newton.curve[name][elastic], lammps.curve[name][elastic], atol=1e-5
        )
    one, other = (path.frame(0.002).configuration for path in (newton, lammps))
    np.testing.assert_allclose(d2min(c, one, 2.0).total, d2min(c, other, 2.0).total, rtol=1e-3)


# --- plastic events


def test_drops_are_the_steps_that_straining_back_does_not_undo() -> None:
    c, _ = glass(2)
    gradient = simple_shear("xy")
    relaxer = NewtonRelaxer(c)
    cells = [c.cell @ deformation_gradient(gradient, s, 2).T for s in (0.0, *LONG.strains)]
    state, undone = c.positions, []
    for before, after in pairwise(cells):
        forth = np.linalg.inv(before) @ after
        strained = relaxer.relax(state @ forth, after, tolerance=1e-6).positions
        back = relaxer.relax(strained @ np.linalg.inv(forth), before, tolerance=1e-6)
        undone.append(bool(np.abs(back.positions - state).max() < 1e-3))
        state = strained
    curve = deformed(c, gradient, LONG).curve
    drops = curve["drop"][1:] == 1
    assert 2 <= drops.sum() <= 20
    assert np.mean(drops == ~np.array(undone)) >= 0.9
    assert curve["drop"][0] == 0
    # Events dissipate energy; elastic steps deviate only by the curvature of the stress.
    assert np.median(curve["dissipated"][1:][drops]) > 10 * KOB_ANDERSEN.event_energy
    assert np.median(np.abs(curve["dissipated"][1:][~drops])) < 0.2 * KOB_ANDERSEN.event_energy


# --- failure


def test_a_failed_minimisation_ends_the_path_and_keeps_what_was_before() -> None:
    c, _ = glass(2)
    path = deform(c, simple_shear("xy"), FLAT.deformation, relaxer=Refusing(c, good_for=4))
    assert path.status == "failed"
    assert path.reason == (
        "strain 0.015: force norm 0.5 after 9 iterations, expected at most 1.1e-05"
    )
    np.testing.assert_allclose(path.curve["strain"], [0.0, 0.005, 0.01])
    assert [frame.strain for frame in path.frames] == [0.002, 0.01]
    complete = deform(c, simple_shear("xy"), FLAT.deformation, relaxer=Refusing(c, good_for=8))
    assert complete.status == "ok"
    assert not complete.reason
