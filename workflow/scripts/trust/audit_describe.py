"""Audit one descriptor against the five criteria for features, and write its card."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.audit.card import write_card
from mechanist.audit.criteria import audit
from mechanist.audit.registry import subject_named
from mechanist.core.progress import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    out: Path,
    *,
    wing: str,
    kind: str,
    seed: int,
    parameters: Mapping[str, object] | None = None,
    most_steps: int | None = None,
    most_sizes: int | None = None,
) -> None:
    """Write the card of one descriptor.

    Parameters
    ----------
    out : Path
        The card, JSON that follows ``workflow/schemas/audit.schema.yaml``.
    wing, kind : str
        Wing and kind of the descriptor.
    seed : int
        Root seed.
    parameters : mapping, optional
        Parameters of the descriptor that differ from its defaults.
    most_steps, most_sizes : int, optional
        Maximum number of steps of a path, and of sizes in the cost measurement.
    """
    subject = subject_named(wing, kind, parameters, most_steps=most_steps, most_sizes=most_sizes)
    write_card(out, audit(subject, seed=seed))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            wing=snakemake.wildcards.wing,
            kind=snakemake.wildcards.kind,
            seed=snakemake.params.seed,
            parameters=snakemake.params.get("parameters"),
            most_steps=snakemake.params.get("most_steps"),
            most_sizes=snakemake.params.get("most_sizes"),
        )
