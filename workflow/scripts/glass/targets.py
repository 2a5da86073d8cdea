"""Compute the plasticity targets of every particle of all samples of one system."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.core.errors import FormatError
from mechanist.core.progress import log_to, progress
from mechanist.describe.plasticity_targets import plastic_targets, target_columns
from mechanist.formats.sample import read_sample
from mechanist.formats.tables import stacked, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    samples: list[Path],
    out: Path,
    *,
    cutoff: float,
    strains: list[float],
    quantities: Sequence[str] = (),
) -> None:
    """Write the target table of one system.

    Parameters
    ----------
    samples : list of Path
        Sample files of one system; failed samples and loads are left out.
    out : Path
        Target table.
    cutoff : float
        Radius of the neighbourhood for D2min.
    strains : list of float
        Equivalent shear strains of stored frames.
    quantities : sequence of str
        Targets that imported samples contain, kept beside the targets computed here.
    """
    tables: list[pd.DataFrame] = []
    units: set[str] = set()
    unit = ""
    for path in progress(samples, "labelled"):
        sample = read_sample(path)
        if sample.status != "ok":
            continue
        units.add(sample.units)
        unit = sample.provenance.get("import", {}).get("target_unit", "")
        try:
            tables += plastic_targets(sample, cutoff=cutoff, strains=strains, quantities=quantities)
        except KeyError as error:
            raise FormatError(
                path,
                f"a frame is missing: {error.args[0]}",
                remedy="Simulate or import the sample again, or request stored strains only.",
            ) from error
    if len(units) != 1:
        raise ValueError(
            f"samples of one system use the units {sorted(units)}; expected exactly one unit system"
            " and at least one sample that did not fail"
        )
    columns = target_columns(strains, units.pop(), quantities, unit=unit)
    write_table(out, stacked(tables), columns=columns)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output[0]),
            cutoff=snakemake.params.cutoff,
            strains=snakemake.params.strains,
            quantities=snakemake.params.quantities,
        )
