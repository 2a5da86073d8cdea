"""Locate the transition from jamming to pinning in dislocation creep by the confusion scheme.

Follows Salmenjoki, Laurson & Alava (2020), https://doi.org/10.1186/s41313-020-00022-0, on the
two-dimensional model of Ovaska, Laurson & Alava (2015), https://arxiv.org/abs/1401.6315.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.confusion import Confusion, ConfusionOptions, agreement, confuse
from mechanist.assess.confusion_summary import ConfusionSummary, Peak, write_confusion
from mechanist.assess.midpoint import midpoint
from mechanist.core.narrowing import mapping, number
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.describe.descriptor import SubjectName, load_descriptor
from mechanist.describe.relaxation import LEAST, creep_exponent, held_share
from mechanist.describe.shared.trajectories import TrajectoryDescriptor, states_of
from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, SHARE, Column
from mechanist.formats.dislocation_batches import CREEP, DislocationSample, read_batch, signs
from mechanist.formats.meanings.of_dislocations import CONFUSION
from mechanist.formats.tables import keyed, stacked, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Columns of the sample table, with units.
COLUMNS = {
    "pin_density": Column("1/b^2", "Number of pins per area.", NOT_NEGATIVE),
    "log_strain": Column("1", "Logarithm of the plastic strain at the last time."),
    "exponent": Column("1", "Creep exponent d log(strain) / d log(time); 1/3 for Andrade creep."),
    "held": Column("1", "Share of dislocations in reach of a pin at the end.", SHARE),
    "dislocations": Column("1", "Number of dislocations left at the end.", COUNT),
}
#: Order parameters whose midpoints are compared with the transition.
ORDER = ("log_strain", "exponent")


def main(
    batches: Sequence[Path],
    *,
    out_samples: Path,
    out_curves: Path,
    out_summary: Path,
    features: Sequence[str],
    window: tuple[float, float],
    options: ConfusionOptions,
) -> None:
    """Write order parameters of samples, accuracy curves of feature sets, and a summary.

    Parameters
    ----------
    batches : sequence of Path
        Files of one system with creep branches at several pin densities; failed ones are skipped.
    out_samples, out_curves : Path
        Parquet tables, one row per sample; one row per feature set and boundary.
    out_summary : Path
        JSON: location of the transition with interval and significance for each feature set, their
        agreement, and midpoints of the order parameters.
    features : sequence of str
        Descriptors of creep trajectories; each one is trained separately.
    window : tuple of float
        Start and end time of the fit of the creep exponent, in b^2/D per unit of mobility.
    options : ConfusionOptions
        Options shared by all feature sets.
    """
    samples = [s for path in batches for s in read_batch(path) if CREEP in s.good_branches]
    if not samples:
        raise ValueError(f"no sample in {[str(p) for p in batches]} completed the branch {CREEP!r}")
    table = stacked([_known(sample, window) for sample in samples])
    write_table(out_samples, table, columns=COLUMNS)
    pins = table["pin_density"].to_numpy(float)
    states = [states_of(sample.branches[CREEP]) for sample in samples]
    found: dict[str, Confusion] = {}
    for kind in progress(list(features), "analysed"):
        describe: TrajectoryDescriptor = load_descriptor(kind, subject=SubjectName.CREEP_TRAJECTORY)
        values = np.vstack([describe(sample).values for sample in states])  # noqa: PD011
        found[kind] = confuse(values, pins, options=options)
        LOGGER.info("%s: %s", kind, _row(found[kind]))
    curves = [_curve(result).assign(features=kind) for kind, result in found.items()]
    accuracy = pd.concat(curves, ignore_index=True)
    write_table(out_curves, accuracy, columns=CONFUSION, check=False)
    write_confusion(out_summary, _summary(found, table, options))


def _known(sample: DislocationSample, window: tuple[float, float]) -> pd.DataFrame:
    """Return the pin density and the order parameters of one sample."""
    branch = sample.branches[CREEP]
    time, strain = sample.series["time"], sample.series["strain"]
    pinning = mapping(mapping(sample.provenance["parameters"])["pinning"])
    reach = number(mapping(pinning["well"])["radius"])
    last = branch.frames[-1].configuration
    values = {
        "pin_density": float((signs(branch.start) == 0).sum() / branch.start.measure),
        "log_strain": float(np.log(max(strain[-1], LEAST))),
        "exponent": creep_exponent(time, strain, window),
        "held": held_share(last, reach),
        "dislocations": float(sample.series["dislocations"][-1]),
    }
    return keyed(np.array([list(values.values())]), list(values), sample=sample.name, load=CREEP)


def _curve(result: Confusion) -> pd.DataFrame:
    """Return all curves of one feature set, one row per boundary."""
    names = ("boundaries", "accuracy", "low", "high", "majority", "null_mean", "null_low",
             "null_high", "drift_mean", "drift_low", "drift_high")  # fmt: skip
    table = pd.DataFrame({name: getattr(result, name) for name in names})
    return table.rename(columns={"boundaries": "boundary"})


def _row(result: Confusion) -> Peak:
    """Return the result for one feature set in JSON form."""
    peak = result.peak
    return {
        "location": _number(peak.location),
        "location_low": _number(result.location_low),
        "location_high": _number(result.location_high),
        "prominence": peak.prominence,
        "prominence_p": result.prominence_p,
        "excess": result.excess,
        "excess_p": result.excess_p,
        "peak_share": result.peak_share,
        "n": result.n,
    }


def _summary(
    found: Mapping[str, Confusion], table: pd.DataFrame, options: ConfusionOptions
) -> ConfusionSummary:
    """Return transition locations, their agreement and the midpoints of the order parameters."""
    names = list(found)
    pairs = agreement(list(found.values()), options.level)
    pins = table["pin_density"].to_numpy(float)
    middles = {
        name: midpoint(pins, table[name].to_numpy(float), level=options.level, seed=options.seed)
        for name in ORDER
    }
    return {
        "unit": "1/b^2",
        "options": asdict(options),
        "features": {name: _row(result) for name, result in found.items()},
        "agreement": [
            {"first": names[i], "second": names[j], "ratio": _number(ratio[0]),
             "low": _number(ratio[1]), "high": _number(ratio[2])}
            for i, j, ratio in pairs
        ],
        "midpoints": {
            name: {"location": m.value, "location_low": m.low, "location_high": m.high}
            for name, m in middles.items()
        },
    }  # fmt: skip


def _number(value: float) -> float | None:
    """Return a number, or None (JSON null) if it is not finite."""
    return float(value) if np.isfinite(value) else None


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            out_samples=Path(snakemake.output.samples),
            out_curves=Path(snakemake.output.curves),
            out_summary=Path(snakemake.output.summary),
            features=snakemake.params.features,
            window=tuple(snakemake.params.window),
            options=ConfusionOptions(
                **snakemake.params.options,
                folds=snakemake.params.folds,
                seed=snakemake.params.seed,
            ),
        )
