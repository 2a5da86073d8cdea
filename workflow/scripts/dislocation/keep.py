"""Keep one model of dislocation samples: fit it to all of them, and write it with its card."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.atomic import write_text
from mechanist.core.narrowing import Json
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.dislocation_batches import read_batch
from mechanist.formats.predictions import read_predictions
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.whole_samples import open_whole_samples
from mechanist.predict.curve_card import curve_card, curve_scores
from mechanist.predict.curve_files import write_curve_model
from mechanist.predict.curve_keeping import CurveKeeping, keep_curves
from mechanist.predict.kept_model import KeptDescriptor
from mechanist.settings.entry_types.block_entries import DescriptorEntry, ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    files: StudyFiles,
    batches: Sequence[Path],
    predictions: Path,
    scores: Path,
    folder: Path,
    card: Path,
    *,
    study: Study,
    system: str,
    name: str,
    label: str,
    model: ModelEntry,
    descriptors: Mapping[str, DescriptorEntry],
    level: float,
    seed: int,
    facts: Mapping[str, Json],
) -> None:
    """Write ``model.json``, ``numbers.npz`` and the card of a model.

    Parameters
    ----------
    files, study, model
        As in :func:`mechanist.learn.whole_samples.open_whole_samples`.
    batches : sequence of Path
        Sample files of the system.
    predictions, scores : Path
        Out-of-fold predictions of the model, and their scores.
    folder : Path
        Where the model is kept.
    card : Path
        The card for readers, Markdown.
    system, name, label, level
        As in :class:`mechanist.predict.curve_keeping.CurveKeeping`.
    descriptors : mapping
        The configuration's entry of each descriptor that the model reads.
    seed : int
        Root seed.
    facts : mapping
        Versions and code that the model was made by.
    """
    learner = open_whole_samples(study, model, files)
    learnt = set(learner.splits.samples)
    states = [
        branch.start
        for path in batches
        for sample in read_batch(path)
        if sample.name in learnt
        for branch in sample.good_branches.values()
    ]
    keeping = CurveKeeping(
        system=system,
        name=name,
        label=label,
        descriptors={
            key: KeptDescriptor(entry["kind"], entry.get("parameters") or {}, ())
            for key, entry in descriptors.items()
        },
        quantity=study.quantity,
        strains=study.strains,
        level=level,
    )
    scored = {**facts, "scores": curve_scores(scores)}
    found = read_predictions(predictions)
    kept = keep_curves(learner, found, states, keeping, seed=seed, facts=scored)
    write_curve_model(folder, kept)
    write_text(card, curve_card(kept))
    LOGGER.info("%s of %s: %d samples, kept in %s", name, system, len(learnt), folder)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            StudyFiles(
                targets=Path(snakemake.input.targets),
                splits=Path(snakemake.input.splits),
                features={Path(path).stem: Path(path) for path in snakemake.input.features},
            ),
            [Path(path) for path in snakemake.input.samples],
            Path(snakemake.input.predictions),
            Path(snakemake.input.scores),
            Path(snakemake.output.model).parent,
            Path(snakemake.output.card),
            study=Study(**snakemake.params.study),
            system=snakemake.wildcards.system,
            name=snakemake.wildcards.model,
            label=snakemake.params.label,
            model=snakemake.params.model,
            descriptors=snakemake.params.descriptors,
            level=snakemake.params.level,
            seed=snakemake.params.seed,
            facts={"code": snakemake.params.code, "described_by": snakemake.params.described},
        )
