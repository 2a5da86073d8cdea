"""Find latent coordinates and their law by one method, from several starts, and score them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.latent_scores import latent_errors, motion_errors, not_affine
from mechanist.core.narrowing import mapping, whole
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.discover.channel_rates import derivative_of, with_computed_rates
from mechanist.formats.channels import Channels
from mechanist.formats.meanings.of_equations import LATENT_TERMS, LATENTS, RUNS
from mechanist.formats.tables import write_table
from mechanist.imports.channel_series import read_channels
from mechanist.latent.coefficient_errors import coefficient_errors
from mechanist.latent.latent_law import LatentLaw, LatentSettings, find_latent_law
from mechanist.latent.latent_rivals import GradientSettings, gradient_law, linear_law
from mechanist.latent.motion_law import (
    MotionLaw,
    MotionSettings,
    find_motion_law,
    straight_motion_law,
)
from mechanist.latent.motion_rivals import gradient_motion_law
from mechanist.latent.resting import resting_law, resting_motion_law
from mechanist.settings.entry_types.latent_settings_entries import LatentCaseEntry
from mechanist.simulate.channel_cases import lorenz_channels, rotating_spiral
from mechanist.simulate.pendulum_video import pendulum_video

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

Law = LatentLaw | MotionLaw
Method = Callable[[Channels, np.random.Generator], Law]
#: Order of a law of accelerations.
SECOND: Final = 2


def main(
    runs: Path,
    terms: Path,
    latents: Path,
    *,
    name: str,
    case: LatentCaseEntry,
    method: str,
    seeds: int,
    seed: int,
) -> None:
    """Write three tables: scores of every start, terms of every law, latents of the first start.

    Parameters
    ----------
    runs, terms, latents : Path
    name : str
        Name of the case.
    case : dict
        Entry of ``equations/latent/cases``.
    method : {"autoencoder", "curve", "gradient", "principal", "dummy"}
    seeds : int
        Number of starts.
    seed : int
        Data do not depend on the method; starts do not depend on each other.
    """
    known, held = data_of(name, case, seed)
    find = method_of(method, case)
    scores, listed, shown = [], [], pd.DataFrame()
    for one in progress(range(seeds), f"{name}, {method}: starts"):
        law = find(known, generator(seed, "latent", name, method, str(one)))
        found = law.latents(held.snapshots)
        scores.append({
            "seed": one,
            "terms": law.n_terms,
            "ties": len(law.ties),
            **errors_of(law, held),
            "affine": not_affine(held.hidden, found),
            "seconds": law.seconds,
        })  # fmt: skip
        errors = law.errors if isinstance(law, MotionLaw) else coefficient_errors(law, known)
        listed += [{"seed": one, **row} for row in rows_of(law, errors)]
        LOGGER.info("start %d, %d terms: %s", one, law.n_terms, "; ".join(law.equations()))
        if one == 0:
            shown = shown_of(law, held, found)
    write_table(runs, pd.DataFrame(scores), columns=RUNS, check=False)
    write_table(terms, pd.DataFrame(listed), columns=LATENT_TERMS, check=False)
    write_table(latents, shown, columns=LATENTS, check=False)


def data_of(name: str, case: LatentCaseEntry, seed: int) -> tuple[Channels, Channels]:
    """Return what is learnt from, and what is scored on: other runs, or later snapshots."""
    if case["kind"] == "series":
        return read_channels(case)
    size, held = case["size"], case["held"]
    if case["kind"] == "rotating_spiral":
        whole_series = rotating_spiral(size + held)
        return whole_series.part(slice(0, size)), whole_series.part(slice(size, None))
    noise = float(case.get("noise", 0.0))
    rng = generator(seed, "latent_data", name)
    make = lorenz_channels if case["kind"] == "lorenz_channels" else pendulum_video
    known, unseen = make(size, rng, noise=noise), make(held, rng, noise=noise)
    if "derivative" in case:
        # What is scored on keeps the true rates.
        known = with_computed_rates(known, derivative_of(mapping(case["derivative"])))
    return known, unseen


def method_of(method: str, case: LatentCaseEntry) -> Method:
    """Return the function of a method with its settings."""
    first = int(case.get("order", 1)) != SECOND
    latents = whole(case["latents"])
    if method == "gradient":
        learnt = GradientSettings(latents=latents, **mapping(case["gradient"]))  # type: ignore[arg-type]
        if not first:
            return lambda data, rng: gradient_motion_law(data, learnt, rng)
        return lambda data, rng: gradient_law(data.snapshots, data.rates, learnt, rng)
    if method == "dummy":
        if not first:
            return lambda data, _: resting_motion_law(data)
        return lambda data, rng: resting_law(data.snapshots, latents, rng)
    if not first:
        motion = MotionSettings.from_entry(mapping(case["curve"]))
        along = straight_motion_law if method == "principal" else find_motion_law
        return lambda data, rng: along(data, motion, rng)
    settings = LatentSettings.from_entry({"latents": latents, **mapping(case["autoencoder"])})
    find = linear_law if method == "principal" else find_latent_law
    return lambda data, rng: find(data.snapshots, data.rates, settings, rng)


def errors_of(law: Law, held: Channels) -> dict[str, float]:
    """Return the errors of a law on data that it has not seen."""
    if isinstance(law, MotionLaw):
        return motion_errors(law, held)
    return latent_errors(law, held.snapshots, held.rates)


def shown_of(law: Law, held: Channels, found: FloatArray) -> pd.DataFrame:
    """Return the coordinates that are drawn; of one coordinate, its rate too."""
    columns: dict[str, Sequence[float] | FloatArray] = {
        "series": held.series.tolist(),
        **{f"z{k + 1}": column for k, column in enumerate(found.T)},
        **{f"hidden{k + 1}": column for k, column in enumerate(held.hidden.T)},
    }
    if isinstance(law, MotionLaw) and held.accelerations is not None:
        moving = law.maps.moving(held.snapshots, held.rates, held.accelerations)
        columns["rate1"] = moving.rates
    return pd.DataFrame(columns)


def rows_of(law: Law, errors: FloatArray) -> list[dict[str, object]]:
    """Return a row for each term of each equation."""
    return [
        {
            "equation": k + 1,
            "term": term,
            "share": law.shares[j, k],
            "kept": bool(law.kept[j, k]),
            "coefficient": law.coefficients[j, k],
            "error": errors[j, k],
        }
        for k in range(law.kept.shape[1])
        for j, term in enumerate(law.term_names)
    ]


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output.runs),
            Path(snakemake.output.terms),
            Path(snakemake.output.latents),
            name=snakemake.wildcards.case,
            case=snakemake.params.case,
            method=snakemake.wildcards.method,
            seeds=snakemake.params.seeds,
            seed=snakemake.params.seed,
        )
