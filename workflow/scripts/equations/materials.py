"""Find hardening laws in noisy curves, by our rule and by rival rules."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.call_costs import cpu_seconds
from mechanist.assess.equation_scores import RUN_COLUMNS, score_equation
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.discover.elimination import SparseFit, lasso, messenger_bortz, threshold_path
from mechanist.discover.hardening_laws import LIBRARIES, Curve, discover_law, rows_of, weak_curves
from mechanist.formats.meanings.of_equations import TERMS
from mechanist.formats.tables import write_table
from mechanist.simulate.hardening_tests import LAWS, noisy_tests

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Our rule, the loss of Messenger and Bortz, the best model of the same thresholds (which knows the
#: truth), and cross-validated LASSO; the last three use rows that are not whitened.
RULES = ("auto", "messenger_bortz", "oracle", "lasso")


def main(
    out_runs: Path,
    out_terms: Path,
    *,
    laws: Sequence[str],
    half_width: int,
    levels: Sequence[float],
    seeds: int,
    seed: int,
) -> None:
    """Write the table of runs, and the coefficients that our rule found.

    Parameters
    ----------
    out_runs, out_terms : Path
        Table with the columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`, and table
        with one row for every run of our rule and term.
    laws : sequence of str
        Names in :data:`mechanist.simulate.hardening_tests.LAWS`.
    half_width : int
        Half the support of a test function, in grid points.
    levels : sequence of float
        Noise relative to the standard deviation of each test's curve.
    seeds : int
        Number of draws at each non-zero level.
    seed : int
        Root seed of the random numbers.
    """
    rows: list[dict[str, object]] = []
    terms: list[dict[str, object]] = []
    runs = [
        (law, level, k) for law in laws for level in levels for k in range(seeds if level else 1)
    ]
    for name, level, k in progress(runs, "hardening laws: runs"):
        rng = generator(seed, "hardening", name, str(k))
        tests = noisy_tests(LAWS[name], noise=level, rng=rng)
        ((target, truth),) = LAWS[name].truth.items()
        about = {"case": name, "method": "weak", "noise": level, "seed": k, "target": target}
        curves, making = cpu_seconds(
            lambda t=tests, n=name: weak_curves(t, LIBRARIES[n], half_width=half_width)  # type: ignore[misc]
        )
        for rule in RULES:
            found, choosing = cpu_seconds(lambda c=curves, n=name, r=rule, w=truth: _found(c, n, r, w))  # type: ignore[misc]  # fmt: skip
            score = vars(score_equation({term: value for term, (value, _) in found.items()}, truth))
            rows.append({**about, "rule": rule, **score, "cpu_s": making + choosing,
                         "memory_mb": float("nan")})  # fmt: skip
            if rule == "auto":
                terms += [{**about, "term": term, "value": value, "error": error,
                           "truth": truth.get(term, 0.0)}
                          for term, (value, error) in found.items()]  # fmt: skip
    table = pd.DataFrame(rows)[list(RUN_COLUMNS)]
    write_table(out_runs, table, columns=RUN_COLUMNS, check=False)
    write_table(out_terms, pd.DataFrame(terms), columns=TERMS, check=False)
    for key, share in (
        table[table["rule"] == "auto"].groupby(["case", "noise"])["exact"].mean().items()
    ):
        LOGGER.info("%s: exact in %.2f of the runs", key, share)


def _found(
    curves: Sequence[Curve], law: str, rule: str, truth: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return coefficient and error of the terms that a rule keeps."""
    names = list(LIBRARIES[law].terms)
    if rule == "auto":
        found = discover_law(curves, names)
        return {term: (value, found.errors[term]) for term, value in found.coefficients.items()}
    matrix, target = rows_of(curves)
    if rule == "lasso":
        fit = lasso(matrix, target)
    else:
        path = threshold_path(matrix, target)
        right = {names.index(term) for term in truth}
        fit = messenger_bortz(matrix, target, path) if rule != "oracle" else _nearest(path, right)
    return {names[k]: (float(fit.coefficients[k]), float(fit.errors[k])) for k in fit.support}


def _nearest(path: Sequence[SparseFit], right: set[int]) -> SparseFit:
    """Return the model of a path whose terms best match the true ones."""

    def shared(fit: SparseFit) -> float:
        kept = set(fit.support)
        return len(kept & right) / len(kept | right)

    return path[int(np.argmax([shared(fit) for fit in path]))]


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output.runs),
            Path(snakemake.output.terms),
            laws=snakemake.params.laws,
            half_width=snakemake.params.half_width,
            levels=snakemake.params.levels,
            seeds=snakemake.params.seeds,
            seed=snakemake.params.seed,
        )
