"""Tabulate pileups: features of the relaxed states, and the stresses to predict."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from mechanist.core.progress import log_to
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import SubjectName, load_descriptor
from mechanist.describe.shared.feature_columns import feature_columns
from mechanist.describe.shared.pileups import PileupDescriptor
from mechanist.formats.described_columns import Column
from mechanist.formats.pileup_batches import RAMP, PileupSample, read_batch
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

STRESS: Final = "stress"
FLOW_STRESS: Final = "flow_stress"
UNIT: Final = "D/b"


def main(
    batches: Sequence[Path],
    features: Mapping[str, Path],
    targets: Path,
    *,
    strains: Sequence[float],
) -> None:
    """Write the feature tables and the target table, without failed samples.

    Parameters
    ----------
    batches : sequence of Path
        Sample files of one system.
    features : mapping of str to Path
        Feature table of each descriptor of pileups.
    targets : Path
        Table of ``stress@<strain>``, the stress at which the mean displacement first reaches that
        fraction of the mean spacing, and of ``flow_stress``.
    strains : sequence of float
        Strains, positive.

    Raises
    ------
    ValueError
        If a descriptor is unknown, a strain is not positive, or no sample is usable.
    """
    if not all(strain > 0 for strain in strains):
        raise ValueError(f"strains = {list(strains)}; expected positive strains")
    samples = [s for path in batches for s in read_batch(path) if s.status == "ok"]
    if not samples:
        raise ValueError(
            f"no usable sample in {[str(path) for path in batches]}; each sample states its reason"
        )
    for name, path in features.items():
        describe: PileupDescriptor = load_descriptor(name, subject=SubjectName.PILEUP)
        described = [(sample, describe(sample)) for sample in samples]
        tables = [
            keyed(found.values.astype(np.float32), found.names, sample=sample.name, load=RAMP)
            for sample, found in described
        ]
        names = described[0][1].names
        write_table(path, stacked(tables), columns=feature_columns(describe.card, names))
    columns = {
        at_strain(STRESS, strain): Column(
            UNIT,
            f"Stress at which the mean displacement first reaches {strain:g} of the mean spacing.",
        )
        for strain in strains
    }
    columns[FLOW_STRESS] = Column(UNIT, "Stress above which the pileup flows.")
    rows = [keyed(_truth(s, strains), list(columns), sample=s.name, load=RAMP) for s in samples]
    write_table(targets, stacked(rows), columns=columns)


def _truth(sample: PileupSample, strains: Sequence[float]) -> FloatArray:
    """Return the targets of one sample, shape (1, n_targets)."""
    return np.append(sample.stress_at(strains), sample.flow_stress)[np.newaxis]


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            {Path(path).stem: Path(path) for path in snakemake.output.features},
            Path(snakemake.output.targets),
            strains=snakemake.params.strains,
        )
