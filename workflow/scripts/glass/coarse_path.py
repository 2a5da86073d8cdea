"""Walk one coarse path in every glass under every load, and say how each particle moved along it."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.core.progress import log_to, progress
from mechanist.core.typing import FloatArray
from mechanist.describe.coarse_motion import CoarseMotion
from mechanist.describe.plasticity_targets import MEASURES, measures, target_columns
from mechanist.describe.shared.feature_columns import feature_columns
from mechanist.formats.configuration import Configuration
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.described_columns import Column
from mechanist.formats.meanings.of_scores import COARSE_COSTS
from mechanist.formats.sample import LoadPath, Sample, read_sample
from mechanist.formats.tables import KEYS, keyed, stacked, write_table
from mechanist.settings.target_names import at_strain
from mechanist.simulate.coarse_paths import CoarsePath, coarse_states
from mechanist.simulate.glass_samples import relaxer_for
from mechanist.simulate.minimisation import MinimisationError, Relaxer

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    samples: Sequence[Path],
    out: Path,
    costs: Path,
    *,
    path: CoarsePath,
    strains: Sequence[float],
    quantity: str,
    cutoff: float,
) -> None:
    """Write the motion of particles along a path, and what the path took.

    Parameters
    ----------
    samples : sequence of Path
        Sample files of one system; failed samples and loads are left out.
    out : Path
        Feature table: for each strain the target that is predicted, as the path has it, less its mean in
        the frame; then the features of :mod:`mechanist.describe.coarse_motion`.
    costs : Path
        CSV, a row for each sample, load and strain.
    path : CoarsePath
    strains : sequence of float
        Stored strains.
    quantity : str
        The target that is predicted, one of the measures of plastic motion.
    cutoff : float
        Radius of the neighbourhood for D2min.

    Raises
    ------
    ValueError
        If the quantity is no measure of motion, or a minimisation does not end.
    """
    if quantity not in MEASURES:
        raise ValueError(
            f"learning/regression_target is {quantity!r}; a coarse path gives {list(MEASURES)}."
            " Remove glass/frontier for another target"
        )
    tables: list[pd.DataFrame] = []
    rows: list[dict[str, object]] = []
    described: dict[str, Column] = {}
    units = ""
    for file in progress(samples, "walked"):
        sample = read_sample(file)
        if sample.status != "ok":
            continue
        units = sample.units
        with relaxer_for(sample.reference) as relaxer:
            if not tables:  # compiled functions are loaded outside of the measured time
                first = next(iter(sample.good_loads.values()))
                _walk(sample, first, [min(strains) / 100], path, relaxer, cutoff)
            for name, load in sample.good_loads.items():
                try:
                    found = _walk(sample, load, strains, path, relaxer, cutoff)
                except MinimisationError as error:
                    raise ValueError(
                        f"{file}: load {name}: {error}; choose a larger force_tolerance or more"
                        " steps of this path in glass/frontier/paths"
                    ) from error
                values, names = [], []
                for motion, _, _ in found:
                    column = motion[:, list(MEASURES).index(quantity)]
                    values.append(column[:, None] - column.mean())
                names += [at_strain(quantity, strain) for strain in sorted(strains)]
                for strain, (_, state, cost) in zip(sorted(strains), found, strict=True):
                    features = CoarseMotion(cutoff=cutoff)(
                        sample.reference, load=load.tensor, probe=state
                    )
                    values.append(features.values)
                    told = feature_columns(CoarseMotion.card, features.names)
                    named = {at_strain(one, strain): about for one, about in told.items()}
                    described |= named
                    names += list(named)
                    rows.append({"sample": sample.name, "load": name, "strain": strain, **cost})
                joined = np.hstack(values).astype(np.float32)
                tables.append(keyed(joined, names, sample=sample.name, load=name))
    table = stacked(tables)
    targets = target_columns(sorted(strains), units)
    about = {n: described.get(n) or _centred(targets[n]) for n in table.columns if n not in KEYS}
    write_table(out, table, columns=about)
    title = "CPU time of a coarse path, by sample, load and strain"
    write_csv(costs, pd.DataFrame(rows), title=title, columns=COARSE_COSTS)


def _centred(target: Column) -> Column:
    said = f"{target.description}, along the coarse path, less its mean over the particles."
    return Column(target.unit, said)


def _walk(
    sample: Sample,
    load: LoadPath,
    strains: Sequence[float],
    path: CoarsePath,
    relaxer: Relaxer,
    cutoff: float,
) -> list[tuple[FloatArray, Configuration, dict[str, object]]]:
    """Return the measures of motion at each strain, with the state and what it took."""
    states = coarse_states(sample.reference, load.gradient, strains, path, relaxer=relaxer)
    found = []
    for number, state in enumerate(states):
        start = time.process_time()
        where = f"{sample.name}, strain {state.strain:g}"
        motion = measures(sample.reference, state.configuration, cutoff, where)
        seconds = state.cpu_seconds + time.process_time() - start
        own = len(path.walks(strains)) > 1
        cost: dict[str, object] = {
            "walk": number if own else 0, "steps": state.steps, "evaluations": state.evaluations,
            "cpu_seconds": seconds,
        }  # fmt: skip
        found.append((motion, state.configuration, cost))
    return found


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.samples],
            Path(snakemake.output.table),
            Path(snakemake.output.csv),
            path=CoarsePath(**snakemake.params.path),
            strains=snakemake.params.strains,
            quantity=snakemake.params.quantity,
            cutoff=snakemake.params.cutoff,
        )
