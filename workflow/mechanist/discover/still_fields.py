"""Fields that do not vary, or not in time: no search can find what determines their change."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.formats.field_files import FieldData

#: Largest change, relative to the largest value, that counts as rounding.
ROUNDING: Final = 1e-12


def still_fields(data: Sequence[FieldData]) -> list[str]:
    """Return a sentence on each field that has one value everywhere, or does not change in time.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories with the same fields.
    """
    sentences = []
    for name in data[0].fields:
        values = [one.fields[name] for one in data if name in one.fields]
        largest = max(float(np.abs(one).max()) for one in values)
        first = float(values[0].flat[0])
        if all(float(np.abs(one - first).max()) <= ROUNDING * largest for one in values):
            sentences.append(
                f"the field {name!r} has the value {first:g} everywhere; check its array"
            )
        elif all(float(np.abs(one - one[..., :1]).max()) <= ROUNDING * largest for one in values):
            sentences.append(
                f"the field {name!r} does not change in time on these data, so that they tell nothing"
                " of what changes it; give data in which it does"
            )
    return sentences
