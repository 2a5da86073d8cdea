"""Cubuk's structure functions, against DScribe and against plain loops."""

import itertools

import numpy as np
import pytest
from ase import Atoms
from dscribe.descriptors import ACSF

from helpers import disordered
from mechanist.core.typing import FloatArray
from mechanist.describe.structure_functions import StructureFunctions
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import find_neighbours

CUTOFF = 2.5
#: xi in units of sigma_AA, lambda and zeta of the 22 angular functions, in the order of the columns.
GRID = (
    (14.633, -1, 1), (14.633, 1, 1), (14.638, -1, 2), (14.638, 1, 2),
    (2.554, -1, 1), (2.554, 1, 1), (2.554, -1, 2), (2.554, 1, 2),
    (1.648, 1, 1), (1.648, 1, 2),
    (1.204, 1, 1), (1.204, 1, 2), (1.204, 1, 4), (1.204, 1, 16),
    (0.933, 1, 1), (0.933, 1, 2), (0.933, 1, 4), (0.933, 1, 16),
    (0.695, 1, 1), (0.695, 1, 2), (0.695, 1, 4), (0.695, 1, 16),
)  # fmt: skip


def oracle(c: Configuration) -> tuple[FloatArray, FloatArray]:
    """Return DScribe's G2 (n, 2, 50) and G4 (n, 3, 22) on the same grid."""
    engine = ACSF(
        species=["H", "He"],
        r_cut=CUTOFF,
        g2_params=[[1 / (2 * 0.1**2), 0.1 * k] for k in range(50)],
        g4_params=[[xi**-2, zeta, sign] for xi, sign, zeta in GRID],
        periodic=True,
    )
    atoms = Atoms(numbers=c.species + 1, positions=c.positions, cell=c.cell, pbc=True)
    columns = engine.create(atoms)
    # In each block, the first column is the plain cutoff sum of each species.
    radial = np.stack([columns[:, 1:51], columns[:, 52:102]], axis=1)
    return radial, columns[:, 102:].reshape(-1, 3, 22)


def test_smooth_functions_equal_dscribe() -> None:
    c = disordered(np.random.default_rng(0), n=40)
    descriptor = StructureFunctions(radial_cutoff=CUTOFF)
    pairs = find_neighbours(c, CUTOFF)
    ours = (descriptor.radial(c, pairs), descriptor.angular(c, pairs))
    for mine, theirs in zip(ours, oracle(c), strict=True):
        # Relative to each column's largest value. Radial columns beyond the cutoff contain only
        # Gaussian tails, compared with the contribution 1 of a neighbour at the centre.
        allowed = 1e-12 * np.abs(theirs).max(axis=0) + 1e-15
        np.testing.assert_array_less(np.abs(mine - theirs).max(axis=0), allowed)
    hard = StructureFunctions(radial_cutoff=CUTOFF, smooth_cutoff=False)
    assert np.abs(hard.angular(c, pairs) - ours[1]).max() > 0.1 * np.abs(ours[1]).max()


def slow(
    c: Configuration, particle: int, *, radial_cutoff: float, angular_cutoff: float
) -> tuple[FloatArray, FloatArray]:
    """Return one particle's functions in their published form, by plain loops over images."""
    reach = range(-3, 4)
    images = itertools.product(reach, reach, reach if c.dimension == 3 else [0])
    around = []
    for shift in images:
        for j in range(len(c)):
            vector = c.positions[j] + np.array(shift) @ c.cell - c.positions[particle]
            if np.linalg.norm(vector) > 1e-9:
                around.append((int(c.species[j]), vector))
    radial = np.zeros((2, 50))
    for species, vector in around:
        r = np.linalg.norm(vector)
        if r < radial_cutoff:
            radial[species] += np.exp(-((r - 0.1 * np.arange(50)) ** 2) / 0.02)
    angular = np.zeros((3, 22))
    xi, sign, zeta = np.array(GRID).T
    near = [(s, v) for s, v in around if np.linalg.norm(v) < angular_cutoff]
    for (s1, v1), (s2, v2) in itertools.combinations(near, 2):
        r1, r2, r3 = np.linalg.norm(v1), np.linalg.norm(v2), np.linalg.norm(v1 - v2)
        base = 1 + sign * (v1 @ v2) / (r1 * r2)
        angular[s1 + s2] += np.exp(-(r1**2 + r2**2 + r3**2) / xi**2) * base**zeta
    return radial, angular


@pytest.mark.parametrize(
    ("dimension", "radial_cutoff", "angular_cutoff"), [(2, 3.0, 1.6), (3, 3.0, 1.6), (3, 1.4, 1.9)]
)
def test_public_form_agrees_with_plain_loops(
    dimension: int, radial_cutoff: float, angular_cutoff: float
) -> None:
    """Either cutoff may be the larger one."""
    c = disordered(np.random.default_rng(1), n=12, dimension=dimension)
    cutoffs = {"radial_cutoff": radial_cutoff, "angular_cutoff": angular_cutoff}
    features = StructureFunctions(**cutoffs, smooth_cutoff=False)(c)
    for particle in (0, 7):
        radial, angular = slow(c, particle, **cutoffs)
        found = features.values[particle]
        np.testing.assert_allclose(found[:100], radial.ravel(), atol=1e-12)
        np.testing.assert_allclose(found[100:], angular.ravel(), rtol=1e-12)


def test_columns_name_the_grid() -> None:
    names = StructureFunctions()(disordered(np.random.default_rng(2), n=10)).names
    assert names[:100] == [f"radial_{s}_{0.1 * k:.4g}" for s in "AB" for k in range(50)]
    assert names[100:] == [
        f"angular_{pair}_xi{xi:g}_lambda{sign:+d}_zeta{zeta}"
        for pair in ("A-A", "A-B", "B-B") for xi, sign, zeta in GRID
    ]  # fmt: skip


@pytest.mark.parametrize("smooth", [True, False])
def test_a_sample_in_another_unit_of_length_has_the_same_features(smooth: bool) -> None:
    c = disordered(np.random.default_rng(3), n=12)
    plain = {
        "radial_cutoff": 2.0,
        "angular_cutoff": 1.5,
        "radial_spacing": 0.1,
        "radial_width": 0.1,
    }
    before = StructureFunctions(**plain, smooth_cutoff=smooth)(c)
    scaled = {name: 2.5 * value for name, value in plain.items()}
    after = StructureFunctions(**scaled, length=2.5, smooth_cutoff=smooth)(
        c.moved(2.5 * c.positions, 2.5 * c.cell)
    )
    np.testing.assert_allclose(after.values, before.values, rtol=1e-9, atol=1e-12)


def test_square_lattice_by_hand() -> None:
    """Four neighbours at distance 1 form six pairs: four of 90 and two of 180 degrees."""
    c = Configuration(np.zeros((1, 3)), np.eye(3), np.zeros(1, int), ("A", "B"), 2)
    features = StructureFunctions(radial_cutoff=1.2, angular_cutoff=1.2, smooth_cutoff=False)(c)
    value = dict(zip(features.names, features.values[0], strict=True))
    assert value["radial_A_1"] == pytest.approx(4.0, rel=1e-14)
    assert value["radial_A_1.1"] == pytest.approx(4 * np.exp(-0.5), rel=1e-12)
    xi = 2.554
    right, straight = np.exp(-4 / xi**2), np.exp(-6 / xi**2)
    assert value[f"angular_A-A_xi{xi}_lambda+1_zeta1"] == pytest.approx(4 * right, rel=1e-12)
    assert value[f"angular_A-A_xi{xi}_lambda-1_zeta2"] == pytest.approx(
        4 * right + 2 * 4 * straight, rel=1e-12
    )
    assert not any(v for name, v in value.items() if "B" in name)


def test_there_are_166() -> None:
    features = StructureFunctions()(disordered(np.random.default_rng(2), n=10))
    assert len(features.names) == 50 * 2 + 22 * 3 == 166


@pytest.mark.parametrize("smooth", [True, False])
def test_only_the_smooth_form_is_continuous_at_the_cutoff(smooth: bool) -> None:
    descriptor = StructureFunctions(radial_cutoff=2.0, angular_cutoff=2.0, smooth_cutoff=smooth)

    def at(distance: float) -> FloatArray:
        x = np.array([[0.0, 0, 0], [1, 0, 0], [0, distance, 0]])
        c = Configuration(x, 20 * np.eye(3), np.zeros(3, int), ("A",), 3)
        return descriptor(c).values[0]

    jump = np.abs(at(2.0 + 1e-9) - at(2.0 - 1e-9)).max()
    assert (jump < 1e-8) == smooth
    assert (jump > 0.1) == (not smooth)


@pytest.mark.parametrize("value", [0, -0.1, float("nan")])
@pytest.mark.parametrize(
    "name",
    [
        "radial_cutoff",
        "angular_cutoff",
        "radial_functions",
        "radial_spacing",
        "radial_width",
        "length",
    ],
)
def test_meaningless_parameters_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"{name} = {value}; expected a positive number"):
        StructureFunctions(**{name: value})
