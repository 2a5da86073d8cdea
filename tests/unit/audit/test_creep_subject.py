"""The audit of creep: continuous trajectories, and known properties of their descriptors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np
import pytest

from mechanist.audit.card import Criterion, Verdict
from mechanist.audit.continuity import continuity
from mechanist.audit.creep_subject import PINS, coordinates, creep_subject, crept, displaced
from mechanist.audit.symmetry import symmetry
from mechanist.audit.view import View, viewed
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.trajectories import State, TrajectoryDescriptor


@dataclass(frozen=True)
class Toy:
    """Descriptor with one number, computed from the last state."""

    number: Callable[[State], float]
    card: ClassVar[Card] = Card(
        name="toy",
        reference="none",
        units="1",
        symmetry="none",
        load_aware=False,
        subject=SubjectName.CREEP_TRAJECTORY,
    )

    def __call__(self, states: Sequence[State]) -> Features:
        return Features(np.array([[self.number(states[-1])]]), ["toy"])


@lru_cache
def view(kind: str, toy: TrajectoryDescriptor | None = None) -> View:
    subject = replace(creep_subject(kind, descriptor=toy), path_steps=60)
    return viewed(subject, np.random.default_rng(0))


def examined(
    examine: Callable[..., Criterion], kind: str, toy: TrajectoryDescriptor | None = None
) -> Criterion:
    return examine(view(kind, toy), np.random.default_rng(1))


def failing(criterion: Criterion, verdict: Verdict = Verdict.FAIL) -> set[str]:
    return {f.name for f in criterion.findings if f.verdict is verdict}


def test_strain_follows_what_moves() -> None:
    states = crept(16, np.random.default_rng(0), pins=PINS["jammed"])
    flat = coordinates(states)
    same = displaced(states, flat)
    for before, after in zip(states, same, strict=True):
        np.testing.assert_array_equal(before.places, after.places)
        assert after.strain == pytest.approx(before.strain, abs=1e-15)
    n = len(states[0].sign)
    moved = flat.copy()
    moved[-n:] += 0.3 * states[0].sign  # the last state, forward
    after = displaced(states, moved)
    gain = 0.3 * n / states[0].length ** 2
    assert after[-1].strain - states[-1].strain == pytest.approx(gain)
    assert after[-2].strain == pytest.approx(states[-2].strain)
    shifted = displaced(states, np.concatenate([flat[:n], flat[n:] + 2.0]))
    assert shifted[-1].strain == pytest.approx(states[-1].strain)


def test_waves_pass_and_counts_jump() -> None:
    assert examined(symmetry, "gnd_waves").verdict is Verdict.PASS
    assert examined(continuity, "gnd_waves").verdict is Verdict.PASS
    assert examined(continuity, "spacings").verdict is Verdict.FAIL


def test_strain_alone_sees_nothing_of_the_structure() -> None:
    criterion = examined(symmetry, "relaxation")
    assert criterion.verdict is Verdict.WARN
    assert failing(criterion, Verdict.WARN) == {"positions rotated by 90 degrees", "signs permuted"}


def absolute(state: State) -> float:
    return float(np.cos(2 * np.pi * state.places[:, 0] / state.length).sum())


def sign_blind(state: State) -> float:
    return float(np.abs(np.exp(2j * np.pi * state.places[:, 0] / state.length).sum()))


def test_absolute_places_fail_and_what_ignores_signs_is_over_symmetric() -> None:
    criterion = examined(symmetry, "toy", Toy(absolute))
    assert failing(criterion) == {"translation"}
    criterion = examined(symmetry, "toy", Toy(sign_blind))
    assert failing(criterion) == set()
    assert "signs permuted" in failing(criterion, Verdict.WARN)


def test_probes_with_another_number_of_dislocations_than_asked_for_are_given_up() -> None:
    with pytest.raises(RuntimeError, match="2 dislocations lost some"):
        crept(2, np.random.default_rng(0), pins=PINS["jammed"], left=4)
