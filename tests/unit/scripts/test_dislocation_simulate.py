"""Samples depend only on seed and number; failed samples are kept with their reason."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.formats.dislocation_batches import (
    DislocationSample,
    read_batch,
    read_statuses,
    signs,
)
from mechanist.simulate.dislocation_samples import random_places, simulate_sample
from mechanist.simulate.dislocation_system import DislocationSystem
from scripts.dislocation.simulate import main

RAMP = {"kind": "ramp", "strain": 0.01}
SMALL: dict[str, Any] = {"dislocations": 16, "prestrain": 0.004, "loading": RAMP}
PINS = {"density": [0.0, 0.05], "strength": 0.2, "radius": 1.0}


def system(**options: Any) -> DislocationSystem:
    return DislocationSystem.from_entry("small", {**SMALL, **options})


def batch(path: Path, *, first: int, count: int, **options: Any) -> list[DislocationSample]:
    main(path, system=system(**options), first=first, count=count, seed=3)
    return read_batch(path)


def same(one: DislocationSample, other: DislocationSample) -> bool:
    return one.name == other.name and all(
        np.array_equal(a.strain, b.strain)
        and np.array_equal(a.stress, b.stress)
        and np.array_equal(a.start.positions, b.start.positions)
        for a, b in zip(one.branches.values(), other.branches.values(), strict=True)
    )


def test_a_sample_is_the_same_in_any_batch(tmp_path: Path) -> None:
    together = batch(tmp_path / "all.h5", first=0, count=4)
    apart = batch(tmp_path / "a.h5", first=0, count=3) + batch(tmp_path / "b.h5", first=3, count=1)
    assert [s.name for s in together] == [f"small-{k:05d}" for k in range(4)]
    assert all(same(one, other) for one, other in zip(together, apart, strict=True))
    assert not same(together[0], together[1])
    main(tmp_path / "again.h5", system=system(), first=0, count=4, seed=3)
    assert (tmp_path / "again.h5").read_bytes() == (tmp_path / "all.h5").read_bytes()
    main(tmp_path / "other.h5", system=system(), first=0, count=4, seed=4)
    assert not same(read_batch(tmp_path / "other.h5")[0], together[0])


def test_branches_start_relaxed_and_reach_their_strain(tmp_path: Path) -> None:
    (sample,) = batch(tmp_path / "b.h5", first=2, count=1)
    assert set(sample.branches) == {"undeformed", "prestrained"}
    for branch in sample.branches.values():
        assert branch.status == "ok"
        assert branch.strain[0] == 0.0
        assert branch.strain[-1] >= 0.01
        assert signs(branch.start).sum() == 0
        assert branch.start.cell[0, 0] == pytest.approx(20.0)
    assert sample.provenance["parameters"]["dislocations"] == 16
    start = sample.branches["undeformed"].start
    assert len(sample.branches["prestrained"].start) <= len(start)


def test_samples_that_do_not_converge_are_kept_with_their_reason(tmp_path: Path) -> None:
    path = tmp_path / "b.h5"
    (sample,) = batch(path, first=0, count=1, integration={"max_steps": 4})
    assert sample.status == "failed"
    assert "relaxation: not done after 4 steps" in sample.reason
    assert sample.branches == {}
    (status,) = read_statuses(path)
    assert not status.usable
    assert "not done after 4 steps" in status.reason


def test_branches_that_fail_keep_what_was_before(tmp_path: Path) -> None:
    loading = {**RAMP, "max_stress": 0.003}
    (sample,) = batch(tmp_path / "b.h5", first=2, count=1, loading=loading)
    assert sample.status == "ok"
    undeformed, prestrained = sample.branches["undeformed"], sample.branches["prestrained"]
    assert undeformed.status == prestrained.status == "failed"
    assert "passed 0.003 D/b" in undeformed.reason
    assert len(undeformed.strain) > 1
    assert prestrained.reason.startswith("prestrain, loading")


def test_pins_sweep_their_densities_and_stay() -> None:
    swept = system(pinning=PINS, prestrain=None, frames=[0.005])
    clean, pinned = (simulate_sample(swept, k, seed=3).branches["undeformed"] for k in (0, 1))
    assert (signs(clean.start) == 0).sum() == 0
    assert (signs(pinned.start) == 0).sum() == round(0.05 * 400)
    before = random_places(swept, 1, seed=3)
    np.testing.assert_array_equal(pinned.start.positions[-20:], before.positions[-20:])
    np.testing.assert_array_equal(
        pinned.frames[0].configuration.positions[-20:], before.positions[-20:]
    )


def test_pins_do_not_change_where_dislocations_begin() -> None:
    clean, pinned = (random_places(s, 1, seed=3) for s in (system(), system(pinning=PINS)))
    np.testing.assert_array_equal(clean.positions, pinned.positions[:16])


def test_creep_stores_a_series_of_configurations(tmp_path: Path) -> None:
    loading = {"kind": "creep", "stress": 0.01, "first": 10.0, "last": 1e4, "frames": 6}
    (sample,) = batch(tmp_path / "b.h5", first=1, count=1, loading=loading, pinning=PINS)
    branch = sample.branches["creep"]
    assert len(branch.frames) == len(sample.series["time"]) == 6
    np.testing.assert_allclose(sample.series["time"], np.geomspace(10, 1e4, 6))
    np.testing.assert_allclose(
        sample.series["strain"], [frame.strain for frame in branch.frames], atol=1e-15
    )
    assert all((signs(frame.configuration) == 0).sum() == 20 for frame in branch.frames)


def test_springs_and_ramps_share_their_beginning() -> None:
    spring = {"kind": "spring", "rate": 1e-6, "stiffness": 1.0, "strain": 0.002}
    pulled = simulate_sample(system(loading=spring, prestrain=None), 1, seed=3)
    ramped = simulate_sample(system(prestrain=None), 1, seed=3)
    one, other = (sample.branches["undeformed"] for sample in (pulled, ramped))
    np.testing.assert_array_equal(one.start.positions, other.start.positions)
    assert not np.array_equal(one.stress, other.stress)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dislocations": 15}, "even number"),
        ({"density": 0.0}, "density = 0"),
        ({"prestrain": -0.1}, "prestrain = -0.1"),
        ({"loading": {"kind": "push"}}, "'push'"),
        ({"pinning": {**PINS, "density": -1.0}}, "pin densities"),
        ({"pinning": {**PINS, "radius": 11.0}}, "half its side"),
    ],
)
def test_systems_that_cannot_be_simulated_are_refused(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        system(**options)


def test_batches_without_samples_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="count >= 1"):
        main(tmp_path / "b.h5", system=system(), first=0, count=0, seed=3)
