"""Batches of dislocation samples are read as written, and damaged ones are rejected."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import (
    Branch,
    DislocationSample,
    Frame,
    planar,
    read_batch,
    read_statuses,
    signs,
    write_batch,
)

PINS = np.random.default_rng(99).random((2, 2)) * 12.0


def state(seed: int, *, n: int = 6, pins: int = 2) -> Configuration:
    rng = np.random.default_rng(seed)
    x, y = np.concatenate([rng.random((2, n)) * 12.0, PINS[:, :pins]], axis=1)
    sign = np.concatenate([np.tile([1.0, -1.0], n // 2), np.zeros(pins)])
    return planar(x, y, sign, 12.0)


def branch(seed: int, *, failed: bool = False) -> Branch:
    frames = (Frame(0.01, 0.2, state(seed + 1, n=4)), Frame(0.02, 0.3, state(seed + 2, n=2)))
    strain, stress = np.array([0.0, 0.01, 0.02]), np.array([0.0, 0.1, 0.3])
    status, reason = ("failed", "step too small") if failed else ("ok", "")
    return Branch(state(seed), strain, stress, frames, status, reason)


def sample(number: int, **options: bool) -> DislocationSample:
    return DislocationSample(
        name=f"n6-{number:05d}",
        system="n6",
        seed=7,
        branches={"undeformed": branch(number, **options)},
        provenance={"tolerance": 1e-4},
        series={"time": np.arange(3.0)},
    )


def test_round_trip_keeps_every_value(tmp_path: Path) -> None:
    samples = [sample(0), sample(1)]
    write_batch(tmp_path / "batch.h5", samples)
    back = read_batch(tmp_path / "batch.h5")
    assert [s.name for s in back] == ["n6-00000", "n6-00001"]
    for before, after in zip(samples, back, strict=True):
        assert (after.system, after.seed, after.provenance) == ("n6", 7, {"tolerance": 1e-4})
        np.testing.assert_array_equal(after.series["time"], before.series["time"])
        one, other = before.branches["undeformed"], after.branches["undeformed"]
        np.testing.assert_array_equal(one.strain, other.strain)
        np.testing.assert_array_equal(one.stress, other.stress)
        assert len(other.frames) == 2
        states = zip([Frame(0, 0, one.start), *one.frames], [Frame(0, 0, other.start), *other.frames],
                     strict=True)  # fmt: skip
        for here, there in states:
            assert here[:2] == there[:2]
            assert here.configuration.species_names == there.configuration.species_names
            assert there.configuration.dimension == 2
            for name in ("positions", "cell", "species"):
                np.testing.assert_array_equal(
                    getattr(here.configuration, name), getattr(there.configuration, name)
                )


def test_equal_samples_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one.h5", "two.h5"):
        write_batch(tmp_path / name, [sample(0), sample(1)])
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
    write_batch(tmp_path / "other.h5", [sample(0), sample(2)])
    assert (tmp_path / "one.h5").read_bytes() != (tmp_path / "other.h5").read_bytes()


def test_statuses_say_why_a_sample_cannot_be_used(tmp_path: Path) -> None:
    broken = DislocationSample("n6-00002", "n6", 7, {}, status="failed", reason="no minimum")
    write_batch(tmp_path / "batch.h5", [sample(0), sample(1, failed=True), broken])
    good, no_branch, failed = read_statuses(tmp_path / "batch.h5")
    assert good.usable
    assert not no_branch.usable
    assert "step too small" in no_branch.reason
    assert not failed.usable
    assert "no minimum" in failed.reason
    assert read_batch(tmp_path / "batch.h5")[1].good_branches == {}


def test_names_must_be_unique(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="n6-00000"):
        write_batch(tmp_path / "batch.h5", [sample(0), sample(0)])
    assert not (tmp_path / "batch.h5").exists()


def test_pins_must_not_move(tmp_path: Path) -> None:
    moved = state(1)
    moved.positions[-1, 0] += 0.1
    zero = np.zeros(1)
    bad = Branch(state(0), zero, zero, (Frame(0.01, 0.2, moved),))
    with pytest.raises(ValueError, match="2 pins"):
        write_batch(tmp_path / "b.h5", [DislocationSample("a", "a", 0, {"undeformed": bad})])


def test_other_and_damaged_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file.attrs["schema"] = "mechanist.sample/1"
    with pytest.raises(FormatError, match=r"mechanist\.sample/1"):
        read_batch(path)
    path.write_bytes(b"nothing")
    with pytest.raises(FormatError, match="not a readable batch"):
        read_statuses(path)
    write_batch(path, [sample(0)])
    with h5py.File(path, "r+") as file:
        del file["samples/n6-00000/branches/undeformed/counts"]
    with pytest.raises(FormatError, match="counts"):
        read_batch(path)


def test_stress_is_that_of_first_passage() -> None:
    curve = branch(0)
    np.testing.assert_allclose(curve.stress_at([0.0, 0.005, 0.015]), [0.0, 0.05, 0.2])
    assert np.isnan(curve.stress_at([0.03])).all()
    nothing = Branch(state(0), np.empty(0), np.empty(0), status="failed", reason="no minimum")
    assert np.isnan(nothing.stress_at([0.0, 0.01])).all()


def test_species_hold_the_signs() -> None:
    np.testing.assert_array_equal(signs(state(0)), [1, -1, 1, -1, 1, -1, 0, 0])
    clean = state(0, pins=0)
    assert clean.species_names == ("positive", "negative")
    np.testing.assert_array_equal(signs(clean), [1, -1, 1, -1, 1, -1])
