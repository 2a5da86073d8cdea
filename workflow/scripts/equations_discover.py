"""Discover the equations of one case from noisy data, with error bars, and score them where the truth is known."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mechanist.assess.equation_scores import (
    RUN_COLUMNS,
    cpu_seconds,
    peak_megabytes,
    score_equation,
)
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.search import Search, discover
from mechanist.formats.equations import Equation, EquationFile, write_equations
from mechanist.formats.fields import FieldData, Truth, read_fields, read_truth
from mechanist.formats.tables import write_table
from mechanist.progress import LOGGER, log_to, progress

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    data: Path,
    out_json: Path,
    out_runs: Path,
    *,
    case: str,
    method: str,
    library: Mapping[str, Any],
    rules: Sequence[str],
    levels: Sequence[float],
    seeds: int,
    seed: int,
    resamples: int,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Write the equations of the first noise level and seed, and the table of all runs.

    Parameters
    ----------
    data : Path
        Field file; without a truth the table has no rows.
    out_json, out_runs : Path
        Equations file, and table with the columns of
        :data:`mechanist.assess.equation_scores.RUN_COLUMNS`.
    case : str
        Name of the case.
    method : str
        One of :data:`mechanist.discover.search.METHODS`.
    library : mapping
        Fields of :class:`mechanist.discover.search.Library`.
    rules : sequence of str
        Rules of selection; ``"oracle"`` counts where the truth is known.
    levels : sequence of float
        Noise levels.
    seeds, seed : int
        Number of realisations of the noise at each level but zero, and the first seed.
    resamples : int
        Draws for the inclusion frequencies of the equations file.
    settings : mapping, optional
        Further fields of :class:`mechanist.discover.search.Search`, with ``priors`` as a mapping.
    """
    search = Search.from_settings(method, library, settings or {})
    truth = read_truth(data, form=search.library.form)
    clean = read_fields(data)
    runs = [(level, seed + k) for level in levels for k in range(seeds if level else 1)]
    first = noisy(clean, *runs[0])
    equations = discover(
        search,
        first,
        rules=rules,
        truth=truth or None,
        resamples=resamples,
        rng=np.random.default_rng(np.random.SeedSequence(seed)),
    )
    provenance = {"library": dict(library), "settings": dict(settings or {})}
    level, one = runs[0]
    write_equations(out_json, EquationFile(case, method, level, one, tuple(equations), provenance))
    for equation in equations:
        LOGGER.info("%s, %s: %s", case, equation.rule, equation.to_text())
    rows: list[dict[str, Any]] = []
    if truth:
        memory = peak_megabytes(lambda: search.systems(first))
        for level, one in progress(runs, f"{case}, {method}: runs"):
            shared = {"case": case, "method": method, "noise": level, "seed": one}
            found = scored(search, noisy(clean, level, one), rules, truth)
            rows += [shared | {"memory_mb": memory} | row for row in found]
    table = pd.DataFrame(rows, columns=list(RUN_COLUMNS))
    write_table(out_runs, table, columns=RUN_COLUMNS, check=False)


def scored(
    search: Search, data: Sequence[FieldData], rules: Sequence[str], truth: Truth
) -> list[dict[str, Any]]:
    """Return a row for every rule and target of one realisation.

    The time of a rule is that of making the systems of all targets and selecting by it.
    """
    known = {target: truth[target] for target in search.targets_of(data[0]) if target in truth}
    systems, making = cpu_seconds(lambda: search.systems(data))
    rows: list[dict[str, Any]] = []
    for rule in rules:
        found, selecting = cpu_seconds(
            lambda r=rule: discover(search, data, rules=[r], truth=known, systems=systems)  # type: ignore[misc]
        )
        rows += [_row(equation, known, making + selecting) for equation in found]
    return rows


def _row(equation: Equation, truth: Truth, seconds: float) -> dict[str, Any]:
    score = score_equation(equation.coefficients, truth[equation.target])
    return {"rule": equation.rule, "target": equation.target, "cpu_s": seconds, **vars(score)}


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output.equations),
            Path(snakemake.output.runs),
            case=snakemake.params.case,
            method=snakemake.params.method,
            library=snakemake.params.library,
            rules=snakemake.params.rules,
            levels=snakemake.params.levels,
            seeds=snakemake.params.seeds,
            seed=snakemake.params.seed,
            resamples=snakemake.params.resamples,
            settings=snakemake.params.settings,
        )
