"""Keep one model of particles: fit it to all samples, and write it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.narrowing import Json
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.predictions import read_predictions
from mechanist.formats.sample import read_sample
from mechanist.learn.estimator import CLASSIFICATION
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.within_samples import open_within_samples
from mechanist.predict.keeping import Keeping, keep, origin_of
from mechanist.predict.kept_files import write_kept
from mechanist.predict.kept_model import KeptDescriptor
from mechanist.predict.kept_scores import kept_scores
from mechanist.settings.entry_types.block_entries import DescriptorEntry, ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    files: StudyFiles,
    samples: Sequence[Path],
    predictions: Path,
    scores: Path,
    folder: Path,
    *,
    study: Study,
    system: str,
    name: str,
    label: str,
    model: ModelEntry,
    descriptors: Mapping[str, DescriptorEntry],
    level: float,
    plastic_fraction: float,
    seed: int,
    facts: Mapping[str, Json],
) -> None:
    """Write ``model.json`` and ``numbers.npz`` of a model.

    Parameters
    ----------
    files, study, model
        As in :func:`mechanist.learn.open_study.open_study`.
    samples : sequence of Path
        Sample files of the system.
    predictions, scores : Path
        Out-of-fold predictions of the model, and their scores.
    folder : Path
        Where the model is kept.
    system, name, label, level, plastic_fraction
        As in :class:`mechanist.predict.keeping.Keeping`.
    descriptors : mapping
        The configuration's entry of each descriptor that the model reads.
    seed : int
        Root seed.
    facts : mapping
        Versions and code that the model was made by.
    """
    learner = open_within_samples(study, model, files)
    read = [sample for sample in map(read_sample, samples) if sample.status == "ok"]
    units, length = origin_of(read[0])
    keeping = Keeping(
        system=system,
        name=name,
        label=label,
        descriptors={
            key: KeptDescriptor(entry["kind"], entry.get("parameters") or {}, ())
            for key, entry in descriptors.items()
        },
        level=level,
        plastic_fraction=plastic_fraction,
        length=length,
        units=units,
    )
    classes = learner.model.task == CLASSIFICATION
    scored = {**facts, "scores": kept_scores(scores, classes=classes)}
    kept = keep(learner, read_predictions(predictions), read, keeping, seed=seed, facts=scored)
    write_kept(folder, kept)
    LOGGER.info("%s of %s: %d features, kept in %s", name, system, len(kept.slopes), folder)


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
            study=Study(**snakemake.params.study),
            system=snakemake.wildcards.system,
            name=snakemake.wildcards.model,
            label=snakemake.params.label,
            model=snakemake.params.model,
            descriptors=snakemake.params.descriptors,
            level=snakemake.params.level,
            plastic_fraction=snakemake.params.plastic_fraction,
            seed=snakemake.params.seed,
            facts={"code": snakemake.params.code, "described_by": snakemake.params.described},
        )
