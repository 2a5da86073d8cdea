"""Which way a load pushes, and when dislocations are at rest."""

from typing import Any

import pytest

from edge_dislocations import dislocations
from mechanist.predict.curve_asked import is_reverse, relaxed
from mechanist.predict.curve_prediction import check_state, speed

SHEAR = {"type": "simple_shear", "plane": "xy"}


@pytest.mark.parametrize(
    ("load", "reverse"),
    [(None, False), (SHEAR, False), (SHEAR | {"sense": 1}, False), (SHEAR | {"sense": -1}, True)],
)
def test_the_sense_of_a_load(load: dict[str, Any] | None, reverse: bool) -> None:
    entry: Any = {"path": "a"} if load is None else {"path": "a", "load": load}
    assert is_reverse(entry) is reverse


@pytest.mark.parametrize("load", [SHEAR | {"plane": "xz"}, {"type": "uniaxial", "plane": "xy"}])
def test_loads_that_move_nothing_along_x_are_refused(load: dict[str, Any]) -> None:
    entry: Any = {"load": load}
    with pytest.raises(ValueError, match="expected simple_shear xy or, reversed, simple_shear -xy"):
        is_reverse(entry)


def test_relaxed_dislocations_hardly_move() -> None:
    moving = dislocations(0, n=16, apart=1.5)
    rested = relaxed(moving)
    assert speed(check_state(moving, moving=True)) > 1e-4
    assert speed(check_state(rested, moving=True)) < 1e-7
