"""Find the flow law and the hardening law of slip systems from the fields of polycrystals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.curve_errors import curve_errors
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.discover.hidden_slip_laws import hidden_law
from mechanist.discover.slip_law_fits import (
    FlowLaw,
    HardeningFit,
    bootstrap_interval,
    flow_law,
    flow_logarithms,
    flow_moments,
    hardening_law,
    hardening_sums,
    increment_sums,
    naive_flow_law,
    with_shuffled_stress,
    with_slip_noise,
)
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_crystals import SLIP_CURVES, SLIP_LAWS, SLIP_POINTS
from mechanist.formats.polycrystal_batches import read_runs
from mechanist.formats.slip_fields import SlipFields
from mechanist.formats.tables import write_table
from mechanist.mechanics.slip_orbits import fcc_kinds, pair_orbits
from mechanist.settings.entry_types.crystal_systems_entries import (
    CrystalMaterialEntry,
    CrystalSystemEntry,
)
from mechanist.settings.entry_types.slip_law_settings_entries import SlipLawsEntry
from mechanist.simulate.crystal_law import Voce
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.polycrystal_system import Material, PolycrystalSystem, sample_name

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

TRUTH = "truth"
#: Methods that see the resistance.
MEASURED, NAIVE, NULL = "measured", "measured_naive", "measured_null"
#: Methods that do not see the resistance.
HIDDEN, HIDDEN_NAIVE, HIDDEN_NULL = "hidden", "hidden_naive", "hidden_null"
#: The method that finds no law.
MEAN_CURVE = "mean_curve"
#: Quantity of the difference of a curve from the true one.
HELD = "difference of the stress of a held-out cell"
#: Methods whose laws are put into the engine; nulls are no laws that can be loaded.
LOADED = (MEASURED, NAIVE, HIDDEN, HIDDEN_NAIVE)


def main(
    runs: Sequence[Path], laws: Path, points: Path, curves: Path, *, settings: SlipLawsEntry,
    entry: CrystalSystemEntry, material: CrystalMaterialEntry, samples: int, level: float,
    resamples: int, seed: int,
) -> None:  # fmt: skip
    """Write found laws, the points of the last noise, and curves of the found laws in the engine.

    Parameters
    ----------
    runs : sequence of Path
        Batches that hold fields of slip systems.
    laws, points, curves : Path
        Outputs: a CSV and two tables.
    settings, entry, material : mapping
        Settings of the study, of its system and of the material.
    samples : int
        Number of samples of the system; the next one is held out for the engine.
    level, resamples
        Of intervals over microstructures.
    seed : int

    Raises
    ------
    ValueError
        If a run ended early or holds no fields of slip systems.
    """
    system = PolycrystalSystem.from_entry(settings["system"], entry, material)
    fields, mean = _fields(runs), _mean_curve(runs)
    study = _Study(system, settings, level=level, resamples=resamples)
    held_out = sample_name(system.name, samples)
    rows: list[dict[str, object]] = []
    loaded = [_curve(system, held_out, seed).assign(law=TRUTH, noise=0.0)]
    # Without noise, all realisations are the same.
    draws = [(noise, k) for noise in settings["noises"]
             for k in range(settings["realisations"] if noise else 1)]  # fmt: skip
    for noise, number in progress(draws, "noises of fields"):
        key = str(noise) if number == 0 else f"{noise}, {number}"
        rng = generator(seed, "slip laws", key)
        noisy = [with_slip_noise(one, noise, rng) for one in fields]
        found = list(study.rows(noisy, noise, rng))
        found += study.hidden_rows(noisy, noise, rng)
        start = float(np.mean([one.resistance_before[0].mean() for one in noisy]))
        for method in LOADED:
            curve = _curve(study.with_law(found, method, start), held_out, seed)
            found.append(_difference(method, curve, loaded[0]))
            if number == 0:
                loaded.append(curve.assign(law=method, noise=noise))
        found.append(_difference(MEAN_CURVE, mean, loaded[0]))
        rows += [{"noise": noise, "realisation": number, **row} for row in found]
        if number:
            continue
        x, y = (np.concatenate(parts) for parts in zip(
            *(flow_logarithms(one, settings["threshold"]) for one in noisy), strict=True))  # fmt: skip
        chosen = rng.choice(len(x), min(len(x), settings["points"]), replace=False)
    write_csv(laws, pd.DataFrame(rows), title="Laws of slip from fields of polycrystals",
              columns=SLIP_LAWS, float_format="%.6g")  # fmt: skip
    drawn = pd.DataFrame({"log_ratio": x[chosen], "log_rate": y[chosen]}).assign(noise=noise)
    write_table(points, drawn[list(SLIP_POINTS)], columns=SLIP_POINTS, check=False)
    together = pd.concat(loaded, ignore_index=True)[list(SLIP_CURVES)]
    write_table(curves, together, columns=SLIP_CURVES, check=False)


def _fields(paths: Sequence[Path]) -> list[SlipFields]:
    found = []
    for path in paths:
        for run in read_runs(path):
            if not run.ok or run.slip is None:
                raise ValueError(f"{path}, run {run.name!r}: status {run.status!r}, fields of slip"
                                 f" {'absent' if run.slip is None else 'present'}; expected a whole"
                                 " run with fields. Set keep_slip and lower the strain")  # fmt: skip
            found.append(run.slip)
    return found


def _mean_curve(paths: Sequence[Path]) -> pd.DataFrame:
    """Return the mean of the curves of all runs, which say nothing of a law."""
    curves = [run.curve for path in paths for run in read_runs(path)]
    return pd.DataFrame(np.mean(curves, axis=0), columns=["strain", "stress"])


def _curve(system: PolycrystalSystem, sample: str, seed: int) -> pd.DataFrame:
    run = replace(system, keep_slip=False).run(sample, seed=seed)
    LOGGER.info("%s: status %s", sample, run.status)
    return pd.DataFrame(run.curve, columns=["strain", "stress"])


def _difference(method: str, curve: pd.DataFrame, true: pd.DataFrame) -> dict[str, object]:
    """Return the row of the difference of a curve from the true one; missing if it ended early."""
    both = [curve.assign(law=method, specimen="held"), true.assign(law="truth", specimen="held")]
    value = float(curve_errors(pd.concat(both), truth="truth")["error_percent"].item())
    return {"method": method, "quantity": HELD,
            "unit": "%", "value": value, "error_percent": value, "samples": 1}  # fmt: skip


class _Study:
    """Fits laws to noisy fields and puts them into the system that the fields come from."""

    def __init__(
        self, system: PolycrystalSystem, settings: SlipLawsEntry, *, level: float, resamples: int
    ) -> None:
        if not isinstance(system.material.law, Voce):
            raise TypeError(f"crystal/slip_laws/system: {system.name!r} hardens by"
                             f" {type(system.material.law).__name__}; expected a Voce material")  # fmt: skip
        self.system, self.threshold = system, settings["threshold"]
        self.law, self.crystal = system.material.law, system.material.crystal
        self.level, self.resamples = level, resamples
        self.orbits = pair_orbits(self.crystal.systems)
        fcc = self.crystal.systems.name == "fcc12"
        names = fcc_kinds(self.crystal.systems) if fcc else range(self.orbits.number)
        self.kinds = [f"slope, {name}" for name in names]

    def rows(
        self, fields: list[SlipFields], noise: float, rng: np.random.Generator
    ) -> Iterator[dict[str, object]]:
        """Yield a row for each method and number of a law."""
        moments = [flow_moments(one, self.threshold) for one in fields]
        yield from self._rows(
            MEASURED, moments, lambda m: _numbers(flow_law(m, noise)), self._flow, rng
        )
        yield from self._rows(
            NAIVE, moments, lambda m: _numbers(naive_flow_law(m)), self._flow, rng
        )
        dealt = [flow_moments(with_shuffled_stress(one, rng), self.threshold) for one in fields]
        yield from self._rows(NULL, dealt, lambda m: _numbers(naive_flow_law(m)), self._flow, rng)
        largest = max(float(one.resistance.max()) for one in fields)
        for method, sums_of in ((MEASURED, hardening_sums), (NAIVE, increment_sums)):
            sums = [sums_of(one, self.orbits) for one in fields]
            yield from self._rows(
                method, sums, lambda s: _parameters(hardening_law(s, largest)), self._voce, rng
            )

    def hidden_rows(
        self, fields: list[SlipFields], noise: float, rng: np.random.Generator
    ) -> Iterator[dict[str, object]]:
        """Yield the same rows of fits that do not see the resistance, and what they leave.

        The reference rate is that of the material, since stresses cannot tell it.
        """
        truths = {"exponent": self._flow["exponent"]} | self._voce
        for method, naive, dealt in ((HIDDEN, False, None), (HIDDEN_NAIVE, True, None),
                                     (HIDDEN_NULL, False, rng)):  # fmt: skip
            fit = hidden_law(fields, self.orbits, threshold=self.threshold, rate=self.crystal.rate,
                             noise=noise, naive=naive, dealt=dealt)  # fmt: skip
            bounds = fit.interval(level=self.level, resamples=self.resamples, rng=rng)
            yield from self._table(method, fit.values, bounds, truths, len(fields))
            yield {"method": method, "quantity": "residual of the logarithm of stress",
                   "unit": "1", "value": fit.residual, "samples": len(fields)}  # fmt: skip

    @property
    def _flow(self) -> dict[str, tuple[float, str]]:
        return {"exponent": (self.crystal.exponent, "1"), "reference rate": (self.crystal.rate, "1/s"),
                "squared correlation": (float("nan"), "1")}  # fmt: skip

    @property
    def _voce(self) -> dict[str, tuple[float, str]]:
        slopes = np.asarray(self.law.h0)[:, None] * self.law.latent
        first = [float(slopes[self.orbits.labels == k][0]) for k in range(self.orbits.number)]
        constants = {"initial resistance": self.law.tau0, "saturation": self.law.tau_sat}
        start = {name: float(np.ravel(value)[0]) for name, value in constants.items()}
        truths = start | dict(zip(self.kinds, first, strict=True))
        return {name: (value, "MPa") for name, value in truths.items()}

    def _rows(
        self, method: str, sums: list[FloatArray], estimate: Callable[[FloatArray], FloatArray],
        truths: Mapping[str, tuple[float, str]], rng: np.random.Generator,
    ) -> Iterator[dict[str, object]]:  # fmt: skip
        values = estimate(np.sum(sums, axis=0))
        low, high = bootstrap_interval(
            sums, estimate, level=self.level, resamples=self.resamples, rng=rng
        )
        yield from self._table(method, values, (low, high), truths, len(sums))

    @staticmethod
    def _table(
        method: str, values: FloatArray, bounds: tuple[FloatArray, FloatArray],
        truths: Mapping[str, tuple[float, str]], samples: int,
    ) -> Iterator[dict[str, object]]:  # fmt: skip
        low, high = bounds
        for k, (quantity, (truth, unit)) in enumerate(truths.items()):
            error = 100 * abs(values[k] / truth - 1)
            yield {"method": method, "quantity": quantity, "unit": unit, "value": values[k],
                   "low": low[k], "high": high[k], "truth": truth, "error_percent": error,
                   "samples": samples}  # fmt: skip

    def with_law(
        self, rows: Sequence[dict[str, object]], method: str, start: float
    ) -> PolycrystalSystem:
        """Return the system with the laws that a method found.

        A fit of increments finds no initial resistance; the mean of the first step stands for it.
        """
        ours = {str(row["quantity"]): float(str(row["value"])) for row in rows
                if row["method"] == method}  # fmt: skip
        slopes = np.array([ours[kind] for kind in self.kinds])
        material = self.system.material
        crystal = Crystal(
            self.crystal.systems, self.crystal.constants,
            rate=ours.get("reference rate", self.crystal.rate), exponent=ours["exponent"],
        )  # fmt: skip
        first = ours["initial resistance"]
        law = Voce(tau0=start if np.isnan(first) else first, tau_sat=ours["saturation"], h0=slopes[0],
                   a=1.0, latent=self.orbits.expand(slopes / slopes[0]))  # fmt: skip
        return replace(self.system, material=Material(material.entry, crystal, law))


def _numbers(law: FlowLaw) -> FloatArray:
    return np.array([law.exponent, law.rate, law.r2])


def _parameters(fit: HardeningFit) -> FloatArray:
    return np.array([fit.initial, fit.saturation, *fit.slopes])


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output.laws),
            Path(snakemake.output.points),
            Path(snakemake.output.curves),
            settings=snakemake.params.settings,
            entry=snakemake.params.system,
            material=snakemake.params.material,
            samples=snakemake.params.samples,
            level=snakemake.params.level,
            resamples=snakemake.params.settings["resamples"],
            seed=snakemake.params.seed,
        )
