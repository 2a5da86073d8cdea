"""Accuracy of an identified law of slip systems, and its number of coefficients."""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.slip_law import SlipLaw
from mechanist.mechanics.slip_orbits import pair_orbits, triple_orbits
from mechanist.mechanics.slip_systems import SlipSystems


@dataclass(frozen=True)
class TensorScore:
    """Agreement of a found tensor with the true one.

    Parameters
    ----------
    error_percent : float
        Norm of the difference over the norm of the truth, over all entries.
    precision, recall : float
        Share of found entries that are true, and of true entries that are found; if no entry is
        found, precision is 1.
    """

    error_percent: float
    precision: float
    recall: float


@dataclass(frozen=True)
class Count:
    """Numbers of coefficients of a tensor.

    Parameters
    ----------
    entries, orbits : int
        Number of coefficients without symmetry, and after tying.
    kept_entries, kept_orbits : int
        Number of these that are not zero; an orbit counts if any of its entries is not zero.
    """

    entries: int
    orbits: int
    kept_entries: int
    kept_orbits: int

    @property
    def entry_percent(self) -> float:
        """Share of the entries that are not zero, in %."""
        return 100 * self.kept_entries / self.entries

    @property
    def orbit_percent(self) -> float:
        """Share of the orbits that are not zero, in %."""
        return 100 * self.kept_orbits / self.orbits


class CountRow(TypedDict):
    """Numbers of coefficients of a tensor, as a row of a table."""

    tensor: str
    entries: int
    orbits: int
    kept_entries: int
    kept_orbits: int
    entry_percent: float
    orbit_percent: float


def tensor_score(found: FloatArray, truth: FloatArray) -> TensorScore:
    """Compare tensors of equal shape.

    Raises
    ------
    ValueError
        If shapes differ or the truth is zero.
    """
    if found.shape != truth.shape or not truth.any():
        raise ValueError(
            f"found shape {found.shape}, true shape {truth.shape} with {np.count_nonzero(truth)}"
            " entries that are not zero; expected equal shapes and a truth that is not zero"
        )
    here, there = found != 0, truth != 0
    both, n_found = int((here & there).sum()), int(here.sum())
    return TensorScore(
        error_percent=100 * float(np.linalg.norm(found - truth) / np.linalg.norm(truth)),
        precision=both / n_found if n_found else 1.0,
        recall=both / int(there.sum()),
    )


def law_scores(found: SlipLaw, truth: SlipLaw) -> dict[str, TensorScore]:
    """Return the scores of ``H``, ``K`` and recovery, by these names."""
    return {
        "H": tensor_score(found.interactions, truth.interactions),
        "K": tensor_score(found.storage, truth.storage),
        "recovery": tensor_score(found.recovery, truth.recovery),
    }


def law_counts(law: SlipLaw, systems: SlipSystems) -> dict[str, Count]:
    """Return the numbers of coefficients of ``H`` and ``K``."""
    counts = {}
    for name, tensor, orbits in (
        ("H", law.interactions, pair_orbits(systems)),
        ("K", law.storage, triple_orbits(systems)),
    ):
        kept = np.unique(orbits.labels[tensor != 0])
        counts[name] = Count(tensor.size, orbits.number, int(np.count_nonzero(tensor)), len(kept))
    return counts


def count_rows(law: SlipLaw, systems: SlipSystems) -> list[CountRow]:
    """Return one row per tensor, with its counts and both shares."""
    return [
        {"tensor": name, "entries": count.entries, "orbits": count.orbits,
         "kept_entries": count.kept_entries, "kept_orbits": count.kept_orbits,
         "entry_percent": count.entry_percent, "orbit_percent": count.orbit_percent}
        for name, count in law_counts(law, systems).items()
    ]  # fmt: skip
