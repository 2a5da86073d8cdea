"""Probe every model for leaks: garbage in the truth or the features of tested rows must change nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import pandas as pd

from mechanist.assess.leak_probe import probe, reads_truth
from mechanist.assess.leakage import Leak
from mechanist.core.atomic import write_text
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_scores import LEAK_PROBES
from mechanist.learn.study import Study, StudyFiles
from mechanist.settings.entry_types.block_entries import ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


class Probed(TypedDict):
    """A model, what it is trained for, and its entry of the configuration."""

    wing: str
    system: str
    model: str
    study: dict[str, object]
    entry: ModelEntry


def main(
    models: Sequence[Probed],
    targets: Sequence[Path],
    features: Sequence[Path],
    samples: Sequence[Path],
    csv_out: Path,
    markdown_out: Path,
    *,
    seed: int,
) -> None:
    """Probe all models and write one row for each.

    Parameters
    ----------
    models : sequence of Probed
    targets : sequence of Path
        Target tables ``<wing>/<system>/targets.parquet``; the splits of a system stand beside its own.
    features, samples : sequence of Path
        Feature tables and sample files of these systems, each in a folder below that of its system.
    csv_out, markdown_out : Path
        The verdicts as CSV, and as a table in Markdown.
    seed : int
        Root seed.

    Raises
    ------
    LeakError
        If a sample has both training rows and test rows.
    """
    folders = {(path.parts[-3], path.parts[-2]): path.parent for path in targets}
    rows = []
    for one in models:
        folder = folders[one["wing"], one["system"]]
        files = StudyFiles(
            targets=folder / "targets.parquet",
            splits=folder / "splits.json",
            features={path.stem: path for path in features if path.parent.parent == folder},
            samples=[path for path in samples if path.parent.parent == folder],
        )
        found = probe(Study(**one["study"]), one["entry"], files, seed=seed)  # type: ignore[arg-type]
        told = verdict(found, declared=reads_truth(one["entry"]))
        LOGGER.info("%s of %s: %s", one["model"], one["system"], told)
        rows.append({
            "wing": one["wing"], "system": one["system"], "model": one["model"],
            "truth": found.truth, "features": found.features, "verdict": told,
        })  # fmt: skip
    listed = pd.DataFrame(rows)
    title = "Probes of models for leaks"
    write_csv(csv_out, listed, title=title, columns=LEAK_PROBES, float_format="%.3g")
    write_text(markdown_out, markdown(listed))


def verdict(found: Leak, *, declared: bool) -> str:
    """Return in words whether a model leaks."""
    if found.tight:
        return "no leak"
    return "reads the truth, as it declares" if declared else "leak"


def markdown(listed: pd.DataFrame) -> str:
    """Return a table with one row for each model."""
    lines = [
        "| wing | system | model | other truth | other features | verdict |",
        "|" + " --- |" * 6,
    ]
    for row in listed.to_dict("records"):
        cells = [row["wing"], row["system"], row["model"], f"{row['truth']:.2g}",
                 f"{row['features']:.2g}", row["verdict"]]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    note = (
        "Every model was trained on a few samples of its system and predicted the first fold, before"
        " and after the truth of the tested samples was replaced by garbage, or the features of half"
        " of the tested rows. The largest change of a prediction (of the other rows, for features) is"
        " in standard deviations of the predictions; up to a thousandth is rounding. Of models that"
        " read states, half of the tested samples were left out instead."
    )
    return "\n\n".join(["# Probes for leaks", "\n".join(lines), note]) + "\n"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            snakemake.params.models,
            [Path(path) for path in snakemake.input.targets],
            [Path(path) for path in snakemake.input.features],
            [Path(path) for path in snakemake.input.samples],
            Path(snakemake.output.csv),
            Path(snakemake.output.md),
            seed=snakemake.params.seed,
        )
