"""Predict every sample of a sheet by kept or released models, into a folder of its own each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from mechanist.predict.predict_crystal import predict_crystal
from mechanist.predict.predict_dislocation import predict_dislocation
from mechanist.predict.predict_glass import predict_glass
from mechanist.settings.entry_types.crystal_predictions_entries import CrystalPredictionEntry
from mechanist.settings.entry_types.dislocation_predictions_entries import (
    DislocationPredictionEntry,
)
from mechanist.settings.entry_types.glass_imports_entries import GlassPredictionEntry
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.run import Run
from mechanist.wings.wing import Wildcards


@dataclass(frozen=True)
class AskedFiles:
    """The samples to predict of a run, and where their files go.

    Parameters
    ----------
    run : Run
    results : Path
        Folder of results that holds the models that a run has kept.
    out : Path
        Folder that receives ``<system>/<sample>/``.

    Raises
    ------
    SettingsError
        If the sheet has a problem, or a model that it names does not exist.
    """

    run: Run
    results: Path
    out: Path

    def __post_init__(self) -> None:
        self.run.asked.predicted()
        missing = [
            f"  {place}: no model {path}. Make it by `snakemake kept_models`, name the results of a run"
            " that has it by --results, or take the model that comes with the library:"
            " {released: true} in the column `options`"
            for place, path in self._models()
            if not path.is_file()
        ]
        if missing:
            raise SettingsError("\n".join(["some models do not exist:", *missing]))

    def jobs(self) -> Iterator[Callable[[], Path]]:
        """Yield a function for each sample, which predicts it and returns its folder."""
        for wildcards in self._samples(self.run.predictions.glass.block["predictions"]):
            yield partial(self._glass, wildcards)
        for wildcards in self._samples(self.run.crystal_predictions.entries):
            yield partial(self._crystal, wildcards)
        for wildcards in self._samples(self._curves):
            yield partial(self._dislocation, wildcards)

    @property
    def _curves(self) -> Mapping[str, Mapping[str, object]]:
        return self.run.curve_predictions.wing.block.get("predictions", {})

    @staticmethod
    def _samples(entries: Mapping[str, Mapping[str, object]]) -> Iterator[Wildcards]:
        for system, samples in entries.items():
            for name in samples:
                yield cast("Wildcards", SimpleNamespace(system=system, specimen=name))

    def _models(self) -> Iterator[tuple[str, Path]]:
        """Yield the place of each sample and the card of each model that predicts it."""
        run = self.run
        for w in self._samples(run.predictions.glass.block["predictions"]):
            yield run.predictions.place(w), self._file(run.predictions.kept_model(w)["model"])
        for w in self._samples(run.crystal_predictions.entries):
            of = run.crystal_predictions
            yield of.place(w), self._file(of.kept_model(w)["model"])
        for w in self._samples(self._curves):
            files = run.curve_predictions.kept_models(w)
            for path in (files["model"], *files["rivals"]):
                yield run.curve_predictions.place(w), self._file(str(path))

    def _file(self, path: str) -> Path:
        return Path(path.replace("<results>", str(self.results)))

    def _folder(self, wildcards: Wildcards) -> Path:
        folder = self.out / wildcards.system / wildcards.specimen
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _glass(self, w: Wildcards) -> Path:
        of, folder = self.run.predictions, self._folder(w)
        predict_glass(
            self._file(of.kept_model(w)["model"]).parent,
            folder / "particles.parquet",
            folder / "summary.json",
            folder / "state.h5",
            folder / "particles.xyz",
            folder / "particles.dump",
            entry=cast("GlassPredictionEntry", of.entry(w)),
            place=of.place(w),
        )
        return folder

    def _crystal(self, w: Wildcards) -> Path:
        of, folder = self.run.crystal_predictions, self._folder(w)
        predict_crystal(
            self._file(of.kept_model(w)["model"]).parent,
            folder / "voxels.parquet",
            folder / "grains.parquet",
            folder / "orientations.h5",
            folder / "orientations.vti",
            folder / "summary.json",
            entry=cast("CrystalPredictionEntry", of.entry(w)),
            place=of.place(w),
            name=w.specimen,
        )
        return folder

    def _dislocation(self, w: Wildcards) -> Path:
        of, folder = self.run.curve_predictions, self._folder(w)
        files = of.kept_models(w)
        predict_dislocation(
            self._file(str(files["model"])).parent,
            [self._file(path).parent for path in files["rivals"]],
            folder / "curve.parquet",
            folder / "summary.json",
            folder / "state.h5",
            entry=cast("DislocationPredictionEntry", of.entry(w)),
            place=of.place(w),
        )
        return folder
