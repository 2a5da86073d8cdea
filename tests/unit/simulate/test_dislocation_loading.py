"""Loading by ramps that hold during bursts, by springs and at constant stress."""

import numpy as np
import pytest

from edge_dislocations import dislocations
from mechanist.simulate.dislocation_dynamics import Glide, Integration
from mechanist.simulate.dislocation_loading import (
    Creep,
    Passage,
    Ramp,
    Spring,
    creep,
    load,
    relax,
)


def at_rest(seed: int = 0, *, n: int = 24, max_steps: int = 40_000) -> Glide:
    glide = Glide(dislocations(seed, n=n), Integration(max_steps=max_steps))
    relax(glide, 1e-8)
    glide.reset()
    return glide


def test_the_stress_rises_only_while_dislocations_are_slow() -> None:
    glide, ramp = at_rest(), Ramp(strain=0.02)
    waits = rises = 0
    while glide.strain < ramp.strain:
        slow, stress, time = glide.speed < ramp.speed, glide.stress, glide.time
        ramp.advance(glide)
        rise = glide.stress - stress
        assert rise <= ramp.stress_step * (1 + 1e-9)
        expected = ramp.rate * (glide.time - time) if slow else 0.0
        assert rise == pytest.approx(expected, rel=1e-9, abs=1e-15)
        rises, waits = rises + slow, waits + (not slow)
    assert rises > 5
    assert waits > 5


def test_curves_rise_strictly_in_strain_and_never_fall_in_stress() -> None:
    for seed in range(3):
        passage, _, reason = load(at_rest(seed), Ramp(strain=0.05))
        assert reason == ""
        assert passage.strain[0] == passage.stress[0] == 0.0
        assert passage.strain[-1] >= 0.05
        assert np.all(np.diff(passage.strain) > 0)
        assert np.all(np.diff(passage.stress) >= 0)


def test_a_finer_ramp_gives_the_same_curve() -> None:
    strains = [0.0005, 0.002, 0.01]
    curves = []
    for step in (1e-3, 1e-4):
        passage, _, _ = load(at_rest(1), Ramp(strain=0.011, stress_step=step))
        curves.append(np.interp(strains, passage.strain, passage.stress))
    np.testing.assert_allclose(curves[0], curves[1], rtol=0.03)
    coarse, _, _ = load(at_rest(1), Ramp(strain=0.011, stress_step=0.1, rate=1e-2))
    assert not np.allclose(np.interp(strains, coarse.strain, coarse.stress), curves[1], rtol=0.03)


class Told:
    """Stand-in for a state with prescribed strains and stresses."""

    def __init__(self) -> None:
        self.strain = self.stress = 0.0


def test_first_passage_knows_where_strain_came_back() -> None:
    told = Told()
    passage = Passage(told)  # type: ignore[arg-type]
    for told.strain, told.stress in ((0.01, 0.1), (0.006, 0.2), (0.008, 0.3), (0.012, 0.5)):
        passage.note(told)  # type: ignore[arg-type]
    assert np.interp(0.005, passage.strain, passage.stress) == pytest.approx(0.05)
    assert np.interp(0.0100001, passage.strain, passage.stress) == pytest.approx(0.4, abs=1e-4)
    assert np.interp(0.011, passage.strain, passage.stress) == pytest.approx(0.45)
    assert np.all(np.diff(passage.strain) > 0)


def test_frames_are_kept_at_first_passage() -> None:
    glide = at_rest()
    passage, frames, _ = load(glide, Ramp(strain=0.02), frames=(0.005, 0.01))
    assert len(frames) == 2
    for asked, frame in zip((0.005, 0.01), frames, strict=True):
        assert asked <= frame.strain
        before = [s for s in passage.strain if s < frame.strain]
        assert before[-1] <= asked
        assert frame.stress == pytest.approx(
            np.interp(frame.strain, passage.strain, passage.stress)
        )
        assert len(frame.configuration) >= len(glide.system)


def test_a_spring_pulls_by_its_elongation() -> None:
    glide, spring = at_rest(), Spring(rate=1e-6, stiffness=0.8, strain=0.005)
    while glide.strain < spring.strain:
        spring.advance(glide)
        elongation = spring.rate * glide.time - glide.strain
        assert glide.stress == pytest.approx(spring.stiffness * elongation, rel=1e-9, abs=1e-14)
    falls = load(at_rest(), Spring(rate=1e-6, stiffness=20.0, strain=0.03))[0].stress
    assert np.any(np.diff(falls) < 0)  # a burst lowers the stress, unlike under a ramp


def test_creep_keeps_frames_at_its_times() -> None:
    plan = Creep(stress=0.01, first=10.0, last=1e5, frames=9)
    seen: list[float] = []
    passage, frames, reason = creep(at_rest(), plan, watch=lambda glide: seen.append(glide.time))
    assert reason == ""
    np.testing.assert_allclose(seen, np.geomspace(10, 1e5, 9), rtol=1e-9)
    assert [frame.stress for frame in frames] == pytest.approx([0.01] * 9)
    assert frames[-1].strain > frames[0].strain > 0
    assert passage.stress[-1] == pytest.approx(0.01)
    _, still, _ = creep(at_rest(), Creep(stress=0.0, first=10.0, last=1e3, frames=3))
    assert abs(still[-1].strain) < 1e-6


def test_what_fails_is_kept_with_its_reason() -> None:
    glide = at_rest()
    passage, frames, reason = load(glide, Ramp(max_stress=0.004), frames=(1e-5,))
    assert "passed 0.004 D/b" in reason
    assert len(frames) == 1
    assert len(passage.strain) > 1
    _, _, reason = load(at_rest(max_steps=150), Ramp())
    assert "not done after 150 steps" in reason
    _, kept, reason = creep(
        at_rest(max_steps=150), Creep(stress=0.02, first=1.0, last=1e9, frames=300)
    )
    assert "creep: not done after 150 steps" in reason
    assert 0 < len(kept) < 300


def test_drives_that_end_nowhere_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Ramp\.rate = 0"):
        Ramp(rate=0.0)
    with pytest.raises(ValueError, match=r"Spring\.stiffness = -1"):
        Spring(rate=1.0, stiffness=-1)
    with pytest.raises(ValueError, match="0 < first < last"):
        Creep(stress=0.1, first=10, last=1, frames=5)
