"""One glass in two groups is found however it was written or moved; independent glasses pass."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from helpers import disordered
from mechanist.formats.configuration import Configuration
from mechanist.imports.same_glass import refuse_one_glass_in_two_groups, same_glasses
from mechanist.mechanics.equivalent_cells import maps_between, reduced, strains, unimodular
from mechanist.mechanics.loads import triangular_cell
from mechanist.mechanics.neighbours import find_neighbours

Copy = Callable[[Configuration], Configuration]


def quenched(seed: int, *, dimension: int = 3, n: int = 300, tilt: float = 0.0) -> Configuration:
    """Return soft spheres of two sizes that were relaxed from random places."""
    rng = np.random.default_rng(seed)
    edge = (n / 1.2) ** (1 / dimension)
    cell = np.diag([edge, edge, edge if dimension == 3 else 1.0])
    cell[1, 0] = tilt * edge
    places = np.zeros((n, 3))
    places[:, :dimension] = rng.random((n, dimension))
    species = (rng.permutation(n) < n // 3).astype(np.int64)
    made = Configuration(places @ cell, cell, species, ("A", "B"), dimension)
    for _ in range(100):
        pairs = find_neighbours(made, 1.1)
        contact = 1.1 - 0.15 * (species[pairs.first] + species[pairs.second])
        push = pairs.vectors * (0.2 * np.maximum(contact / pairs.distances - 1, 0))[:, None]
        moved = made.positions.copy()
        np.subtract.at(moved, pairs.first, push)
        made = made.moved(moved, cell)
    return made


GLASSES = {d: quenched(1, dimension=d) for d in (2, 3)}


def twins(one: Configuration, other: Configuration) -> bool:
    return same_glasses({"a": one, "b": other}, {"a": "a", "b": "b"}) is not None


def in_plane(glass: Configuration) -> np.ndarray:
    return np.array([1.0, 1.0, float(glass.dimension == 3)])


def permuted(glass: Configuration) -> Configuration:
    order = np.random.default_rng(3).permutation(len(glass))
    return replace(glass, positions=glass.positions[order], species=glass.species[order])


def strained(glass: Configuration, size: float, plane: tuple[int, int] = (0, 1)) -> Configuration:
    f = np.eye(3)
    f[plane] = size
    return glass.moved(glass.positions @ f.T, glass.cell @ f.T)


def vibrating(glass: Configuration, size: float) -> Configuration:
    d = glass.dimension
    spacing = (glass.measure / len(glass)) ** (1 / d)
    noise = np.random.default_rng(4).normal(scale=size * spacing, size=(len(glass), 3))
    return glass.moved(glass.positions + noise * in_plane(glass), glass.cell)


def flipped(glass: Configuration) -> Configuration:
    cell = glass.cell.copy()
    cell[1] -= cell[0]
    return glass.moved(glass.positions, cell)


COPIES: dict[str, Copy] = {
    "as it is": lambda g: g,
    "six digits": lambda g: g.moved(np.round(g.positions, 5), np.round(g.cell, 5)),
    "two digits": lambda g: g.moved(np.round(g.positions, 2), g.cell),
    "single precision": lambda g: g.moved(g.positions.astype(np.float32).astype(float), g.cell),
    "shifted": lambda g: g.moved(g.positions + in_plane(g) * [0.3, 1.7, -2.4], g.cell),
    "wrapped": lambda g: g.moved(g.positions + 2 * g.cell[0] - g.cell[1], g.cell),
    "permuted": permuted,
    "mirrored": lambda g: g.moved(g.positions * [-1, 1, 1], g.cell),
    "axes exchanged": lambda g: g.moved(g.positions[:, [1, 0, 2]], g.cell),
    "turned by 90 degrees and shifted": lambda g: g.moved(
        g.positions[:, [1, 0, 2]] * [-1, 1, 1] + in_plane(g) * 0.7, g.cell),
    "species renamed": lambda g: replace(g, species=1 - g.species),
    "sheared by 0.1 %": lambda g: strained(g, 0.001),
    "sheared by 1 %, all of the above": lambda g: strained(permuted(g.moved(
        np.round(g.positions * [-1, 1, 1] + in_plane(g) * 0.37, 4), g.cell)), 0.01),
    "stretched by 5 %": lambda g: strained(g, 1.05, (0, 0)),
    "compressed by 3 %": lambda g: g.moved(g.positions * 0.97, g.cell * 0.97),
    "flipped cell": flipped,
    "vibrating by 0.05 spacings": lambda g: vibrating(g, 0.05),
    "vibrating by 0.1 spacings": lambda g: vibrating(g, 0.1),
}  # fmt: skip


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("words", COPIES)
def test_copies_of_one_glass_are_found(words: str, dimension: int) -> None:
    glass = GLASSES[dimension]
    assert twins(glass, COPIES[words](glass))
    # The same change of another quench is another glass.
    assert not twins(glass, COPIES[words](quenched(2, dimension=dimension)))


@pytest.mark.parametrize("dimension", [2, 3])
def test_a_turned_box_of_other_edges_is_found(dimension: int) -> None:
    glass = strained(quenched(5, dimension=dimension, tilt=0.3), 1.15, (0, 0))
    angle = 0.7
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    turned = glass.rotated(turn)
    assert twins(glass, turned)
    cell, rotation = triangular_cell(turned.cell)  # as LAMMPS writes it
    assert twins(glass, turned.moved(turned.positions @ rotation, cell))


@pytest.mark.parametrize("dimension", [2, 3])
def test_particles_that_left_their_places_make_another_glass(dimension: int) -> None:
    glass = GLASSES[dimension]
    assert not twins(glass, vibrating(glass, 0.5))
    rng = np.random.default_rng(0)
    for share, same in ((0.2, True), (0.9, False)):
        gone = rng.random(len(glass)) < share
        jump = rng.normal(size=(len(glass), 3)) * in_plane(glass)
        moved = glass.positions + gone[:, None] * jump
        assert twins(glass, glass.moved(moved, glass.cell)) == same


@pytest.mark.parametrize("dimension", [2, 3])
def test_crystals_are_one_state_only_with_the_same_defects(dimension: int) -> None:
    side = 18 if dimension == 2 else 7
    axes = [np.arange(side)] * dimension
    sites = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, dimension)
    cell = np.diag([side, side, side if dimension == 3 else 1]).astype(float)

    def crystal(seed: int, vacancies: float = 0.15) -> Configuration:
        rng = np.random.default_rng(seed)
        kept = sites[np.sort(rng.permutation(len(sites))[int(vacancies * len(sites)) :])]
        places = np.zeros((len(kept), 3))
        places[:, :dimension] = kept
        return Configuration(places, cell, np.zeros(len(kept), int), ("A",), dimension)

    one = crystal(0)
    assert twins(one, one.moved(np.round(one.positions + 1e-3, 4), cell))
    assert not twins(one, crystal(1))
    perfect = crystal(0, 0.0)
    assert twins(perfect, perfect.moved(perfect.positions + 3 * cell[0] / side, cell))
    alloys = [
        replace(perfect, species=np.random.default_rng(k).integers(2, size=len(perfect)),
                species_names=("A", "B"))
        for k in (0, 1)
    ]  # fmt: skip
    assert not twins(*alloys)


def test_groups_are_compared_and_samples_of_one_group_are_not() -> None:
    glass, other = GLASSES[3], quenched(2)
    samples = {"a": glass, "b": other, "c": COPIES["shifted"](glass), "d": quenched(2, n=200)}
    together = {"a": "one", "b": "two", "c": "one", "d": "three"}
    assert same_glasses(samples, together) is None
    apart = together | {"c": "four"}
    found = same_glasses(samples, apart)
    assert found is not None
    assert found[:2] == ("a", "c")
    assert found[2] == 1.0
    with pytest.raises(
        ValueError, match=r"'a' and 'c' of system 'mine' .* 100% of the .* such as 'one'"
    ):
        refuse_one_glass_in_two_groups(samples, apart, "mine")


@pytest.mark.parametrize("dimension", [2, 3])
def test_many_independent_samples_on_jittered_lattices_pass(dimension: int) -> None:
    """A hard case: places lie near those of one lattice, and there are few particles."""
    samples = {str(k): disordered(np.random.default_rng(k), dimension=dimension) for k in range(12)}
    apart = {name: name for name in samples}
    assert same_glasses(samples, apart) is None
    copy = COPIES["turned by 90 degrees and shifted"](disordered(
        np.random.default_rng(5), dimension=dimension, tilt=0.0))  # fmt: skip
    flat = {
        name: disordered(np.random.default_rng(int(name)), dimension=dimension, tilt=0.0)
        for name in samples
    }
    found = same_glasses(flat | {"copy": copy}, apart | {"copy": "copy"})
    assert found is not None
    assert set(found[:2]) == {"5", "copy"}


def test_small_samples_and_cells_are_compared_too() -> None:
    for n in (2, 9, 30):
        one, other = (disordered(np.random.default_rng(seed), n=n) for seed in (0, 1))
        assert twins(one, one)
        assert twins(one, permuted(one))
        if n > 2:
            assert not twins(one, other)


def test_reduced_cells_span_the_same_lattice() -> None:
    rng = np.random.default_rng(0)
    for d in (2, 3):
        matrices = unimodular(d)
        assert len(matrices) == {2: 40, 3: 6960}[d]
        np.testing.assert_array_equal(matrices[0], np.eye(d))
        for _ in range(20):
            short = np.eye(d) + rng.uniform(-0.2, 0.2, (d, d))
            mixed = matrices[rng.integers(len(matrices))] @ matrices[rng.integers(len(matrices))]
            cell, matrix = reduced(mixed @ short)
            np.testing.assert_allclose(cell, matrix @ mixed @ short, atol=1e-12)
            assert abs(round(np.linalg.det(matrix))) == 1
            maps = maps_between(short, cell, 0.01)
            assert len(maps) >= 1
            assert strains(short, (maps[0] @ cell)[None])[0] < 1e-9
    cube = np.eye(3)
    assert len(maps_between(cube, cube, 0.1)) == 48  # the point group of a cube
    assert strains(cube, np.diag([1.1, 1.0, 1.0])[None])[0] == pytest.approx(0.105)
