"""Files of kept models in general: a card in JSON, and arrays that are read without pickles.

Neither can hold code. A file from a stranger is checked before it is used: the schema of the card, and
the hash, the names, types and shapes of all arrays, and the size that they claim before they are
unpacked.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mechanist.core.atomic import replacing, write_text
from mechanist.core.errors import FormatError

CARD: Final = "model.json"
NUMBERS: Final = "numbers.npz"
REMEDY: Final = "Fetch the model again from where it comes, or make it anew with the workflow."
#: Bytes of an array file beside its numbers.
_HEAD: Final = 4096
#: Largest file that is read at all: a million features for ten strains.
_LARGEST: Final = 100_000_000
#: What a damaged or forged file of arrays raises; an encrypted part or an unknown compression raises RuntimeError, and
#: a part that claims an impossible shape MemoryError or OverflowError.
_DAMAGE: Final = (
    ValueError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    TypeError,
    RuntimeError,
    MemoryError,
    OverflowError,
)
Numbers: TypeAlias = NDArray[np.float64] | NDArray[np.float32]


class ArrayForm(NamedTuple):
    """Shape of a stored array, and the precision of its numbers."""

    shape: tuple[int, ...]
    dtype: Literal["float64", "float32"] = "float64"

    @property
    def size(self) -> int:
        """Bytes of the numbers."""
        return np.dtype(self.dtype).itemsize * int(np.prod(self.shape))


def write_card_and_numbers(
    folder: Path, card: Mapping[str, object], arrays: Mapping[str, Numbers]
) -> None:
    """Write both files of a model; equal models give equal bytes."""
    content = _packed(arrays)
    with replacing(folder / NUMBERS) as temporary:
        temporary.write_bytes(content)
    stated = {**card, "sha256": hashlib.sha256(content).hexdigest()}
    write_text(folder / CARD, json.dumps(stated, indent=1, ensure_ascii=False) + "\n")


def _packed(arrays: Mapping[str, Numbers]) -> bytes:
    """Return the bytes of an uncompressed npz file that depend on the numbers alone."""
    whole_file = io.BytesIO()
    with zipfile.ZipFile(whole_file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            np.lib.format.write_array(part, little)
            # numpy's own writer would store the time of writing.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), part.getvalue())
    return whole_file.getvalue()


def read_card(path: Path, schema: str) -> Mapping[str, object]:
    """Read a card of a schema.

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


def read_numbers(path: Path, sha256: str, forms: Mapping[str, ArrayForm]) -> dict[str, Numbers]:
    """Read arrays once their hash, names, sizes, types and shapes are right.

    Parameters
    ----------
    path : Path
        The npz file.
    sha256 : str
        Hash that the card states.
    forms : mapping of str to ArrayForm
        Every array that the file must hold, and no other.

    Raises
    ------
    FormatError
        If the file is missing or damaged, or holds other arrays.
    """
    expected = sum(form.size + _HEAD for form in forms.values()) + _HEAD
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
    arrays = _unpacked(path, content, forms, expected)
    for name, array in arrays.items():
        shape, dtype = forms[name]
        if array.dtype != np.dtype(dtype) or array.shape != shape:
            raise FormatError(
                path,
                f"{name} has type {array.dtype} and shape {array.shape}, expected {dtype} and"
                f" {shape}",
                remedy=REMEDY,
            )
    return arrays


def _unpacked(
    path: Path, content: bytes, forms: Mapping[str, ArrayForm], most: int
) -> dict[str, Numbers]:
    """Return the arrays of a file that claims to hold these, and no more bytes than they have."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            if set(sizes) != {f"{name}.npy" for name in forms}:
                raise FormatError(
                    path, f"it holds {sorted(sizes)}, expected {list(forms)}", remedy=REMEDY
                )
            if sum(sizes.values()) > most:
                raise FormatError(
                    path,
                    f"its parts have {sum(sizes.values())} bytes once unpacked, expected at most"
                    f" {most}",
                    remedy=REMEDY,
                )
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in forms}
        for name, array in arrays.items():
            # numpy returns the bytes of a part that does not begin as an array does.
            if not isinstance(array, np.ndarray):
                raise TypeError(f"its part '{name}.npy' is no array")
    except FormatError:
        raise
    except _DAMAGE as error:
        raise FormatError(path, f"it is no file of arrays: {error}", remedy=REMEDY) from error
    return arrays
