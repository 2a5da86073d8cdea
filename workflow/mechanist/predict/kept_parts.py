"""What the files of every kept model have in common: ``model.json`` and its numbers, ``numbers.npz``.

Neither can hold code: the one is JSON, the other arrays that are read without pickles. A file from a
stranger is checked before it is used: the hash of the numbers, the names, types and shapes of all parts,
and the size that the numbers claim before they are unpacked.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.atomic import replacing, write_text
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import Json, mapping, number, sequence, text, texts
from mechanist.core.typing import FloatArray
from mechanist.predict.kept_model import Interval, KeptDescriptor

CARD: Final = "model.json"
NUMBERS: Final = "numbers.npz"
REMEDY: Final = "Fetch the model again from where it comes, or make it anew with the workflow."
#: Bytes of an array file beside its numbers.
_HEAD: Final = 4096
#: Largest file that is read at all: a million features for ten strains.
_LARGEST: Final = 100_000_000


def write_parts(folder: Path, card: Mapping[str, object], arrays: Mapping[str, FloatArray]) -> None:
    """Write card and numbers of a model; equal models give equal bytes.

    Parameters
    ----------
    folder : Path
    card : mapping
        Content of ``model.json`` but the hash of the numbers.
    arrays : mapping of str to ndarray
        Numbers by name, in the order in which they are stored.
    """
    packed = _packed(arrays)
    with replacing(folder / NUMBERS) as temporary:
        temporary.write_bytes(packed)
    whole = {**card, "sha256": hashlib.sha256(packed).hexdigest()}
    write_text(folder / CARD, json.dumps(whole, indent=1, ensure_ascii=False) + "\n")


def _packed(arrays: Mapping[str, FloatArray]) -> bytes:
    """Return the bytes of an uncompressed npz file that depend on the numbers alone."""
    whole_file = io.BytesIO()
    with zipfile.ZipFile(whole_file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(array, dtype="<f8"))
            # numpy's own writer would store the time of writing.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), part.getvalue())
    return whole_file.getvalue()


def read_card(path: Path, schema: str) -> Mapping[str, object]:
    """Return the content of a card of a given schema.

    Raises
    ------
    FormatError
        If the file is missing, damaged, or of another schema.
    """
    try:
        size = path.stat().st_size
        content = path.read_text(encoding="utf-8") if size <= _LARGEST else ""
    except OSError as error:
        raise FormatError(path, f"it cannot be read: {error.strerror}", remedy=REMEDY) from error
    except UnicodeDecodeError as error:
        raise FormatError(path, "it is not UTF-8 text", remedy=REMEDY) from error
    if not content:
        raise FormatError(path, f"{size} bytes, expected 1 to {_LARGEST}", remedy=REMEDY)
    try:
        card = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"it is not JSON: {error}", remedy=REMEDY) from error
    found = card.get("schema") if isinstance(card, dict) else None
    if found != schema:
        raise FormatError(path, f"schema {found!r}, expected {schema!r}", remedy=REMEDY)
    checked: Mapping[str, object] = card
    return checked


def read_arrays(
    path: Path, sha256: str, shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, FloatArray]:
    """Return the arrays of a model once their hash, names, sizes, types and shapes are right.

    Raises
    ------
    FormatError
        If the file is missing or damaged, or something in it is not as stated.
    """
    expected = sum(8 * int(np.prod(shape)) + _HEAD for shape in shapes.values()) + _HEAD
    try:
        size = path.stat().st_size
        if size > expected:
            raise FormatError(
                path, f"{size} bytes, expected at most {expected} for this model", remedy=REMEDY
            )
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(path, f"it cannot be read: {error.strerror}", remedy=REMEDY) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise FormatError(
            path, f"sha256 {found}, expected {sha256} as {CARD} states", remedy=REMEDY
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            if set(sizes) != {f"{name}.npy" for name in shapes}:
                raise FormatError(
                    path, f"it holds {sorted(sizes)}, expected {list(shapes)}", remedy=REMEDY
                )
            if sum(sizes.values()) > expected:
                raise FormatError(
                    path,
                    f"its parts have {sum(sizes.values())} bytes once unpacked, expected at most"
                    f" {expected}",
                    remedy=REMEDY,
                )
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in shapes}
    except FormatError:
        raise
    except (ValueError, OSError, zipfile.BadZipFile, EOFError, KeyError) as error:
        raise FormatError(path, f"it is no file of arrays: {error}", remedy=REMEDY) from error
    for name, array in arrays.items():
        if array.dtype != np.float64 or array.shape != shapes[name]:
            raise FormatError(
                path,
                f"{name} has type {array.dtype} and shape {array.shape}, expected float64 and"
                f" {shapes[name]}",
                remedy=REMEDY,
            )
    return arrays


def descriptor_from(entry: object) -> KeptDescriptor:
    """Return a descriptor that a model reads."""
    found = mapping(entry)
    kind = text(found["kind"])
    if not kind.isidentifier():
        raise ValueError(f"descriptor {kind!r}; expected a name")
    return KeptDescriptor(kind, dict(mapping(found["parameters"])), texts(found["features"]))


def interval_from(entry: object) -> Interval | None:
    """Return an interval, or None if there were too few samples."""
    if entry is None:
        return None
    found = mapping(entry)
    lower, upper, level = (finite(found[key]) for key in ("lower", "upper", "level"))
    if not (lower <= upper and 0 < level < 1):
        raise ValueError(f"interval {dict(found)}; expected lower <= upper and 0 < level < 1")
    return Interval(lower, upper, level)


def facts_from(entry: object) -> dict[str, Json]:
    """Return what else a card says."""
    facts: dict[str, Json] = dict(mapping(entry))  # type: ignore[arg-type]
    return facts


def pair_from(entry: object) -> tuple[float, float]:
    """Return two finite numbers, the lower one first in good files."""
    low, high = (finite(value) for value in sequence(entry))
    return low, high


def positive(entry: object) -> float:
    """Return a finite positive number."""
    value = finite(entry)
    if not value > 0:
        raise ValueError(f"{value}; expected a positive number")
    return value


def finite(entry: object) -> float:
    """Return a finite number."""
    value = float(number(entry))
    if not np.isfinite(value):
        raise ValueError(f"{value}; expected a finite number")
    return value
