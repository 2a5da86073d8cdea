"""Simulate the data of one case of equation discovery, whose true equations are known."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.field_files import write_fields
from mechanist.simulate.equation_cases import find_case

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(out: Path, *, case: str, parameters: Mapping[str, object] | None, seed: int) -> None:
    """Write the data of one case with their truth and their accuracy.

    Parameters
    ----------
    out : Path
        Field file.
    case : str
        Name in the register :data:`mechanist.simulate.equation_cases.CASES`.
    parameters : mapping, optional
        Parameters that differ from the case's defaults.
    seed : int
        Root seed of the case's random numbers.
    """
    chosen = find_case(case)
    made = chosen.realise(parameters, seed=seed)
    accuracy = made.accuracy()
    about = {
        "case": case,
        "title": chosen.title,
        "kind": chosen.kind,
        "source": chosen.source,
        "note": chosen.note,
        "parameters": {**chosen.defaults, **(parameters or {})},
        "seed": seed,
        "accuracy": accuracy,
        "curves": made.curves,
        "alternatives": made.alternatives,
    }
    write_fields(out, made.data, truth=made.truth, about=about)
    points = sum(next(iter(one.fields.values())).size for one in made.data)
    LOGGER.info(
        "%s: %d trajectories, %d points, accuracy %.2g", case, len(made.data), points, accuracy
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            case=snakemake.params.case,
            parameters=snakemake.params.parameters,
            seed=snakemake.params.seed,
        )
