"""Discover the equations of one case from noisy data and, if the truth is known, score them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.call_costs import peak_megabytes
from mechanist.assess.equation_scores import RUN_COLUMNS
from mechanist.assess.equation_trials import scored
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.discover.found_equations import discover
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.search import Search
from mechanist.formats.equation_files import EquationFile, write_equations
from mechanist.formats.field_files import read_fields, read_truth
from mechanist.formats.tables import write_table
from mechanist.predict.law_export import law_of, write_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    data: Path,
    out_json: Path,
    out_runs: Path,
    laws: Path,
    *,
    case: str,
    method: str,
    library: Mapping[str, object],
    rules: Sequence[str],
    levels: Sequence[float],
    seeds: int,
    seed: int,
    resamples: int,
    settings: Mapping[str, object] | None = None,
    noise: float | None = None,
) -> None:
    """Write the equations at one noise level and the first seed, and the table of all runs.

    Parameters
    ----------
    data : Path
        Field file; if it holds no truth, the table has no rows.
    out_json, out_runs : Path
        Equations file, and table with the columns of
        :data:`mechanist.assess.equation_scores.RUN_COLUMNS`.
    laws : Path
        Folder of the files of the law, for use elsewhere.
    case : str
        Name of the case.
    method : str
        One of :data:`mechanist.discover.search.METHODS`.
    library : mapping
        Fields of :class:`mechanist.discover.candidate_library.Library`.
    rules : sequence of str
        Selection rules; ``"oracle"`` is left out if the truth is unknown.
    levels : sequence of float
        Noise levels.
    seeds, seed : int
        Number of noise realisations at each non-zero level, and the first seed.
    resamples : int
        Draws for the inclusion frequencies of the equations file.
    settings : mapping, optional
        Further fields of :class:`mechanist.discover.search.Search`, with ``priors`` as a mapping.
    noise : float, optional
        Noise level of the equations file, one of ``levels`` or zero; by default the first level.
    """
    clean = read_fields(data)
    try:
        search = Search.from_settings(method, library, settings or {})
        search.check(clean[0])
    except ValueError as error:
        raise ValueError(f"equations/cases/{case}: {error}") from error
    truth = read_truth(data, form=search.library.form)
    runs = [(level, seed + k) for level in levels for k in range(seeds if level else 1)]
    written = level_written(levels, noise), seed
    first = noisy(clean, *written)
    equations = discover(
        search,
        first,
        rules=rules,
        truth=truth or None,
        resamples=resamples,
        rng=np.random.default_rng(np.random.SeedSequence(seed)),
        limits=True,
    )
    provenance: dict[str, object] = {"library": dict(library), "settings": dict(settings or {})}
    content = EquationFile(case, method, *written, tuple(equations), provenance)
    write_equations(out_json, content)
    law = law_of(
        equations,
        first,
        name=case,
        method=method,
        noise=written[0],
        library=library,
        facts={"seed": seed},
    )
    write_files(laws, law)
    for equation in equations:
        LOGGER.info("%s, %s: %s", case, equation.rule, equation.to_text())
        if equation.near is not None:
            LOGGER.info("%s, %s: %s", case, equation.rule, equation.near.to_text())
        LOGGER.info("%s, %s: %s: %s", case, equation.rule, equation.verdict, equation.reason)
        if equation.limits:
            LOGGER.info("%s, %s: %s", case, equation.rule, equation.limits_text())
    rows: list[dict[str, object]] = []
    if truth:
        memory = peak_megabytes(lambda: search.systems(first))
        for level, one in progress(runs, f"{case}, {method}: runs"):
            shared = {"case": case, "method": method, "noise": level, "seed": one}
            found = scored(search, noisy(clean, level, one), rules, truth)
            rows += [shared | {"memory_mb": memory} | row for row in found]
    table = pd.DataFrame(rows, columns=list(RUN_COLUMNS))
    write_table(out_runs, table, columns=RUN_COLUMNS, check=False)


def level_written(levels: Sequence[float], noise: float | None) -> float:
    """Return the noise level of the equations file.

    Raises
    ------
    ValueError
        If it is neither zero nor among the levels.
    """
    if noise is None:
        return levels[0]
    if noise and noise not in levels:
        raise ValueError(f"noise = {noise}; expected zero or one of the levels {list(levels)}")
    return noise


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output.equations),
            Path(snakemake.output.runs),
            Path(snakemake.output.law).parent,
            case=snakemake.params.case,
            method=snakemake.params.method,
            library=snakemake.params.library,
            rules=snakemake.params.rules,
            levels=snakemake.params.levels,
            seeds=snakemake.params.seeds,
            seed=snakemake.params.seed,
            resamples=snakemake.params.resamples,
            settings=snakemake.params.settings,
            noise=snakemake.params.noise,
        )
