"""Fields that do not vary, or not in time: no search can find what determines their change."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.formats.field_files import FieldData

#: Largest change, relative to the largest value, that counts as rounding.
ROUNDING: Final = 1e-12


def require_change(data: Sequence[FieldData], names: Sequence[str]) -> None:
    """Check that fields change in time.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories.
    names : sequence of str
        Fields whose rates of change are to be explained.

    Raises
    ------
    ValueError
        If one has one value everywhere, or does not change in time by more than rounding.
    """
    for name in names:
        values = [one.fields[name] for one in data if name in one.fields]
        largest = max((float(np.abs(one).max()) for one in values), default=0.0)
        if not values or any(
            float(np.abs(one - one[..., :1]).max()) > ROUNDING * largest for one in values
        ):
            continue
        first = float(values[0].flat[0])
        alike = all(float(np.abs(one - first).max()) <= ROUNDING * largest for one in values)
        seen = f"has the value {first:g} everywhere" if alike else "does not change in time"
        raise ValueError(
            f"the field {name!r} {seen},"
            " expected a change that an equation can explain. Check its array and the order of"
            " its dimensions; make it one of the `inputs` if it is known, or name other left-hand sides"
            " under `targets`"
        )
