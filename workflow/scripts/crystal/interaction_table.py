"""Count the coefficients of identified laws: without symmetry, with symmetry, and after LASSO."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.interaction_scores import count_rows, law_scores
from mechanist.core.narrowing import mapping
from mechanist.core.progress import log_to
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_crystals import PARAMETERS
from mechanist.mechanics.slip_law_files import read_slip_law
from mechanist.mechanics.slip_systems import slip_systems

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    laws: Sequence[Path],
    truths: Sequence[Path],
    out: Path,
    *,
    published: Mapping[str, float],
) -> None:
    """Write a row for every law and tensor.

    Parameters
    ----------
    laws : sequence of Path
        Files ``<data>/<method>.json``.
    truths : sequence of Path
        Files ``<data>.json``; external data have none.
    out : Path
        CSV. It contains our percentages by entries and by orbits, since it is not known which of
        these were published.
    published : mapping of str to float
        Published percentage of nonzero coefficients, by tensor.
    """
    known = {path.stem: read_slip_law(path).law for path in truths}
    rows: list[dict[str, object]] = []
    for path in laws:
        file, data = read_slip_law(path), path.parent.name
        systems = slip_systems(file.systems)
        about = {"data": data, "systems": file.systems, "method": path.stem,
                 "states": file.about["states"]}  # fmt: skip
        truth = known.get(data)
        true_rows = count_rows(truth, systems) if truth else [None, None]
        scores = law_scores(file.law, truth) if truth else {}
        for row, true in zip(count_rows(file.law, systems), true_rows, strict=True):
            tensor = row["tensor"]
            score = vars(scores[tensor]) if tensor in scores else {}
            rows.append(
                {
                    **about, **row, "unseen": mapping(file.about["unseen"])[tensor],
                    "true_entry_percent": true["entry_percent"] if true else None,
                    "true_orbit_percent": true["orbit_percent"] if true else None, **score,
                    "published_percent": published[tensor],
                }
            )  # fmt: skip
    title = "Numbers of coefficients of interaction laws"
    write_csv(out, pd.DataFrame(rows), title=title, columns=PARAMETERS, float_format="%.6g")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.laws],
            [Path(path) for path in snakemake.input.truths],
            Path(snakemake.output[0]),
            published=snakemake.params.published,
        )
