"""Loads are traceless, have unit equivalent strain, and prescribe the correct cells."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import random_rotation
from mechanist.core.typing import FloatArray
from mechanist.mechanics.loads import (
    deformation_gradient,
    gradient_of,
    normalised,
    random_load,
    strain_of,
    triangular_cell,
    uniaxial,
    velocity_gradient,
)

CASES = settings(max_examples=25, deadline=None, derandomize=True)
dimensions = st.sampled_from([2, 3])
seeds = st.integers(0, 2**32 - 1)
SPECS: list[dict[str, Any]] = [
    {"type": "simple_shear", "plane": "xy", "sense": 1},
    {"type": "simple_shear", "plane": "yx", "sense": -1},
    {"type": "uniaxial", "axis": "x", "sense": 1},
    {"type": "uniaxial", "axis": "y", "sense": -1},
    {"type": "tensor", "gradient": [[0.3, 0.1, 0], [0.7, -0.3, 0], [0, 0, 0]]},
    {"type": "random"},
]


def any_gradient(dimension: int, seed: int) -> FloatArray:
    """Return a traceless gradient with a rotational part."""
    rng = np.random.default_rng(seed)
    spin = np.zeros((3, 3))
    spin[:dimension, :dimension] = rng.normal(size=(dimension, dimension))
    return random_load(dimension, rng) + 0.3 * (spin - spin.T)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["type"])
def test_every_load_is_traceless_and_of_unit_equivalent_strain(
    spec: dict[str, Any], dimension: int
) -> None:
    gradient = gradient_of(spec, dimension, np.random.default_rng(1))
    assert abs(np.trace(gradient)) < 1e-12
    assert np.linalg.norm(strain_of(gradient)) == pytest.approx(np.sqrt(0.5), rel=1e-12)
    if dimension == 2:
        assert not gradient[2].any()
        assert not gradient[:, 2].any()


def test_sense_reverses_the_strain_and_random_loads_follow_their_generator() -> None:
    rng = np.random.default_rng(1)
    for kind in ({"type": "simple_shear", "plane": "xz"}, {"type": "uniaxial", "axis": "z"}):
        forward = gradient_of(kind | {"sense": 1}, 3, rng)
        np.testing.assert_array_equal(gradient_of(kind | {"sense": -1}, 3, rng), -forward)
        np.testing.assert_array_equal(gradient_of(kind, 3, rng), forward)
    one, two, other = (random_load(3, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert np.abs(one - other).max() > 0.01


@pytest.mark.parametrize(
    ("spec", "dimension", "message"),
    [
        ({"type": "torsion"}, 3, "load type 'torsion'; expected simple_shear"),
        ({"type": "simple_shear", "plane": "xz"}, 2, "load 'simple_shear xz' has a z component"),
        (
            {"type": "uniaxial", "axis": "z", "sense": -1},
            2,
            "load 'uniaxial -z'.*choose the plane xy",
        ),
        ({"type": "tensor", "gradient": np.eye(3)}, 3, "trace 3"),
        ({"type": "tensor", "gradient": [[0, 1, 0], [-1, 0, 0], [0, 0, 0]]}, 3, "pure rotation"),
    ],
)
def test_bad_loads_are_refused(spec: dict[str, Any], dimension: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gradient_of(spec, dimension, np.random.default_rng(1))


@given(dimension=dimensions, seed=seeds, scale=st.floats(1e-3, 1e3))
@CASES
def test_normalising_forgets_the_scale_only(dimension: int, seed: int, scale: float) -> None:
    gradient = any_gradient(dimension, seed)
    np.testing.assert_allclose(normalised(scale * gradient), normalised(gradient), rtol=1e-9)


@pytest.mark.parametrize(("dimension", "variance"), [(2, 1 / 8), (3, 1 / 20)])
def test_random_loads_prefer_no_direction(dimension: int, variance: float) -> None:
    rng = np.random.default_rng(5)
    loads = np.array([random_load(dimension, rng) for _ in range(4000)])
    assert np.abs(loads.mean(axis=0)).max() < 0.02
    # <E_xy^2> = |E|^2 / (2 x number of independent components): 1/8 in 2D, 1/20 in 3D.
    assert np.mean(loads[:, 0, 1] ** 2) == pytest.approx(variance, rel=0.06)
    # Isotropy requires <(E_xx - E_yy)^2> = 4 <E_xy^2>.
    assert np.mean((loads[:, 0, 0] - loads[:, 1, 1]) ** 2) == pytest.approx(4 * variance, rel=0.06)


@given(dimension=dimensions, seed=seeds, strain=st.floats(-0.2, 0.2))
@CASES
def test_deformation_keeps_the_volume_and_starts_along_the_gradient(
    dimension: int, seed: int, strain: float
) -> None:
    gradient = any_gradient(dimension, seed)
    f = deformation_gradient(gradient, strain, dimension)
    assert np.linalg.det(f) == pytest.approx(1.0, rel=1e-12)
    if dimension == 2:
        assert f[2, 2] == 1.0
    h = 1e-6
    start = (
        deformation_gradient(gradient, h, dimension) - deformation_gradient(gradient, -h, dimension)
    ) / (2 * h)
    np.testing.assert_allclose(start, gradient, atol=1e-9)


@given(dimension=dimensions, seed=seeds, strain=st.floats(-0.2, 0.2))
@CASES
def test_velocity_gradient_is_the_rate_of_the_deformation(
    dimension: int, seed: int, strain: float
) -> None:
    gradient, h = any_gradient(dimension, seed), 1e-6
    above, below = (deformation_gradient(gradient, strain + s, dimension) for s in (h, -h))
    f = deformation_gradient(gradient, strain, dimension)
    rate = velocity_gradient(gradient, strain, dimension)
    np.testing.assert_allclose(rate, (above - below) / (2 * h) @ np.linalg.inv(f), atol=1e-8)
    assert abs(np.trace(rate)) < 1e-12
    if dimension == 3 and abs(strain) > 0.05:  # not merely the gradient
        assert np.abs(rate - gradient).max() > 1e-3


@given(dimension=dimensions, seed=seeds, proper=st.booleans())
@CASES
def test_triangular_cell_is_the_cell_turned(dimension: int, seed: int, proper: bool) -> None:
    rng = np.random.default_rng(seed)
    cell = deformation_gradient(any_gradient(dimension, seed), 0.3, dimension) * 7.0
    if dimension == 3:
        cell = cell @ random_rotation(rng, proper=True).T
    cell = cell if proper else cell[[1, 0, 2]] * np.array([[1.0], [1.0], [-1.0]])
    triangular, rotation = triangular_cell(cell)
    np.testing.assert_allclose(triangular @ rotation.T, cell, atol=1e-12)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    assert np.all(np.triu(triangular, 1) == pytest.approx(0.0, abs=1e-12))
    assert np.all(np.diag(triangular) > 0)


def test_uniaxial_compression_is_tension_backwards() -> None:
    np.testing.assert_array_equal(uniaxial("z", 3, -1), -uniaxial("z", 3, 1))
    assert uniaxial("z", 3)[2, 2] > 0
