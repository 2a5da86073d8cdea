"""Find the equations of one case with PySINDy, from the same noisy data as our own methods."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.call_costs import cpu_seconds, peak_megabytes
from mechanist.assess.equation_scores import RUN_COLUMNS, score_equation
from mechanist.core.narrowing import built
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.typing import FloatArray
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.pysindy_rival import Rival, RivalLibrary, default_selection
from mechanist.discover.regression import Fit, Problem, stlsq_path
from mechanist.discover.selection import model_path, select
from mechanist.discover.selection_rules import messenger_bortz
from mechanist.discover.system import LinearSystem
from mechanist.formats.field_files import FieldData, read_fields, read_truth
from mechanist.formats.tables import write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: PySINDy's own selection with default settings, the loss of Messenger and Bortz on a path of
#: thresholds of normalised columns, our own rule, and the best of all models that the latter two
#: rules choose from.
RULES = ("default", "messenger_bortz", "auto", "oracle")


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
) -> None:
    """Write the table of runs of one method on one case.

    Parameters
    ----------
    data : Path
        Field file with its truth in product form.
    out : Path
        Table with the columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`.
    case : str
        Name of the case, for the table.
    method : str
        One of :data:`mechanist.discover.pysindy_rival.METHODS`.
    library : mapping
        Fields of :class:`mechanist.discover.pysindy_rival.RivalLibrary`.
    levels : sequence of float
        Noise levels.
    seeds : int
        Number of noise realisations at each non-zero level.
    seed : int
        First seed of the noise, and seed of PySINDy's random domains.

    Raises
    ------
    ValueError
        If the truth is unknown.
    """
    truth = read_truth(data, form="product")
    if not truth:
        raise ValueError(f"{data}: no truth is known, so there is nothing to score")
    clean = read_fields(data)
    allowed = built(RivalLibrary, library)
    rival = Rival(method, allowed, seed=seed)
    _, prepared = cpu_seconds(lambda: rival.prepare(clean))
    runs = [(level, seed + k) for level in levels for k in range(seeds if level else 1)]
    rows: list[dict[str, object]] = []
    for level, one in progress(runs, f"{method}: runs"):
        shared = {"case": case, "method": method, "noise": level, "seed": one}
        found = _run(rival, noisy(clean, level, one), truth, prepared)
        rows += [shared | row for row in found]
    # last, so that imports are not counted
    memory = peak_megabytes(lambda: Rival(method, allowed, seed=seed).system(clean))
    table = pd.DataFrame(rows).assign(memory_mb=memory)[list(RUN_COLUMNS)]
    write_table(out, table, columns=RUN_COLUMNS, check=False)
    exact = table[table["rule"] == "messenger_bortz"].groupby("noise")["exact"].mean()
    LOGGER.info("%s on %s: exact %s", method, case, exact.to_dict())


def _run(
    rival: Rival, data: Sequence[FieldData], truth: Mapping[str, Mapping[str, float]], spent: float
) -> list[dict[str, object]]:
    """Return a row for every rule and target of one realisation."""
    system, seconds = cpu_seconds(lambda: rival.system(data))
    rows = []
    for rule in RULES:
        weights, more = cpu_seconds(lambda r=rule: {t: _selected(system, t, r, truth[t]) for t in truth})  # type: ignore[misc]  # fmt: skip
        for target, values in weights.items():
            found = dict(zip(system.names, values.tolist(), strict=True))
            score = score_equation(found, truth[target])
            cost = spent + seconds + more
            rows.append({"rule": rule, "target": target, "cpu_s": cost, **vars(score)})
    return rows


def _selected(
    system: LinearSystem, target: str, rule: str, truth: Mapping[str, float]
) -> FloatArray:
    """Return the weights of the model that a rule selects for one target."""
    if rule == "default":
        return default_selection(system, target)
    if rule == "auto":
        return select(system, target).fit.weights
    problem = Problem.of(system, target)
    if rule == "messenger_bortz":
        return messenger_bortz(problem, ()).weights
    right = {system.index(name) for name in truth if name in system.names}

    def distance(fit: Fit) -> tuple[float, float]:
        found = set(fit.support)
        gap = sum(abs(fit.weights[i] - truth[system.names[i]]) for i in right)
        return -len(found & right) / max(len(found | right), 1), float(gap)

    # every model that the other rules can choose, so that none can beat the oracle
    return min((*stlsq_path(problem), *model_path(problem)), key=distance).weights


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        # in one job, since importing PySINDy costs more than its quicker methods
        for table in map(Path, snakemake.output):
            main(
                Path(snakemake.input[0]),
                table,
                case=snakemake.wildcards.case,
                method=table.stem,
                library=snakemake.params.library,
                levels=snakemake.params.levels,
                seeds=snakemake.params.seeds,
                seed=snakemake.params.seed,
            )
