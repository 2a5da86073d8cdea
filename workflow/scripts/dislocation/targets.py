"""Tabulate the stress at which each dislocation sample first reaches given strains."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.progress import log_to, progress
from mechanist.formats.described_columns import Column
from mechanist.formats.dislocation_batches import PRESTRAINED, UNDEFORMED, read_batch
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

QUANTITY = "stress"


def main(
    batches: Sequence[Path],
    out: Path,
    *,
    strains: Sequence[float],
    branches: Sequence[str] = (UNDEFORMED, PRESTRAINED),
) -> None:
    """Write the target table of one system.

    Parameters
    ----------
    batches : sequence of Path
        Sample files of one system. Failed samples and branches are skipped. A branch that stops
        before its planned strain counts as failed; the splits file records the reason.
    out : Path
        Parquet, one row per sample and branch (column ``load``), with object 0.
    strains : sequence of float
        Plastic strains.
    branches : sequence of str
        Branches to read.

    Raises
    ------
    FormatError
        If a completed branch ends before the largest strain.
    ValueError
        If no sample is left.
    """
    names = [at_strain(QUANTITY, strain) for strain in strains]
    tables = []
    for path in progress(batches, "read"):
        for sample in read_batch(path):
            if sample.status != "ok":
                continue
            for name, branch in sample.good_branches.items():
                if name not in branches:
                    continue
                stress = branch.stress_at(strains)
                if np.isnan(stress).any():
                    end = branch.strain[-1] if len(branch.strain) else 0.0
                    raise FormatError(
                        path,
                        f"{sample.name}, {name}: the curve ends at strain {end:.4g}, before"
                        f" {max(strains):g}",
                        remedy="Request smaller strains, or simulate to a larger strain.",
                    )
                tables.append(keyed(stress[None, :], names, sample=sample.name, load=name))
    if not tables:
        raise ValueError(
            f"no completed branch {list(branches)} in {[str(path) for path in batches]}"
        )
    columns = {
        name: Column("D/b", f"Stress at which the strain {strain:g} is first reached.")
        for name, strain in zip(names, strains, strict=True)
    }
    write_table(out, stacked(tables), columns=columns)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output[0]),
            strains=snakemake.params.strains,
        )
