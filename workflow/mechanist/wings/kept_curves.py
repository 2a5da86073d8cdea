"""What the rules ask that keep models of dislocation samples and predict curves of a user's by them."""

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Final, cast

from mechanist.core.beside_library import beside_library
from mechanist.core.code_hash import LIBRARY, code_hash
from mechanist.settings.descriptor_cards import declared_in_library
from mechanist.settings.entry_types.block_entries import DescriptorEntry
from mechanist.settings.entry_types.dislocation_predictions_entries import (
    DislocationPredictionEntry,
)
from mechanist.settings.own_imports import Import
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import Placed, SheetRule
from mechanist.wings.dislocation import DislocationWing
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards, pattern

#: Models that come with the workflow.
RELEASED: Final = beside_library("models")
#: Files of a kept model.
CARD: Final = "model.json"
NUMBERS: Final = "numbers.npz"


def _entry(row: SheetRow, paths: Sequence[str], options: Mapping[str, object]) -> Placed:
    """Return the entry of a configuration to predict: one row each."""
    del paths
    cells = {key: value for key, value in row.cells.items() if key != "options"}
    entry = {"path": row.path, "format": row.format, **cells, **options}
    return "predictions", (row.system, row.sample), entry


#: How rows of the sheet of samples to predict are read.
CURVE_SHEET: Final = SheetRule(
    needed=(),
    taken=("dimension", "load", "options"),
    place=_entry,
    blocks={"predictions": 2},
    one_entry_a_row=lambda row: True,  # noqa: ARG005
)


class CurvePredictions:
    """Questions of the rules of kept models of curves.

    Parameters
    ----------
    dislocation : DislocationWing
    rows : sequence of Import
        Rows of the sheet of samples to predict, of all wings.
    others : collection of str
        Systems of other wings, whose predictions stand in the same folder.
    """

    read_by_check = False

    def __init__(
        self, dislocation: DislocationWing, rows: Sequence[Import], others: Collection[str]
    ) -> None:
        self.wing = dislocation
        self.others = set(others)
        self.places = {one.names: one.place for one in rows if one.block[0] == dislocation.name}

    # Kept models

    def models(self) -> list[str]:
        """Return the models that are kept."""
        kept = self.wing.block.get("kept")
        return list(kept["models"]) if kept else []

    def rivals(self) -> list[str]:
        """Return the models whose curves stand beside each prediction."""
        kept = self.wing.block.get("kept")
        return list(kept.get("rivals") or []) if kept else []

    def kept(self, wildcards: Wildcards | None = None) -> Files:
        """Return the cards of the kept models of the system that figures show."""
        del wildcards
        folder = self.wing.folder(self.wing.main)
        return [f"{folder}/kept/{model}/{CARD}" for model in self.models()]

    @property
    def systems(self) -> str:
        """Pattern of the systems whose models predict curves."""
        return pattern(set(self.wing.block["systems"]) - self.others)

    def descriptors(self, wildcards: Wildcards) -> dict[str, DescriptorEntry]:
        """Return the entries of the descriptors that a model reads."""
        entries = self.wing.block["descriptors"]
        return {name: entries[name] for name in self._model(wildcards).get("features", [])}

    def code(self, wildcards: Wildcards) -> str:
        """Return the hash of the descriptors that a model reads."""
        kinds = [entry["kind"] for entry in self.descriptors(wildcards).values()]
        known = declared_in_library(LIBRARY)
        return code_hash(LIBRARY / "describe" / f"{known[kind].file}.py" for kind in kinds)

    def label(self, wildcards: Wildcards) -> str:
        """Return the label of a model."""
        return str(self._model(wildcards)["label"])

    def _model(self, wildcards: Wildcards) -> Mapping[str, list[str]]:
        models = self.wing.models(wildcards.system)
        return cast("Mapping[str, list[str]]", models[wildcards.model])

    # Configurations to predict

    def entry(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the entry of a configuration, without the model that predicts it."""
        entry = self._entries(wildcards.system)[wildcards.specimen]
        return {key: value for key, value in entry.items() if key not in ("model", "released")}

    def place(self, wildcards: Wildcards) -> str:
        """Return where a configuration is named."""
        return self._place(wildcards.system, wildcards.specimen)

    def _place(self, system: str, name: str) -> str:
        return self.places.get((system, name), f"dislocation/predictions/{system}/{name}")

    @property
    def user_files(self) -> UserFiles:
        """The files that a configuration is read from."""
        return UserFiles(lambda wildcards: self._entries(wildcards.system)[wildcards.specimen])

    def kept_models(self, wildcards: Wildcards) -> dict[str, str | Files]:
        """Return the files of the model that predicts a configuration, and of its rivals."""
        system = wildcards.system
        entry = self._entries(system)[wildcards.specimen]
        known = self._known(system, entry)
        name = entry.get("model") or known[0]
        rivals = [one for one in self.rivals() if one in known and one != name]
        folder, others = (
            self._folder(system, name, entry),
            (self._folder(system, one, entry) for one in rivals),
        )
        beside = list(others)
        return {
            "model": f"{folder}/{CARD}",
            "numbers": f"{folder}/{NUMBERS}",
            "rivals": [f"{one}/{CARD}" for one in beside],
            "rival_numbers": [f"{one}/{NUMBERS}" for one in beside],
        }

    def _folder(self, system: str, name: str, entry: DislocationPredictionEntry) -> str:
        if entry.get("released"):
            # Inputs must not be absolute: a finished run that is moved would start again.
            return os.path.relpath(RELEASED / system / name)
        return f"{self.wing.folder(system)}/kept/{name}"

    def predicted(self) -> Files:
        """Return the tables and figures of all configurations to predict."""
        return [
            file
            for system, entries in self.wing.block.get("predictions", {}).items()
            for name in entries
            for file in (
                f"<results>/predicted/{system}/{name}/curve.parquet",
                f"<results>/figures/predicted/{system}_{name}.pdf",
            )
        ]

    def problems(self) -> list[str]:
        """Return what is wrong with the names in all entries."""
        return [
            line
            for system, entries in self.wing.block.get("predictions", {}).items()
            for name, entry in entries.items()
            for line in self._problems(system, name, entry)
        ]

    def _problems(self, system: str, name: str, entry: DislocationPredictionEntry) -> list[str]:
        place, systems = self._place(system, name), list(self.wing.block["systems"])
        if system not in systems:
            return [f"{place}: system {system!r}, expected one of {systems}"]
        if system in self.others:
            return [f"{place}: system {system!r} is also a system of glasses; rename one of them"]
        known = self._known(system, entry)
        where = "workflow/models" if entry.get("released") else "`dislocation/kept/models`"
        if not known:
            return [f"{place}: no model of system {system!r} is kept; see {where}"]
        asked = entry.get("model")
        if asked is not None and asked not in known:
            return [f"{place}: model {asked!r}, expected one of {known}, those of {where}"]
        return []

    def _entries(self, system: str) -> Mapping[str, DislocationPredictionEntry]:
        return self.wing.block["predictions"][system]

    def _known(self, system: str, entry: DislocationPredictionEntry) -> list[str]:
        """Return the models that can predict a configuration, the default one first."""
        kept = self.models()
        if not entry.get("released"):
            return kept
        found = sorted(path.parent.name for path in (RELEASED / system).glob(f"*/{CARD}"))
        return [name for name in kept if name in found] + [n for n in found if n not in kept]
