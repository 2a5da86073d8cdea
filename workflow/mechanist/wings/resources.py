"""Memory and time that jobs ask for."""

from collections.abc import Callable, Mapping
from typing import Final

from mechanist.settings.entry_types.glass_block_entries import GlassSystemEntry
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.wings.learning_wing import Cost
from mechanist.wings.wing import Wildcards

#: Megabytes or minutes for a job, by its wildcards and the number of the attempt.
Resource = Callable[[Wildcards, int], int]


def growing(megabytes: int) -> Resource:
    """Return memory that doubles at the second attempt of a killed job and triples at the third."""

    def memory(wildcards: Wildcards, attempt: int) -> int:
        del wildcards
        return attempt * megabytes

    return memory


#: Memory and time of a job that draws one figure, with a generous margin.
FIGURE_RESOURCES: Final[Mapping[str, Resource | int]] = {"mem_mb": growing(3000), "runtime": 20}


def million_rows(system: GlassSystemEntry) -> float:
    """Return the rows of the load-aware table of a glass system, in millions."""
    return float(system["samples"] * system["particles"] * len(system["loads"]) / 1e6)


def training_cost(system: GlassSystemEntry) -> Cost:
    """Return what holds the features of all descriptors of a model of a glass system."""
    rows = million_rows(system)
    return Cost(int(2000 + 6000 * rows), int(30 + 60 * rows))


class TableResources:
    """Memory and time of jobs that work through a table with a row for each particle and load.

    Parameters
    ----------
    settings : dict
        The whole configuration.
    """

    def __init__(self, settings: SettingsEntry) -> None:
        self.settings = settings

    def _rows(self, wildcards: Wildcards) -> float:
        return million_rows(self.settings["glass"]["systems"][wildcards.system])

    def describe_memory(self, wildcards: Wildcards, attempt: int) -> int:
        """Return megabytes that hold some hundred features of every row twice."""
        return int(attempt * (1500 + 4000 * self._rows(wildcards)))

    def minutes(self, wildcards: Wildcards, attempt: int) -> int:
        """Return minutes to work through a table, with a generous margin."""
        return int(attempt * (30 + 60 * self._rows(wildcards)))
