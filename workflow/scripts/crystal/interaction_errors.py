"""Compute the error of identified laws against number of states and noise, by method and seed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.interaction_scores import law_scores
from mechanist.core.progress import log_to, progress
from mechanist.core.seeds import generator
from mechanist.discover.interaction_law import identify
from mechanist.discover.interaction_sparse import SparseSettings
from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, SHARE, Column
from mechanist.formats.tables import write_table
from mechanist.formats.value_ranges import TEXT
from mechanist.mechanics.slip_law import Flow
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.settings.entry_types.interactions_entries import (
    InteractionErrorsEntry,
    SlipFlowEntry,
    SlipSettingsEntry,
)
from mechanist.simulate.slip_paths import PathProtocol, slip_paths, with_noise
from mechanist.simulate.slip_paths_truth import true_law

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS: Final = {
    "method": Column("", "Way in which the law was identified.", TEXT),
    "runs": Column("1", "Number of independent crystals that were simulated.", COUNT),
    "states": Column("1", "Number of states of these crystals that were used.", COUNT),
    "noise": Column(
        "1", "Noise of stresses and density rates, over their rms in a state.", NOT_NEGATIVE
    ),
    "seed": Column("1", "Seed of paths, initial densities and noise.", COUNT),
    "tensor": Column("", "Which part of the law is judged: H, K or recovery.", TEXT),
    "error_percent": Column(
        "%", "Norm of the error of the tensor over the norm of the truth.", NOT_NEGATIVE
    ),
    "precision": Column("1", "Share of found entries that are true.", SHARE),
    "recall": Column("1", "Share of true entries that are found.", SHARE),
}


def main(
    out: Path,
    *,
    study: InteractionErrorsEntry,
    settings: SlipSettingsEntry,
    folds: int,
    flow: SlipFlowEntry,
    seed: int,
) -> None:
    """Write a row for every method, number of runs, noise, seed and tensor.

    Parameters
    ----------
    out : Path
        Table, parquet.
    study : mapping
        ``systems``, ``truth``, ``runs``, ``noises``, ``methods``, ``seeds``, optionally
        ``protocol``.
    settings, flow : mapping
        Options of :class:`SparseSettings` with ``parts``, and of :class:`Flow`.
    folds : int
        Number of groups in which the parts are held out.
    seed : int
        Root seed.
    """
    rows: list[dict[str, object]] = []
    for number in progress(range(study["seeds"]), "seeds studied"):
        rows += _rows(number, study, settings, folds, Flow(**flow), seed)
    write_table(out, pd.DataFrame(rows), columns=COLUMNS, check=False)


def _rows(
    number: int,
    study: InteractionErrorsEntry,
    settings: SlipSettingsEntry,
    folds: int,
    flow: Flow,
    seed: int,
) -> Iterator[dict[str, object]]:
    """Yield the rows of one seed; smaller numbers of runs are subsets of the largest."""
    systems = slip_systems(study["systems"])
    names = ("interaction errors", str(number))
    law = true_law(study["truth"], systems, rng=generator(seed, *names, "law"))
    protocol = PathProtocol(**study.get("protocol", {}))
    everything = slip_paths(
        law, systems, runs=max(study["runs"]), rng=generator(seed, *names, "paths"),
        protocol=protocol, flow=flow,
    )  # fmt: skip
    parts = settings.get("parts", 10)
    sparse = replace(SparseSettings.of(settings, folds=folds), draws=0)
    for noise in study["noises"]:
        noisy = with_noise(everything, noise, generator(seed, *names, f"noise {noise:g}"))
        for runs in study["runs"]:
            states = noisy.select(np.flatnonzero(noisy.runs < runs))
            for method in study["methods"]:
                found = identify(
                    states, systems, method, flow=flow, noise=noise, parts=parts,
                    settings=sparse,
                )  # fmt: skip
                about = {"method": method, "runs": runs, "states": len(states), "noise": noise,
                         "seed": number}  # fmt: skip
                for tensor, score in law_scores(found.law, law).items():
                    yield {**about, "tensor": tensor, **vars(score)}


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            study=snakemake.params.study,
            settings=snakemake.params.settings,
            folds=snakemake.params.folds,
            flow=snakemake.params.flow,
            seed=snakemake.params.seed,
        )
