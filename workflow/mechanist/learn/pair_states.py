"""Relaxed dislocation states and their targets: training data of networks over pairs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import read_batch
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE, read_table

QUANTITY: Final = "stress"
#: Every branch is loaded along positive resolved shear.
FORWARD: Final = 1.0


@dataclass(frozen=True, eq=False)
class States:
    """Relaxed states of one system and their targets, one row per sample and branch."""

    keys: pd.DataFrame
    configurations: list[Configuration]
    truth: FloatArray

    @property
    def senses(self) -> list[float]:
        """Sense of the load of every state."""
        return [FORWARD] * len(self.configurations)


def read_states(
    batches: Sequence[Path],
    targets: Path,
    names: Sequence[str],
    *,
    samples: Collection[str] | None = None,
) -> States:
    """Read the starting states of all branches that have a row in the target table.

    Parameters
    ----------
    batches : sequence of Path
        Sample files.
    targets : Path
        Target table.
    names : sequence of str
        Target columns.
    samples : collection of str, optional
        Keep only these samples.

    Raises
    ------
    ValueError
        If no state is left.
    """
    table = read_table(targets, [SAMPLE, LOAD, OBJECT, *names])
    truth = table.set_index([SAMPLE, LOAD])[list(names)]
    rows, configurations = [], []
    for sample in (sample for path in batches for sample in read_batch(path)):
        if sample.status != "ok" or (samples is not None and sample.name not in samples):
            continue
        for name, branch in sample.good_branches.items():
            if (sample.name, name) in truth.index:
                rows.append((sample.name, name))
                configurations.append(branch.start)
    if not rows:
        raise ValueError(f"{targets}: no row belongs to a sample of {[str(p) for p in batches]}")
    keys = pd.DataFrame(rows, columns=[SAMPLE, LOAD]).astype("category")
    keys[OBJECT] = np.int32(0)
    return States(keys, configurations, truth.loc[rows].to_numpy(float))
