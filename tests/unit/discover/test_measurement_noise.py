"""Noise is the same for every method, has the requested level, and affects only the fields."""

import numpy as np
import pytest

from mechanist.discover.measurement_noise import noisy
from mechanist.formats.field_files import FieldData


def waves(name: str, amplitude: float = 1.0) -> FieldData:
    x, t = np.arange(64) / 8, np.arange(50) / 10
    u = amplitude * np.sin(x[:, None] - t)
    return FieldData(name, {"x": x, "t": t}, {"u": u, "v": 2 * u}, inputs={"V": u.copy()})


def test_noise_has_the_level_relative_to_the_field_over_all_trajectories() -> None:
    data = [waves("a"), waves("b", 3.0)]
    added = {
        name: np.concatenate(
            [
                (n.fields[name] - d.fields[name]).ravel()
                for n, d in zip(noisy(data, 0.2, 1), data, strict=True)
            ]
        )
        for name in ("u", "v")
    }
    scale = np.std(np.concatenate([d.fields["u"] for d in data]))
    assert np.std(added["u"]) == pytest.approx(0.2 * scale, rel=0.03)
    assert np.std(added["v"]) == pytest.approx(0.4 * scale, rel=0.03)
    assert abs(np.corrcoef(added["u"], added["v"])[0, 1]) < 0.05
    assert all(
        np.array_equal(n.inputs["V"], d.inputs["V"])
        for n, d in zip(noisy(data, 0.2, 1), data, strict=True)
    )


def test_the_same_seed_gives_the_same_noise_and_levels_differ_by_a_factor() -> None:
    data = [waves("a"), waves("b")]
    once, again, other = noisy(data, 0.1, 3), noisy(data, 0.1, 3), noisy(data, 0.1, 4)
    assert np.array_equal(once[1].fields["u"], again[1].fields["u"])
    assert not np.array_equal(once[1].fields["u"], other[1].fields["u"])
    small, large = (
        noisy(data, level, 3)[0].fields["u"] - data[0].fields["u"] for level in (0.1, 0.2)
    )
    np.testing.assert_allclose(2 * small, large, atol=1e-12)
    assert not np.allclose(
        once[0].fields["u"] - data[0].fields["u"], once[1].fields["u"] - data[1].fields["u"]
    )
    assert noisy(data, 0.0, 3)[0] is data[0]
    assert not np.array_equal(noisy(data, 0.1, 0)[1].fields["u"], once[1].fields["u"])


@pytest.mark.parametrize(("level", "seed", "message"), [(-0.1, 0, "level"), (float("nan"), 0, "level"), (0.1, -1, "seed")])  # fmt: skip
def test_impossible_noise_is_refused(level: float, seed: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        noisy([waves("a")], level, seed)


def test_other_fields_do_not_change_the_noise_and_infinite_levels_are_refused() -> None:
    both = waves("a")
    alone = FieldData("a", both.axes, {"u": both.fields["u"]})
    assert np.array_equal(
        noisy([both], 0.1, 2)[0].fields["u"], noisy([alone], 0.1, 2)[0].fields["u"]
    )
    with pytest.raises(ValueError, match="level"):
        noisy([alone], float("inf"), 0)
