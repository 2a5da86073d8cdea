"""Find an equation with varying coefficients in noisy data, by weak form and published methods."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.call_costs import cpu_seconds, peak_megabytes
from mechanist.assess.varying_scores import VARYING_RUN_COLUMNS, score_varying
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.discover.derivatives import Derivative
from mechanist.discover.grouped import VaryingEquation, discover_varying
from mechanist.discover.library import divergence_library, product_library
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.slices import group_lasso, sgtr, sliced_system
from mechanist.discover.varying import varying_system, varying_widths
from mechanist.formats.field_files import TIME, FieldData, read_about, read_fields
from mechanist.formats.meanings.of_equations import CURVES
from mechanist.formats.tables import write_table
from mechanist.settings.entry_types.equation_studies_entries import VaryingRunsEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

TARGET = "u_t"
FORMS = {"weak": "divergence", "sgtr": "product", "group_lasso": "product"}


def main(
    data: Path,
    out_runs: Path,
    out_curves: Path,
    *,
    case: str,
    library: Mapping[str, int],
    n_basis: int,
    windows: Mapping[str, int],
    methods: Mapping[str, VaryingRunsEntry],
    seed: int,
) -> None:
    """Write the table of runs, and the coefficient curves of the first seed of every level.

    Parameters
    ----------
    data : Path
        Field file of one trajectory with its coefficient curves.
    out_runs, out_curves : Path
        Tables with the columns of :data:`mechanist.assess.varying_scores`.
    case : str
        Name of the case.
    library : mapping
        ``degree`` of monomials and ``order`` of derivatives.
    n_basis : int
        Largest number of basis functions of a coefficient.
    windows : mapping
        ``half_width`` and ``degree`` of the local polynomials with which published methods
        differentiate noisy data; clean data are differentiated by finite differences.
    methods : mapping
        Any of ``weak``, ``sgtr`` and ``group_lasso``, each with noise ``levels`` and number of
        ``seeds``.
    seed : int
        First seed of the noise.

    Raises
    ------
    ValueError
        If the file holds no coefficient curves.
    """
    curves = read_about(data).get("curves", {})
    if not curves:
        raise ValueError(f"{data}: no coefficient curves; expected a case whose coefficients vary")
    clean = read_fields(data)
    rows: list[dict[str, object]] = []
    tables: list[pd.DataFrame] = []
    for method, plan in methods.items():
        truth = curves[FORMS[method]][TARGET]
        axis = next(iter(truth.values()))["axis"]
        known = {term: np.array(curve["values"]) for term, curve in truth.items()}
        fit = _fitter(method, axis, library, n_basis, windows)
        memory = peak_megabytes(lambda f=fit: f(clean[0], 0.0))  # type: ignore[misc]
        levels = [(level, seed + k) for level in plan["levels"]
                  for k in range(plan["seeds"] if level else 1)]  # fmt: skip
        for level, one in progress(levels, f"{case}, {method}: runs"):
            (heard,) = noisy(clean, level, one)
            found, seconds = cpu_seconds(lambda f=fit, h=heard, v=level: f(h, v))  # type: ignore[misc]
            about = {"case": case, "method": method, "rule": method, "noise": level, "seed": one}
            score, table = score_varying(found, known, clean[0].axes[axis])
            rows.append({**about, "target": TARGET, **score, "cpu_s": seconds, "memory_mb": memory})
            if one == seed:
                tables.append(table.assign(**about, target=TARGET))
    runs = pd.DataFrame(rows)[list(VARYING_RUN_COLUMNS)]
    write_table(out_runs, runs, columns=VARYING_RUN_COLUMNS, check=False)
    shown = pd.concat(tables, ignore_index=True)[list(CURVES)]
    write_table(out_curves, shown, columns=CURVES, check=False)
    for (name, level), share in runs.groupby(["method", "noise"])["exact"].mean().items():
        LOGGER.info("%s, %s at noise %g: right terms in %.2f of the runs", case, name, level, share)


def _fitter(
    method: str, axis: str, library: Mapping[str, int], n_basis: int, windows: Mapping[str, int]
) -> Callable[[FieldData, float], VaryingEquation]:
    """Return a function that finds an equation in data with a given noise level."""

    def weak(data: FieldData, _: float) -> VaryingEquation:
        names, space = list(data.fields), [name for name in data.axes if name != TIME]
        terms = divergence_library(names, space, degree=library["degree"], order=library["order"])
        widths = varying_widths(data, terms, TARGET)
        system = varying_system(data, terms, TARGET, axis=axis, n_basis=n_basis, widths=widths)
        return discover_varying(system)[0]

    def sliced(data: FieldData, level: float) -> VaryingEquation:
        names, space = list(data.fields), [name for name in data.axes if name != TIME]
        terms = product_library(names, space, degree=library["degree"], order=library["order"])
        how = Derivative("local_polynomial", **windows) if level else Derivative()
        system = sliced_system(
            data, [term.name for term in terms], TARGET, axis=axis, derivative=how
        )
        return sgtr(system) if method == "sgtr" else group_lasso(system)

    return weak if method == "weak" else sliced


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output.runs),
            Path(snakemake.output.curves),
            case=snakemake.wildcards.case,
            library=snakemake.params.library,
            n_basis=snakemake.params.n_basis,
            windows=snakemake.params.windows,
            methods=snakemake.params.methods,
            seed=snakemake.params.seed,
        )
