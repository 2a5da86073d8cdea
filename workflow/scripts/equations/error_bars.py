"""Discover the equations of one case many times, to see how often error bars hold the truth."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.discover.found_equations import discover
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.search import Search
from mechanist.discover.stability import jackknife
from mechanist.formats.field_files import read_fields, read_truth
from mechanist.formats.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Columns of the table; one row for every noise level, seed, target and true term.
BAR_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "case": {"unit": "", "description": "name of the data"},
    "noise": {"unit": "", "description": "standard deviation relative to that of the field"},
    "seed": {"unit": "", "description": "seed of the noise"},
    "target": {"unit": "", "description": "left-hand side"},
    "right": {"unit": "", "description": "whether the terms found are the true ones"},
    "term": {"unit": "", "description": "a true term"},
    "truth": {"unit": "", "description": "its true coefficient, in the units of the data"},
    "value": {"unit": "", "description": "coefficient found, NaN if the terms are not right"},
    "error": {"unit": "", "description": "its standard error"},
    "plain_value": {"unit": "", "description": "least squares on the true terms, not corrected"},
    "plain_error": {"unit": "", "description": "its standard error from leaving out blocks"},
}


def main(
    data: Path,
    out: Path,
    *,
    case: str,
    method: str,
    library: Mapping[str, object],
    levels: Sequence[float],
    seeds: int,
    seed: int,
    settings: Mapping[str, object] | None = None,
) -> None:
    """Write coefficients and error bars of all runs, and those of plain least squares beside them.

    Parameters
    ----------
    data : Path
        Field file with a truth.
    out : Path
        Table with the columns :data:`BAR_COLUMNS`.
    case, method, library, settings
        As in ``discover.py``.
    levels : sequence of float
        Noise levels.
    seeds, seed : int
        Number of noise realisations at each level, and the first seed.

    Raises
    ------
    ValueError
        If the truth is unknown.
    """
    search = Search.from_settings(method, library, settings or {})
    truth = read_truth(data, form=search.library.form)
    if not truth:
        raise ValueError(f"{data}: the true equations are unknown, so that coverage is too")
    clean = read_fields(data)
    rows: list[dict[str, object]] = []
    runs = [(level, seed + k) for level in levels for k in range(seeds)]
    for level, one in progress(runs, f"{case}: error bars"):
        seen = noisy(clean, level, one)
        systems = search.systems(seen)
        for equation in discover(search, seen, systems=systems):
            true = {name: value for name, value in truth[equation.target].items() if value}
            found = {term.name: term for term in equation.terms}
            system, _ = systems[equation.target]
            support = [system.index(name) for name in true]
            plain, plain_errors = jackknife(system, equation.target, support)
            right = set(found) == set(true)
            for k, (name, value) in enumerate(true.items()):
                rows.append({
                    "case": case, "noise": level, "seed": one, "target": equation.target,
                    "right": right, "term": name, "truth": value,
                    "value": found[name].coefficient if right else np.nan,
                    "error": found[name].error if right else np.nan,
                    "plain_value": float(plain[k]), "plain_error": float(plain_errors[k]),
                })  # fmt: skip
    table = pd.DataFrame(rows, columns=list(BAR_COLUMNS))
    write_table(out, table, columns=BAR_COLUMNS, check=False)
    for level, part in table.groupby("noise"):
        LOGGER.info(
            "%s at noise %g: right terms in %.2f of the runs", case, level, part["right"].mean()
        )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output[0]),
            case=snakemake.params.case,
            method=snakemake.params.method,
            library=snakemake.params.library,
            levels=snakemake.params.levels,
            seeds=snakemake.params.seeds,
            seed=snakemake.params.seed,
            settings=snakemake.params.settings,
        )
