"""Joint invariants and rotation invariants, against plain loops over the tensor formulas."""

from typing import Any

import numpy as np
import pytest
from scipy.interpolate import BSpline
from scipy.special import eval_legendre

from helpers import disordered, random_rotation
from mechanist.core.typing import FloatArray
from mechanist.describe.joint_invariants import COLUMNS, PARITY, JointInvariants, force_mismatch
from mechanist.describe.rotation_invariants import RotationInvariants
from mechanist.describe.shared.moments import Shells, harmonic_slices, harmonics
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import random_load, simple_shear, strain_of
from mechanist.mechanics.materials.material import load_material
from mechanist.mechanics.neighbours import find_neighbours

KOB_ANDERSEN = load_material()

SHELLS = Shells(0.8, 1.6, 4)
TERMS = {2: ("qe", "vev", "bv", "s", "b2"), 3: tuple(PARITY)}
DIMENSIONS = pytest.mark.parametrize("dimension", [2, 3])


def bare(**options: Any) -> JointInvariants:
    """Return the descriptor with few shells and without averages."""
    defaults: dict[str, Any] = {
        "first_shell": 0.8,
        "last_shell": 1.6,
        "shells": 4,
        "averaging": (),
    }
    return JointInvariants(**(defaults | options))


def weights(distance: float) -> FloatArray:
    """Return the shell weights from SciPy's B-splines in the logarithm of the distance."""
    u = np.log(distance / 0.8) / SHELLS.spacing
    spline = BSpline.basis_element(np.arange(-2.0, 3.0), extrapolate=False)
    return np.nan_to_num(spline(u - np.arange(4)))


def slow(c: Configuration, load: FloatArray, particle: int) -> dict[str, FloatArray]:
    """Return all terms of one particle, shape (2, 4), from the formulas."""
    d = c.dimension
    identity = np.diag([1.0, 1.0, d - 2.0])
    v, q = np.zeros((2, 4, 3)), np.zeros((2, 4, 3, 3))
    b, s = np.zeros((2, 4, 3)), np.zeros((2, 4))
    pairs = find_neighbours(c, SHELLS.cutoff)
    for p in np.flatnonzero(pairs.first == particle):
        n = pairs.vectors[p] / pairs.distances[p]
        e = n @ load @ n
        for k, g in enumerate(weights(pairs.distances[p])):
            at = c.species[pairs.second[p]], k
            v[at] += g * n
            q[at] += g * (np.outer(n, n) - identity / d)
            b[at] += g * n * e
            s[at] += g * (e**2 - 2 * np.trace(load @ load) / (d * (d + 2)))
    terms = {name: np.zeros((2, 4)) for name in PARITY}
    for at in np.ndindex(2, 4):
        terms["qe"][at] = np.trace(q[at] @ load)
        terms["vev"][at] = v[at] @ load @ v[at]
        terms["qqe"][at] = np.trace(q[at] @ q[at] @ load)
        terms["bv"][at] = b[at] @ v[at]
        terms["s"][at] = s[at]
        terms["b2"][at] = b[at] @ b[at]
        terms["qe2"][at] = np.trace(q[at] @ load @ load @ q[at])
    return terms


@DIMENSIONS
def test_terms_follow_the_formulas(dimension: int) -> None:
    rng = np.random.default_rng(dimension)
    c, load = disordered(rng, n=20, dimension=dimension), random_load(dimension, rng)
    features = bare(terms=TERMS[dimension], by_centre=False, squares=True)(c, load=load)
    for particle in (0, 13):
        value = dict(zip(features.names, features.values[particle], strict=True))
        expected = slow(c, load, particle)
        for name in TERMS[dimension]:
            for (b, k), x in np.ndenumerate(expected[name]):
                tag = f"{'AB'[b]}_{SHELLS.centres[k]:.2f}"
                assert value[f"{name}_{tag}"] == pytest.approx(x, abs=1e-12)
                if PARITY[name] < 0:
                    assert value[f"{name}_sq_{tag}"] == pytest.approx(x**2, abs=1e-12)


def test_terms_left_out_in_2d_are_load_blind_there() -> None:
    """The terms are load-blind in 2D, so they are rejected there."""
    rng = np.random.default_rng(3)
    c = disordered(rng, n=20, dimension=2)
    one, two = (slow(c, random_load(2, rng), 4) for _ in range(2))
    np.testing.assert_allclose(one["qqe"], 0, atol=1e-14)
    np.testing.assert_allclose(one["qe2"], two["qe2"], atol=1e-14)
    assert np.abs(one["b2"] - two["b2"]).max() > 1e-3
    with pytest.raises(ValueError, match=r"\['qqe'\] do not depend on the load in 2D"):
        bare(terms=("qe", "qqe"))(c, load=random_load(2, rng))


@DIMENSIONS
def test_reversing_the_load_flips_exactly_the_odd_terms(dimension: int) -> None:
    rng = np.random.default_rng(4)
    c, load = disordered(rng, n=30, dimension=dimension), random_load(dimension, rng)
    descriptor = bare(terms=TERMS[dimension], squares=True, averaging=(1.5,), force_mismatch=True)
    before, after = descriptor(c, load=load), descriptor(c, load=-load)
    signs = np.array([before.parity[name] for name in before.names])
    np.testing.assert_array_equal(after.values, before.values * signs)
    assert {-1, 1} == set(signs)


def test_the_size_of_the_load_and_its_rotation_do_not_matter() -> None:
    c = disordered(np.random.default_rng(5), n=30)
    gradient = simple_shear("xy")
    reference = bare()(c, load=strain_of(gradient)).values
    for same in (gradient, gradient.T, 0.02 * strain_of(gradient)):
        np.testing.assert_allclose(bare()(c, load=same).values, reference, atol=1e-14)
    assert np.abs(bare()(c, load=simple_shear("xz")).values - reference).max() > 0.1


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (None, "load = None"),
        (np.eye(2), r"load\.shape = \(2, 2\)"),
        (np.diag([1.0, 1.0, 0.0]), "trace"),
        (np.zeros((3, 3)), "pure rotation"),
        (simple_shear("xz"), "z components"),
    ],
)
def test_bad_loads_are_refused(load: FloatArray | None, message: str) -> None:
    c = disordered(np.random.default_rng(6), n=9, dimension=2)
    with pytest.raises(ValueError, match=message):
        bare()(c, load=load)


def test_bad_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match=r"terms \['q'\] are unknown"):
        bare(terms=("q",))
    with pytest.raises(ValueError, match="expected 0 < first < last"):
        Shells(1.0, 0.5, 4)
    with pytest.raises(ValueError, match="1 shells; expected at least 2"):
        Shells(0.5, 1.0, 1)


def test_shells_cover_distances_evenly() -> None:
    r = np.linspace(0.8, 1.6, 50)
    total = np.sum([weights(x) for x in r], axis=1)
    inner = (r > SHELLS.centres[1]) & (r < SHELLS.centres[-2])
    np.testing.assert_allclose(total[inner], 1, rtol=1e-12)
    assert not weights(SHELLS.cutoff + 1e-12).any()
    assert weights(SHELLS.cutoff - 1e-2).any()


@DIMENSIONS
def test_harmonics_obey_the_addition_theorem(dimension: int) -> None:
    rng = np.random.default_rng(7)
    units = rng.normal(size=(20, 3))
    units[:, 2] *= dimension - 2
    units /= np.linalg.norm(units, axis=1)[:, None]
    values = harmonics(units, 6, dimension)
    cosines = np.clip(units @ units.T, -1, 1)
    for order, part in enumerate(harmonic_slices(6, dimension)):
        products = values[:, part] @ values[:, part].T
        expected = (
            np.cos(order * np.arccos(cosines)) if dimension == 2 else eval_legendre(order, cosines)
        )
        np.testing.assert_allclose(products, expected, atol=1e-7 if dimension == 2 else 1e-13)


@DIMENSIONS
def test_one_neighbour_has_moments_equal_to_its_weight(dimension: int) -> None:
    turn = random_rotation(np.random.default_rng(8)) if dimension == 3 else np.eye(3)
    x = np.array([[0.0, 0, 0], turn @ [1.1, 0, 0]])
    c = Configuration(x, 20 * np.eye(3), np.array([0, 1]), ("A", "B"), dimension)
    features = RotationInvariants(
        0.8, 1.6, 4, orders=(0, 1, 2, 3, 4), by_centre=False, averaging=()
    )(c)
    value = dict(zip(features.names, features.values[0], strict=True))
    for k, weight in enumerate(weights(1.1)):
        for order in range(5):
            name = f"moment{order}_{{}}_{SHELLS.centres[k]:.2f}"
            assert value[name.format("B")] == pytest.approx(weight, abs=1e-12)
            assert value[name.format("A")] == 0
    assert value["is_A"] == 1
    assert value["is_B"] == 0


@DIMENSIONS
def test_moving_a_neighbour_through_the_cutoff_is_smooth(dimension: int) -> None:
    """The largest changes of the values and of their slopes shrink in proportion to the step."""
    load = random_load(dimension, np.random.default_rng(9))
    cutoff = SHELLS.cutoff
    both = (
        bare(terms=TERMS[dimension], squares=True),
        RotationInvariants(0.8, 1.6, 4, orders=(0, 1, 2, 3, 4), by_centre=False, averaging=()),
    )

    def path(descriptor: JointInvariants | RotationInvariants, steps: int) -> FloatArray:
        rows = []
        for r in np.linspace(cutoff - 0.3, cutoff + 0.1, steps):
            x = np.array([[0.0, 0, 0], [0.9, 0, 0], [0.3 * r, np.sqrt(0.91) * r, 0]])
            c = Configuration(x, 20 * np.eye(3), np.zeros(3, int), ("A",), dimension)
            rows.append(descriptor(c, load=load).values[0])
        return np.array(rows)

    for descriptor in both:
        coarse, fine = path(descriptor, 40), path(descriptor, 400)
        jump = [np.abs(np.diff(values, axis=0)).max() for values in (coarse, fine)]
        kink = [np.abs(np.diff(values, n=2, axis=0)).max() for values in (coarse, fine)]
        assert jump[1] < 0.15 * jump[0]
        assert kink[1] < 0.03 * kink[0]


def affine_forces(c: Configuration, deformation: FloatArray) -> FloatArray:
    """Return the forces after an affine deformation."""
    moved = c.moved(c.positions @ deformation.T, c.cell @ deformation.T)
    pairs = find_neighbours(moved, KOB_ANDERSEN.cutoff)
    _, slope, _ = KOB_ANDERSEN.pairs("a test")(
        c.species[pairs.first], c.species[pairs.second], pairs.distances
    )
    force = np.zeros((len(c), 3))
    np.add.at(force, pairs.first, (slope / pairs.distances)[:, None] * pairs.vectors)
    return force


@DIMENSIONS
def test_force_mismatch_is_the_derivative_of_forces(dimension: int) -> None:
    """Out of equilibrium, the derivative also rotates existing forces; that part is subtracted."""
    rng = np.random.default_rng(10)
    c, load = disordered(rng, n=30, dimension=dimension), random_load(dimension, rng)
    h = 1e-6
    difference = affine_forces(c, np.eye(3) + h * load) - affine_forces(c, np.eye(3) - h * load)
    expected = difference / (2 * h) - affine_forces(c, np.eye(3)) @ load
    found = force_mismatch(c, load)
    size = np.linalg.norm(expected, axis=1)
    np.testing.assert_allclose(found["mismatch"], size, rtol=1e-5)
    along = np.einsum("na,ab,nb->n", expected, load, expected) / size
    np.testing.assert_allclose(found["mismatch_along"], along, rtol=1e-4, atol=1e-5 * size.max())
    other = Configuration(c.positions, c.cell, c.species, ("Cu", "Zr"), dimension)
    with pytest.raises(ValueError, match=r"species are \('Cu', 'Zr'\)"):
        force_mismatch(other, load)


def test_shells_reach_from_the_first_to_the_second_neighbours() -> None:
    """Eight centres from 0.8 to 2.2, each 1.1555 times the one before."""
    c = disordered(np.random.default_rng(5), n=12)
    names = JointInvariants(averaging=())(c, load=random_load(3, np.random.default_rng(0))).names
    centres = ("0.80", "0.92", "1.07", "1.23", "1.43", "1.65", "1.90", "2.20")
    for term in ("qe", "s"):
        own = [name for name in names if name.startswith(f"{term}_")]
        assert len(own) == 2 * 2 * 8  # species of the centre and of the neighbours
        assert {name.rsplit("_", 1)[-1] for name in own} == set(centres)
    assert len(names) == 64


def test_what_is_described_by_default_and_how_far_it_reaches() -> None:
    assert JointInvariants() == JointInvariants(
        first_shell=0.8, last_shell=2.2, shells=8, terms=("qe", "s"), squares=False,
        by_centre=True, averaging=None, force_mismatch=False,
    )  # fmt: skip
    assert JointInvariants(force_mismatch=True).reach() == np.inf
    c, load = disordered(np.random.default_rng(5), n=40), random_load(3, np.random.default_rng(0))
    reach = JointInvariants().reach()
    assert 2.2 < reach < 4.0
    found = JointInvariants(force_mismatch=True, squares=True, averaging=())(c, load=load)
    own = {name.split("_")[0] + ("_sq" if "_sq" in name else "") for name in found.names}
    assert own == {"qe", "qe_sq", "s", "mismatch"}
    assert found.names[-2:] == ["mismatch", "mismatch_along"]
    signs = {name: found.parity[name] for name in found.names}
    assert signs.pop("mismatch_along") == -1
    assert all(
        sign == (-1 if name.startswith("qe") and "_sq" not in name else 1)
        for name, sign in signs.items()
    )


@pytest.mark.parametrize(
    ("name", "unit", "allowed"),
    [
        ("mismatch", "energy over length", ">= 0"),
        ("mismatch_along", "energy over length", "any"),
        ("qe_*", "1", "any"),
        ("vev_*", "1", "any"),
        ("qqe_*", "1", "any"),
        ("bv_*", "1", "any"),
        ("s_*", "1", "any"),
        ("b2_*", "1", ">= 0"),
        ("qe2_*", "1", ">= 0"),
    ],
)
def test_units_and_ranges_of_columns(name: str, unit: str, allowed: str) -> None:
    column = COLUMNS[name]
    assert (column.unit, column.range) == (unit, allowed)
    assert column.description.endswith(".")
