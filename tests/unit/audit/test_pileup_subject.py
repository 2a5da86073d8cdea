"""The audit of pileups: relaxed probes, and descriptors with known merits and flaws."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mechanist.audit import reconstruction
from mechanist.audit.card import Criterion, Verdict
from mechanist.audit.pileup_subject import (
    doubled,
    is_stable,
    moved_landscape,
    pileup,
    pileup_subject,
)
from mechanist.audit.size import size
from mechanist.audit.symmetry import symmetry
from mechanist.audit.view import viewed
from mechanist.describe.descriptor import Features
from mechanist.describe.pileup import Mechanics
from mechanist.describe.shared.pileups import PileupDescriptor
from mechanist.formats.pileup_batches import PileupSample
from mechanist.mechanics.pileup_forces import forces


def examined(
    examine: Callable[..., Criterion], kind: str, descriptor: PileupDescriptor | None = None
) -> Criterion:
    view = viewed(pileup_subject(kind, descriptor=descriptor), np.random.default_rng(0))
    return examine(view, np.random.default_rng(1))


def named(criterion: Criterion, name: str) -> Verdict:
    return next(f for f in criterion.findings if f.name == name).verdict


def largest_force(sample: PileupSample) -> float:
    force = np.empty(len(sample.start))
    forces(sample.start, sample.landscape, sample.length, force)
    return float(np.abs(force).max())


@pytest.mark.parametrize("seed", range(4))
def test_probes_are_at_rest_wherever_the_landscape_leads_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sample = pileup(8, rng)
    assert largest_force(sample) < 1e-12
    assert is_stable(sample)
    landscape = sample.landscape + 1e-3 * sample.landscape.std() * rng.normal(size=32)
    there = moved_landscape(sample, landscape)
    assert largest_force(there) < 1e-12
    assert np.abs(there.start - sample.start).max() > 1e-6
    back = moved_landscape(there, sample.landscape)
    np.testing.assert_allclose(back.start, sample.start, atol=1e-9)
    assert largest_force(replace(sample, landscape=landscape)) > 1e-7  # control
    assert largest_force(doubled(sample)) < 1e-12


def test_numbers_on_a_grid_shift_with_the_sample() -> None:
    criterion = examined(symmetry, "landscape")
    assert named(criterion, "translation") is Verdict.FAIL
    assert named(criterion, "x reversed alone") is Verdict.PASS
    assert examined(symmetry, "mechanics").verdict is Verdict.PASS


class Spectrum:
    card = Mechanics.card

    def __call__(self, sample: PileupSample) -> Features:
        power = np.abs(np.fft.rfft(sample.landscape))[:5]
        return Features(power[None], [f"power_{k}" for k in range(5)])


SPECTRUM = Spectrum()


def test_a_power_spectrum_cannot_tell_ahead_from_behind() -> None:
    criterion = examined(symmetry, "spectrum", SPECTRUM)
    assert criterion.verdict is Verdict.WARN
    assert named(criterion, "translation") is Verdict.PASS
    assert named(criterion, "x reversed alone") is Verdict.WARN


def test_a_grid_grows_with_the_sample() -> None:
    assert named(examined(size, "positions"), "columns") is Verdict.FAIL
    assert named(examined(size, "spectrum", SPECTRUM), "columns") is Verdict.PASS


def test_the_landscape_tells_all_and_a_spectrum_does_not() -> None:
    rng = np.random.default_rng(2)
    for kind, descriptor, full in (("landscape", None, True), ("spectrum", SPECTRUM, False)):
        seen = viewed(pileup_subject(kind, descriptor=descriptor), rng)
        made = [seen.subject.environment(rng) for _ in range(2)]
        assert (reconstruction._rank(seen, made).value == 1.0) is full
