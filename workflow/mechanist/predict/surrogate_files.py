"""Files of a kept surrogate: its card, ``model.json``, and its numbers, ``numbers.npz``.

Reading them executes nothing: see :mod:`mechanist.predict.number_files`.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final, cast

import numpy as np
from pydantic import ValidationError

from mechanist.core.errors import FormatError
from mechanist.core.narrowing import Json, mapping, number, numbers, sequence, text, texts, whole
from mechanist.core.typing import FloatArray
from mechanist.learn.cube_forward import CubeArrays, network_shapes
from mechanist.learn.cube_guess import FittedGuess
from mechanist.learn.cube_inputs import CubeLayout, row_images
from mechanist.learn.cube_symmetry import Images, value_images
from mechanist.learn.fitted_cubes import FittedCubeModel
from mechanist.learn.fitted_table import FittedTable
from mechanist.predict.kept_model import Interval
from mechanist.predict.kept_surrogate import KEPT_KINDS, KeptSurrogate, SeenCells
from mechanist.predict.number_files import (
    CARD,
    NUMBERS,
    REMEDY,
    ArrayForm,
    Numbers,
    read_card,
    read_numbers,
    write_card_and_numbers,
)
from mechanist.predict.voxel_fields import KINDS
from mechanist.settings.entry_types.crystal_systems_entries import CrystalMaterialEntry
from mechanist.settings.models.crystal_systems import CrystalMaterial

SCHEMA: Final = "mechanist.kept_surrogate/1"
#: Largest radius of a cube and largest size of a state that a card may claim.
_MOST_RADIUS: Final = 5
_MOST_WIDTH: Final = 4096


def write_surrogate(folder: Path, model: KeptSurrogate) -> None:
    """Write the files of a model; equal models give equal bytes."""
    card = {
        "schema": SCHEMA,
        "system": model.system,
        "model": model.name,
        "label": model.label,
        "kind": model.kind,
        "quantity": "rotation of the lattice",
        "unit": "rad",
        "strains": model.strains.tolist(),
        "guess": list(model.fitted.guess.names),
        "reads": _reads(model.fitted),
        "passes": model.passes,
        "material": dict(model.material),
        "intervals": [None if one is None else asdict(one) for one in model.intervals],
        "errors": list(model.errors),
        "seen": {
            "material": model.seen.material,
            "grain_diameters": dict(model.seen.grain_diameters),
            "axis": model.seen.axis,
        },
        "facts": dict(model.facts),
    }
    arrays = dict(model.arrays)
    write_card_and_numbers(folder, card, arrays)


def _reads(fitted: FittedCubeModel) -> dict[str, object] | None:
    """Return what the learnt part reads, or None if there is none."""
    learnt = fitted.learnt
    if not isinstance(learnt, CubeArrays | FittedTable):
        return None
    layout = learnt.layout
    found: dict[str, object] = {
        "radius": layout.radius,
        "fields": list(layout.fields),
        "central": list(layout.central),
        "scales": dict(layout.scales),
        "widths": dict(layout.widths),
    }
    if isinstance(learnt, CubeArrays):
        found["state"] = len(learnt.arrays["cell_new_bias"])
    return found


def read_surrogate(folder: Path) -> KeptSurrogate:
    """Read a kept surrogate.

    Parameters
    ----------
    folder : Path
        Folder that holds ``model.json`` and ``numbers.npz``.

    Raises
    ------
    FormatError
        If a file is missing, damaged, or holds something else than a model consists of.
    """
    path = folder / CARD
    card = read_card(path, SCHEMA)
    try:
        strains = np.array(numbers(card["strains"]), float)
        guess, kind = texts(card["guess"]), text(card["kind"])
        reads = None if card["reads"] is None else mapping(card["reads"])
        if kind not in KEPT_KINDS or (kind == "mechanism") != (reads is None):
            raise ValueError(f"kind {kind!r}, reads {reads is not None}; expected a model of one of"
                             f" {list(KEPT_KINDS)}, of which all but the first read fields")  # fmt: skip
        if unknown := sorted(set(guess) - {name for name, k in KINDS.items() if k == "axial"}):
            raise ValueError(f"guess {unknown}; expected mechanisms that this version knows")
        layout = None if reads is None else _layout(reads)
        forms = {"coefficients": ArrayForm((len(strains), 3, len(guess)))}
        if layout is not None and kind == "ridge":
            forms["weights"] = ArrayForm((layout.width, 3 * len(strains)))
        elif layout is not None and reads is not None:
            state = _within("state", whole(reads["state"]), 1, _MOST_WIDTH)
            forms["sizes"] = ArrayForm((len(strains),))
            shapes = network_shapes(layout.width, state)
            forms |= {name: ArrayForm(shape, "float32") for name, shape in shapes.items()}
        arrays = read_numbers(folder / NUMBERS, text(card["sha256"]), forms)
        return KeptSurrogate(
            system=text(card["system"]),
            name=text(card["model"]),
            label=text(card["label"]),
            kind=kind,
            material=_material(card["material"]),
            passes=_within("passes", whole(card["passes"]), 1, 10_000),
            fitted=_fitted(strains, guess, layout, arrays),
            intervals=tuple(_interval(one) for one in sequence(card["intervals"])),
            errors=tuple(_error(one) for one in sequence(card["errors"])),
            seen=_seen(mapping(card["seen"])),
            facts=cast("dict[str, Json]", dict(mapping(card["facts"]))),
        )
    except FormatError:
        raise
    except KeyError as error:
        raise FormatError(path, f"the entry {error} is missing", remedy=REMEDY) from error
    except (TypeError, ValueError) as error:
        raise FormatError(path, str(error), remedy=REMEDY) from error


def _fitted(
    strains: FloatArray,
    guess: tuple[str, ...],
    layout: CubeLayout | None,
    arrays: Mapping[str, Numbers],
) -> FittedCubeModel:
    summed = FittedGuess(guess, arrays["coefficients"].astype(np.float64))
    if layout is None:
        return FittedCubeModel(summed, strains)
    if "weights" in arrays:
        table = FittedTable(layout, weights=arrays["weights"].astype(np.float64))
        return FittedCubeModel(summed, strains, table)
    sizes = arrays["sizes"].astype(np.float64)
    if not (sizes > 0).all():
        raise ValueError(f"sizes = {sizes}; expected positive numbers")
    network = {
        name: array.astype(np.float32)
        for name, array in arrays.items()
        if name not in ("coefficients", "sizes")
    }
    return FittedCubeModel(summed, strains, CubeArrays(network, layout, sizes))


def _layout(reads: Mapping[str, object]) -> CubeLayout:
    fields, central = texts(reads["fields"]), texts(reads["central"])
    known = (*fields, *central)
    if unknown := sorted(set(known) - set(KINDS)):
        raise ValueError(f"fields {unknown}; expected some of {sorted(KINDS)}")
    if not known or len(set(known)) < len(known):
        raise ValueError(f"fields {list(known)}; expected at least one, and each once")
    radius = _within("radius", whole(reads["radius"]), 0, _MOST_RADIUS)
    widths = {name: whole(value) for name, value in mapping(reads["widths"]).items()}
    scales = {name: _positive(value) for name, value in mapping(reads["scales"]).items()}
    for what, found in (("widths", widths), ("scales", scales)):
        if set(found) != set(known):
            raise ValueError(f"{what} of {sorted(found)}; expected those of {sorted(known)}")

    def of_voxel(name: str) -> Images:
        return value_images(KINDS[name], _within("width", widths[name], 1, 1000))

    images = row_images(radius, [of_voxel(n) for n in fields], [of_voxel(n) for n in central])
    return CubeLayout(radius, fields, central, scales, images, widths)


def _material(entry: object) -> CrystalMaterialEntry:
    """Return a material that the settings of the workflow allow."""
    try:
        CrystalMaterial.model_validate(mapping(entry))
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        raise ValueError(f"material/{where}: {first['msg']}") from error
    return cast("CrystalMaterialEntry", dict(mapping(entry)))


def _seen(entry: Mapping[str, object]) -> SeenCells:
    diameters = {name: _positive(d) for name, d in mapping(entry["grain_diameters"]).items()}
    if not diameters:
        raise ValueError("grain_diameters is empty; expected the diameter in one system or more")
    return SeenCells(text(entry["material"]), diameters, text(entry["axis"]))


def _interval(entry: object) -> Interval | None:
    if entry is None:
        return None
    lower, upper, level = (number(mapping(entry)[key]) for key in ("lower", "upper", "level"))
    if not (-360 <= lower <= upper <= 360 and 0 < level < 1):
        raise ValueError(
            f"interval {entry!r}; expected lower <= upper, in degrees, and 0 < level < 1"
        )
    return Interval(float(lower), float(upper), float(level))


def _error(entry: object) -> float | None:
    return None if entry is None else _positive(entry)


def _within(name: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise ValueError(f"{name} = {value}; expected {low} to {high}")
    return value


def _positive(entry: object) -> float:
    value = float(number(entry))
    if not 0 < value < np.inf:
        raise ValueError(f"{value}; expected a positive number")
    return value
