"""Follow a found law from an initial state of a user's, with the band of its coefficients' errors."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError
from mechanist.core.progress import LOGGER, log_to
from mechanist.imports.entry_errors import entry_errors
from mechanist.predict.law_files import read_law
from mechanist.predict.law_forward import forward
from mechanist.predict.law_outputs import summary_of, write_followed
from mechanist.predict.law_state_file import read_asked_state
from mechanist.settings.entry_types.law_predictions_entries import LawPredictionEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    law: Path,
    solution: Path,
    summary: Path,
    *,
    entry: LawPredictionEntry,
    place: str,
    seed: int,
) -> None:
    """Write the solution with its band, and a summary.

    Parameters
    ----------
    law : Path
        File ``law.json``, which is read as numbers and names.
    solution, summary : Path
        Arrays, ``.npz``, and JSON.
    entry : mapping
        The configuration's entry: initial state, times, and how the file is to be read.
    place : str
        Where that entry is given.
    seed : int
        Root seed of the draws.
    """
    known = read_law(law)
    with entry_errors(place, entry):
        asked = read_asked_state(entry, known)
        stray = sorted(set(asked.truth) - set(known.state))
        if stray:
            raise FormatError(
                Path(entry.get("path") or place),
                f"truth of {stray}, expected some of {list(known.state)}",
                remedy="Name entries of the state alone.",
            )
        followed = forward(
            known,
            asked.fields,
            asked.times,
            axes=asked.axes,
            edges=entry.get("edges"),
            inputs=asked.inputs,
            draws=entry["draws"],
            level=entry["level"],
            seed=seed,
        )
    write_followed(solution, followed, asked.truth)
    said = summary_of(known, followed, asked.truth)
    write_text(summary, json.dumps(said, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    for one in known.equations:
        LOGGER.info("%s: %s (%s)", known.name, one.text, one.verdict)
    LOGGER.info("share of the draws that diverge: %.3g", followed.lost.max())
    for line in followed.notes:
        LOGGER.warning("beware: %s", line)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.law),
            Path(snakemake.output.solution),
            Path(snakemake.output.summary),
            entry=snakemake.params.entry,
            place=snakemake.params.place,
            seed=snakemake.params.seed,
        )
