"""Shared assertions of the symmetries that every descriptor must satisfy.

Deviations are measured in units of each feature's spread over the particles, so that features of
any magnitude meet the same standard.
"""

from typing import Final

import numpy as np

from helpers import planar_rotation, random_rotation
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Descriptor, Features
from mechanist.formats.configuration import Configuration

# What double precision explains. Extrapolations of soft modes amplify the rounding of coordinates to
# 1.04e-10; a broken symmetry changes features by more than SMALLEST_RESPONSE.
TOLERANCE: Final = 2e-10
# Nearly constant features are tested with this absolute scale, because their spread is round-off.
SMALLEST_SPREAD: Final = 1e-4
# When only the structure is rotated, every load-aware feature must change at least by
# SMALLEST_RESPONSE, and the median feature by MEDIAN_RESPONSE, both in spreads.
SMALLEST_RESPONSE: Final = 1e-3
MEDIAN_RESPONSE: Final = 0.3


def spreads(features: Features) -> FloatArray:
    """Return the scale of each feature's deviations, shape (n_features,)."""
    return np.maximum(features.values.std(axis=0), SMALLEST_SPREAD)


def assert_same(before: Features, after: Features, what: str) -> None:
    """Assert equal names, and equal values up to round-off; report the worst feature."""
    assert before.names == after.names, f"{what}: names differ"
    assert np.isfinite(after.values).all(), f"{what}: features are not finite"
    deviations = (np.abs(after.values - before.values) / spreads(before)).max(axis=0)
    worst = int(deviations.argmax())
    assert deviations[worst] <= TOLERANCE, (
        f"{what} changes {before.names[worst]} by {deviations[worst]:.3g} spreads;"
        f" allowed are {TOLERANCE:g}"
    )


def assert_permutation_equivariant(
    descriptor: Descriptor, c: Configuration, load: FloatArray, rng: np.random.Generator
) -> None:
    """Assert that a permutation of the particles permutes the features alike."""
    order = rng.permutation(len(c))
    relabelled = Configuration(
        c.positions[order], c.cell, c.species[order], c.species_names, c.dimension
    )
    before, after = descriptor(c, load=load), descriptor(relabelled, load=load)
    expected = Features(before.values[order], before.names)
    assert_same(expected, after, "a permutation")


def assert_translation_invariant(
    descriptor: Descriptor, c: Configuration, load: FloatArray, rng: np.random.Generator
) -> None:
    """Assert that features are invariant under a translation of all particles."""
    step = rng.normal(size=3) * c.periodic
    moved = c.moved(c.positions + step, c.cell)
    assert_same(descriptor(c, load=load), descriptor(moved, load=load), "a translation")


def assert_wrap_invariant(
    descriptor: Descriptor, c: Configuration, load: FloatArray, rng: np.random.Generator
) -> None:
    """Assert that features do not depend on the stored periodic image of a particle."""
    shifts = rng.integers(-2, 3, size=(len(c), 3)) * c.periodic
    unwrapped = c.moved(c.positions + shifts @ c.cell, c.cell)
    assert_same(descriptor(c, load=load), descriptor(unwrapped, load=load), "unwrapping")


def assert_cell_basis_invariant(
    descriptor: Descriptor, c: Configuration, load: FloatArray, rng: np.random.Generator
) -> None:
    """Assert that features do not depend on the choice of cell vectors."""
    change = np.eye(3, dtype=int)
    change[1, 0] = rng.choice([-1, 1])
    if c.dimension == 3:
        change[2, 0], change[2, 1] = rng.integers(-1, 2, size=2)
    same = c.moved(c.positions, change @ c.cell)
    assert_same(descriptor(c, load=load), descriptor(same, load=load), "another cell basis")


def rotation_of(c: Configuration, rng: np.random.Generator, *, proper: bool) -> FloatArray:
    """Return a random rotation in the configuration's dimensions, mirrored if not ``proper``."""
    if c.dimension == 2:
        return planar_rotation(rng.uniform(0, 2 * np.pi), proper=proper)
    return random_rotation(rng, proper=proper)


def assert_joint_rotation_invariant(
    descriptor: Descriptor,
    c: Configuration,
    load: FloatArray,
    rng: np.random.Generator,
    *,
    proper: bool,
) -> None:
    """Assert that features are invariant under a joint rotation of structure and load."""
    rotation = rotation_of(c, rng, proper=proper)
    before = descriptor(c, load=load)
    after = descriptor(c.rotated(rotation), load=rotation @ load @ rotation.T)
    assert_same(before, after, "a joint rotation" if proper else "a joint rotoreflection")


def assert_load_sensitive(
    descriptor: Descriptor, c: Configuration, load: FloatArray, rotation: FloatArray
) -> None:
    """Assert that rotating the structure alone changes every feature that varies at all."""
    before = descriptor(c, load=load)
    after = descriptor(c.rotated(rotation), load=load)
    changes = np.sqrt(np.mean((after.values - before.values) ** 2, axis=0)) / spreads(before)
    varying = before.values.std(axis=0) > SMALLEST_SPREAD
    assert varying.any(), "no feature varies over the particles"
    weakest = int(np.where(varying, changes, np.inf).argmin())
    assert changes[weakest] >= SMALLEST_RESPONSE, (
        f"{before.names[weakest]} changes by {changes[weakest]:.3g} spreads when the structure"
        f" turns under a fixed load; expected at least {SMALLEST_RESPONSE}"
    )
    median = float(np.median(changes[varying]))
    assert median >= MEDIAN_RESPONSE, (
        f"the median feature changes by {median:.3g} spreads when the structure turns under a fixed"
        f" load; expected at least {MEDIAN_RESPONSE}"
    )


def assert_load_blind(
    descriptor: Descriptor, c: Configuration, load: FloatArray, other: FloatArray
) -> None:
    """Assert that features are bitwise equal without a load and with either load."""
    reference = descriptor(c).values
    for tensor in (load, other):
        np.testing.assert_array_equal(descriptor(c, load=tensor).values, reference)


def assert_parity(descriptor: Descriptor, c: Configuration, load: FloatArray) -> None:
    """Assert that every feature declares a parity, and has this parity under load reversal."""
    before, after = descriptor(c, load=load), descriptor(c, load=-load)
    assert set(before.parity) == set(before.names), "parity is not stated for every feature"
    signs = np.array([before.parity[name] for name in before.names])
    stated = signs != 0
    if not stated.any():
        return  # A reversal exchanges columns.
    expected = Features(
        (before.values * signs)[:, stated],
        [name for name, keep in zip(before.names, stated, strict=True) if keep],
    )
    actual = Features(after.values[:, stated], expected.names)
    assert_same(expected, actual, "reversal of the load, less the stated sign,")
