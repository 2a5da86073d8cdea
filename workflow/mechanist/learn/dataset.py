"""Join feature tables and targets into aligned arrays for estimators."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import BoolArray, IntArray
from mechanist.formats.tables import KEYS, LOAD, OBJECT, SAMPLE, read_table

COLUMNS_AT_A_TIME: Final = 64
_REMEDY: Final = "Delete it and rerun the workflow, so that all tables cover the same samples."


@dataclass(frozen=True, eq=False)
class Keys:
    """Sample, load and object of every row; rows are sorted by these.

    Parameters
    ----------
    samples, loads : tuple of str
        Sorted names.
    sample, load : ndarray of shape (n_rows,), int
        Index of each row's sample and load in ``samples`` and ``loads``.
    object : ndarray of shape (n_rows,), int
        Index of each row's object within its sample.
    """

    samples: tuple[str, ...]
    loads: tuple[str, ...]
    sample: IntArray
    load: IntArray
    object: IntArray

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.object)

    @property
    def frame(self) -> IntArray:
        """Code of each row's frame (a sample under a load)."""
        return self.sample * len(self.loads) + self.load

    @property
    def frame_slices(self) -> list[slice]:
        """Rows of every frame, in order."""
        edges = np.flatnonzero(np.diff(self.frame)) + 1
        bounds = [0, *edges.tolist(), len(self)]
        return [slice(a, b) for a, b in itertools.pairwise(bounds) if b > a]

    def folds(self, fold_of: Mapping[str, int]) -> IntArray:
        """Return the fold of every row.

        Raises
        ------
        ValueError
            If a sample is in no fold.
        """
        lost = [name for name in self.samples if name not in fold_of]
        if lost:
            raise ValueError(f"samples {lost} are in no fold; make new splits")
        return np.array([fold_of[name] for name in self.samples], np.int64)[self.sample]

    def groups(self, group_of: Callable[[str], str]) -> IntArray:
        """Return an integer code for the group of every row's sample."""
        names = [group_of(name) for name in self.samples]
        order = {name: k for k, name in enumerate(dict.fromkeys(names))}
        return np.array([order[name] for name in names], np.int64)[self.sample]

    def under(self, loads: Sequence[str]) -> BoolArray:
        """Return a mask of the rows under one of ``loads``.

        Raises
        ------
        ValueError
            If a load is not among the names.
        """
        unknown = sorted(set(loads) - set(self.loads))
        if unknown:
            raise ValueError(f"loads {unknown} do not occur; known loads: {list(self.loads)}")
        return np.isin(self.load, [self.loads.index(name) for name in loads])


@dataclass(frozen=True, eq=False)
class Dataset:
    """Aligned features and targets.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features), float32
    Y : ndarray of shape (n_rows, n_targets), float64
    keys : Keys
        Sample, load and object of each row.
    names : tuple of str
        Feature names, ``<descriptor>/<feature>``.
    targets : tuple of str
        Target names.
    blocks : dict of str to slice
        Columns of each descriptor, in the requested order.
    """

    X: NDArray[np.float32]
    Y: NDArray[np.float64]
    keys: Keys
    names: tuple[str, ...]
    targets: tuple[str, ...]
    blocks: dict[str, slice]

    def target(self, name: str) -> NDArray[np.float64]:
        """Return the column of a target."""
        return np.asarray(self.Y[:, self.targets.index(name)])


def load_dataset(
    features: Mapping[str, Path],
    targets: Path,
    *,
    columns: Sequence[str],
    samples: Sequence[str] | None = None,
    loads: Sequence[str] | None = None,
) -> Dataset:
    """Join tables into one row for each sample, load and object of the target table.

    Features are read a few columns at a time directly into the matrix, so that peak memory stays
    close to the size of the matrix.

    Parameters
    ----------
    features : mapping of str to Path
        Feature table of each descriptor; a table without loads is repeated for every load.
    targets : Path
        Target table.
    columns : sequence of str
        Targets to read.
    samples, loads : sequence of str, optional
        Keep only these.

    Raises
    ------
    FormatError
        If a column, a sample or a row is missing, a key repeats or a value is not finite.
    """
    keys, values = _read_targets(targets, columns, samples, loads)
    widths = {name: _feature_names(path) for name, path in features.items()}
    ends = np.cumsum([0, *(len(names) for names in widths.values())])
    blocks = {name: slice(int(ends[k]), int(ends[k + 1])) for k, name in enumerate(widths)}
    X = np.empty((len(keys), int(ends[-1])), np.float32)
    for name, path in features.items():
        _fill(X[:, blocks[name]], path, widths[name], keys)
    names = tuple(f"{block}/{name}" for block, listed in widths.items() for name in listed)
    return Dataset(X, values, keys, names, tuple(columns), blocks)


def _read_targets(
    path: Path, columns: Sequence[str], samples: Sequence[str] | None, loads: Sequence[str] | None
) -> tuple[Keys, NDArray[np.float64]]:
    known = parquet.read_schema(path).names
    lost = [name for name in columns if name not in known]
    if lost:
        raise FormatError(path, f"targets {lost} are missing; columns present: {known}",
                          remedy="Request targets at stored strains.")  # fmt: skip
    table = read_table(path, [*KEYS, *columns])
    for key, wanted in ((SAMPLE, samples), (LOAD, loads)):
        if wanted is not None:
            absent = sorted(set(wanted) - set(table[key].unique()))
            if absent:
                raise FormatError(path, f"no rows for {absent}", remedy=_REMEDY, column=key)
            table = table[table[key].isin(list(wanted))]
    table = table.sort_values(list(KEYS), key=_plain, kind="stable", ignore_index=True)
    codes = {key: pd.factorize(table[key].astype(str), sort=True) for key in (SAMPLE, LOAD)}
    keys = Keys(
        samples=tuple(codes[SAMPLE][1]),
        loads=tuple(codes[LOAD][1]),
        sample=codes[SAMPLE][0].astype(np.int64),
        load=codes[LOAD][0].astype(np.int64),
        object=table[OBJECT].to_numpy(np.int64),
    )
    if (np.diff(_packed(keys.frame, keys.object)) == 0).any():
        raise FormatError(path, "a key occurs in more than one row", remedy=_REMEDY)
    values = table[list(columns)].to_numpy(np.float64)
    if not np.isfinite(values).all():
        row = table.loc[(~np.isfinite(values)).any(axis=1), list(KEYS)].iloc[0].to_dict()
        raise FormatError(path, f"a target at {row} is not a finite number", remedy=_REMEDY)
    return keys, values


def _plain(column: "pd.Series[str]") -> "pd.Series[str]":
    """Sort categories by name, regardless of their stored order."""
    return column.astype(str) if isinstance(column.dtype, pd.CategoricalDtype) else column


def _feature_names(path: Path) -> list[str]:
    return [name for name in parquet.read_schema(path).names if name not in KEYS]


def _fill(X: NDArray[np.float32], path: Path, names: list[str], keys: Keys) -> None:
    """Write the features of one table into their columns of the matrix."""
    rows = _rows_of(path, keys)
    for start, part in _batches(names):
        values = read_table(path, part).to_numpy(np.float32)[rows]
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0]
            raise FormatError(path, f"the value at {_describe(keys, row)} is not a finite number",
                              remedy=_REMEDY, column=part[column])  # fmt: skip
        X[:, start : start + len(part)] = values


def _batches(names: list[str]) -> Iterator[tuple[int, list[str]]]:
    for start in range(0, len(names), COLUMNS_AT_A_TIME):
        yield start, names[start : start + COLUMNS_AT_A_TIME]


def _rows_of(path: Path, keys: Keys) -> IntArray:
    """Return the feature-table row for every row of the keys."""
    present = [key for key in KEYS if key in parquet.read_schema(path).names]
    if SAMPLE not in present or OBJECT not in present:
        raise FormatError(path, f"key columns are {present}, expected at least sample and object",
                          remedy=_REMEDY)  # fmt: skip
    table = read_table(path, present)
    wanted = _packed(keys.frame if LOAD in present else keys.sample, keys.object)
    group = _codes(table[SAMPLE], keys.samples)
    strange = group < 0
    if LOAD in present:
        load = _codes(table[LOAD], keys.loads)
        strange |= load < 0
        group = group * len(keys.loads) + load
    stored = np.where(strange, -1, _packed(group, table[OBJECT].to_numpy(np.int64)))
    order = np.argsort(stored, kind="stable")
    ordered = stored[order]
    repeated = (np.diff(ordered) == 0) & (ordered[1:] >= 0)
    if repeated.any():
        row = table.iloc[order[repeated.argmax()]].to_dict()
        raise FormatError(path, f"{int(repeated.sum())} rows repeat a key, the first at {row}",
                          remedy=_REMEDY)  # fmt: skip
    if not len(ordered):
        raise FormatError(path, "the table is empty", remedy=_REMEDY)
    place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    missing = ordered[place] != wanted
    if missing.any():
        first = _describe(keys, int(missing.argmax()))
        raise FormatError(
            path,
            f"{int(missing.sum())} of {len(keys)} target rows have no features, the first at"
            f" {first}",
            remedy=_REMEDY,
        )
    return np.asarray(order[place])


def _codes(column: "pd.Series[str]", names: tuple[str, ...]) -> IntArray:
    """Return positions in ``names``, -1 for other names."""
    return pd.Index(names).get_indexer(column.astype(str)).astype(np.int64)


def _packed(group: IntArray, item: IntArray) -> IntArray:
    """Pack two non-negative numbers into one key that sorts by the first, then the second."""
    return np.asarray((group << 32) + item)


def _describe(keys: Keys, row: int) -> dict[str, str | int]:
    return {
        SAMPLE: keys.samples[keys.sample[row]],
        LOAD: keys.loads[keys.load[row]],
        OBJECT: int(keys.object[row]),
    }
