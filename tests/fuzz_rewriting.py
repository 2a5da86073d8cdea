"""Other contents in whole binary files: arrays that programs and hands write wrongly."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import gsd.fl
import h5py
import numpy as np
from numpy.typing import NDArray
from scipy.io import savemat

from format_files import write_hdf5, write_npz, write_pickle
from fuzz_binary_oracles import named

Array = NDArray[Any]
_VALUES: Final = (np.nan, np.inf, -np.inf, 0.0, -1.0, 1e300, 1e-300, 2.5, 7.0, -0.0)
_TYPES: Final = ("f4", "f2", ">f8", "i8", "i4", "u1", "u8", "b1", "c16", "S8", "U8")


def _value(values: Array, rng: random.Random) -> Array:
    changed = np.array(values, dtype=float if values.dtype.kind == "f" else values.dtype)
    if changed.size and changed.dtype.kind in "fiu":
        with np.errstate(all="ignore"):
            new = np.array(rng.choice(_VALUES)).astype(changed.dtype)
        changed.ravel()[rng.randrange(changed.size)] = new
    return changed


def _type(values: Array, rng: random.Random) -> Array:
    new = rng.choice(_TYPES)
    try:
        with np.errstate(all="ignore"):
            return values.astype(new) if values.dtype.names is None else values
    except ValueError:  # texts of an earlier change are no numbers
        return values


def _shape(values: Array, rng: random.Random) -> Array:
    forms: tuple[Callable[[Array], Array], ...] = (
        np.transpose, np.ravel, lambda v: v[None], lambda v: v[..., None], lambda v: v[:-1],
        lambda v: v[:0], lambda v: v[..., :-1], lambda v: np.concatenate([v, v]), lambda v: v[::-1],
        lambda v: v.ravel()[:1].reshape(()) if v.size else v.ravel(),
    )  # fmt: skip
    return rng.choice(forms)(np.atleast_1d(values))


def _altered(arrays: dict[str, Array], rng: random.Random) -> dict[str, Array]:
    """Return arrays of which some have another value, type, shape or name, or are gone."""
    found = dict(arrays)
    for _ in range(rng.choice((1, 1, 2))):
        name = rng.choice(list(found) or [""])
        if name in found:
            change = rng.choice((_value, _value, _value, _type, _type, _shape, _shape, None))
            if change is not None:
                found[name] = change(found[name], rng)
            elif rng.random() < 0.5:
                found[name + "2"] = found.pop(name)
            else:
                other = rng.choice(list(found))
                found[name], found[other] = found[other], found[name]
    return found


def rewrite_arrays(path: Path, rng: random.Random) -> None:
    """Alter a file of named arrays."""
    arrays = {n: v for n, v in named(path).items() if n[:2] != "__"}
    form, changed = path.suffix, _altered(arrays, rng)
    path.unlink()
    if form == ".npz":
        write_npz(path, changed)
    elif form == ".pickle":
        write_pickle(path, changed)
    elif form == ".mat":
        # SciPy cannot write text that is not contiguous in memory, such as every second letter.
        savemat(path, {n: np.ascontiguousarray(v) for n, v in changed.items()})
    else:
        write_hdf5(
            path, {n: v.astype("S") if v.dtype.kind == "U" else v for n, v in changed.items()}
        )


def rewrite_array(path: Path, rng: random.Random) -> None:
    """Alter a single array of NumPy."""
    change = rng.choice((_value, _value, _type, _shape))
    np.save(path, change(np.load(path, allow_pickle=False), rng))


def rewrite_gsd(path: Path, rng: random.Random) -> None:
    """Alter the chunks of a GSD file."""
    with gsd.fl.open(str(path), "r") as file:
        names = file.find_matching_chunk_names("")
        frames = [
            {n: file.read_chunk(k, n) for n in names if file.chunk_exists(k, n)}
            for k in range(file.nframes)
        ]
    at = rng.randrange(len(frames))
    frames[at] = {
        n: v for n, v in _altered(frames[at], rng).items()
        if v.ndim in (1, 2) and v.size and v.dtype.kind in "fiu" and v.dtype.str[0] != ">" and v.dtype != "f2"
    }  # fmt: skip
    with gsd.fl.open(
        str(path), "w", application="a", schema="hoomd", schema_version=[1, 4]
    ) as file:
        for frame in frames:
            for name, values in frame.items():
                file.write_chunk(name, np.ascontiguousarray(values))
            file.end_frame()


def rewrite_damask(path: Path, rng: random.Random) -> None:
    """Alter a data set or an attribute of a DAMASK result."""
    with h5py.File(path, "r+") as file:
        places: list[str] = []
        file.visit(places.append)
        name = rng.choice(places)
        item = file[name]
        if (
            isinstance(item, h5py.Dataset)
            and item.dtype.names is None
            and item.dtype.kind in "fiu"
            and rng.random() < 0.8
        ):
            values = rng.choice((_value, _value, _type, _shape))(item[()], rng)
            attributes = dict(item.attrs)
            del file[name]
            if values.dtype.kind != "U":
                file[name] = values
                file[name].attrs.update(attributes)
        elif item.attrs and rng.random() < 0.7:
            key = rng.choice(list(item.attrs))
            old = np.asarray(item.attrs[key])
            del item.attrs[key]
            if rng.random() < 0.7:
                item.attrs[key] = _value(old, rng) if old.dtype.kind in "fiu" else "another"
        elif rng.random() < 0.5:
            del file[name]
        else:
            file.move(name, f"{name}2")
