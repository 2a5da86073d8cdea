"""Series of many channels that users bring: what is read, held out, computed and refused."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.imports.channel_series import read_channels

TIMES = 0.1 * np.arange(60)
#: Two oscillations seen in four channels.
MIXED = np.array([[1.0, 0.5, 0.0, 2.0], [0.0, 1.0, -1.0, 0.3]])
VALUES = np.stack([np.cos(TIMES), np.sin(TIMES)], axis=1) @ MIXED
RATES = np.stack([-np.sin(TIMES), np.cos(TIMES)], axis=1) @ MIXED


def read(
    folder: Path, *, held: int = 10, entry: dict[str, object] | None = None, **arrays: Any
) -> Any:
    path = folder / "mine.npz"
    np.savez(path, **arrays)
    return read_channels({"path": str(path), "held": held, **(entry or {})})


def test_the_end_of_a_run_is_held_out_and_rates_are_computed(tmp_path: Path) -> None:
    known, held = read(tmp_path, values=VALUES, time=TIMES)
    # Three snapshots at either end have no rate.
    np.testing.assert_array_equal(known.snapshots, VALUES[3:47])
    np.testing.assert_array_equal(held.snapshots, VALUES[47:57])
    np.testing.assert_allclose(known.rates, RATES[3:47], atol=5e-5)
    np.testing.assert_allclose(held.rates, RATES[47:57], atol=5e-5)
    assert held.hidden.shape == (10, 0)


def test_stated_rates_are_used_and_no_snapshot_is_lost(tmp_path: Path) -> None:
    noisy = RATES + 0.01
    known, held = read(tmp_path, values=VALUES, rates=noisy, entry={"step": 0.1})
    np.testing.assert_array_equal(known.rates, noisy[:50])
    assert len(held.snapshots) == 10


def test_accelerations_are_computed_for_laws_of_second_order(tmp_path: Path) -> None:
    entry: dict[str, object] = {
        "order": 2, "derivative": {"method": "local_polynomial", "half_width": 4, "degree": 5},
    }  # fmt: skip
    known, held = read(tmp_path, values=VALUES, time=TIMES, entry=entry)
    # Four snapshots at either end have none.
    np.testing.assert_array_equal(known.snapshots, VALUES[4:46])
    np.testing.assert_allclose(known.accelerations, -VALUES[4:46], atol=1e-3)
    np.testing.assert_allclose(held.accelerations, -VALUES[46:56], atol=1e-3)
    assert known.step == held.step == pytest.approx(0.1)
    first, _ = read(tmp_path, values=VALUES, time=TIMES)
    assert first.accelerations is None


def test_the_window_of_rates_is_that_of_the_entry(tmp_path: Path) -> None:
    noisy = VALUES + 0.05 * np.random.default_rng(0).standard_normal(VALUES.shape)
    wrong = []
    for half_width in (2, 6):
        derivative = {"method": "local_polynomial", "half_width": half_width, "degree": 2}
        known, _ = read(tmp_path, values=noisy, time=TIMES, entry={"derivative": derivative})
        wrong.append(np.abs(known.rates - RATES[half_width : 50 - half_width]).mean())
    # A wider window evens out noise.
    assert wrong[1] < 0.5 * wrong[0]


def test_every_run_has_its_own_ends(tmp_path: Path) -> None:
    series, time = np.repeat([7, 4], 60), np.concatenate([TIMES, TIMES])
    known, held = read(tmp_path, values=np.concatenate([VALUES, -VALUES]), time=time, series=series)
    assert known.series.tolist() == [4] * 44 + [7] * 44
    np.testing.assert_array_equal(held.snapshots[:10], -VALUES[47:57])
    np.testing.assert_allclose(known.rates[:44], -RATES[3:47], atol=5e-5)


def test_pictures_keep_their_order_and_other_names_and_formats_are_read(tmp_path: Path) -> None:
    path = tmp_path / "video.h5"
    with h5py.File(path, "w") as file:
        file["frames"] = VALUES.reshape(60, 2, 2)
        file["other"] = [1.0]
    known, _ = read_channels({"path": str(path), "held": 5, "array": "frames", "step": 0.1})
    np.testing.assert_array_equal(known.snapshots[0], VALUES[3])
    alone = tmp_path / "alone.npy"
    np.save(alone, VALUES)
    known, _ = read_channels({"path": str(alone), "held": 5, "step": 0.1})
    np.testing.assert_allclose(known.rates[0], RATES[3], atol=5e-5)


@pytest.mark.parametrize(
    ("arrays", "entry", "said"),
    [
        ({"values": VALUES}, {}, "neither the file has `time` nor the entry `step`. State the times once"),
        ({"values": VALUES, "time": TIMES}, {"step": 0.1}, "the file has `time` and the entry `step`"),
        ({"values": VALUES, "time": TIMES**2}, {}, "distances between snapshots are 0.01 to 1.17"),
        ({"values": VALUES, "time": -TIMES}, {}, "expected one positive distance"),
        ({"values": VALUES, "time": TIMES[1:]}, {}, r"'time' has the shape \(59,\), expected \(60,\)"),
        ({"other": VALUES, "time": TIMES}, {}, "no array 'values'"),
        ({"values": VALUES[:, 0], "time": TIMES}, {}, "expected snapshots by channels"),
        ({"values": VALUES + 1j, "time": TIMES}, {}, "complex128, expected real numbers"),
        ({"values": np.where(VALUES > 2, np.nan, VALUES), "time": TIMES}, {}, r"first at \(1, 3\)"),
        ({"values": np.ones((60, 4)), "time": TIMES}, {}, "is the same in all 60 snapshots"),
        ({"values": VALUES, "time": TIMES, "rates": RATES[1:]}, {}, r"'rates' has the shape \(59, 4\)"),
        ({"values": VALUES, "time": TIMES, "rates": 0.1 * RATES}, {}, "is 0.1 times the differences"),
        ({"values": VALUES, "time": TIMES, "rates": VALUES}, {}, "times the differences of the values"),
        ({"values": VALUES, "time": TIMES, "series": np.repeat([0, 1, 0], 20)}, {}, "comes back to"),
        ({"values": VALUES, "time": TIMES, "series": TIMES}, {}, "expected 60 whole numbers"),
        ({"values": VALUES[:35], "time": TIMES[:35]}, {}, "has 35 snapshots, expected at least 36: 20"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, arrays: dict[str, Any], entry: dict[str, object], said: str
) -> None:
    with pytest.raises(FormatError, match=said):
        read(tmp_path, entry=entry, **arrays)


def test_just_enough_snapshots_and_just_the_same_unit_are_taken(tmp_path: Path) -> None:
    known, _ = read(tmp_path, values=VALUES[:36], time=TIMES[:36])
    assert len(known.snapshots) == 20
    known, _ = read(tmp_path, values=VALUES, time=TIMES, rates=1.2 * RATES)
    assert len(known.snapshots) == 50
    with pytest.raises(FormatError, match=r"is 1\.3 times"):
        read(tmp_path, values=VALUES, time=TIMES, rates=1.3 * RATES)
