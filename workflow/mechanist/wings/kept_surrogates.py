"""What the rules ask that keep surrogates of crystals and predict polycrystals of a user's by them."""

import os
from collections.abc import Mapping, Sequence
from typing import Final

from mechanist.core.beside_library import beside_library
from mechanist.settings.entry_types.crystal_predictions_entries import CrystalPredictionEntry
from mechanist.settings.own_imports import Import
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import Placed, SheetRule
from mechanist.wings.crystal import CrystalWing
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards, pattern

#: Surrogates that come with the workflow.
RELEASED: Final = beside_library("models") / "crystal"
#: Kinds whose fitted form consists of numbers alone.
KEPT_KINDS: Final = ("mechanism", "ridge", "recurrent")
#: Files of a kept surrogate.
CARD: Final = "model.json"
NUMBERS: Final = "numbers.npz"


def _entry(row: SheetRow, paths: Sequence[str], options: Mapping[str, object]) -> Placed:
    """Return the entry of a polycrystal to predict: one row each."""
    del paths
    load = {"load": row.cells["load"]} if row.cells.get("load") is not None else {}
    entry = {"path": row.path, "format": row.format, **load, **options}
    return "predictions", (row.system, row.sample), entry


#: How rows of the sheet of samples to predict are read.
CRYSTAL_RULE: Final = SheetRule(
    needed=("load",),
    taken=("options",),
    place=_entry,
    blocks={"predictions": 2},
    formats=("damask", "map", "run", "vti"),
    one_entry_a_row=lambda row: True,  # noqa: ARG005
)


class CrystalPredictions:
    """Questions of the rules of kept surrogates.

    Parameters
    ----------
    crystal : CrystalWing
    rows : sequence of Import
        Rows of the sheet of samples to predict.
    """

    read_by_check = False

    def __init__(self, crystal: CrystalWing, rows: Sequence[Import]) -> None:
        self.crystal = crystal
        self.places = {one.names: one.place for one in rows if one.block[0] == crystal.name}

    # Kept surrogates

    @property
    def models(self) -> list[str]:
        """Surrogates that this run keeps."""
        kept = self.crystal.surrogate.get("kept")
        run = self.crystal.surrogate["models"]
        return [name for name in kept["models"] if name in run] if kept else []

    @property
    def level(self) -> float | None:
        """Probability that the truth lies in an interval."""
        kept = self.crystal.surrogate.get("kept")
        return kept["level"] if kept else None

    def files(self, wildcards: Wildcards | None = None) -> Files:
        """Return the cards of the kept surrogates."""
        del wildcards
        return [f"{self._folder(model)}/{CARD}" for model in self.models]

    @staticmethod
    def _folder(model: str) -> str:
        return f"<results>/crystal/surrogate/kept/{model}"

    def model(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the entry of a surrogate.

        Raises
        ------
        SettingsError
            If it cannot be kept.
        """
        entry = self.crystal.surrogate_model(wildcards)
        kind = entry["kind"]
        if kind not in KEPT_KINDS:
            raise SettingsError(
                f"crystal/surrogate/kept/models: {wildcards.model!r} is of the kind {kind!r}; expected"
                f" one of {list(KEPT_KINDS)}, whose fitted form consists of numbers alone"
            )
        return entry

    def label(self, wildcards: Wildcards) -> str:
        """Return the label of a surrogate."""
        return str(self.crystal.surrogate["models"][wildcards.model]["label"])

    def origin(self, wildcards: Wildcards | None = None) -> dict[str, object]:
        """Return system, material, axis and strain of the samples that surrogates learn from."""
        del wildcards
        system = self.crystal.surrogate["train"]
        entry = self.crystal.block["systems"][system]
        return {
            "system": system,
            "material_name": entry["material"],
            "material": self.crystal.material_of(system),
            "axis": entry["axis"],
            "strain": entry["strain"],
            "passes": self.crystal.surrogate["passes"],
        }

    # Polycrystals to predict

    @property
    def entries(self) -> Mapping[str, Mapping[str, CrystalPredictionEntry]]:
        """Polycrystals to predict, by system and name."""
        return self.crystal.block.get("predictions", {})

    @property
    def systems(self) -> str:
        """Pattern of the systems whose models predict polycrystals."""
        return pattern(self.entries)

    def entry(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the entry of a polycrystal, without the model that predicts it."""
        entry = self.entries[wildcards.system][wildcards.specimen]
        return {key: value for key, value in entry.items() if key not in ("model", "released")}

    def place(self, wildcards: Wildcards) -> str:
        """Return where a polycrystal is named."""
        return self._place(wildcards.system, wildcards.specimen)

    def _place(self, system: str, name: str) -> str:
        return self.places.get((system, name), f"crystal/predictions/{system}/{name}")

    @property
    def user_files(self) -> UserFiles:
        """The file that a polycrystal is read from."""
        return UserFiles(lambda wildcards: self.entries[wildcards.system][wildcards.specimen])

    def kept_model(self, wildcards: Wildcards) -> dict[str, str]:
        """Return the files of the model that predicts a polycrystal."""
        system = wildcards.system
        entry = self.entries[system][wildcards.specimen]
        name = entry.get("model") or self._known(system, entry)[0]
        folder = self._folder(name)
        if entry.get("released"):
            # Inputs must not be absolute: a finished run that is moved would start again.
            folder = os.path.relpath(RELEASED / system / name)
        return {"model": f"{folder}/{CARD}", "numbers": f"{folder}/{NUMBERS}"}

    def predicted(self) -> Files:
        """Return the tables and figures of all polycrystals to predict."""
        return [
            file
            for system, entries in self.entries.items()
            for name in entries
            for file in (
                f"<results>/predicted/{system}/{name}/voxels.parquet",
                f"<results>/figures/predicted/{system}_{name}.pdf",
                f"<results>/figures/predicted/poles/{system}_{name}.pdf",
            )
        ]

    def problems(self) -> list[str]:
        """Return what is wrong with the names in all entries."""
        return [
            line
            for system, entries in self.entries.items()
            for name, entry in entries.items()
            for line in self._problems(system, name, entry)
        ]

    def _problems(self, system: str, name: str, entry: CrystalPredictionEntry) -> list[str]:
        place = self._place(system, name)
        known = self._known(system, entry)
        if not known:
            released = bool(entry.get("released"))
            where = "workflow/models/crystal" if released else "`crystal/surrogate/kept`"
            kept = sorted(p.name for p in RELEASED.iterdir()) if released else self._own_systems()
            return [
                f"{place}: no surrogate of system {system!r} is kept; expected one of {kept}, see {where}"
            ]
        asked = entry.get("model")
        if asked is not None and asked not in known:
            return [f"{place}: model {asked!r}, expected one of {known}"]
        if entry["load"]["type"] != "uniaxial" or entry["load"].get("sense") == -1:
            return [
                (
                    f"{place}: load {entry['load']}, expected tension along an axis of the grid, such"
                    " as uniaxial z: the surrogates have seen no other load"
                )
            ]
        return []

    def _own_systems(self) -> list[str]:
        return [self.crystal.surrogate["train"]] if self.models else []

    def _known(self, system: str, entry: CrystalPredictionEntry) -> list[str]:
        """Return the models that can predict a polycrystal, the default one first."""
        if not entry.get("released"):
            return self.models if system in self._own_systems() else []
        found = sorted(path.parent.name for path in (RELEASED / system).glob(f"*/{CARD}"))
        kept = self.crystal.surrogate.get("kept")
        first = [name for name in kept["models"] if name in found] if kept else []
        return first + [name for name in found if name not in first]
