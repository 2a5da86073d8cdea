"""Find continuum laws of dislocations blindly, test them on controls, and follow them forward."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.continuum.continuum_density_fields import Ensemble
from mechanist.continuum.density_controls import (
    shifted_ensemble,
    shuffled_equations,
    twin_ensemble,
)
from mechanist.continuum.density_forward import VelocityClosure, follow_law, forward_error
from mechanist.continuum.ensemble_tables import ensembles_of, selected
from mechanist.continuum.flux_regression import FluxLaw, FluxRows
from mechanist.continuum.flux_terms import TEXTBOOK
from mechanist.continuum.law_search import (
    EQUATIONS,
    FRICTION,
    FRICTIONS,
    THIRD,
    VELOCITY,
    Search,
    closures,
    names_of,
)
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.formats.meanings.of_continuum import CONTROLS, FORWARD, LAWS
from mechanist.formats.tables import read_table, write_table
from mechanist.settings.entry_types.continuum_settings_entries import ContinuumLawsEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Coefficients of the textbook's law that twins obey, and its terms.
TRUTH: Final = np.array([1.0, -1.0, -0.3])
TRUE_TERMS: Final = {term.name for term in TEXTBOOK}
ALL: Final = "training"


def main(
    laws: Path,
    controls: Path,
    forward: Path,
    *,
    tables: Sequence[Path],
    settings: ContinuumLawsEntry,
    level: float,
    seed: int,
) -> None:
    """Write the laws with their errors, what controls give, and errors of solutions.

    Parameters
    ----------
    laws, controls, forward : Path
        Tables that are written.
    tables : sequence of Path
        Modes of all ensembles, in files named after them.
    settings : dict
        Block ``equations/continuum``.
    level : float
        Level of the intervals.
    seed : int

    Raises
    ------
    ValueError
        If an ensemble has one realisation or does not flow, or if nothing is left to train on.
    """
    data = {path.stem: ensembles_of(path.stem, read_table(path)) for path in tables}
    training = settings["training"]
    train = selected(data[training["ensemble"]], training["profiles"], training["loads"])
    search = Search(
        settings["least_gain"],
        settings["significance"],
        settings["resamples"],
        generator(seed, "continuum", "laws"),
    )
    blind = {name: search.blind(name, train) for name in EQUATIONS if name != "locking"}
    blind["locking"] = search.locking(train)
    rows = [
        row
        for name, law in blind.items()
        for row in law_rows(law, EQUATIONS[name][1], name, ALL, "blindly", train, level)
    ]
    rows += part_rows(search, data, level)
    write_table(laws, pd.DataFrame(rows), columns=LAWS, check=False)
    for name, law in blind.items():
        LOGGER.info("%s: %s", name, ", ".join(names_of(law, EQUATIONS[name][1])))
    fitted = closures(search, train, blind)
    followed = []
    # Dislocations that annihilate make the density fall, which no law here describes.
    kept = [
        one
        for name, found in data.items()
        if not settings["ensembles"][name].get("annihilation", 0.0)
        for one in found
        if one.load in settings["forward_loads"]
    ]
    for one in progress(kept, "ensembles that laws are followed on"):
        for name, closure in fitted.items():
            solution = follow_law(closure, one)
            error = None if solution is None else forward_error(solution, one)
            followed.append({
                "ensemble": one.name, "profile": one.profile, "load": one.load, "spacings": one.spacings,
                "held": not any(one is other for other in train), "law": name, "stable": error is not None,
                "mode_error": error.modes if error else np.nan,
                "velocity_error": error.velocity if error else np.nan,
                "noise": error.noise if error else np.nan,
            })  # fmt: skip
    write_table(forward, pd.DataFrame(followed), columns=FORWARD, check=False)
    tested = control_rows(search, train, settings["controls"], seed)
    write_table(controls, pd.DataFrame(tested), columns=CONTROLS, check=False)


def law_rows(
    law: FluxLaw,
    names: Sequence[str],
    equation: str,
    part: str,
    chosen: str,
    ensembles: Sequence[Ensemble],
    level: float,
) -> list[dict[str, object]]:
    """Return a row for each term of a law, or one that says that there is none."""
    shared = {
        "equation": equation,
        "part": part,
        "chosen": chosen,
        "explained": law.explained,
        "ties": len(law.ties),
        "runs": sum(len(one.modes) for one in ensembles),
    }
    if not law.terms:
        empty = dict.fromkeys(("coefficient", "error", "low", "high"), np.nan)
        return [{**shared, "term": "none", **empty}]
    # Draws hold the noise of sampling twice, which attenuates coefficients of noisy gradients. The
    # reflected interval takes that bias off.
    tail = (1 - level) / 2
    high, low = 2 * law.coefficients - np.quantile(law.draws, [tail, 1 - tail], axis=0)
    return [
        {**shared, "term": name, "coefficient": c, "error": e, "low": a, "high": b}
        for name, c, e, a, b in zip(
            names_of(law, names), law.coefficients, law.errors, low, high, strict=True
        )
    ]


def part_rows(
    search: Search, data: dict[str, list[Ensemble]], level: float
) -> list[dict[str, object]]:
    """Return given laws, refitted to each ensemble at each load."""
    asked = {
        "friction of j": (FRICTION, [t.name for t in FRICTION.terms]),
        "friction of q": (FRICTIONS["q"], [t.name for t in FRICTIONS["q"].terms]),
        "q": (FluxRows("q", THIRD, of_velocity=False), [t.name for t in THIRD]),
    }
    rows = []
    for name, found in data.items():
        for load in sorted({one.load for one in found}):
            some = [one for one in found if one.load == load]
            part = f"{name}, load {load:g}"
            for equation, (terms, names) in asked.items():
                law = search.given(terms, len(names), some)
                rows += law_rows(law, names, equation, part, "given", some, level)
    return rows


def control_rows(
    search: Search, train: Sequence[Ensemble], seeds: int, seed: int
) -> list[dict[str, object]]:
    """Return what is selected for j in twins, with shuffled rows, and with shifted fluxes."""
    rows_of_j, names = EQUATIONS["j"]
    truth = VelocityClosure(TEXTBOOK, TRUTH)
    found = []
    for one in progress(range(seeds), "seeds of controls"):
        rng = generator(seed, "continuum", "controls", str(one))
        normals = {
            "twin": search.normal(rows_of_j, [twin_ensemble(e, truth, rng) for e in train]),
            "shuffled": shuffled_equations(train, rows_of_j, resamples=search.resamples, rng=rng),
            "shifted": search.normal(rows_of_j, [shifted_ensemble(e, rng) for e in train]),
        }
        for control, normal in normals.items():
            law = search.select(normal)
            terms = names_of(law, names)
            # A shift leaves the mean alone, so that terms without a gradient are not spurious.
            expected = {
                "twin": set(terms) == TRUE_TERMS,
                "shuffled": not terms,
                "shifted": not any(VELOCITY[k].slope for k in law.terms),
            }[control]
            found.append({
                "control": control, "equation": "j", "seed": one, "terms": "; ".join(terms),
                "expected": expected,
                "tied": any({names[k] for k in tie} == TRUE_TERMS for tie in law.ties), "explained": law.explained,
            })  # fmt: skip
    return found


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output.laws),
            Path(snakemake.output.controls),
            Path(snakemake.output.forward),
            tables=[Path(path) for path in snakemake.input],
            settings=snakemake.params.settings,
            level=snakemake.params.level,
            seed=snakemake.params.seed,
        )
