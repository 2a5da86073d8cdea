"""Read numbers from a pickle without running anything that the file names.

A pickle is a program: it may name any function and call it. Here only the names by which NumPy
stores arrays are known, and each stands for a function of this file that rebuilds an array from its
bytes; NumPy's own are never called, since damaged states of types can crash them. Every other name
ends the reading before anything is called.
"""

import io
import pickle
from collections.abc import Callable
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

#: Kinds of numbers and texts whose bytes are their value.
_PLAIN: Final = frozenset("biufcSU")


#: Versions and orders of bytes that NumPy writes.
_TYPE_VERSIONS: Final = (3, 4)
_ARRAY_VERSION: Final = 1
_ORDERS: Final = ("<", ">", "|", "=")
#: Shape and type of the empty array that NumPy fills with the state; Python 2 wrote a text.
_EMPTY: Final = (((0,), b"b"), ((0,), "b"))


class _Type:
    """A type of numbers, in place of ``numpy.dtype``."""

    def __init__(self, code: object, *_: object) -> None:
        made = np.dtype(code if isinstance(code, str) else "O")
        self.dtype: np.dtype[np.generic] | None = made if made.kind in _PLAIN else None

    def __setstate__(self, state: tuple[object, ...]) -> None:
        version, order, *fields = state[:5]
        if version not in _TYPE_VERSIONS or order not in _ORDERS or len(fields) != 3:
            raise pickle.UnpicklingError(f"a type of an unknown version: {state[:2]!r:.60}")
        if self.dtype is not None and order in ("<", ">"):
            self.dtype = self.dtype.newbyteorder("<" if order == "<" else ">")
        if any(part is not None for part in fields):
            self.dtype = None


class _Array:
    """An array that is rebuilt from its bytes, in place of ``numpy.ndarray``."""

    def __init__(self) -> None:
        #: None if the array holds objects.
        self.values: NDArray[np.generic] | None = None

    def __setstate__(self, state: tuple[object, ...]) -> None:
        version, shape, kind, by_columns, content = state
        if version != _ARRAY_VERSION or not isinstance(by_columns, bool):
            raise pickle.UnpicklingError(f"an array of an unknown version: {state[:2]!r:.60}")
        self.values = _rebuilt(content, kind, shape, "F" if by_columns else "C")


def _rebuilt(
    content: object, kind: object, shape: object, order: str
) -> NDArray[np.generic] | None:
    """Return an array of plain values, None if it holds others."""
    if not isinstance(kind, _Type) or not isinstance(shape, tuple):
        raise pickle.UnpicklingError("an array without type or shape")
    if kind.dtype is None or not isinstance(content, bytes | bytearray | str):
        return None
    data = content.encode("latin-1") if isinstance(content, str) else bytes(content)
    flat = np.frombuffer(bytearray(data), kind.dtype)  # so that it can be written to
    return flat.reshape(shape, order="F" if order == "F" else "C")


def _array(*made_of: object) -> _Array:
    """Return an empty array, as NumPy's ``_reconstruct`` does: its shape and type are always these."""
    if made_of[1:] not in _EMPTY:
        raise pickle.UnpicklingError(f"an array that NumPy does not write so: {made_of[1:]!r:.60}")
    return _Array()


def _from_buffer(content: object, kind: object, shape: object, order: str = "C") -> _Array:
    made = _Array()
    made.values = _rebuilt(content, kind, shape, order)
    return made


def _scalar(kind: object, content: object = b"") -> _Array:
    return _from_buffer(content, kind, ())


def _encoded(text: str, coding: str = "latin1") -> bytes:
    if coding.replace("-", "").lower() not in ("latin1", "latin_1"):
        raise pickle.UnpicklingError(f"bytes in the coding {coding!r}")
    return text.encode("latin-1")


def _bytes(content: object = b"", *_: object) -> bytes:
    if isinstance(content, bytes | str):
        return content.encode("latin-1") if isinstance(content, str) else content
    raise pickle.UnpicklingError("bytes that are none")


#: Names that a pickle may hold, and what stands for each.
ALLOWED: Final[dict[tuple[str, str], Callable[..., object]]] = {
    ("numpy", "ndarray"): _array,
    ("numpy", "dtype"): _Type,
    ("_codecs", "encode"): _encoded,
    **{(m, name): _bytes for m in ("builtins", "__builtin__") for name in ("bytes", "bytearray")},
    ("collections", "OrderedDict"): dict,
    **{
        (f"numpy.{core}.{module}", name): made
        for core in ("core", "_core")
        for module, name, made in (
            ("multiarray", "_reconstruct", _array),
            ("multiarray", "scalar", _scalar),
            ("numeric", "_frombuffer", _from_buffer),
        )
    },
}


class _Unpickler(pickle.Unpickler):
    """An unpickler that knows arrays of NumPy and nothing else."""

    def find_class(self, module: str, name: str) -> Callable[..., object]:
        known = ALLOWED.get((module, name))
        if known is None:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is not allowed")
        return known

    def persistent_load(self, pid: object) -> NoReturn:
        raise pickle.UnpicklingError(f"it names objects outside the file, the first by {pid!r:.40}")


def unpickled(data: bytes) -> object:
    """Return what a pickle of numbers, texts, lists, dictionaries and arrays holds.

    Raises
    ------
    pickle.UnpicklingError
        If it names anything but arrays of NumPy, which is then neither imported nor called.
    Exception
        Of nearly any kind, if the data are damaged.
    """
    return _plain(_Unpickler(io.BytesIO(data), encoding="latin1").load())


def _plain(value: object) -> object:
    """Return a value with arrays of NumPy in place of those of this file."""
    if isinstance(value, _Array):
        return value.values
    if isinstance(value, dict):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
