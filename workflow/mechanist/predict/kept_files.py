"""Files of a kept model: ``model.json``, which a person can read, and its numbers, ``numbers.npz``.

Neither can hold code: the one is JSON, the other arrays that are read without pickles. A file from a
stranger is checked before it is used: the hash of the numbers, the names, types and shapes of all parts,
and the size that the numbers claim before they are unpacked.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.atomic import replacing, write_text
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import Json, mapping, number, numbers, sequence, text, texts, whole
from mechanist.core.typing import FloatArray
from mechanist.predict.kept_model import Interval, KeptDescriptor, KeptModel
from mechanist.predict.known_range import KnownRange
from mechanist.predict.plastic_odds import PlasticOdds

SCHEMA: Final = "mechanist.kept_model/1"
CARD: Final = "model.json"
NUMBERS: Final = "numbers.npz"
ARRAYS: Final = ("slopes", "constant", "mean", "deviation")
#: Bytes of an array file beside its numbers.
_HEAD: Final = 4096
#: Largest file that is read at all: a million features for ten strains.
_LARGEST: Final = 100_000_000
_REMEDY: Final = "Fetch the model again from where it comes, or make it anew with the workflow."


def write_kept(folder: Path, model: KeptModel) -> None:
    """Write the files of a model; equal models give equal bytes."""
    arrays = {
        "slopes": model.slopes,
        "constant": model.constant,
        "mean": model.known.mean,
        "deviation": model.known.deviation,
    }
    packed = _packed(arrays)
    with replacing(folder / NUMBERS) as temporary:
        temporary.write_bytes(packed)
    card = _card_of(model) | {"sha256": hashlib.sha256(packed).hexdigest()}
    write_text(folder / CARD, json.dumps(card, indent=1, ensure_ascii=False) + "\n")


def _packed(arrays: Mapping[str, FloatArray]) -> bytes:
    """Return the bytes of an uncompressed npz file that depend on the numbers alone."""
    whole_file = io.BytesIO()
    with zipfile.ZipFile(whole_file, "w", zipfile.ZIP_STORED) as archive:
        for name in ARRAYS:
            part = io.BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(arrays[name], dtype="<f8"))
            # numpy's own writer would store the time of writing.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), part.getvalue())
    return whole_file.getvalue()


def _card_of(model: KeptModel) -> dict[str, object]:
    known = model.known
    return {
        "schema": SCHEMA,
        "system": model.system,
        "model": model.name,
        "label": model.label,
        "quantity": model.quantity,
        "unit": model.unit,
        "strains": list(model.strains),
        "descriptors": [
            {"kind": d.kind, "parameters": dict(d.parameters), "features": list(d.features)}
            for d in model.descriptors
        ],
        "intervals": [None if one is None else asdict(one) for one in model.intervals],
        "odds": [asdict(one) for one in model.odds],
        "known": {
            "species": list(known.species),
            "dimension": known.dimension,
            "units": known.units,
            "length": known.length,
            "particles": known.particles,
            "density": list(known.density),
            "composition": {name: list(both) for name, both in known.composition.items()},
            "loads": {name: list(strains) for name, strains in known.loads.items()},
            "limit": known.limit if np.isfinite(known.limit) else None,
        },
        "facts": dict(model.facts),
    }


def read_kept(folder: Path) -> KeptModel:
    """Read a kept model.

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
    card = _read_card(path)
    numbers_path = folder / NUMBERS
    try:
        descriptors = tuple(_descriptor(one) for one in sequence(card["descriptors"]))
        strains = numbers(card["strains"])
        n_features = sum(len(one.features) for one in descriptors)
        shapes = {
            "slopes": (n_features, len(strains)),
            "constant": (len(strains),),
            "mean": (n_features,),
            "deviation": (n_features,),
        }
        arrays = _read_arrays(numbers_path, text(card["sha256"]), shapes)
        return KeptModel(
            system=text(card["system"]),
            name=text(card["model"]),
            label=text(card["label"]),
            quantity=text(card["quantity"]),
            unit=text(card["unit"]),
            strains=strains,
            descriptors=descriptors,
            slopes=arrays["slopes"],
            constant=arrays["constant"],
            intervals=tuple(_interval(one) for one in sequence(card["intervals"])),
            odds=tuple(_odds(one) for one in sequence(card["odds"])),
            known=_known(mapping(card["known"]), arrays),
            facts=_facts(card["facts"]),
        )
    except FormatError:
        raise
    except KeyError as error:
        raise FormatError(path, f"the entry {error} is missing", remedy=_REMEDY) from error
    except (TypeError, ValueError) as error:
        raise FormatError(path, str(error), remedy=_REMEDY) from error


def _read_card(path: Path) -> Mapping[str, object]:
    try:
        size = path.stat().st_size
        content = path.read_text(encoding="utf-8") if size <= _LARGEST else ""
    except OSError as error:
        raise FormatError(path, f"it cannot be read: {error.strerror}", remedy=_REMEDY) from error
    except UnicodeDecodeError as error:
        raise FormatError(path, "it is not UTF-8 text", remedy=_REMEDY) from error
    if not content:
        raise FormatError(path, f"{size} bytes, expected 1 to {_LARGEST}", remedy=_REMEDY)
    try:
        card = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"it is not JSON: {error}", remedy=_REMEDY) from error
    found = card.get("schema") if isinstance(card, dict) else None
    if found != SCHEMA:
        raise FormatError(path, f"schema {found!r}, expected {SCHEMA!r}", remedy=_REMEDY)
    checked: Mapping[str, object] = card
    return checked


def _read_arrays(
    path: Path, sha256: str, shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, FloatArray]:
    """Return the arrays of a model once their hash, names, sizes, types and shapes are right."""
    expected = sum(8 * int(np.prod(shape)) + _HEAD for shape in shapes.values()) + _HEAD
    try:
        size = path.stat().st_size
        if size > expected:
            raise FormatError(
                path, f"{size} bytes, expected at most {expected} for this model", remedy=_REMEDY
            )
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(path, f"it cannot be read: {error.strerror}", remedy=_REMEDY) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise FormatError(
            path, f"sha256 {found}, expected {sha256} as {CARD} states", remedy=_REMEDY
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            if set(sizes) != {f"{name}.npy" for name in shapes}:
                raise FormatError(
                    path, f"it holds {sorted(sizes)}, expected {list(ARRAYS)}", remedy=_REMEDY
                )
            if sum(sizes.values()) > expected:
                raise FormatError(
                    path,
                    f"its parts have {sum(sizes.values())} bytes once unpacked, expected at most"
                    f" {expected}",
                    remedy=_REMEDY,
                )
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in shapes}
    except FormatError:
        raise
    except (ValueError, OSError, zipfile.BadZipFile, EOFError, KeyError) as error:
        raise FormatError(path, f"it is no file of arrays: {error}", remedy=_REMEDY) from error
    for name, array in arrays.items():
        if array.dtype != np.float64 or array.shape != shapes[name]:
            raise FormatError(
                path,
                f"{name} has type {array.dtype} and shape {array.shape}, expected float64 and"
                f" {shapes[name]}",
                remedy=_REMEDY,
            )
    return arrays


def _descriptor(entry: object) -> KeptDescriptor:
    found = mapping(entry)
    kind = text(found["kind"])
    if not kind.isidentifier():
        raise ValueError(f"descriptor {kind!r}; expected a name")
    return KeptDescriptor(kind, dict(mapping(found["parameters"])), texts(found["features"]))


def _interval(entry: object) -> Interval | None:
    if entry is None:
        return None
    found = mapping(entry)
    lower, upper, level = (_finite(found[key]) for key in ("lower", "upper", "level"))
    if not (lower <= upper and 0 < level < 1):
        raise ValueError(f"interval {dict(found)}; expected lower <= upper and 0 < level < 1")
    return Interval(lower, upper, level)


def _odds(entry: object) -> PlasticOdds:
    found = mapping(entry)
    fraction, constant, slope = (_finite(found[key]) for key in ("fraction", "constant", "slope"))
    if not 0 < fraction < 1:
        raise ValueError(f"odds of a fraction {fraction}; expected a fraction between 0 and 1")
    return PlasticOdds(fraction, constant, slope)


def _known(entry: Mapping[str, object], arrays: Mapping[str, FloatArray]) -> KnownRange:
    limit = entry["limit"]
    dimension = whole(entry["dimension"])
    if dimension not in (2, 3):
        raise ValueError(f"dimension = {dimension}; expected 2 or 3")
    return KnownRange(
        species=texts(entry["species"]),
        dimension=dimension,
        units=text(entry["units"]),
        length=_positive(entry["length"]),
        particles=_positive(entry["particles"]),
        density=_pair(entry["density"]),
        composition={name: _pair(both) for name, both in mapping(entry["composition"]).items()},
        loads={name: numbers(strains) for name, strains in mapping(entry["loads"]).items()},
        mean=arrays["mean"],
        deviation=arrays["deviation"],
        limit=float("inf") if limit is None else _finite(limit),
    )


def _facts(entry: object) -> dict[str, Json]:
    facts: dict[str, Json] = dict(mapping(entry))  # type: ignore[arg-type]
    return facts


def _pair(entry: object) -> tuple[float, float]:
    low, high = (_finite(value) for value in sequence(entry))
    return low, high


def _positive(entry: object) -> float:
    value = _finite(entry)
    if not value > 0:
        raise ValueError(f"{value}; expected a positive number")
    return value


def _finite(entry: object) -> float:
    value = float(number(entry))
    if not np.isfinite(value):
        raise ValueError(f"{value}; expected a finite number")
    return value
