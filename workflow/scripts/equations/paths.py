"""Write the candidate models, by size and threshold, and each rule's choice."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.regression import THRESHOLDS, Fit, Problem, stlsq_path
from mechanist.discover.search import Search
from mechanist.discover.selection import model_path, select
from mechanist.discover.system import LinearSystem
from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, Column
from mechanist.formats.field_files import read_fields, read_truth
from mechanist.formats.tables import write_table
from mechanist.formats.value_ranges import LOGICAL, TEXT

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Columns of the table; one row for every model and term, and one for a model without terms.
PATH_COLUMNS: Final[dict[str, Column]] = {
    "case": Column("", "Name of the data.", TEXT),
    "noise": Column("1", "Standard deviation relative to that of the field.", NOT_NEGATIVE),
    "target": Column("", "Left-hand side.", TEXT),
    "path": Column(
        "", "Which path: size, the best model of each size, or threshold, by least squares.", TEXT
    ),
    "place": Column("1", "Size, or threshold on columns of unit norm.", NOT_NEGATIVE),
    "size": Column("1", "Number of terms.", COUNT),
    "loss": Column("1", "Squared residual relative to the squared target.", NOT_NEGATIVE),
    "right": Column("", "Whether these are the true terms.", LOGICAL),
    "rules": Column("", "Rules that select these terms, with spaces between.", TEXT),
    "term": Column("", "Name of the term; empty for a model without terms.", TEXT),
    "true": Column("", "Whether it is a true term.", LOGICAL),
    "weight": Column("1", "Coefficient of columns and target of unit norm."),
}


def main(
    data: Path,
    out: Path,
    *,
    case: str,
    library: Mapping[str, object],
    rules: Sequence[str],
    levels: Sequence[float],
    seed: int,
    target: str | None = None,
    method: str = "weak",
    settings: Mapping[str, object] | None = None,
) -> None:
    """Write the paths of one target at several noise levels.

    Parameters
    ----------
    data : Path
        Field file with a truth.
    out : Path
        Table with the columns :data:`PATH_COLUMNS`.
    case : str
        Name of the case.
    library, method, settings
        As in ``equations_discover.py``.
    rules : sequence of str
        Selection rules whose choices are marked.
    levels : sequence of float
        Noise levels.
    seed : int
        Seed of the noise.
    target : str, optional
        Left-hand side, by default the first.

    Raises
    ------
    ValueError
        If no truth is known for the target.
    """
    search = Search.from_settings(method, library, settings or {})
    truth = read_truth(data, form=search.library.form)
    clean = read_fields(data)
    wanted = target or search.targets_of(clean[0])[0]
    if wanted not in truth:
        raise ValueError(f"{data}: no truth for {wanted!r}, only for {sorted(truth)}")
    tables = []
    for level in progress(levels, f"{case}: paths"):
        system, _ = search.systems(noisy(clean, level, seed))[wanted]
        table = paths_of(system, wanted, rules, truth[wanted], max_terms=search.max_terms)
        tables.append(table.assign(case=case, noise=level, target=wanted))
        LOGGER.info("%s at noise %g: %d models", case, level, table["place"].nunique())
    found = pd.concat(tables, ignore_index=True)[list(PATH_COLUMNS)]
    write_table(out, found, columns=PATH_COLUMNS, check=False)


def paths_of(
    system: LinearSystem,
    target: str,
    rules: Sequence[str],
    truth: Mapping[str, float],
    *,
    max_terms: int,
) -> pd.DataFrame:
    """Return the models of both paths, one row per term."""
    problem = Problem.of(system, target)
    by_size = model_path(problem, max_terms=max_terms)
    chosen = {
        rule: select(
            system,
            target,
            rule=rule,
            max_terms=max_terms,
            truth=truth if rule == "oracle" else None,
            path=by_size,
        ).fit.support
        for rule in rules
    }
    models = [("size", float(len(fit.support)), fit) for fit in by_size]
    for threshold in THRESHOLDS:
        models += [("threshold", float(threshold), fit)
                   for fit in stlsq_path(problem, thresholds=[threshold])]  # fmt: skip
    right = {system.index(name) for name, value in truth.items() if value}
    rows = []
    for path, place, fit in models:
        shared = {
            "path": path,
            "place": place,
            "size": len(fit.support),
            "loss": fit.loss,
            "right": set(fit.support) == right,
            "rules": " ".join(rule for rule, support in chosen.items() if support == fit.support),
        }
        rows += [shared | term for term in _terms(system, problem, fit, right)]
    return pd.DataFrame(rows)


def _terms(
    system: LinearSystem, problem: Problem, fit: Fit, right: set[int]
) -> list[dict[str, object]]:
    """Return name, truth and scaled weight of each term of a model."""
    if not fit.support:
        return [{"term": "", "true": False, "weight": np.nan}]
    scaled = fit.weights * problem.norms / (problem.size or 1.0)
    return [
        {"term": system.names[k], "true": k in right, "weight": float(scaled[k])}
        for k in fit.support
    ]


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output[0]),
            case=snakemake.params.case,
            library=snakemake.params.library,
            rules=snakemake.params.rules,
            levels=snakemake.params.levels,
            seed=snakemake.params.seed,
            settings=snakemake.params.settings,
        )
