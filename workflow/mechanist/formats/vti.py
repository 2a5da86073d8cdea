"""VTK image files (``.vti``) of fields on a regular grid, which ParaView opens.

The format is that of https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html: one piece,
values of cells with x fastest, numbers in base64 behind their count of bytes, not compressed.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from mechanist.core.atomic import replacing
from mechanist.core.typing import FloatArray

#: Name in the file of each type of numbers.
_TYPES: Final = {"float32": "Float32", "float64": "Float64", "int32": "Int32"}


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
        '<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64">',
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
    content = np.ascontiguousarray(ordered, values.dtype.newbyteorder("<")).tobytes()
    text = base64.b64encode(np.array(len(content), "<u8").tobytes() + content).decode()
    kind = _TYPES[str(values.dtype)]
    return (
        f'<DataArray type="{kind}" Name={quoteattr(name)} NumberOfComponents="{components}"'
        f' format="binary">{text}</DataArray>'
    )
