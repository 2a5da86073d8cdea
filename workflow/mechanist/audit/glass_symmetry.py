"""Operations that leave the plastic response of a loaded glass invariant, and others that do not.

The potential is isotropic and achiral. The response is therefore invariant when structure and load
are rotated or reflected together, or when an operation that maps the load to itself is applied to
the structure alone. Any other rotation of the structure alone, or a reversed load, is another
experiment.
"""

from typing import Final

import numpy as np

from mechanist.audit.subject import Load, Operation, Rng, Transformed
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration


def rotation(dimension: int, rng: Rng, *, proper: bool) -> FloatArray:
    """Return a random rotation of space (Haar), or a rotoreflection."""
    q, r = np.linalg.qr(rng.normal(size=(dimension, dimension)))
    q = q * np.sign(np.diag(r))
    if (np.linalg.det(q) > 0) != proper:
        q[:, 0] = -q[:, 0]
    full = np.eye(3)
    full[:dimension, :dimension] = q
    return full


def load_group(load: FloatArray, dimension: int) -> list[FloatArray]:
    """Return the orthogonal matrices (3, 3) that map a generic load to itself.

    They keep or reverse each of its principal axes.
    """
    axes = np.linalg.eigh(load[:dimension, :dimension])[1]
    members = []
    for bits in range(2**dimension):
        signs = np.where((bits >> np.arange(dimension)) & 1, -1.0, 1.0)
        member = np.eye(3)
        member[:dimension, :dimension] = (axes * signs) @ axes.T
        members.append(member)
    return members


def _permuted(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    order = rng.permutation(len(c))
    same = Configuration(c.positions[order], c.cell, c.species[order], c.species_names, c.dimension)
    return Transformed(same, load, order)


def _translated(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    step = rng.normal(size=3) * c.periodic
    return Transformed(c.moved(c.positions + step, c.cell), load)


def _imaged(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    shifts = rng.integers(-2, 3, size=(len(c), 3)) * c.periodic
    return Transformed(c.moved(c.positions + shifts @ c.cell, c.cell), load)


def _rebased(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    change = np.eye(3)
    change[1, 0] = rng.choice([-1, 1])
    if c.dimension == 3:
        change[2, :2] = rng.integers(-1, 2, size=2)
    return Transformed(c.moved(c.positions, change @ c.cell), load)


def _turned(c: Configuration, load: Load, rng: Rng, *, proper: bool) -> Transformed[Configuration]:
    assert load is not None
    r = rotation(c.dimension, rng, proper=proper)
    return Transformed(c.rotated(r), r @ load @ r.T)


def _rotated(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    return _turned(c, load, rng, proper=True)


def _reflected(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    return _turned(c, load, rng, proper=False)


def _turned_within_load(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    assert load is not None
    members = load_group(load, c.dimension)[1:]
    return Transformed(c.rotated(members[rng.integers(len(members))]), load)


def _structure_turned(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    return Transformed(c.rotated(rotation(c.dimension, rng, proper=True)), load)


def _load_reversed(c: Configuration, load: Load, _: Rng) -> Transformed[Configuration]:
    assert load is not None
    return Transformed(c, -load)


OPERATIONS: Final = (
    Operation("permutation", "inside", _permuted),
    Operation("translation", "inside", _translated),
    Operation("periodic images", "inside", _imaged),
    Operation("cell basis", "inside", _rebased),
    Operation("joint rotation", "inside", _rotated),
    Operation("joint reflection", "inside", _reflected),
    Operation("symmetries of the load", "inside", _turned_within_load),
    Operation("structure rotated alone", "outside", _structure_turned),
    Operation("load reversed", "outside", _load_reversed),
)
