"""Assign usable samples to folds by group; failed samples are excluded with the reason."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.formats.statuses import read_statuses
from mechanist.learn.splits import MIN_FOLDS, make_splits, write_splits

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(samples: Sequence[Path], out: Path, *, folds: int, seed: int, adapt: bool = False) -> None:
    """Write the folds of all usable samples.

    Parameters
    ----------
    samples : sequence of Path
        Sample files, each with one sample or a batch.
    out : Path
        Splits, JSON.
    folds : int
        Number of folds.
    seed : int
        Seed of the shuffle.
    adapt : bool
        Whether to reduce the number of folds to that of independent samples, at least two.
    """
    statuses = [status for path in samples for status in read_statuses(path)]
    excluded = {status.name: status.reason for status in statuses if not status.usable}
    groups = {status.name: status.group or status.name for status in statuses if status.usable}
    if adapt:
        folds = max(MIN_FOLDS, min(folds, len(set(groups.values()))))
    splits = make_splits(groups, folds=folds, seed=seed, excluded=excluded, groups=groups)
    write_splits(out, splits)


if __name__ == "__main__":
    main(
        [Path(path) for path in snakemake.input.samples],
        Path(snakemake.output[0]),
        folds=snakemake.params.folds,
        seed=snakemake.params.seed,
        adapt=snakemake.params.adapt,
    )
