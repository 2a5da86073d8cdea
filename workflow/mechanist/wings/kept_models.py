"""What the rules ask that keep models and predict samples of a user's by them."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from mechanist.core.beside_library import beside_library
from mechanist.core.code_hash import LIBRARY, code_hash
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import mapping
from mechanist.predict.asked_sample import AskedSample
from mechanist.predict.misfit_texts import Kind, misfit_texts
from mechanist.settings.descriptor_cards import declared_in_library
from mechanist.settings.entry_types.block_entries import DescriptorEntry
from mechanist.settings.entry_types.glass_imports_entries import GlassPredictionEntry
from mechanist.settings.own_imports import Import, merge_imports, sheet_imports
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.sheet_cells import loads_of
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import Placed, SheetRule, SheetRules
from mechanist.settings.target_names import AT_REST
from mechanist.wings.glass import GlassWing
from mechanist.wings.kept_curves import CURVE_SHEET
from mechanist.wings.kept_surrogates import CRYSTAL_RULE
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards, pattern

#: Estimators whose fitted form consists of numbers alone.
KEPT_ESTIMATORS: Final = ("ridge", "logistic", "xgboost")
#: Models that come with the workflow.
RELEASED: Final = beside_library("models")
#: Files of a kept model.
CARD: Final = "model.json"
NUMBERS: Final = "numbers.npz"


def _entry(row: SheetRow, paths: Sequence[str], options: Mapping[str, object]) -> Placed:
    """Return the entry of a sample to predict: one row each."""
    del paths
    cells = {key: value for key, value in row.cells.items() if key not in {"options", "load"}}
    loads = {"loads": row.cells["load"]} if "load" in row.cells else {}
    entry = {"path": row.path, "format": row.format, **cells, **loads, **options}
    return "predictions", (row.system, row.sample), entry


#: How rows of the sheet of samples to predict are read.
PREDICT_RULES: Final[SheetRules] = {
    "glass": SheetRule(
        needed=("species", "dimension", "units"),
        taken=("load", "reference", "options"),
        place=_entry,
        blocks={"predictions": 2},
        own_cells={"load": loads_of},
        one_entry_a_row=lambda row: True,  # noqa: ARG005
    ),
    "crystal": CRYSTAL_RULE,
    "dislocation": CURVE_SHEET,
}


class Predictions:
    """Questions of the rules of kept models of glasses.

    Parameters
    ----------
    glass : GlassWing
    rows : sequence of Import
        Rows of the sheet of samples to predict.
    """

    #: `check_data` reads these samples, and tells their problems with them.
    read_by_check = True

    def __init__(self, glass: GlassWing, rows: Sequence[Import]) -> None:
        self.glass = glass
        self.places = {one.names: one.place for one in rows if one.block[0] == glass.name}

    # Kept models

    def models(self, system: str) -> list[str]:
        """Return the models that are kept of a system."""
        kept = self.glass.block.get("kept")
        # Predictions of a target that belongs to no load have other columns, which no script writes yet.
        at_rest = self.glass.block["systems"][system]["deformation"]["frames"] == [AT_REST]
        return self.glass.possible_models(system, kept["models"]) if kept and not at_rest else []

    def files(self, wildcards: Wildcards | None = None) -> Files:
        """Return the cards of the kept models of every system on which this run scores models."""
        del wildcards
        return [
            f"{self.glass.folder(system)}/kept/{model}/{CARD}"
            for system in self.glass.systems()
            for model in self.models(system)
        ]

    def descriptors(self, wildcards: Wildcards) -> dict[str, DescriptorEntry]:
        """Return the entries of the descriptors that a model reads.

        Raises
        ------
        SettingsError
            If the model cannot be kept, or reads a load that is not the one applied.
        """
        model = self.glass.models(wildcards.system)[wildcards.model]
        estimator = model["estimator"]
        if estimator not in KEPT_ESTIMATORS:
            raise SettingsError(
                f"glass/kept/models: {wildcards.model!r} has the estimator {estimator!r}; expected one of"
                f" {list(KEPT_ESTIMATORS)}, whose fitted form consists of numbers alone"
            )
        found = {
            name: cast("DescriptorEntry", self._descriptor(wildcards.system, name))
            for name in model.get("features", [])
        }
        if not found:
            raise SettingsError(f"glass/kept/models: {wildcards.model!r} reads no features")
        controls = [name for name, one in found.items() if one.get("load") == "random"]
        if controls:
            raise SettingsError(
                f"glass/kept/models: {wildcards.model!r} reads {controls}, computed for a wrong load; it is a"
                " control and predicts nothing"
            )
        return found

    def _descriptor(self, system: str, name: str) -> Mapping[str, object]:
        limited = self.glass.limited.get(system)
        entries = limited.descriptors if limited else self.glass.block["descriptors"]
        return mapping(entries[name])

    def code(self, wildcards: Wildcards) -> str:
        """Return the hash of the descriptors that a model reads."""
        kinds = [entry["kind"] for entry in self.descriptors(wildcards).values()]
        known = declared_in_library(LIBRARY)
        return code_hash(LIBRARY / "describe" / f"{known[kind].file}.py" for kind in kinds)

    def label(self, wildcards: Wildcards) -> str:
        """Return the label of a model."""
        return str(self.glass.models(wildcards.system)[wildcards.model]["label"])

    def study(self, wildcards: Wildcards) -> dict[str, object]:
        """Return what a kept model is trained for at all strains: numbers, or one class of a classifier."""
        study = self.glass.study(wildcards.system, wildcards.model).plain()
        if not self.is_classifier(wildcards.system, wildcards.model):
            return {**study, "class_strains": [], "class_definitions": []}
        learning = self.glass.settings["learning"]
        fraction, defined = learning["top_fractions"][0], learning["class_definitions"]
        # Predictions tell the probability of this fraction, so the class of this size is the one to learn.
        chosen = next((one for one in defined if one[0] == fraction), defined[0])
        return {**study, "class_strains": study["strains"], "class_definitions": [chosen]}

    def is_classifier(self, system: str, model: str) -> bool:
        """Return whether a model distinguishes classes, and so predicts no numbers."""
        return self.glass.models(system)[model].get("task") == "classification"

    def tested(self, system: str) -> list[str]:
        """Return the kept models whose predictions are compared with the truth: those of numbers."""
        return [name for name in self.models(system) if not self.is_classifier(system, name)]

    # Samples to predict

    def entry(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the entry of a sample, without the model that predicts it."""
        entry = self._entries(wildcards.system)[wildcards.specimen]
        return {key: value for key, value in entry.items() if key not in ("model", "released")}

    def place(self, wildcards: Wildcards) -> str:
        """Return where a sample is named."""
        names = (wildcards.system, wildcards.specimen)
        return self.places.get(names, f"glass/predictions/{'/'.join(names)}")

    @property
    def user_files(self) -> UserFiles:
        """The files that a sample is read from."""
        return UserFiles(lambda wildcards: self._entries(wildcards.system)[wildcards.specimen])

    def kept_model(self, wildcards: Wildcards) -> dict[str, str]:
        """Return the files of the model that predicts a sample."""
        system = wildcards.system
        entry = self._entries(system)[wildcards.specimen]
        name = entry.get("model") or self._known(system, entry)[0]
        folder = f"{self.glass.folder(system)}/kept/{name}"
        if entry.get("released"):
            # Inputs must not be absolute: a finished run that is moved would start again.
            folder = os.path.relpath(RELEASED / system / name)
        return {"model": f"{folder}/{CARD}", "numbers": f"{folder}/{NUMBERS}"}

    @property
    def systems(self) -> str:
        """Pattern of the systems whose models predict samples."""
        return pattern(self.glass.block["predictions"])

    def predicted(self) -> Files:
        """Return the tables and figures of all samples to predict."""
        return [
            file
            for system, entries in self.glass.block["predictions"].items()
            for name in entries
            for file in (
                f"<results>/predicted/{system}/{name}/particles.parquet",
                f"<results>/figures/predicted/{system}_{name}.pdf",
            )
        ]

    def to_check(self, wildcards: Wildcards | None = None) -> list[AskedSample]:
        """Return all samples to predict, with what can be said of them before they are read."""
        del wildcards
        return [
            self._to_check(system, name, entry)
            for system, entries in self.glass.block["predictions"].items()
            for name, entry in entries.items()
        ]

    def _to_check(self, system: str, name: str, entry: GlassPredictionEntry) -> AskedSample:
        problems = self._problems(system, name, entry)
        model = None if problems else entry.get("model") or self._known(system, entry)[0]
        released = entry.get("released") and model is not None
        systems = self.glass.block["systems"]
        return {
            "title": f"glass/predictions/{system}/{name}",
            "place": self.places.get((system, name), f"glass/predictions/{system}/{name}"),
            "entry": entry,
            "model": os.path.relpath(RELEASED / system / str(model)) if released else None,
            "dimension": systems[system]["dimension"] if system in systems else 0,
            "problems": problems,
        }

    def _entries(self, system: str) -> Mapping[str, GlassPredictionEntry]:
        return self.glass.block["predictions"][system]

    def problems(self) -> list[str]:
        """Return what is wrong with the names in all entries."""
        return [
            line
            for system, entries in self.glass.block["predictions"].items()
            for name, entry in entries.items()
            for line in self._problems(system, name, entry)
        ]

    def _problems(self, system: str, name: str, entry: GlassPredictionEntry) -> list[str]:
        """Return what is wrong with the names in an entry."""
        place = self.places.get((system, name), f"glass/predictions/{system}/{name}")
        systems = list(self.glass.block["systems"])
        if system not in systems:
            remedy = "name the system whose models predict; `sample` is the name that you choose"
            possible = [one for one in systems if self._known(one, entry)]
            return [f"{place}: system {system!r}, expected one of {possible}: {remedy}"]
        known = self._known(system, entry)
        where = "workflow/models" if entry.get("released") else "`glass/kept/models`"
        if not known:
            return [f"{place}: no model of system {system!r} is kept; see {where}"]
        asked = entry.get("model")
        if asked is not None and asked not in known:
            return [f"{place}: model {asked!r}, expected one of {known}, those of {where}"]
        found = [*self._out_of_plane(entry), *self._misfits(system, asked or known[0], entry)]
        return [f"{place}: {line}" for line in found]

    @staticmethod
    def _out_of_plane(entry: GlassPredictionEntry) -> list[str]:
        """Return the loads that leave the plane of a two-dimensional glass."""
        loads = entry.get("loads", [])
        if entry["dimension"] != 2 or isinstance(loads, str):
            return []
        return [
            f"a load along {direction!r}, but the glass has two dimensions: choose the plane xy, or the axis"
            " x or y"
            for load in loads
            if "z" in (direction := str(load.get("plane") or load.get("axis") or ""))
        ]

    @staticmethod
    def _misfits(system: str, name: str, entry: GlassPredictionEntry) -> list[str]:
        """Return what a released model cannot predict of a sample, as far as its entry tells it."""
        if not entry.get("released"):
            return []  # It may not be made yet.
        known = json.loads((RELEASED / system / name / CARD).read_text(encoding="utf-8"))["known"]
        return misfit_texts(
            f"model {name!r} of system {system!r}",
            Kind(known["dimension"], known["units"], known["species"]),
            Kind(entry["dimension"], entry["units"], [*entry["species"].values()]),
        )

    def _known(self, system: str, entry: GlassPredictionEntry) -> list[str]:
        """Return the models that can predict a sample, the default one first."""
        kept = self.models(system)
        if not entry.get("released"):
            return kept
        found = sorted(path.parent.name for path in (RELEASED / system).glob(f"*/{CARD}"))
        return [name for name in kept if name in found] + [n for n in found if n not in kept]


def read_predict_sheet(
    settings: dict[str, object], schema: Mapping[str, object], sheet: str
) -> tuple[list[Import], list[FormatError]]:
    """Add the samples of a sheet to the configuration, and return them with the sheet's problems."""
    if not sheet:
        return [], []
    rows, problems = sheet_imports(Path(sheet), settings, schema, PREDICT_RULES)
    merge_imports(settings, rows)
    return rows, problems
