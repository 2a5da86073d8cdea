"""Tables that stages exchange: parquet with checked key columns, units and descriptions.

A row describes one object (an atom, a voxel, a whole sample). Its key is ``sample``, ``load`` and
``object``; tables that do not depend on the load leave that column out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as arrow
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.formats.described_columns import Column
from mechanist.formats.shared_columns import KEY_COLUMNS

SAMPLE: Final = "sample"
LOAD: Final = "load"
OBJECT: Final = "object"
KEYS: Final = (SAMPLE, LOAD, OBJECT)
_METADATA: Final = b"mechanist"
_TARGETS: Final = b"mechanist_targets"
#: Most rows of a group, in which readers and writers of a table hold it in memory.
_GROUP_ROWS: Final = 1 << 20


def keys_of(table: pd.DataFrame) -> list[str]:
    """Return the key columns that ``table`` has, in their fixed order."""
    return [key for key in KEYS if key in table.columns]


def keyed(
    values: NDArray[np.generic], names: list[str], *, sample: str, load: str | None = None
) -> pd.DataFrame:
    """Put key columns before the columns of ``values``.

    Parameters
    ----------
    values : ndarray of shape (n_objects, n_columns)
        One row per object, in the order of the sample's reference configuration.
    names : list of str
        Column names.
    sample : str
        Name of the sample.
    load : str, optional
        Name of the load; left out for quantities that do not depend on it.
    """
    n = len(values)
    keys: dict[str, object] = {SAMPLE: pd.Categorical.from_codes(np.zeros(n, np.int8), [sample])}
    if load is not None:
        keys[LOAD] = pd.Categorical.from_codes(np.zeros(n, np.int8), [load])
    keys[OBJECT] = np.arange(n, dtype=np.int32)
    return pd.concat([pd.DataFrame(keys), pd.DataFrame(values, columns=names)], axis=1)


def stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Concatenate tables of equal columns, keeping ``sample`` and ``load`` categorical."""
    table = pd.concat(tables, ignore_index=True)
    for key in (SAMPLE, LOAD):
        if key in table.columns:
            table[key] = table[key].astype("category")
    return table


def check_table(path: Path, table: pd.DataFrame, *, allow_missing: bool = False) -> None:
    """Check keys and values of a table.

    Parameters
    ----------
    path : Path
        Named in error messages.
    table : DataFrame
        The table to check.
    allow_missing : bool
        Whether NaN is a legal value (never infinity).

    Raises
    ------
    FormatError
        If a key column is missing, repeated or of a wrong type, or a value is not a finite number.
    """
    remedy = "Delete the file and run the workflow again."
    keys = keys_of(table)
    if SAMPLE not in keys or OBJECT not in keys:
        raise FormatError(path, f"key columns are {keys}, expected at least sample and object",
                          remedy=remedy)  # fmt: skip
    if not _keys_conform(table[keys]):
        raise FormatError(path, _key_problem(table[keys]), remedy=remedy)
    values = table.drop(columns=keys).select_dtypes("number")
    for name in values:
        column = values[name].to_numpy()
        bad = np.isinf(column) if allow_missing else ~np.isfinite(column)
        if bad.any():
            row = table.loc[bad.argmax(), keys].to_dict()
            raise FormatError(path, f"{int(bad.sum())} values are not finite, the first at {row}",
                              remedy=remedy, column=str(name))  # fmt: skip


def _keys_conform(table: pd.DataFrame) -> bool:
    """Return whether keys have their types, none is missing and no row is repeated.

    The import of pandera takes a third of a second in each of some sixty jobs, so it is asked only
    about tables that do not conform.
    """
    typed = all(
        table[key].dtype == np.int32
        if key == OBJECT
        else isinstance(table[key].dtype, pd.CategoricalDtype)
        for key in table.columns
    )
    return typed and not table.isna().to_numpy().any() and not table.duplicated().any()


def _key_problem(table: pd.DataFrame) -> str:
    """Return what pandera finds wrong with the keys of a table."""
    import pandera.pandas as pa

    schema = pa.DataFrameSchema(
        {
            key: pa.Column("int32" if key == OBJECT else pd.CategoricalDtype, nullable=False)
            for key in table.columns
        },
        unique=list(table.columns),
    )
    try:
        schema.validate(table)
    except pa.errors.SchemaError as error:
        return str(error).splitlines()[0]
    return "keys have a wrong type, are missing or repeated"


def write_table(
    path: Path,
    table: pd.DataFrame,
    *,
    columns: Mapping[str, Column] | None = None,
    targets: Mapping[str, Mapping[str, str]] | None = None,
    check: bool = True,
    allow_missing: bool = False,
) -> None:
    """Write a table to parquet in one step.

    Parameters
    ----------
    path : Path
        Final name.
    table : DataFrame
        Keys first, then values; float64 is stored as it is.
    columns : mapping of str to Column, optional
        Unit, meaning and allowed values of every column; keys have those of
        :data:`mechanist.formats.shared_columns.KEY_COLUMNS`, unless they are given.
        Without it, the table says nothing of its columns.
    targets : mapping, optional
        Facts about targets that the table lists in a column, such as their ``unit``.
    check, allow_missing : bool
        Whether to call :func:`check_table`, and its option.

    Raises
    ------
    FormatError
        If ``columns`` is given and lacks a column of the table, or the check fails.
    """
    if check:
        check_table(path, table, allow_missing=allow_missing)
    write_tables(path, [table], columns=columns, targets=targets)


def write_tables(
    path: Path,
    tables: Iterable[pd.DataFrame],
    *,
    columns: Mapping[str, Column] | None = None,
    targets: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Write tables of equal columns as one, in memory for some rows, without checking them.

    Parameters
    ----------
    path : Path
        Final name.
    tables : iterable of DataFrame
        At least one.
    columns, targets : mapping, optional
        As for :func:`write_table`.

    Raises
    ------
    FormatError
        If ``columns`` is given and lacks a column of the tables.
    """
    with replacing(path) as temporary, ExitStack() as stack:
        writer: parquet.ParquetWriter | None = None
        for table in _gathered(tables):
            content = arrow.Table.from_pandas(table, preserve_index=False)
            metadata = dict(content.schema.metadata or {})
            told = {} if columns is None else _told(path, list(table.columns), columns)
            metadata[_METADATA] = json.dumps(told, sort_keys=True).encode()
            if targets is not None:
                metadata[_TARGETS] = json.dumps(targets, sort_keys=True).encode()
            content = content.replace_schema_metadata(metadata)
            if writer is None:
                # Features are noise to a compressor: storing them plainly is several times faster.
                writer = parquet.ParquetWriter(
                    temporary,
                    content.schema,
                    compression="lz4",
                    use_dictionary=[key for key in (SAMPLE, LOAD) if key in table.columns],
                    write_statistics=False,
                )
                stack.enter_context(writer)
            writer.write_table(content, _GROUP_ROWS)


def _gathered(tables: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Yield tables together while they are small: each becomes a group of rows of the file."""
    held: list[pd.DataFrame] = []
    for table in tables:
        if held and sum(map(len, held)) + len(table) > _GROUP_ROWS:
            yield _together(held)
            held = []
        held.append(table)
    yield _together(held)


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)


def _told(path: Path, names: list[str], columns: Mapping[str, Column]) -> dict[str, dict[str, str]]:
    """Return what the table states of its columns."""
    known = {**KEY_COLUMNS, **columns}
    lost = [name for name in names if name not in known]
    if lost:
        raise FormatError(
            path,
            f"columns {lost} are not described; expected unit, meaning and allowed values of each",
            remedy="Add them to the columns that the script gives write_table.",
        )
    return {name: known[name].metadata for name in names}


def read_table(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a table written by :func:`write_table`.

    Parameters
    ----------
    path : Path
        The parquet file.
    columns : list of str, optional
        Read only these.

    Raises
    ------
    FormatError
        If the file is damaged or lacks a column.
    """
    try:
        return parquet.read_table(path, columns=columns).to_pandas()
    except (OSError, arrow.ArrowInvalid, KeyError) as error:
        raise FormatError(
            path,
            f"not a readable table ({error})",
            remedy="Delete it and run the workflow again.",
        ) from error


def column_metadata(path: Path) -> dict[str, dict[str, str]]:
    """Return unit, description and range of the columns of a table, if they were given."""
    return _stated(path, _METADATA)


def target_metadata(path: Path) -> dict[str, dict[str, str]]:
    """Return what a table states of the targets that it lists in a column."""
    return _stated(path, _TARGETS)


def _stated(path: Path, key: bytes) -> dict[str, dict[str, str]]:
    metadata = parquet.read_schema(path).metadata or {}
    return dict(json.loads(metadata.get(key, b"{}")))
