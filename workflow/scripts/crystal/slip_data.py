"""Generate slip data from known laws: crystals loaded along random paths, and the laws."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mechanist.core.progress import LOGGER, log_to
from mechanist.core.seeds import generator
from mechanist.formats.slip_tables import write_slip_table
from mechanist.mechanics.slip_law import Flow
from mechanist.mechanics.slip_law_files import write_slip_law
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.settings.entry_types.interactions_entries import SlipDataEntry, SlipFlowEntry
from mechanist.simulate.slip_paths import PathProtocol, slip_paths, with_noise
from mechanist.simulate.slip_paths_truth import true_law

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

SOURCES: Final = ("paths", "engine")


def main(
    tables: Sequence[Path],
    truths: Sequence[Path],
    *,
    data: Mapping[str, SlipDataEntry],
    flow: SlipFlowEntry,
    seed: int,
) -> None:
    """Write slip tables and the laws that generated them.

    Parameters
    ----------
    tables, truths : sequence of Path
        Files ``<name>.csv`` and ``<name>.json`` with the same names in the same order.
    data : mapping
        Settings of each dataset, by name.
    flow : mapping
        Elasticity and rate law.
    seed : int
    """
    for table, truth in zip(tables, truths, strict=True):
        make(table, truth, name=table.stem, entry=data[table.stem], flow=flow, seed=seed)


def make(
    table: Path,
    truth: Path,
    *,
    name: str,
    entry: SlipDataEntry,
    flow: SlipFlowEntry,
    seed: int,
) -> None:
    """Write a slip table and the law that generated it.

    Parameters
    ----------
    table, truth : Path
        CSV of states, and JSON of the law.
    name : str
        Name of the dataset, for random draws.
    entry : mapping
        ``systems``, ``truth``, ``runs``, ``noise``, and optionally ``source`` (``paths`` or
        ``engine``), ``shares`` and ``protocol``.
    flow : mapping
        Elasticity and rate law.
    seed : int

    Raises
    ------
    ValueError
        If the source is unknown.
    """
    source = entry.get("source", SOURCES[0])
    if source not in SOURCES:
        raise ValueError(f"source is {source!r}; expected one of {list(SOURCES)}")
    systems = slip_systems(entry["systems"])
    law = true_law(
        entry["truth"], systems, rng=generator(seed, name, "law"), **entry.get("shares", {})
    )
    pull = slip_paths
    if source == "engine":
        from mechanist.simulate.slip_paths_engine import engine_paths

        pull = engine_paths
    states = pull(
        law,
        systems,
        runs=entry["runs"],
        rng=generator(seed, name, "paths"),
        protocol=PathProtocol(**entry.get("protocol", {})),
        flow=Flow(**flow),
    )
    states = with_noise(states, entry["noise"], generator(seed, name, "noise"))
    write_slip_table(
        table,
        states,
        comment=f"{systems.name}, law {entry['truth']}, from {source}, noise {entry['noise']:g}",
    )
    write_slip_law(truth, systems.name, law, about={"truth": entry["truth"]})
    LOGGER.info("%d states of %d crystals of %s", len(states), entry["runs"], systems.name)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.output.tables],
            [Path(path) for path in snakemake.output.truths],
            data=snakemake.params.data,
            flow=snakemake.params.flow,
            seed=snakemake.params.seed,
        )
