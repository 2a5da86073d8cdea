"""Identify the laws of slip-system interaction from slip tables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.discover.interaction_law import Identified, identify
from mechanist.discover.interaction_sparse import SparseSettings
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_crystals import LASSO
from mechanist.formats.slip_tables import read_slip_table
from mechanist.mechanics.slip_law import Flow
from mechanist.mechanics.slip_law_files import write_slip_law
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.settings.entry_types.interactions_entries import (
    SlipDataEntry,
    SlipFlowEntry,
    SlipSettingsEntry,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

PATH_COLUMNS = ["tensor", "block", "penalty", "threshold", "n_terms", "loss", "error", "chosen"]


def main(
    tables: Mapping[str, Path],
    laws: Sequence[Path],
    paths: Sequence[Path],
    *,
    data: Mapping[str, SlipDataEntry],
    settings: SlipSettingsEntry,
    folds: int,
    flow: SlipFlowEntry,
    seed: int,
) -> None:
    """Write the laws identified from all datasets by all methods.

    Parameters
    ----------
    tables : mapping of str to Path
        Slip tables by the name of the dataset.
    laws, paths : sequence of Path
        Files ``<data>/<method>.json`` and ``<data>/<method>.csv`` in the same order.
    data : mapping
        Settings of each dataset: ``systems``, ``noise``, optionally ``settings``.
    settings, flow : mapping
        Options for all datasets, see :func:`find`.
    folds : int
        Number of groups in which the parts of a dataset are held out.
    seed : int
    """
    for law, path in progress(list(zip(laws, paths, strict=True)), "laws identified"):
        name = law.parent.name
        entry = data[name]
        find(
            tables[name], law, path, name=name, systems=entry["systems"], method=law.stem,
            noise=entry["noise"], settings={**settings, **entry.get("settings", {})}, folds=folds,
            flow=flow, seed=seed,
        )  # fmt: skip


def find(
    table: Path,
    law: Path,
    path: Path,
    *,
    name: str,
    systems: str,
    method: str,
    noise: float,
    settings: SlipSettingsEntry,
    folds: int,
    flow: SlipFlowEntry,
    seed: int,
) -> None:
    """Write the identified law and the path of models from which it was chosen.

    Parameters
    ----------
    table : Path
        CSV, see :mod:`mechanist.formats.slip_tables`.
    law, path : Path
        JSON, and CSV of penalties and thresholds; the CSV is empty if nothing is chosen.
    name : str
        Name of the dataset, for random draws.
    systems : str
        Name of the slip systems.
    method : str
        One of :data:`mechanist.discover.interaction_law.METHODS`.
    noise : float
        Noise of the stresses, as far as known.
    settings, flow : mapping
        Options of :class:`SparseSettings` with ``parts``, and of :class:`Flow`.
    folds : int
        Number of groups in which the parts are held out.
    seed : int
    """
    slip = slip_systems(systems)
    states = read_slip_table(table, len(slip))
    found = identify(
        states,
        slip,
        method,
        flow=Flow(**flow),
        noise=noise,
        parts=settings.get("parts", 10),
        settings=SparseSettings.of(settings, folds=folds),
        rng=generator(seed, name, method, "halves"),
    )
    about = {
        "method": method,
        "states": len(states),
        "runs": len(np.unique(states.runs)),
        "unseen": {"H": found.unseen[0], "K": found.unseen[1]},
        "frequencies": {
            "H": _numbers(found.resistance.frequencies),
            "K": _numbers(found.evolution.frequencies),
        },
    }
    write_slip_law(law, systems, found.law, about=about)
    title = "Candidates on the way to a sparse law"
    write_csv(path, _path_table(found), title=title, columns=LASSO, float_format="%.8g")
    if any(found.unseen):
        LOGGER.info(
            "no state excites %d coefficients of H and %d of K: they are set to zero",
            *found.unseen,
        )


def _path_table(found: Identified) -> pd.DataFrame:
    tables = [
        pd.DataFrame(fit.path, columns=PATH_COLUMNS[1:]).assign(tensor=tensor)
        for tensor, fit in (("H", found.resistance), ("K", found.evolution))
    ]
    return pd.concat(tables, ignore_index=True)[PATH_COLUMNS]


def _numbers(frequencies: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float] | None:
    """Return inclusion frequencies, or None if they were not requested."""
    return None if np.isnan(frequencies).all() else frequencies.tolist()


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            dict(zip(snakemake.params.data, map(Path, snakemake.input), strict=True)),
            [Path(path) for path in snakemake.output.laws],
            [Path(path) for path in snakemake.output.paths],
            data=snakemake.params.data,
            settings=snakemake.params.settings,
            folds=snakemake.params.folds,
            flow=snakemake.params.flow,
            seed=snakemake.params.seed,
        )
