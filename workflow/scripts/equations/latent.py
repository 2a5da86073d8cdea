"""Find latent coordinates and their law by one method, from several starts, and score them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.latent_scores import latent_errors, not_affine
from mechanist.core.narrowing import mapping, whole
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.channels import Channels
from mechanist.formats.meanings.of_equations import LATENT_TERMS, LATENTS, RUNS
from mechanist.formats.tables import write_table
from mechanist.imports.channel_series import read_channels
from mechanist.latent.coefficient_errors import coefficient_errors
from mechanist.latent.latent_law import LatentLaw, LatentSettings, find_latent_law
from mechanist.latent.latent_rivals import GradientSettings, gradient_law, linear_law
from mechanist.latent.polynomials import term_name
from mechanist.settings.entry_types.latent_settings_entries import LatentCaseEntry
from mechanist.simulate.channel_cases import lorenz_channels, rotating_spiral

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

Method = Callable[[FloatArray, FloatArray, np.random.Generator], LatentLaw]


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
    method : {"autoencoder", "gradient", "principal"}
    seeds : int
        Number of starts.
    seed : int
        Data do not depend on the method; starts do not depend on each other.
    """
    known, held = data_of(name, case, seed)
    find = method_of(method, case)
    scores, listed, shown = [], [], pd.DataFrame()
    for one in progress(range(seeds), f"{name}, {method}: starts"):
        law = find(known.snapshots, known.rates, generator(seed, "latent", name, method, str(one)))
        found = law.latents(held.snapshots)
        scores.append({
            "seed": one,
            "terms": law.n_terms,
            "ties": len(law.ties),
            **latent_errors(law, held.snapshots, held.rates),
            "affine": not_affine(held.hidden, found),
            "seconds": law.seconds,
        })  # fmt: skip
        errors = coefficient_errors(law, known)
        listed += [{"seed": one, **row} for row in rows_of(law, errors)]
        LOGGER.info("start %d, %d terms: %s", one, law.n_terms, "; ".join(law.equations()))
        if one == 0:
            shown = pd.DataFrame({
                "series": held.series,
                **{f"z{k + 1}": column for k, column in enumerate(found.T)},
                **{f"hidden{k + 1}": column for k, column in enumerate(held.hidden.T)},
            })  # fmt: skip
    write_table(runs, pd.DataFrame(scores), columns=RUNS, check=False)
    write_table(terms, pd.DataFrame(listed), columns=LATENT_TERMS, check=False)
    write_table(latents, shown, columns=LATENTS, check=False)


def data_of(name: str, case: LatentCaseEntry, seed: int) -> tuple[Channels, Channels]:
    """Return what is learnt from, and what is scored on: other runs, or later snapshots."""
    if case["kind"] == "series":
        return read_channels(case)
    size, held = case["size"], case["held"]
    if case["kind"] == "lorenz_channels":
        noise = float(case.get("noise", 0.0))
        rng = generator(seed, "latent_data", name)
        return lorenz_channels(size, rng, noise=noise), lorenz_channels(held, rng, noise=noise)
    whole_series = rotating_spiral(size + held)
    return whole_series.part(slice(0, size)), whole_series.part(slice(size, None))


def method_of(method: str, case: LatentCaseEntry) -> Method:
    """Return the function of a method with its settings."""
    latents = {"latents": whole(case["latents"])}
    if method == "gradient":
        learnt = GradientSettings(**latents, **mapping(case["gradient"]))  # type: ignore[arg-type]
        return lambda values, rates, rng: gradient_law(values, rates, learnt, rng)
    settings = LatentSettings.from_entry(latents | dict(mapping(case["autoencoder"])))
    find = linear_law if method == "principal" else find_latent_law
    return lambda values, rates, rng: find(values, rates, settings, rng)


def rows_of(law: LatentLaw, errors: FloatArray) -> list[dict[str, object]]:
    """Return a row for each term of each equation."""
    return [
        {
            "equation": k + 1,
            "term": term_name(term),
            "share": law.shares[j, k],
            "kept": bool(law.kept[j, k]),
            "coefficient": law.coefficients[j, k],
            "error": errors[j, k],
        }
        for k in range(law.kept.shape[1])
        for j, term in enumerate(law.terms)
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
