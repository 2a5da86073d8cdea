"""VTK image files (``.vti``) of fields on a regular grid, which ParaView opens.

The format is that of https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html: one piece,
values of cells with x fastest, numbers in base64 behind their count of bytes, not compressed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.atomic import replacing
from mechanist.core.typing import FloatArray
from mechanist.formats.vtk_arrays import HEAD, data_array

#: Types of numbers that fields may have.
_TYPES: Final = ("float32", "float64", "int32")


def write_vti(path: Path, fields: Mapping[str, NDArray[np.generic]], steps: FloatArray) -> None:
    """Write fields of the cells of a grid; equal fields give equal bytes.

    Parameters
    ----------
    path : Path
        The file.
    fields : mapping of str to ndarray of shape (nx, ny, nz) or (nx, ny, nz, k)
        Numbers of type float32, float64 or int32.
    steps : ndarray of shape (3,)
        Edges of a cell.

    Raises
    ------
    ValueError
        If there is no field, the grids differ, or a field has another type.
    """
    grids = {values.shape[:3] for values in fields.values()}
    odd = {n: str(v.dtype) for n, v in fields.items() if str(v.dtype) not in _TYPES}
    if len(grids) != 1 or odd or any(values.ndim not in (3, 4) for values in fields.values()):
        raise ValueError(
            f"fields on grids {sorted(grids)}, of other types {odd}; expected at least one field, all"
            f" on one grid, of types {list(_TYPES)}"
        )
    (grid,) = grids
    extent = " ".join(f"0 {n}" for n in grid)
    spacing = " ".join(f"{float(step)!r}" for step in steps)
    lines = [
        '<?xml version="1.0"?>',
        HEAD.format(kind="ImageData"),
        f'<ImageData WholeExtent="{extent}" Origin="0 0 0" Spacing="{spacing}">',
        f'<Piece Extent="{extent}">',
        "<CellData>",
        *(_array(name, values) for name, values in fields.items()),
        "</CellData>",
        "</Piece>",
        "</ImageData>",
        "</VTKFile>",
    ]
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _array(name: str, values: NDArray[np.generic]) -> str:
    """Return the element of one field."""
    components = values.shape[3] if values.ndim == 4 else 1
    ordered = np.moveaxis(values.reshape(*values.shape[:3], components), (2, 1, 0), (0, 1, 2))
    return data_array(name, ordered.reshape(-1, components) if components > 1 else ordered.ravel())
