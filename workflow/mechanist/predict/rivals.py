"""Mechanism-based models that kept ones are compared with on unseen glasses: fitted alike, but not kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mechanist.formats.predictions import read_predictions
from mechanist.formats.sample import read_sample
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.within_samples import open_within_samples
from mechanist.predict.keeping import Keeping, keep, origin_of
from mechanist.predict.kept_model import KeptDescriptor, KeptModel
from mechanist.settings.entry_types.block_entries import DescriptorEntry, ModelEntry


@dataclass(frozen=True, kw_only=True)
class Rivals:
    """Mechanism-based models, and what they are fitted to: the system of the kept models.

    Parameters
    ----------
    system : str
    models : mapping of str to mapping
        The configuration's entries, by name.
    descriptors : mapping of str to mapping
        The configuration's entries of all descriptors that they read.
    study : Study
    files : StudyFiles
        Feature tables of all these descriptors.
    samples : sequence of Path
        Sample files of the system.
    level, plastic_fraction : float
        As in :class:`mechanist.predict.keeping.Keeping`.
    """

    system: str
    models: Mapping[str, ModelEntry]
    descriptors: Mapping[str, DescriptorEntry]
    study: Study
    files: StudyFiles
    samples: Sequence[Path]
    level: float
    plastic_fraction: float

    def fitted(self, predictions: Mapping[str, Path], *, seed: int) -> Iterator[KeptModel]:
        """Yield each model, fitted to all samples and calibrated like a kept one.

        Parameters
        ----------
        predictions : mapping of str to Path
            Out-of-fold predictions of each.
        seed : int
            Root seed.
        """
        if not self.models:
            return
        samples = [sample for sample in map(read_sample, self.samples) if sample.status == "ok"]
        units, length = origin_of(samples[0])
        for name, entry in self.models.items():
            tables = {key: (self.files.features or {})[key] for key in entry["features"]}
            files = StudyFiles(
                targets=self.files.targets, splits=self.files.splits, features=tables
            )
            keeping = Keeping(
                system=self.system,
                name=name,
                label=entry["label"],
                descriptors={
                    key: KeptDescriptor(one["kind"], one.get("parameters") or {}, ())
                    for key, one in self.descriptors.items()
                    if key in entry["features"]
                },
                level=self.level,
                plastic_fraction=self.plastic_fraction,
                length=length,
                units=units,
                probed=True,
            )
            learner = open_within_samples(self.study, entry, files)
            told = read_predictions(predictions[name])
            yield keep(learner, told, samples, keeping, seed=seed, facts={})
