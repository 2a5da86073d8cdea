"""Discover the equations of one case many times, to judge its error bars and its verdicts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.discover.controls import without
from mechanist.discover.found_equations import discover
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.search import Search
from mechanist.discover.stability import jackknife
from mechanist.discover.system import LinearSystem
from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, Column
from mechanist.formats.equation_files import Equation
from mechanist.formats.field_files import Truth, read_fields, read_truth
from mechanist.formats.tables import write_table
from mechanist.formats.value_ranges import LOGICAL, TEXT

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Columns of the table; one row for every noise level, seed, target and true term.
BAR_COLUMNS: Final[dict[str, Column]] = {
    "case": Column("", "Name of the data.", TEXT),
    "noise": Column("1", "Standard deviation relative to that of the field.", NOT_NEGATIVE),
    "seed": Column("1", "Seed of the noise.", COUNT),
    "target": Column("", "Left-hand side.", TEXT),
    "right": Column("", "Whether the terms found are the true ones.", LOGICAL),
    "term": Column("", "A true term.", TEXT),
    "truth": Column("of the data", "True coefficient of the term."),
    "value": Column("of the data", "Coefficient found; NaN if the terms are not right."),
    "error": Column("of the data", "Standard error of the coefficient found.", NOT_NEGATIVE),
    "plain_value": Column(
        "of the data", "Coefficient by least squares on the true terms, not corrected for noise."
    ),
    "plain_error": Column(
        "of the data",
        "Standard error of that coefficient from leaving out blocks of data.",
        NOT_NEGATIVE,
    ),
}
#: Columns of the table of verdicts; one row for every noise level, seed, target and library.
VERDICT_COLUMNS: Final[dict[str, Column]] = {
    "case": BAR_COLUMNS["case"],
    "noise": BAR_COLUMNS["noise"],
    "seed": BAR_COLUMNS["seed"],
    "target": BAR_COLUMNS["target"],
    "missing": Column("", "True term that the library lacks; empty: none.", TEXT),
    "right": BAR_COLUMNS["right"],
    "terms": Column("1", "Number of terms found.", COUNT),
    "verdict": Column("", "Verdict on the equation found.", TEXT),
    "unexplained": Column("1", "Squared residual over the squared target.", NOT_NEGATIVE),
    "noise_share": Column("1", "Share that noise explains, NaN if unknown.", NOT_NEGATIVE),
}


def main(
    data: Path,
    out: Path,
    out_verdicts: Path,
    *,
    case: str,
    method: str,
    library: Mapping[str, object],
    levels: Sequence[float],
    seeds: int,
    seed: int,
    controls: int,
    settings: Mapping[str, object] | None = None,
) -> None:
    """Write coefficients, error bars and verdicts of all runs.

    Beside the error bars stand those of plain least squares. Beside the verdicts on equations whose
    terms are all in the library stand those on equations from libraries that lack a true term.

    Parameters
    ----------
    data : Path
        Field file with a truth.
    out : Path
        Table with the columns :data:`BAR_COLUMNS`.
    out_verdicts : Path
        Table with the columns :data:`VERDICT_COLUMNS`; it also has a run without noise.
    case, method, library, settings
        As in ``discover.py``.
    levels : sequence of float
        Noise levels.
    seeds, seed : int
        Number of noise realisations at each level, and the first seed.
    controls : int
        Number of these realisations for which the search is repeated without each true term.

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
    verdicts: list[dict[str, object]] = []
    noisy_runs = [(level, seed + k) for level in levels if level for k in range(seeds)]
    for level, one in progress([(0.0, seed), *noisy_runs], f"{case}: error bars"):
        run = {"case": case, "noise": level, "seed": one}
        seen = noisy(clean, level, one)
        systems = search.systems(seen)
        for equation in discover(search, seen, systems=systems):
            true = _true_terms(truth, equation.target)
            verdicts.append(run | _verdict(equation, right=_right(equation, true)))
            if level:
                rows += [run | row for row in _bars(equation, systems[equation.target][0], true)]
        for target, found in systems.items() if one < seed + controls else ():
            for name in _true_terms(truth, target):
                lacking = {target: without(found, name)}
                judged = discover(search, seen, systems=lacking)
                verdicts += [run | _verdict(equation, missing=name) for equation in judged]
    table = pd.DataFrame(rows, columns=list(BAR_COLUMNS))
    write_table(out, table, columns=BAR_COLUMNS, check=False)
    table_verdicts = pd.DataFrame(verdicts, columns=list(VERDICT_COLUMNS))
    write_table(out_verdicts, table_verdicts, columns=VERDICT_COLUMNS, check=False)
    for level, part in table.groupby("noise"):
        LOGGER.info(
            "%s at noise %g: right terms in %.2f of the runs", case, level, part["right"].mean()
        )


def _true_terms(truth: Truth, target: str) -> dict[str, float]:
    """Return the true terms of an equation, those with a coefficient other than zero."""
    return {name: value for name, value in truth[target].items() if value}


def _right(equation: Equation, true: Mapping[str, float]) -> bool:
    return {term.name for term in equation.terms} == set(true)


def _verdict(equation: Equation, *, right: bool = False, missing: str = "") -> dict[str, object]:
    """Return the part of a row that tells the verdict; a library that lacks a term is not right."""
    return {
        "target": equation.target, "missing": missing, "right": right,
        "terms": len(equation.terms), "verdict": equation.verdict, "unexplained": equation.loss,
        "noise_share": equation.noise_share,
    }  # fmt: skip


def _bars(
    equation: Equation, system: LinearSystem, true: Mapping[str, float]
) -> Iterator[dict[str, object]]:
    """Yield the part of a row that tells the error bar, for each true term."""
    found = {term.name: term for term in equation.terms}
    support = [system.index(name) for name in true]
    plain, plain_errors = jackknife(system, equation.target, support)
    right = _right(equation, true)
    for k, (name, value) in enumerate(true.items()):
        yield {
            "target": equation.target, "right": right, "term": name, "truth": value,
            "value": found[name].coefficient if right else np.nan,
            "error": found[name].error if right else np.nan,
            "plain_value": float(plain[k]), "plain_error": float(plain_errors[k]),
        }  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output.bars),
            Path(snakemake.output.verdicts),
            case=snakemake.params.case,
            method=snakemake.params.method,
            library=snakemake.params.library,
            levels=snakemake.params.levels,
            seeds=snakemake.params.seeds,
            seed=snakemake.params.seed,
            controls=snakemake.params.controls,
            settings=snakemake.params.settings,
        )
