"""Arrays in the XML files of VTK: numbers in base64 behind their count of bytes, not compressed."""

import base64
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

#: First lines of a file, without the element of its kind.
HEAD: Final = '<VTKFile type="{kind}" version="1.0" byte_order="LittleEndian" header_type="UInt64">'
#: Name in the file of each type of numbers.
TYPES: Final = {"float32": "Float32", "float64": "Float64", "int32": "Int32", "int64": "Int64"}


def data_array(name: str, values: NDArray[np.generic]) -> str:
    """Return the element of one array.

    Parameters
    ----------
    name : str
    values : ndarray of shape (n,) or (n, k)
        A row for each point or cell, of a type in :data:`TYPES`.
    """
    components = values.shape[1] if values.ndim == 2 else 1
    content = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
    text = base64.b64encode(np.array(len(content), "<u8").tobytes() + content).decode()
    return (
        f'<DataArray type="{TYPES[str(values.dtype)]}" Name={quoteattr(name)}'
        f' NumberOfComponents="{components}" format="binary">{text}</DataArray>'
    )
