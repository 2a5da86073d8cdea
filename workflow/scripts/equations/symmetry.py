"""Find symmetry classes of crystals from noisy stresses: significance, thresholds and LASSO."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
from scipy.spatial.transform import Rotation

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.discover.symmetry_class import METHODS, Method, classify, classify_unoriented
from mechanist.formats.meanings.of_equations import SYMMETRY
from mechanist.formats.tables import write_table
from mechanist.mechanics.strain_invariants import class_of
from mechanist.simulate.elastic_tests import CRYSTALS, elastic_test

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Method for unknown axes, which are found together with the class.
UNORIENTED = "unknown_axes"


def main(
    out: Path,
    *,
    crystals: Sequence[str],
    cases: Sequence[int],
    levels: Sequence[float],
    seeds: int,
    unoriented_seeds: int,
    seed: int,
) -> None:
    """Write the class that each method finds in each draw.

    Parameters
    ----------
    out : Path
        Table with one row for every crystal, number of load cases, noise, draw and method.
    crystals : sequence of str
        Names in :data:`mechanist.simulate.elastic_tests.CRYSTALS`.
    cases : sequence of int
        Numbers of load cases.
    levels : sequence of float
        Noise relative to the standard deviation of all stress components.
    seeds, unoriented_seeds : int
        Numbers of draws with known axes and with unknown axes (which cost more).
    seed : int
        Root seed of the random numbers.
    """
    rows: list[dict[str, object]] = []
    runs = [
        (c, n, level, k) for c in crystals for n in cases for level in levels for k in range(seeds)
    ]
    for crystal, n, level, k in progress(runs, "symmetry classes: draws"):
        draw = (crystal, n, level, k)
        rows += [_row(draw, method, seed) for method in METHODS]
        if k < unoriented_seeds:
            rows.append(_row(draw, UNORIENTED, seed))
    table = pd.DataFrame(rows)
    write_table(out, table, columns=SYMMETRY, check=False)
    for key, share in table.groupby(["method", "noise"])["right"].mean().items():
        LOGGER.info("%s: right class in %.2f of the draws", key, share)


def _row(draw: tuple[str, int, float, int], method: str, seed: int) -> dict[str, object]:
    """Return the outcome of one method on one draw; draws at all noise levels share their strains."""
    crystal, n, level, k = draw
    rng = generator(seed, "symmetry", crystal, str(n), str(k))
    true = class_of(CRYSTALS[crystal])
    turned = method == UNORIENTED
    axes = Rotation.random(rng=rng).as_matrix() if turned else np.eye(3)
    test = elastic_test(CRYSTALS[crystal], n=n, noise=level, rng=rng, axes=axes)
    if turned:
        found = classify_unoriented(test.strains, test.stresses, rng=rng)
    else:
        found = classify(test.strains, test.stresses, method=cast("Method", method))
    return {
        "crystal": crystal, "class": true, "n": n, "noise": level, "seed": k, "method": method,
        "found": found.symmetry, "right": found.symmetry == true,
        "n_terms": len(found.coefficients),
    }  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            crystals=snakemake.params.crystals,
            cases=snakemake.params.cases,
            levels=snakemake.params.levels,
            seeds=snakemake.params.seeds,
            unoriented_seeds=snakemake.params.unoriented_seeds,
            seed=snakemake.params.seed,
        )
