"""Discover many chaotic systems from one noisy trajectory each: the benchmark of term selection."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.equation_scores import RUN_COLUMNS
from mechanist.assess.equation_trials import scored
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.search import Search
from mechanist.formats.tables import write_table
from mechanist.simulate.chaos import find_system, trajectory

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    out: Path,
    *,
    systems: Sequence[str],
    points: int,
    per_period: int,
    library: Mapping[str, object],
    rules: Sequence[str],
    levels: Sequence[float],
    seeds: int,
    seed: int,
    settings: Mapping[str, object] | None = None,
) -> None:
    """Write the table of runs of all systems; each system is a case.

    Parameters
    ----------
    out : Path
        Table with the columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`; memory is
        not measured.
    systems : sequence of str
        Names in :data:`mechanist.simulate.chaotic_systems.SYSTEMS`.
    points, per_period : int
        Length of the trajectory, and points in a dominant period.
    library, settings : mapping
        As in ``equations_discover.py``.
    rules, levels, seeds, seed
        As in ``equations_discover.py``.

    Raises
    ------
    ValueError
        If a system is unknown; raised before any is computed.
    """
    search = Search.from_settings("weak", library, settings or {})
    chosen = [find_system(name) for name in systems]
    runs = [(level, seed + k) for level in levels for k in range(seeds if level else 1)]
    rows: list[dict[str, object]] = []
    for system in progress(chosen, "chaotic systems"):
        clean = [trajectory(system.name, points=points, per_period=per_period)]
        for level, one in runs:
            shared = {"case": system.name, "method": search.method, "noise": level, "seed": one}
            found = scored(search, noisy(clean, level, one), rules, system.truth)
            rows += [shared | {"memory_mb": float("nan")} | row for row in found]
    table = pd.DataFrame(rows, columns=list(RUN_COLUMNS))
    write_table(out, table, columns=RUN_COLUMNS, check=False)
    whole = table.groupby(["rule", "noise", "seed", "case"])["exact"].all()
    for key, share in whole.groupby(["rule", "noise"]).mean().items():
        LOGGER.info("%s: all equations exact in %.2f of the systems", key, share)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            systems=snakemake.params.systems,
            points=snakemake.params.points,
            per_period=snakemake.params.per_period,
            library=snakemake.params.library,
            rules=snakemake.params.rules,
            levels=snakemake.params.levels,
            seeds=snakemake.params.seeds,
            seed=snakemake.params.seed,
            settings=snakemake.params.settings,
        )
