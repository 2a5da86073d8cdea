"""Describe the relaxed state before each loading of every dislocation sample by one descriptor."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mechanist.core.progress import log_to, progress
from mechanist.describe.descriptor import Descriptor, SubjectName, load_descriptor
from mechanist.describe.shared.feature_columns import feature_columns
from mechanist.formats.dislocation_batches import PRESTRAINED, UNDEFORMED, read_batch
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.settings.entry_types.block_entries import DescriptorEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    batches: Sequence[Path],
    out: Path,
    *,
    descriptor: DescriptorEntry,
    branches: Sequence[str] = (UNDEFORMED, PRESTRAINED),
) -> None:
    """Write the feature table of one descriptor.

    Parameters
    ----------
    batches : sequence of Path
        Sample files of one system; failed samples and branches are skipped.
    out : Path
        Parquet, one row per sample and branch (column ``load``), with object 0.
    descriptor : mapping
        The configuration's entry: ``kind`` and ``parameters``.
    branches : sequence of str
        Branches whose initial states are described.

    Raises
    ------
    ValueError
        If the descriptor does not describe dislocation samples or cannot describe one, or no sample
        is left.
    """
    describe: Descriptor = load_descriptor(
        descriptor["kind"],
        descriptor.get("parameters"),
        subject=SubjectName.DISLOCATION_SAMPLE,
    )
    load = strain_of(simple_shear("xy"))
    tables = []
    for path in progress(batches, "described"):
        for sample in read_batch(path):
            if sample.status != "ok":
                continue
            for name, branch in sample.good_branches.items():
                if name not in branches:
                    continue
                try:
                    features = describe(branch.start, load=load)
                except ValueError as error:
                    raise ValueError(f"{path}: {sample.name}, {name}: {error}") from error
                values = features.values.astype(np.float32)
                tables.append(keyed(values, features.names, sample=sample.name, load=name))
    if not tables:
        raise ValueError(
            f"no completed branch {list(branches)} in {[str(path) for path in batches]}"
        )
    columns = feature_columns(describe.card, features.names)
    write_table(out, stacked(tables), columns=columns)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output[0]),
            descriptor=snakemake.params.descriptor,
        )
