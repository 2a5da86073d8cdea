"""Compute one descriptor for every particle of all samples of one system, before loading."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.core.progress import log_to, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Descriptor, load_descriptor
from mechanist.describe.shared.feature_columns import feature_columns
from mechanist.describe.shared.sample_averages import over_particles
from mechanist.formats.sample import LoadPath, Sample, read_sample
from mechanist.formats.tables import KEYS, keyed, stacked, write_table
from mechanist.mechanics.loads import random_load, strain_of
from mechanist.settings.entry_types.block_entries import DescriptorEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    samples: list[Path],
    out: Path,
    *,
    descriptor: DescriptorEntry,
    probe: float,
    seed: int,
    averages: bool = False,
) -> None:
    """Write the feature table of one descriptor.

    Parameters
    ----------
    samples : list of Path
        Sample files of one system; failed samples and loads are left out.
    out : Path
        Feature table; load-blind descriptors have no ``load`` column.
    descriptor : mapping
        The configuration's entry: ``kind``, ``parameters``, and ``load``, which is ``applied`` or,
        for the wrong-load control, ``random``.
    probe : float
        Strain of the tiny elastic step that some indicators read.
    seed : int
        Root seed of random loads.
    averages : bool
        Whether each sample has one row, of its particles' mean and standard deviation.
    """
    describe = load_descriptor(descriptor["kind"], descriptor.get("parameters"))
    tables: list[pd.DataFrame] = []
    for path in progress(samples, "described"):
        sample = read_sample(path)
        if sample.status != "ok":
            continue
        if not describe.card.load_aware:
            features = describe(sample.reference)
            features = over_particles(features) if averages else features
            tables.append(_keyed(features.values, features.names, sample.name, None))
            continue
        for name, load in sample.good_loads.items():
            told = load.tensor
            if descriptor.get("load") == "random":
                rng = generator(seed, "wrong-load", sample.name, name)
                told = strain_of(random_load(sample.reference.dimension, rng))
            tables.append(_described(describe, sample, name, load, told, probe))
    table = stacked(tables)
    names = [str(name) for name in table.columns if name not in KEYS]
    card = describe.card
    write_table(out, table, columns=feature_columns(card, names, averages=averages))


def _described(
    describe: Descriptor,
    sample: Sample,
    name: str,
    load: LoadPath,
    told: FloatArray,
    probe: float,
) -> pd.DataFrame:
    """Describe one sample under one load, which may not be the one applied."""
    state = load.frame(probe).configuration if describe.card.needs_probe else None
    features = describe(sample.reference, load=told, probe=state)
    return _keyed(features.values, features.names, sample.name, name)


def _keyed(values: FloatArray, names: list[str], sample: str, load: str | None) -> pd.DataFrame:
    return keyed(values.astype(np.float32), names, sample=sample, load=load)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output[0]),
            descriptor=snakemake.params.descriptor,
            probe=snakemake.params.probe,
            averages=snakemake.params.averages,
            seed=snakemake.params.seed,
        )
