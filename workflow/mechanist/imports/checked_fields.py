"""Turn arrays into a trajectory: on uniform grids, with periodic axes held against the data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.formats.field_files import FieldData
from mechanist.imports.descending_axes import ascending
from mechanist.imports.missing_values import without_missing
from mechanist.imports.periodic_axes import check_periodic, check_repeated
from mechanist.imports.uniform_axes import Grids, uneven_axes, uniform, without_last
from mechanist.settings.field_entry import FieldEntry


def checked(
    path: Path,
    name: str,
    entry: FieldEntry,
    axes: Mapping[str, NDArray[Any]],
    values: Mapping[str, NDArray[np.generic]],
    notes: list[str],
) -> FieldData:
    """Return a trajectory.

    Parameters
    ----------
    path : Path
        The file, named in errors.
    name : str
        Name of the trajectory.
    entry : FieldEntry
        The entry.
    axes, values : mapping of str to ndarray
        Grids, and fields and inputs with dimensions in the order of the grids.
    notes : list of str
        Receives a sentence on whatever was changed or compared.

    Raises
    ------
    FormatError
        If the data are refused.
    """
    grids = Grids(
        dict(axes),
        {n: values[n] for n in entry.fields},
        {n: values[n] for n in entry.inputs},
    )
    try:
        grids = ascending(without_missing(grids, entry, notes), notes)
        for axis in (n for n in axes if n in entry.drop_last):
            check_repeated(f"axis {axis!r}", grids.fields, list(axes).index(axis))
            notes.append(f"axis {axis}: the last point repeats the first and is dropped, as stated")
        cut = without_last(grids, entry.drop_last)
        uneven = uneven_axes(cut, entry.uneven, notes)
        grids = uniform(cut, entry.resample, notes, kept=uneven)
        data = FieldData(name, *grids, dict(entry.units), entry.periodic, uneven)
        check_periodic(data, entry.unchecked, notes)
    except ValueError as error:
        said = str(error)
        where = "" if said.startswith("trajectory") else f"trajectory {name!r}, "
        remedy = "Correct the file, or the entry that describes it."
        raise FormatError(path, f"{where}{said}", remedy=remedy) from error
    return data
