"""Find samples that start from one glass, however it was written, moved or a little deformed.

A model must not be tested on a glass that it was trained on. Two files can hold one glass with other
digits, shifted, wrapped, turned or reflected, with another order of particles, other names of species,
or at other small strains or temperatures. So two states are compared by their *overlap*: the share of
particles of one at whose place, after the best shift and symmetry of the box, the other has a particle
within a quarter of the mean spacing. Fractional coordinates take out any uniform strain.

One glass in two copies has an overlap of 1, less what moved. Independent glasses have that of chance,
which is measured on the state itself, shifted to where it best resembles itself: about 0.2 in glasses, and
nearly 1 in crystals, which are all alike but for their defects. A third of the way from there to 1 lies
the limit; three quarters of the way, if species are not compared. A copy that vibrates is the same glass
here, since it rearranges at the same places; after most particles have left their cages it counts as
another one.

To compare many glasses, pairs are first ranked by the moduli of the Fourier components of their
densities near the first peak of the structure factor. These do not depend on shifts, wrapping and order,
and are independent random numbers for independent glasses.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.density_waves import (
    Complex,
    best_shift,
    density_waves,
    standardised,
    waves_near_peak,
)
from mechanist.mechanics.equivalent_cells import maps_between, reduced

if TYPE_CHECKING:
    from scipy.spatial import KDTree

#: Part of the way from the overlap of chance to 1, from which two states count as one glass.
LIMIT: Final = 1 / 3
#: The same where species are not compared, so that more particles coincide by chance.
_NAMELESS_LIMIT: Final = 3 / 4
#: Distance within which particles are at one place, in units of the mean spacing.
NEAR: Final = 0.25
#: Largest strain between the cells of two copies of one glass.
_STRAIN: Final = 0.25
#: Correlation of Fourier moduli from which a pair is compared particle by particle. For independent
#: glasses its standard deviation is about 0.05.
_ALIKE: Final = 0.3
_ROUNDS: Final = 4  # of refining a shift
#: Overlap of a state with itself, shifted, from which it is a crystal.
_CRYSTAL: Final = 0.9


@dataclass(frozen=True, eq=False)
class _State:
    """Fractional coordinates (n, d) in the vectors of ``cell`` (d, d), species, and spacing."""

    fractions: FloatArray
    cell: FloatArray
    species: IntArray
    spacing: float

    def nameless(self) -> "_State":
        """Return the state without the differences between species."""
        return replace(self, species=np.zeros_like(self.species))

    def mapped(self, matrix: IntArray) -> "_State":
        """Return the state in the vectors ``matrix @ cell``."""
        fractions = self.fractions @ np.linalg.inv(matrix)
        return _State(fractions % 1.0, matrix @ self.cell, self.species, self.spacing)


def same_glasses(
    configurations: Mapping[str, Configuration], groups: Mapping[str, str]
) -> tuple[str, str, float] | None:
    """Return two samples of different groups that start from one glass, and their overlap.

    Parameters
    ----------
    configurations : mapping of str to Configuration
        State of each sample.
    groups : mapping of str to str
        Group of each sample; samples of one group are not compared.

    Returns
    -------
    tuple of str, str and float, or None
        None if all groups are independent. Copies with other numbers of particles, such as
        supercells, are not found.
    """
    alike: dict[tuple[int, int], list[str]] = defaultdict(list)
    for name, configuration in configurations.items():
        alike[configuration.dimension, len(configuration)].append(name)
    for names in alike.values():
        if len({groups[name] for name in names}) < 2:
            continue
        states = {name: _state(configurations[name]) for name in names}
        for family in _families(states):
            found = _in_family(family, groups)
            if found is not None:
                return found
    return None


def _state(configuration: Configuration) -> _State:
    d = configuration.dimension
    cell, _ = reduced(configuration.cell[:d, :d])
    spacing = (configuration.measure / len(configuration)) ** (1 / d)
    fractions = configuration.positions[:, :d] @ np.linalg.inv(cell)
    return _State(fractions % 1.0, cell, configuration.species, float(spacing))


def _families(states: Mapping[str, _State]) -> Iterator[dict[str, _State]]:
    """Yield states whose cells are alike, each in the vectors most like those of the first."""
    families: list[dict[str, _State]] = []
    for name, state in states.items():
        for family in families:
            first = next(iter(family.values()))
            maps = maps_between(first.cell, state.cell, _STRAIN)
            if len(maps):
                family[name] = state.mapped(maps[0])
                break
        else:
            families.append({name: state})
    return iter(families)


def _in_family(
    family: Mapping[str, _State], groups: Mapping[str, str]
) -> tuple[str, str, float] | None:
    names, states = list(family), list(family.values())
    cell, spacing = states[0].cell, states[0].spacing
    maps = maps_between(cell, cell, _STRAIN)
    inverses = np.rint(np.linalg.inv(maps)).astype(np.int64)
    waves = waves_near_peak(cell, spacing)
    images = waves @ np.swapaxes(inverses, -1, -2)  # (maps, waves, d)
    every, where = np.unique(images.reshape(-1, len(cell)), axis=0, return_inverse=True)
    where = where.reshape(len(maps), -1)
    kinds = 1 + max(int(state.species.max()) for state in states)
    by_species = np.array(
        [density_waves(state.fractions, state.species, every, kinds) for state in states]
    )
    for nameless in (False, True):
        components = by_species.sum(axis=1, keepdims=True) if nameless else by_species
        compared = [state.nameless() for state in states] if nameless else states
        for i, j, m in _candidates(np.abs(components), where, [groups[name] for name in names]):
            shift = best_shift(
                waves,
                (components[i][:, where[0]] * np.conj(components[j][:, where[m]])).sum(axis=0),
            )
            overlap = _overlap(compared[i], compared[j].mapped(maps[m]), shift)
            chance = _self_overlap(compared[i], waves, components[i][:, where[0]])
            if nameless and chance >= _CRYSTAL:
                continue  # alloys on one lattice differ in nothing but the species of their sites
            limit = _NAMELESS_LIMIT if nameless else LIMIT
            if overlap >= chance + limit * (1 - chance):
                return names[i], names[j], overlap
    return None


def _candidates(
    moduli: FloatArray, where: IntArray, groups: Sequence[str]
) -> list[tuple[int, int, int]]:
    """Return pairs of states of different groups, and a map, that look alike; the best first.

    ``moduli`` has the shape (states, species, components), and ``where`` (maps, waves) says which of
    the components belongs to each wave.
    """
    own = standardised(moduli[:, :, where[0]])
    found = []
    for m in range(len(where)):
        alike = own @ standardised(moduli[:, :, where[m]]).T
        for i, j in np.argwhere(np.triu(alike > _ALIKE, 1)).tolist():
            if groups[i] != groups[j]:
                found.append((-float(alike[i, j]), i, j, m))
    return [(i, j, m) for _, i, j, m in sorted(found)]


def _self_overlap(state: _State, waves: IntArray, components: Complex) -> float:
    """Return the overlap of a state with itself, shifted by a spacing or more to where it is best."""
    powers = (np.abs(components) ** 2).sum(axis=0).astype(complex)
    shift = best_shift(waves, powers, beyond=(state.spacing, state.cell))
    return _overlap(state, state, shift, rounds=1)


def _overlap(one: _State, other: _State, shift: FloatArray, rounds: int = _ROUNDS) -> float:
    """Return the share of particles of ``other`` that are at the place of one of ``one``."""
    trees = _trees(one)
    moved = other.fractions + shift
    distances = np.full(len(moved), np.inf)
    for _ in range(rounds):
        steps = []
        for species, (tree, places) in trees.items():
            members = np.flatnonzero(other.species == species)
            if not len(members):
                continue
            sought = (moved[members] % 1.0) @ one.cell
            distances[members], nearest = tree.query(sought)
            steps.append(places[nearest] - sought)
        step = np.concatenate(steps)
        close = np.linalg.norm(step, axis=1) < 2 * NEAR * one.spacing
        if not close.any():
            break
        moved = moved + np.median(step[close], axis=0) @ np.linalg.inv(one.cell)
    return float(np.mean(distances < NEAR * one.spacing))


def _trees(state: _State) -> dict[int, tuple["KDTree", FloatArray]]:
    """Return, by species, a search tree of all particles and of images near the cell."""
    from scipy.spatial import KDTree  # takes longer than most jobs search for copies

    d = len(state.cell)
    margin = 4 * NEAR * state.spacing * np.linalg.norm(np.linalg.inv(state.cell), axis=0)
    shifts = np.array(list(product((-1, 0, 1), repeat=d)))
    found = {}
    for species in np.unique(state.species):
        images = (state.fractions[state.species == species][:, None] + shifts).reshape(-1, d)
        images = images[np.all((images > -margin) & (images < 1 + margin), axis=1)]
        places = images @ state.cell
        found[int(species)] = (KDTree(places), places)
    return found


def refuse_one_glass_in_two_groups(
    configurations: Mapping[str, Configuration], groups: Mapping[str, str], system: str
) -> None:
    """Refuse samples of different groups that start from one glass.

    Raises
    ------
    ValueError
        If there are two; the message names both.
    """
    found = same_glasses(configurations, groups)
    if found is None:
        return
    one, other, overlap = found
    raise ValueError(
        f"samples {one!r} and {other!r} of system {system!r} start from the same state (up to shifts,"
        f" symmetries of the box and strain, {overlap:.0%} of the particles are within {NEAR:g} mean"
        f" spacings of one of the other sample), but are in different groups: a model would be tested"
        f" on a glass that it was trained on. Give both one group, such as {groups[one]!r}"
    )
